package kerneltree

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// packagesFile lists what kernel.source has unpacked (kernel/source.bzl), by
// digests.
const packagesFile = "packages.json"

// toolsKey begins a key with all that the programs are which make runs, this one
// among them, and with the names of all headers: a new one may hide another.
func (t *Tree) toolsKey(kind string, store *kept.Store, s Sources) (*kept.Key, error) {
	if t.tools == "" {
		key, err := t.hashTools(store, s)
		if err != nil {
			return nil, err
		}
		t.tools = key.String()
	}
	key := kept.NewKey(kind)
	key.Add(t.tools)
	return key, nil
}

func (t *Tree) hashTools(store *kept.Store, s Sources) (*kept.Key, error) {
	key := kept.NewKey("tools")
	tools := t.Description
	tools.Release = ""
	description, err := json.Marshal(tools)
	if err != nil {
		return nil, err
	}
	key.Add(string(description))
	own, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := key.AddFile(filepath.Join(s.Unpacked, packagesFile)); err != nil {
		return nil, err
	}
	folders := map[string]bool{}
	add := func(program string) {
		if inside, found := strings.CutPrefix(program, sdkWord+"/"); found {
			top, _, _ := strings.Cut(inside, "/")
			folders[top] = true
		}
	}
	add(t.Busybox)
	for _, p := range t.Programs {
		add(p.Path)
	}
	for _, l := range t.Loaders {
		for _, file := range slices.Concat(l.LibraryPath, []string{l.Path}) {
			add(file)
		}
	}
	programs := []string{own}
	for _, folder := range sortedKeys(folders) {
		programs = append(programs, t.sdk.Path(folder))
	}
	digest, err := digestFiles(store, programs)
	if err != nil {
		return nil, err
	}
	key.Add(digest)
	if s.Edited == "" {
		return key, nil
	}
	there, err := t.listing(s).walk()
	if err != nil {
		return nil, err
	}
	key.Add(there.headers...)
	return key, nil
}

// digestFiles is the digest of files, and of all in folders, with their names in them.
// It is kept by what the file system says of them, as make and Bazel take it: they are
// not read again unless a file was written, or put in the place of another.
func digestFiles(store *kept.Store, tops []string) (string, error) {
	key := kept.NewKey("digest")
	for _, top := range tops {
		err := visitFiles(top, func(file string, info fs.FileInfo) error {
			key.Add(file, fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano()))
			if stat, ok := info.Sys().(*syscall.Stat_t); ok {
				key.Add(fmt.Sprint(stat.Dev, stat.Ino, stat.Ctim.Nano()))
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	if digest, ok := store.Get(key.String()); ok {
		return string(digest), nil
	}
	content := kept.NewKey("content")
	for _, top := range tops {
		err := visitFiles(top, func(file string, info fs.FileInfo) error {
			content.Add(strings.TrimPrefix(file, top))
			if info.Mode()&fs.ModeSymlink != 0 {
				leads, err := os.Readlink(file)
				content.Add(leads)
				return err
			}
			return content.AddFile(file)
		})
		if err != nil {
			return "", err
		}
	}
	digest := content.String()
	return digest, store.Put(key.String(), []byte(digest))
}

// visitFiles visits a file, or all of a folder.
func visitFiles(top string, visit func(file string, info fs.FileInfo) error) error {
	return filepath.WalkDir(top, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return visit(file, info)
	})
}
