package relock

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

const (
	lockName = "trixie.lock.json"
	oldLock  = `{"packages": [{"sha256": "aa"}, {"sha256": "bb"}]}`
	newLock  = `{"packages": [{"sha256": "cc"}]}`
)

// mirrors are the mirrors that a Checker asks: they are asked how often, and have the old packages or do not.
type mirrors struct {
	asked  int
	about  []string // base names of the locks, the last time
	gone   bool
	broken error
}

func (m *mirrors) check(locks []string, dir string) error {
	m.asked++
	m.about = nil
	for _, lock := range locks {
		m.about = append(m.about, filepath.Base(lock))
	}
	if m.broken != nil {
		return m.broken
	}
	for _, lock := range locks {
		if m.gone {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(lock)), []byte(newLock), 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func newChecker(t *testing.T, m *mirrors) Checker {
	c := Checker{
		Repo:       t.TempDir(),
		Store:      store.Store{Root: t.TempDir()},
		Repository: t.TempDir(),
		Check:      m.check,
	}
	write(t, filepath.Join(c.Repo, "examples/kernels", lockName), oldLock)
	return c
}

func (c Checker) download(t *testing.T, digests ...string) {
	for _, d := range digests {
		write(t, filepath.Join(c.Repository, "content_addressable/sha256", d, "file"), "")
	}
}

func overrides(t *testing.T, c Checker) string {
	t.Helper()
	dir, err := c.Overrides()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLocksThatAreServedAreUsedAsTheyAre(t *testing.T) {
	m := &mirrors{}
	c := newChecker(t, m)
	for range 3 {
		if dir := overrides(t, c); dir != "" {
			t.Errorf("overridden by %s", dir)
		}
	}
	if m.asked != 1 {
		t.Errorf("asked %d times in a moment", m.asked)
	}
}

func TestALockOfTheDayTakesThePlaceOfOneWhosePackagesAreGone(t *testing.T) {
	m := &mirrors{gone: true}
	c := newChecker(t, m)
	dir := overrides(t, c)
	if text, err := os.ReadFile(filepath.Join(dir, lockName)); err != nil || string(text) != newLock {
		t.Fatalf("in %s: %q, %v", dir, text, err)
	}
	if again := overrides(t, c); again != dir {
		t.Errorf("then in %s", again)
	}
	// A lock that somebody has renewed since is asked for anew.
	write(t, filepath.Join(c.Repo, "examples/kernels", lockName), newLock)
	m.gone = false
	if dir := overrides(t, c); dir != "" || m.asked != 2 {
		t.Errorf("the renewed lock is overridden by %q, asked %d times", dir, m.asked)
	}
}

func TestLocksAreFoundAnywhereInTheirFolders(t *testing.T) {
	m := &mirrors{}
	c := newChecker(t, m)
	write(t, filepath.Join(c.Repo, "examples/vendor/driver.lock.json"), oldLock)
	write(t, filepath.Join(c.Repo, "dev/benchmarks/big/big.lock.json"), oldLock)
	write(t, filepath.Join(c.Repo, "internal/lock/testdata/broken.lock.json"), "{")
	overrides(t, c)
	if want := []string{"driver.lock.json", "big.lock.json"}; !slices.Contains(m.about, lockName) || !slices.Equal(m.about[1:], want) {
		t.Errorf("asked about %q, want %s and %q", m.about, lockName, want)
	}
	write(t, filepath.Join(c.Repo, "dev/driver.lock.json"), oldLock)
	if _, err := c.Overrides(); err == nil || !strings.Contains(err.Error(), "locks of one name, driver.lock.json") {
		t.Errorf("two locks of one name: error %v", err)
	}
}

func TestNoMirrorIsAskedWhenEverythingIsDownloaded(t *testing.T) {
	m := &mirrors{gone: true}
	c := newChecker(t, m)
	c.download(t, "aa", "bb")
	if dir := overrides(t, c); dir != "" || m.asked != 0 {
		t.Errorf("overridden by %q, asked %d times", dir, m.asked)
	}
}

func TestAnAnswerIsBelievedForAWhile(t *testing.T) {
	m := &mirrors{}
	c := newChecker(t, m)
	overrides(t, c)
	notes, _ := filepath.Glob(filepath.Join(c.Store.Root, "*", "checked"))
	if len(notes) != 1 {
		t.Fatalf("notes %q", notes)
	}
	old := time.Now().Add(-2 * keep)
	if err := os.Chtimes(notes[0], old, old); err != nil {
		t.Fatal(err)
	}
	overrides(t, c)
	if m.asked != 2 {
		t.Errorf("asked %d times", m.asked)
	}
}

func TestMirrorsThatDoNotAnswerAreNoError(t *testing.T) {
	m := &mirrors{broken: errors.New("no network")}
	c := newChecker(t, m)
	if dir := overrides(t, c); dir != "" {
		t.Errorf("overridden by %s", dir)
	}
	m.broken, m.gone = nil, true
	if dir := overrides(t, c); dir == "" {
		t.Error("not asked again when the network is back")
	}
}

func TestACheckoutWithoutLocksNeedsNone(t *testing.T) {
	m := &mirrors{}
	c := newChecker(t, m)
	c.Repo = t.TempDir()
	if dir := overrides(t, c); dir != "" || m.asked != 0 {
		t.Errorf("overridden by %q, asked %d times", dir, m.asked)
	}
}
