package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// workspace makes a workspace whose bazel-bin has the fragments.
func workspace(t *testing.T, fragments map[string]string) (string, string) {
	t.Helper()
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(base, "execroot", "_main", "bazel-out", "k8-fastbuild", "bin")
	for name, text := range fragments {
		file := filepath.Join(bin, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	top := filepath.Join(base, "top")
	if err := os.Mkdir(top, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(bin, filepath.Join(top, "bazel-bin")); err != nil {
		t.Fatal(err)
	}
	return top, base
}

func TestFragmentsAreJoinedInOrderWithTheFoldersPutIn(t *testing.T) {
	top, outputBase := workspace(t, map[string]string{
		"b/b.compile_commands.json": `[{"directory": "__WORKSPACE__", "file": "b/b.c", "arguments": ["-I__OUTPUT_BASE__/external/sdk"]}]`,
		"a/a.compile_commands.json": `[{"directory": "__WORKSPACE__", "file": "a/1.c"}, {"directory": "__WORKSPACE__", "file": "a/2.c"}]`,
	})
	n, err := run(top)
	if err != nil || n != 3 {
		t.Fatalf("run = %d, %v; want 3 sources", n, err)
	}
	data, err := os.ReadFile(filepath.Join(top, "compile_commands.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Directory, File string
		Arguments       []string
	}
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		if e.Directory != top {
			t.Errorf("%s: directory %q, want %q", e.File, e.Directory, top)
		}
		for _, a := range e.Arguments {
			if a != "-I"+outputBase+"/external/sdk" {
				t.Errorf("%s: argument %q is not in the output base %s", e.File, a, outputBase)
			}
		}
		files = append(files, e.File)
	}
	if got := strings.Join(files, " "); got != "a/1.c a/2.c b/b.c" {
		t.Errorf("files %q", got)
	}
}

func TestWithoutFragmentsItSaysWhatToBuild(t *testing.T) {
	top, _ := workspace(t, nil)
	_, err := run(top)
	if err == nil || !strings.Contains(err.Error(), "bazel build --output_groups=+compile_commands //...") {
		t.Errorf("error %v", err)
	}
}

func TestABrokenFragmentIsNamed(t *testing.T) {
	top, _ := workspace(t, map[string]string{"a/a.compile_commands.json": `[{`})
	_, err := run(top)
	if err == nil || !strings.Contains(err.Error(), "a/a.compile_commands.json") {
		t.Errorf("error %v", err)
	}
}
