package lint

import (
	"bytes"
	"encoding/json"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bazelbuild/bazel-gazelle/label"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

func TestGoIsFormatted(t *testing.T) {
	for _, path := range files(t, func(name string) bool { return strings.HasSuffix(name, ".go") }) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := format.Source(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if !bytes.Equal(text, want) {
			t.Errorf("%s is not formatted: run gofmt -w %[1]s", path)
		}
	}
}

func TestVetHasNothingToSay(t *testing.T) {
	must(t, goCommand(t, "vet", "./..."))
}

func TestStaticcheckHasNothingToSay(t *testing.T) {
	program := filepath.Join(t.TempDir(), "staticcheck")
	build := goCommand(t, "build", "-o", program, "honnef.co/go/tools/cmd/staticcheck")
	build.Dir = filepath.Join(build.Dir, "dev", "tools") // the module that pins it
	must(t, build)
	cmd := goCommand(t)
	cmd.Path, cmd.Args = program, []string{program, "./..."}
	must(t, cmd)
}

func TestStarlarkIsFormattedAndLinted(t *testing.T) {
	args := []string{"tool", "buildifier", "-mode=check", "-lint=warn"}
	paths := files(t, func(name string) bool {
		return name == "BUILD.bazel" || name == "MODULE.bazel" || strings.HasSuffix(name, ".bzl")
	})
	cmd := goCommand(t, append(args, paths...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go tool buildifier -mode=fix -lint=fix mends most of this:\n%s", out)
	}
}

func TestBuildFilesFollowFromTheGoSources(t *testing.T) {
	cmd := goCommand(t, "tool", "gazelle", "update", "-mode=diff")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("run `go tool gazelle update`, which makes this change:\n%s", out)
	}
}

// goMod is what `go mod edit -json` says of go.mod.
type goMod struct {
	Require []struct {
		Path, Version string
		Indirect      bool
	}
	Tool []struct{ Path string }
}

// providesTool tells whether go.mod names a package of the module as a tool, which makes the module a direct dependency for gazelle.
func (m goMod) providesTool(module string) bool {
	for _, tool := range m.Tool {
		if strings.HasPrefix(tool.Path, module+"/") {
			return true
		}
	}
	return false
}

func readGoMod(t *testing.T) goMod {
	t.Helper()
	out, err := goCommand(t, "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod goMod
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	return mod
}

func TestGoModIsTidy(t *testing.T) {
	if out, err := goCommand(t, "mod", "tidy", "-diff").CombinedOutput(); err != nil {
		t.Errorf("run `go mod tidy`, which makes this change:\n%s", out)
	}
}

// Bazel modules that go.mod names too, so that dev/bazel can have them from there.
var alsoBazelModules = map[string]string{
	"github.com/bazelbuild/bazel-gazelle": "gazelle",
	"github.com/bazelbuild/rules_go":      "rules_go",
}

func TestModuleFileNamesTheSameVersionsAsGoMod(t *testing.T) {
	module := read(t, "MODULE.bazel")
	for _, r := range readGoMod(t).Require {
		name, ok := alsoBazelModules[r.Path]
		if want := `bazel_dep(name = "` + name + `", version = "` + strings.TrimPrefix(r.Version, "v") + `"`; ok && !strings.Contains(module, want) {
			t.Errorf("go.mod requires %s %s, and MODULE.bazel does not say %s", r.Path, r.Version, want)
		}
	}
}

func TestModuleFileUsesWhatGoModRequires(t *testing.T) {
	used := map[string]bool{}
	block := regexp.MustCompile(`(?s)use_repo\(\s*go_deps,(.*?)\)`).FindStringSubmatch(read(t, "MODULE.bazel"))
	if block == nil {
		t.Fatal("MODULE.bazel has no use_repo(go_deps, ...)")
	}
	for _, m := range regexp.MustCompile(`"(\w+)"`).FindAllStringSubmatch(block[1], -1) {
		used[m[1]] = true
	}
	mod := readGoMod(t)
	for _, r := range mod.Require {
		repo := label.ImportPathToBazelRepoName(r.Path)
		if r.Indirect && !mod.providesTool(r.Path) || alsoBazelModules[r.Path] != "" {
			continue
		}
		if !used[repo] {
			t.Errorf("go.mod requires %s, and MODULE.bazel does not use_repo its %q", r.Path, repo)
		}
		delete(used, repo)
	}
	for repo := range used {
		t.Errorf("MODULE.bazel uses the repo %q, which go.mod does not require directly", repo)
	}
}

// files returns the paths of all files of the checkout, relative to it, whose base name is wanted.
func files(t *testing.T, wanted func(name string) bool) []string {
	t.Helper()
	root := bazeltesting.Checkout(t)
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() && wanted(d.Name()) { // not the links named bazel-*
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("found no files in %s", root)
	}
	return paths
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(bazeltesting.Checkout(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// goCommand returns `go` in the checkout. Where Bazel runs the test there is no PATH to find it by, but GOROOT.
func goCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	name := "go"
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if goroot := os.Getenv("GOROOT"); goroot != "" {
		name = filepath.Join(goroot, "bin", "go")
		env = append(env, "PATH="+filepath.Join(goroot, "bin")+":"+os.Getenv("PATH"))
	}
	if os.Getenv("HOME") == "" {
		home := t.TempDir()
		// Else go leaves a process behind that writes to the folder while it is removed.
		mode := filepath.Join(home, ".config/go/telemetry/mode")
		if err := os.MkdirAll(filepath.Dir(mode), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(mode, []byte("off"), 0o644); err != nil {
			t.Fatal(err)
		}
		env = append(env, "HOME="+home, "XDG_CONFIG_HOME="+filepath.Join(home, ".config"), "XDG_CACHE_HOME="+t.TempDir())
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = bazeltesting.Checkout(t)
	cmd.Env = append(env, "PWD="+cmd.Dir)
	return cmd
}

func must(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}
