// Package overrides lays out the Bazel modules that stand in for those of the Bazel Central Registry: rules_go and gazelle from their Go
// modules, at the versions that go.mod pins, and empty ones for what nothing here uses but something depends on.
//
// Every name and trick that this takes is in this package; MODULE.bazel is written for the registry alone.
package overrides

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

// revision is raised when folders made by an older version of this package must not be used any more.
const revision = "1"

// A Module is a Bazel module and the folder that holds it.
type Module struct {
	Name string
	Dir  string
}

// packaged are the modules that Debian's Bazel packages bring, below /usr/share/bazel.
var packaged = map[string]string{
	"bazel_features": "tools/features",
	"bazel_skylib":   "tools/skylib",
	"platforms":      "tools/platforms",
	"rules_cc":       "rules/cc",
	"rules_java":     "rules/java",
	"rules_license":  "rules/license",
	"rules_proto":    "rules/proto",
	"rules_python":   "rules/python",
	"rules_shell":    "rules/shell",
}

// goModules are the Bazel modules that are published as Go modules too.
var goModules = map[string]string{
	"gazelle":  "github.com/bazelbuild/bazel-gazelle",
	"rules_go": "github.com/bazelbuild/rules_go",
}

// Ensure returns all modules that a workspace depending on rules_kbuild needs an override for, sorted by name. The copies that it has to
// make are kept in s. repo is the checkout whose go.mod pins the versions.
func Ensure(s store.Store, repo, goTool string) ([]Module, error) {
	var modules []Module
	for name, dir := range packaged {
		modules = append(modules, Module{name, filepath.Join("/usr/share/bazel", dir)})
	}
	versions, err := pinned(repo, goTool)
	if err != nil {
		return nil, err
	}
	for name, path := range goModules {
		folder := name + "-" + versions[path] + "-" + store.Digest(revision)
		dir, err := s.Folder(folder, func(dir string) error {
			return copyGoModule(repo, goTool, name, path, dir)
		})
		if err != nil {
			return nil, fmt.Errorf("lay out the Bazel module %s: %w", name, err)
		}
		modules = append(modules, Module{name, dir})
	}
	for name, files := range standIns {
		dir, err := s.Folder(name+"-"+digestOf(files), func(dir string) error { return writeFiles(dir, files) })
		if err != nil {
			return nil, fmt.Errorf("lay out the Bazel module %s: %w", name, err)
		}
		modules = append(modules, Module{name, dir})
	}
	sort.Slice(modules, func(i, j int) bool { return modules[i].Name < modules[j].Name })
	return modules, nil
}

// pinned returns the version that go.mod has for each of goModules, by module path.
func pinned(repo, goTool string) (map[string]string, error) {
	out, err := goOutput(goTool, repo, "mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct {
		Require []struct{ Path, Version string }
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, fmt.Errorf("go mod edit -json: %w", err)
	}
	versions := map[string]string{}
	for _, r := range mod.Require {
		versions[r.Path] = r.Version
	}
	for _, path := range goModules {
		if versions[path] == "" {
			return nil, fmt.Errorf("%s requires no %s, whose version Bazel needs", filepath.Join(repo, "go.mod"), path)
		}
	}
	return versions, nil
}

// copyGoModule copies a Go module's files out of the module cache to dir and mends what its zip lost.
func copyGoModule(repo, goTool, name, path, dir string) error {
	out, err := goOutput(goTool, repo, "mod", "download", "-json", path)
	if err != nil {
		return err
	}
	var got struct{ Dir string }
	if err := json.Unmarshal(out, &got); err != nil {
		return fmt.Errorf("go mod download -json %s: %w", path, err)
	}
	if err := copyTree(got.Dir, dir); err != nil {
		return err
	}
	switch name {
	case "gazelle":
		// Bazel sees a broken package in this test's data.
		if err := os.RemoveAll(filepath.Join(dir, "tests", "go_search")); err != nil {
			return err
		}
		// Its repository rules build the gazelle program from vendor/, which a module's zip leaves out.
		_, err := goOutput(goTool, dir, "mod", "vendor")
		return err
	case "rules_go":
		return useMachinesGo(dir)
	}
	return nil
}

// useMachinesGo makes the Go that rules_go uses unless told otherwise the machine's, where it is a download in the registry's rules_go.
func useMachinesGo(dir string) error {
	if err := replace(filepath.Join(dir, "MODULE.bazel"),
		"go_sdk.from_file(\n    name = \"go_default_sdk\",\n    go_mod = \"//:go.mod\",\n)",
		"go_sdk.host(name = \"go_default_sdk\")"); err != nil {
		return err
	}
	return replace(filepath.Join(dir, "go/private/extensions.bzl"),
		"if not module.is_root:\n                fail(\"go_sdk.host",
		"if not module.is_root and module.name != \"rules_go\":\n                fail(\"go_sdk.host")
}

// replace changes the one place of a file that reads old.
func replace(path, old, new string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := bytes.Count(text, []byte(old)); n != 1 {
		return fmt.Errorf("%s has %d places that read %q, where one was expected", path, n, old)
	}
	return os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(new), 1), 0o644)
}

// copyTree copies folders and files, writable, and scripts as programs again: the module cache keeps neither bit.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if strings.HasSuffix(path, ".sh") {
			mode = 0o755
		}
		return os.WriteFile(target, text, mode)
	})
}

func writeFiles(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(files map[string]string) string {
	var parts []string
	for name, text := range files {
		parts = append(parts, name+"\n"+text)
	}
	sort.Strings(parts)
	return store.Digest(parts...)
}

func goOutput(goTool, dir string, args ...string) ([]byte, error) {
	cmd := exec.Command(goTool, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "PWD="+dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s in %s: %w\n%s%s", strings.Join(args, " "), dir, err, out, stderr.Bytes())
	}
	return out, nil
}
