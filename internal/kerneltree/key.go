package kerneltree

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// packagesFile lists what kernel.source has unpacked (kernel/source.bzl), by
// digests.
const packagesFile = "packages.json"

// toolsKey begins a key with all that the programs are which make runs, this one
// among them, and with the names of all headers: a new one may hide another.
func (t *Tree) toolsKey(kind string, s Sources) (*kept.Key, error) {
	if t.tools == "" {
		key, err := t.hashTools(s)
		if err != nil {
			return nil, err
		}
		t.tools = key.String()
	}
	key := kept.NewKey(kind)
	key.Add(t.tools)
	return key, nil
}

func (t *Tree) hashTools(s Sources) (*kept.Key, error) {
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
	for _, file := range []string{own, filepath.Join(s.Unpacked, packagesFile)} {
		if err := key.AddFile(file); err != nil {
			return nil, err
		}
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
	for _, folder := range sortedKeys(folders) {
		if err := addFolder(key, t.sdk.Path(folder)); err != nil {
			return nil, err
		}
	}
	if s.Edited == "" {
		return key, nil
	}
	s.Arch = t.Arch
	sources, keep, err := s.open()
	if err != nil {
		return nil, err
	}
	return key, walkKept(sources, keep, func(file string, _ fs.DirEntry) error {
		if strings.HasSuffix(file, ".h") {
			key.Add(file)
		}
		return nil
	})
}

// addFolder adds the files of a folder, with their names.
func addFolder(key *kept.Key, folder string) error {
	return filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		key.Add(strings.TrimPrefix(file, folder))
		if entry.Type()&fs.ModeSymlink != 0 {
			leads, err := os.Readlink(file)
			key.Add(leads)
			return err
		}
		return key.AddFile(file)
	})
}
