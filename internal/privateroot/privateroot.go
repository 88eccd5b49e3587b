// Package privateroot makes the folders that commands run below: private,
// memory-backed where there is room, and gone afterwards even if the process is
// told to stop.
package privateroot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	prefix = "rules_kbuild-"
	memory = "/dev/shm"
	// staleAfter is how old a folder must be before one whose owner is gone
	// counts as left behind: longer than between its making and its locking.
	staleAfter = 10 * time.Minute
)

// A Root is a private folder.
type Root struct {
	Path string // absolute
	lock *os.File

	mu      sync.Mutex
	removed bool
}

// New makes a folder on a file system that has room for that many bytes: in
// memory if it can, else in the folder for temporary files, TMPDIR. It has an
// empty folder `tmp` in it.
func New(room int64) (*Root, error) {
	var failures []string
	for _, base := range []string{memory, os.TempDir()} {
		if base == memory && free(base) < room {
			continue
		}
		r, err := make1(base)
		if err == nil {
			return r, nil
		}
		failures = append(failures, err.Error())
	}
	return nil, fmt.Errorf("no folder to run the command in (%s); set TMPDIR to one that can be written", strings.Join(failures, "; "))
}

func free(dir string) int64 {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * s.Bsize
}

func make1(base string) (*Root, error) {
	sweep(base, time.Now().Add(-staleAfter))
	base, err := filepath.Abs(base)
	if err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(base, prefix)
	if err != nil {
		return nil, err
	}
	r := &Root{Path: path}
	if r.lock, err = lock(path); err == nil {
		err = os.Mkdir(path+"/tmp", 0o700)
	}
	if err != nil {
		r.Remove()
		return nil, err
	}
	return r, nil
}

// lock marks a folder as in use, until the process ends however it does.
func lock(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: lock: %w", path, err)
	}
	return f, nil
}

// sweep removes what processes that were killed left behind in base: folders
// that nobody holds and that were made before the time given.
func sweep(base string, before time.Time) {
	dir, err := os.Open(base)
	if err != nil {
		return
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return
	}
	for _, name := range names {
		path := filepath.Join(base, name)
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		info, err := os.Lstat(path)
		if err != nil || !info.IsDir() || info.ModTime().After(before) {
			continue
		}
		if f, err := lock(path); err == nil {
			os.RemoveAll(path)
			f.Close()
		}
	}
}

// Remove removes the folder with all that is in it. It may be called more than
// once.
func (r *Root) Remove() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.removed {
		return
	}
	r.removed = true
	os.RemoveAll(r.Path)
	if r.lock != nil {
		r.lock.Close()
	}
}
