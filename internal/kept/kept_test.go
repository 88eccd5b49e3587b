package kept

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	s := Open(dir)
	if _, ok := s.Get("a"); ok {
		t.Error("an empty store has something")
	}
	for _, text := range []string{"one", "two"} {
		if err := s.Put("a", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, ok := s.Get("a"); !ok || string(got) != text {
			t.Errorf("Get = %q, %v; want %q", got, ok, text)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("damaged, and longer than a digest is long"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.Get("a"); ok {
		t.Errorf("a damaged entry is taken: %q", got)
	}
}

func TestStoreForgetsWhatIsOld(t *testing.T) {
	s := Open(t.TempDir())
	for i := range limit + 3 {
		key := fmt.Sprint(i)
		if err := s.Put(key, []byte(key)); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(i-100) * time.Minute)
		if err := os.Chtimes(filepath.Join(s.dir, key), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Put("last", nil); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{"0": false, "3": false, "4": true, fmt.Sprint(limit + 2): true, "last": true} {
		if _, ok := s.Get(key); ok != want {
			t.Errorf("entry %s is there: %v, want %v", key, ok, want)
		}
	}
}

func TestNoStore(t *testing.T) {
	s := Open("")
	if err := s.Put("a", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Get("a"); ok {
		t.Error("a store that is none has something")
	}
}

func TestKey(t *testing.T) {
	key := func(texts ...string) string {
		k := NewKey("kind")
		k.Add(texts...)
		return k.String()
	}
	of := key("a", "b")
	if again := key("a", "b"); of != again {
		t.Errorf("the same texts have the keys %s and %s", of, again)
	}
	if of == key("ab") || of == key("b", "a") {
		t.Error("other texts have the same key")
	}
}
