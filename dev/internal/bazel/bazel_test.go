package bazel

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOutputsAreRemovedAlthoughTheyAreReadOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outputs")
	below := filepath.Join(folder, "below")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(below, "x.ko"), nil, 0o444); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{below, folder} {
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
	}
	for _, when := range []string{"there", "gone"} {
		if err := Remove(folder); err != nil {
			t.Fatalf("while it is %s: %v", when, err)
		}
		if _, err := os.Stat(folder); !os.IsNotExist(err) {
			t.Fatalf("it is still there (%v)", err)
		}
	}
}

func TestErrorSaysWhatBazelSaid(t *testing.T) {
	program := filepath.Join(t.TempDir(), "bazel")
	if err := os.WriteFile(program, []byte("#!/bin/sh\npwd\n[ \"$1\" = info ] && exit\necho no such target >&2\nexit 7\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	out, err := Output(program, folder, "info")
	if err != nil || out != folder+"\n" {
		t.Errorf("%q, %v", out, err)
	}
	_, err = Output(program, folder, "build", "//:x")
	if want := "bazel build //:x: exit status 7\nno such target\n"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
