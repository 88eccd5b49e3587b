package privateroot

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestRootsAreEachTheirOwnAndGoAway(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	a, err := New(1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(1)
	if err != nil {
		t.Fatal(err)
	}
	if a.Path == b.Path {
		t.Errorf("both are %s", a.Path)
	}
	if err := os.WriteFile(a.Path+"/tmp/x", nil, 0o600); err != nil {
		t.Errorf("the folder for temporary files: %v", err)
	}
	for _, r := range []*Root{a, b} {
		r.Remove()
		r.Remove()
		if _, err := os.Lstat(r.Path); !os.IsNotExist(err) {
			t.Errorf("%s is still there (%v)", r.Path, err)
		}
	}
}

func TestWhatDoesNotFitInMemoryGoesToTMPDIR(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	r, err := New(1 << 62)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Remove()
	if filepath.Dir(r.Path) != dir {
		t.Errorf("%s is not in %s", r.Path, dir)
	}
}

func TestNoFolderIsAnErrorThatSaysWhatToDo(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if _, err := New(1 << 62); err == nil {
		t.Error("a folder was made in one that is not there")
	}
}

func TestSweepRemovesOnlyWhatNobodyHolds(t *testing.T) {
	base := t.TempDir()
	held, err := make1(base)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Remove()
	left := filepath.Join(base, prefix+"left")
	other := filepath.Join(base, "other")
	for _, dir := range []string{left, other} {
		if err := os.MkdirAll(dir+"/tmp", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	there := func(path string) bool {
		_, err := os.Lstat(path)
		return err == nil
	}
	sweep(base, time.Now().Add(-time.Hour))
	if !there(left) {
		t.Error("a folder that may just have been made is gone")
	}
	sweep(base, time.Now().Add(time.Hour))
	if there(left) || !there(held.Path) || !there(other) {
		t.Errorf("left behind: %v, in use: %v, another's: %v; want only the first gone", there(left), there(held.Path), there(other))
	}
}
