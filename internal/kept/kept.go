// Package kept keeps bytes between one making of a repository and the next, by a
// key that says all that they depend on. Whoever has the same key would find the
// same bytes: keeping saves time and changes nothing else, so a store may lose
// anything at any time.
package kept

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// limit is how many entries a store has. Those that were not asked for the
// longest go.
const limit = 24

// A Store is a folder of entries. A nil one is empty, and keeps nothing.
type Store struct{ dir string }

// Open takes a folder, which need not be there yet; "" is the nil Store.
func Open(dir string) *Store {
	if dir == "" {
		return nil
	}
	return &Store{dir}
}

// Get returns what was kept under a key; ok is false if nothing was, or it is
// damaged.
func (s *Store) Get(key string) (data []byte, ok bool) {
	if s == nil {
		return nil, false
	}
	file := filepath.Join(s.dir, key)
	data, err := os.ReadFile(file)
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	digest, data := data[:sha256.Size], data[sha256.Size:]
	if sum := sha256.Sum256(data); !slices.Equal(sum[:], digest) {
		return nil, false
	}
	now := time.Now()
	_ = os.Chtimes(file, now, now) // only the order in which entries go
	return data, true
}

// Put keeps data under a key, in place of what was there.
func (s *Store) Put(key string, data []byte) error {
	if s == nil {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return err
	}
	// Under its name only once it is whole: kernels that are made at the same time
	// share a store.
	f, err := os.CreateTemp(s.dir, ".new")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	_, err = f.Write(sum[:])
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.dir, key))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return s.prune()
}

// prune removes the entries that are too many.
func (s *Store) prune() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil || len(entries) <= limit {
		return err
	}
	var all []fs.FileInfo
	for _, e := range entries {
		// Another process may have removed it.
		if info, err := e.Info(); err == nil {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range all[min(limit, len(all)):] {
		if err := os.Remove(filepath.Join(s.dir, info.Name())); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// A Key is made of all that something depends on, in a fixed order.
type Key struct{ hash hash.Hash }

// NewKey begins a key of what kind says.
func NewKey(kind string) *Key {
	k := &Key{sha256.New()}
	k.Add(kind)
	return k
}

// Add adds texts, each apart from the next.
func (k *Key) Add(texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(k.hash, "%d:", len(t))
		k.hash.Write([]byte(t))
	}
}

// AddFile adds the content of a file.
func (k *Key) AddFile(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	k.Add(string(data))
	return nil
}

// String is the key as Store takes it.
func (k *Key) String() string { return hex.EncodeToString(k.hash.Sum(nil)) }

// Digest is the key of bytes alone.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
