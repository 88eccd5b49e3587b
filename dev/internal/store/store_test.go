package store

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestAFolderIsMadeOnceThoughManyWantItAtOnce(t *testing.T) {
	s := Store{Root: t.TempDir()}
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			dir, err := s.Folder("thing", func(dir string) error {
				made.Add(1)
				return os.WriteFile(filepath.Join(dir, "f"), []byte("x"), 0o644)
			})
			if err != nil {
				t.Error(err)
				return
			}
			if got, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(got) != "x" {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 {
		t.Errorf("made %d times", made.Load())
	}
}

func TestWhatAFailedRunLeftIsNotTrusted(t *testing.T) {
	s := Store{Root: t.TempDir()}
	broken := errors.New("broken")
	if _, err := s.Folder("thing", func(dir string) error {
		if err := os.WriteFile(filepath.Join(dir, "half"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		return broken
	}); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	dir, err := s.Folder("thing", func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("left over: %v, %v", entries, err)
	}
}

func TestAFileIsNamedByItsText(t *testing.T) {
	s := Store{Root: filepath.Join(t.TempDir(), "new")}
	a, err := s.File("rc", ".bazelrc", "a")
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.File("rc", ".bazelrc", "b")
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.File("rc", ".bazelrc", "a")
	if err != nil {
		t.Fatal(err)
	}
	if a == b || a != again {
		t.Errorf("names %s, %s, %s", a, b, again)
	}
	if got, _ := os.ReadFile(b); string(got) != "b" {
		t.Errorf("%s holds %q", b, got)
	}
}

func TestADigestTellsWhereOnePartEnds(t *testing.T) {
	if Digest("ab", "c") == Digest("a", "bc") {
		t.Error("the same digest")
	}
}
