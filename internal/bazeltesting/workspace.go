// Package bazeltesting runs Bazel from a test, in a workspace of the test's own, and tells which actions ran.
//
// Such a test is a go_test with
//
//	data = ["//internal/bazeltesting:checkout"],
//	tags = ["exclusive", "local"],
//
// It is local because the Bazel that it runs uses rules_kbuild from the checkout, not from runfiles; the data makes it run again when any
// file of the checkout changes. It is exclusive because two Bazels at once are slow rather than wrong. Run by `go test`, it wants a
// Bazel on PATH that can resolve modules; `./dev/bazel test` tells it which Bazel to use, with which options.
//
// The disk cache is one for all workspaces, so that the Go tools are built once. A test that wants to see something compiled makes
// it unique (a comment with the time in a source will do), or passes a --disk_cache of its own and waits for the tools.
package bazeltesting

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// Variables that dev/bazel sets for tests.
const (
	bazelVariable   = "RULES_KBUILD_BAZEL"   // the program
	bazelrcVariable = "RULES_KBUILD_BAZELRC" // an rc file for it
)

// defaultBazelrc is the one that the README recommends, for workspaces that bring none.
const defaultBazelrc = `startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1
common --incompatible_strict_action_env
build --sandbox_default_allow_network=false
common --repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1
common --experimental_output_paths=strip
`

// A Workspace is a folder with a MODULE.bazel, and a Bazel server for it that ends with the test.
type Workspace struct {
	Dir        string   // absolute
	OutputRoot string   // --output_user_root
	Flags      []string // given to each command that takes build options, after the test's own rc
	t          testing.TB
}

// New writes a txtar archive to a new folder. Unless the archive has them, it adds
//   - MODULE.bazel: a module that depends on rules_kbuild;
//   - .bazelrc: the options that the README recommends.
//
// A MODULE.bazel that the archive does have depends on rules_kbuild too, and gets the override that makes this checkout it.
func New(t testing.TB, archive string) *Workspace {
	t.Helper()
	w := &Workspace{Dir: realTempDir(t), OutputRoot: realTempDir(t), t: t}
	files := map[string][]byte{
		"MODULE.bazel": []byte("module(name = \"e2e\")\n\nbazel_dep(name = \"rules_kbuild\")\n"),
		".bazelrc":     []byte(defaultBazelrc),
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		// They lie in one array; appending to one must not write over the next.
		files[f.Name] = slices.Clip(f.Data)
	}
	files["MODULE.bazel"] = fmt.Appendf(files["MODULE.bazel"],
		"\nlocal_path_override(\n    module_name = \"rules_kbuild\",\n    path = %q,\n)\n", Checkout(t))
	files[".bazelrc"] = append(files[".bazelrc"], visible(Checkout(t))+strings.Join(lent(t), "")...)
	for name, text := range files {
		w.Write(name, string(text))
	}
	t.Cleanup(func() {
		w.command("shutdown").Run()
		makeWritable(w.OutputRoot)
	})
	return w
}

// At returns the same workspace with another output root: another server, which shares nothing with the first but the disk cache.
func (w *Workspace) At(outputRoot string) *Workspace {
	other := *w
	other.OutputRoot = outputRoot
	w.t.Cleanup(func() {
		other.command("shutdown").Run()
		makeWritable(outputRoot)
	})
	return &other
}

// Write writes a file of the workspace, and the folders it is in.
func (w *Workspace) Write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

// Replace changes the one place of a file that reads old.
func (w *Workspace) Replace(name, old, new string) {
	w.t.Helper()
	text := w.Read(name)
	if n := strings.Count(text, old); n != 1 {
		w.t.Fatalf("%s has %d places that read %q, want one", name, n, old)
	}
	w.Write(name, strings.Replace(text, old, new, 1))
}

// Read returns the text of a file of the workspace; bazel-bin/... are the outputs of the last build.
func (w *Workspace) Read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.Dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// Result is how a Bazel command ended.
type Result struct {
	Code   int // exit code
	Stdout string
	Stderr string
}

// Bazel runs a command and returns how it ended, whatever that is.
func (w *Workspace) Bazel(args ...string) Result {
	w.t.Helper()
	cmd := w.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("bazel %s: %v", strings.Join(args, " "), err)
	}
	return Result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// MustBazel runs a command that has to succeed.
func (w *Workspace) MustBazel(args ...string) Result {
	w.t.Helper()
	r := w.Bazel(args...)
	if r.Code != 0 {
		w.t.Fatalf("bazel %s: exit code %d\n%s%s", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return r
}

// command returns bazel with the test's options: the startup ones first, those of Flags after the command.
func (w *Workspace) command(args ...string) *exec.Cmd {
	bazel := os.Getenv(bazelVariable)
	if bazel == "" {
		bazel = "bazel"
	}
	var all []string
	if rc := os.Getenv(bazelrcVariable); rc != "" {
		all = append(all, "--bazelrc="+rc)
	}
	all = append(all, "--output_user_root="+w.OutputRoot, "--max_idle_secs=60")
	if len(args) > 0 && buildCommands[args[0]] {
		all = append(all, args[0], "--color=no", "--curses=no", "--noshow_progress")
		all = append(all, w.Flags...)
		args = args[1:]
	}
	cmd := exec.Command(bazel, append(all, args...)...)
	cmd.Dir = w.Dir
	cmd.Env = environment(w.Dir)
	return cmd
}

var buildCommands = map[string]bool{"aquery": true, "build": true, "cquery": true, "run": true, "test": true}

// environment is what a shell would have: none of the variables that Bazel gives to a test, which would change what the inner one does.
func environment(dir string) []string {
	env := []string{"PWD=" + dir}
	if u, err := user.Current(); err == nil {
		env = append(env, "HOME="+u.HomeDir, "USER="+u.Username)
	}
	path := os.Getenv("PATH")
	if goroot := os.Getenv("GOROOT"); goroot != "" {
		path = filepath.Join(goroot, "bin") + ":" + path
	}
	env = append(env, "PATH="+path)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

var moduleName = regexp.MustCompile(`(?s)^module\(\s*name = "rules_kbuild"`)

// Checkout returns the folder of the rules_kbuild that the test belongs to, in the source tree.
func Checkout(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, "MODULE.bazel")
		if text, err := os.ReadFile(file); err != nil || !moduleName.Match(text) {
			continue
		}
		// In runfiles this is a link to the source.
		real, err := filepath.EvalSymlinks(file)
		if err != nil {
			t.Fatal(err)
		}
		root := filepath.Dir(real)
		if _, err := os.Stat(filepath.Join(root, "dev", "bazel")); err != nil {
			t.Fatalf("%s is not in a checkout of rules_kbuild: does the test have the tag local?", real)
		}
		return root
	}
	t.Fatal("no MODULE.bazel of rules_kbuild above the test: does it have //internal/bazeltesting:checkout in its data?")
	return ""
}

// realTempDir is t.TempDir without symbolic links in it, since Bazel prints paths without.
func realTempDir(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// makeWritable lets t.TempDir remove what Bazel made read-only.
func makeWritable(dir string) {
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			os.Chmod(path, 0o755)
		}
		return nil
	})
}
