package overrides

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachStandInIsAModuleOfItsName(t *testing.T) {
	for name, files := range standIns {
		dir := t.TempDir()
		if err := writeFiles(dir, files); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "MODULE.bazel"))
		if err != nil {
			t.Error(err)
		} else if want := `module(name = "` + name + `")`; !strings.Contains(string(text), want) {
			t.Errorf("%s: MODULE.bazel is %q", name, text)
		}
		if _, err := os.Stat(filepath.Join(dir, "BUILD.bazel")); err != nil {
			t.Errorf("%s is no package: %v", name, err)
		}
	}
}

func TestADigestFollowsFromNamesAndTexts(t *testing.T) {
	a := digestOf(map[string]string{"x": "1", "y": "2"})
	for _, other := range []map[string]string{{"x": "2", "y": "1"}, {"x": "1"}, {"x": "1", "z": "2"}} {
		if digestOf(other) == a {
			t.Errorf("%v has the digest of another", other)
		}
	}
	for range 20 {
		if digestOf(map[string]string{"y": "2", "x": "1"}) != a {
			t.Fatal("the digest depends on the order of the map")
		}
	}
}

func TestOnlyTheOnePlaceThatWasMeantIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for _, tc := range []struct {
		text string
		ok   bool
	}{{"a old b", true}, {"a b", false}, {"old old", false}} {
		if err := os.WriteFile(path, []byte(tc.text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := replace(path, "old", "new")
		if (err == nil) != tc.ok {
			t.Errorf("%q: error %v", tc.text, err)
		}
		got, _ := os.ReadFile(path)
		if want := map[bool]string{true: "a new b", false: tc.text}[tc.ok]; string(got) != want {
			t.Errorf("%q became %q", tc.text, got)
		}
	}
}

func TestACopyCanBeWrittenToAndItsScriptsRun(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := writeFiles(from, map[string]string{"d/run.sh": "#!/bin/sh\n", "d/f": "x"}); err != nil {
		t.Fatal(err)
	}
	// As the module cache has them.
	for name, mode := range map[string]os.FileMode{"d/run.sh": 0o444, "d/f": 0o444, "d": 0o755} {
		if err := os.Chmod(filepath.Join(from, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyTree(from, to); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"d/run.sh": 0o755, "d/f": 0o644} {
		info, err := os.Stat(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o700 != want&0o700 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}
