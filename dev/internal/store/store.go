// Package store keeps folders that take long to make: each is made once, under a name that says what is in it, and appears whole or
// not at all. Two processes that want the same folder wait for each other; one that was interrupted leaves nothing that a later one trusts.
package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/privilege"
)

// Store is a folder of such folders.
type Store struct {
	Root string // absolute
}

// Digest names content by the texts that it is made from.
func Digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Folder returns Root/name. When it is not there yet, build fills an empty folder that is then renamed to it.
func (s Store) Folder(name string, build func(dir string) error) (string, error) {
	final := filepath.Join(s.Root, name)
	if isDir(final) {
		return final, nil
	}
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		return "", err
	}
	unlock, err := s.lock(name)
	if err != nil {
		return "", err
	}
	defer unlock()
	if isDir(final) { // another process made it while this one waited
		return final, nil
	}
	partial := final + ".partial"
	if err := privilege.RemoveAll(partial); err != nil {
		return "", fmt.Errorf("remove what an interrupted run left: %w", err)
	}
	if err := os.Mkdir(partial, 0o755); err != nil {
		return "", err
	}
	if err := build(partial); err != nil {
		return "", err
	}
	if err := os.Rename(partial, final); err != nil {
		return "", err
	}
	return final, nil
}

// lock holds Root/name.lock until the returned function is called or the process ends.
func (s Store) lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.Root, name+".lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	fd := int(f.Fd())
	if err := flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		fmt.Fprintf(os.Stderr, "dev/bazel: waiting for another dev/bazel that makes %s\n", filepath.Join(s.Root, name))
		if err := flock(fd, syscall.LOCK_EX); err != nil {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
	}
	return func() { f.Close() }, nil
}

func flock(fd, how int) error {
	for {
		if err := syscall.Flock(fd, how); err != syscall.EINTR {
			return err
		}
	}
}

// File writes text to Root/STEM-DIGEST+ext, a name that changes with the text, and returns it.
func (s Store) File(stem, ext, text string) (string, error) {
	path := filepath.Join(s.Root, stem+"-"+Digest(text)+ext)
	if old, err := os.ReadFile(path); err == nil && string(old) == text {
		return path, nil
	}
	if err := os.MkdirAll(s.Root, 0o755); err != nil {
		return "", err
	}
	tmp, err := os.CreateTemp(s.Root, strings.TrimPrefix(stem, ".")+".*.partial")
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.WriteString(text); err != nil {
		tmp.Close()
		return "", err
	}
	if err := tmp.Close(); err != nil {
		return "", err
	}
	if err := os.Chmod(tmp.Name(), 0o644); err != nil {
		return "", err
	}
	return path, os.Rename(tmp.Name(), path)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
