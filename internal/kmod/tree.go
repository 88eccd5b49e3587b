package kmod

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A Tree is the folder of a kernel's own modules, lib/modules/RELEASE. It needs
// no modules.dep: packages leave that to depmod on the machine that they are
// installed on.
type Tree struct {
	dir     string
	files   map[string]string // name to path
	builtin map[string]bool
}

// OpenTree lists a kernel's modules. If two files have one module's name, the
// first in the order of their paths counts.
func OpenTree(dir string) (*Tree, error) {
	// Bazel may hand a directory over as a symbolic link, which WalkDir would
	// not enter.
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{dir: dir, files: map[string]string{}, builtin: map[string]bool{}}
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name, ok := Name(path); ok && !d.IsDir() {
			if _, twice := t.files[name]; !twice {
				t.files[name] = path
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return t, t.readBuiltin(filepath.Join(root, "modules.builtin"))
}

// readBuiltin reads the list of what would be modules were they not linked
// into the kernel, one path (kernel/fs/ext4/ext4.ko) a line. A tree may lack it.
func (t *Tree) readBuiltin(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, ok := Name(strings.TrimSpace(lines.Text())); ok {
			t.builtin[name] = true
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// Builtin reports whether the module is linked into the kernel.
func (t *Tree) Builtin(name string) bool { return t.builtin[Canonical(name)] }

// Find reads the module of that name; it returns nil if the tree has none.
func (t *Tree) Find(name string) (*Module, error) {
	file, ok := t.files[Canonical(name)]
	if !ok {
		return nil, nil
	}
	return Read(file)
}
