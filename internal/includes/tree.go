// Package includes finds the include closure of a source: every file that a
// compiler could read for it, whatever the preprocessor's conditionals say.
//
// Paths are canonical: slash-separated, clean, and relative to the root that
// holds the kernel's headers and the workspace as Kbuild sees them
// (`usr/src/linux-headers-.../include/linux/module.h`, `w/hello/hello.c`).
package includes

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// A Tree is the files that sources may include. It reads each at most once.
// Its methods may be called from several goroutines.
type Tree struct {
	roots []root // longest path first
	named map[string]string
	dirs  map[string]bool // the folders above the named files

	mu      sync.Mutex
	files   map[string]*File
	listing map[string]map[string]bool // canonical folder to the names of its files; nil if there is no such folder
}

type root struct{ canonical, dir string }

// A File is a file of a Tree. Its methods read it when first called.
type File struct {
	Path string // canonical
	id   int
	disk string

	once     sync.Once
	err      error
	text     []byte
	includes []csource.Include
	configs  []csource.Config

	macrosOnce sync.Once
	macros     map[string][]csource.Macro
}

// NewTree returns the tree of the files in folders, by canonical folder, and
// of single files, by canonical path; a single file hides one in a folder.
func NewTree(folders, files map[string]string) *Tree {
	t := &Tree{
		named:   make(map[string]string, len(files)),
		dirs:    map[string]bool{},
		files:   map[string]*File{},
		listing: map[string]map[string]bool{},
	}
	for canonical, dir := range folders {
		t.roots = append(t.roots, root{clean(canonical), dir})
	}
	sort.Slice(t.roots, func(i, j int) bool {
		a, b := t.roots[i].canonical, t.roots[j].canonical
		return len(a) > len(b) || len(a) == len(b) && a < b
	})
	for canonical, disk := range files {
		canonical = clean(canonical)
		t.named[canonical] = disk
		for dir := path.Dir(canonical); dir != "." && !t.dirs[dir]; dir = path.Dir(dir) {
			t.dirs[dir] = true
		}
	}
	return t
}

// clean makes a canonical path of one that Kbuild would use.
func clean(p string) string {
	return strings.TrimPrefix(path.Clean("/"+p), "/")
}

// Lookup returns the file at a canonical path, nil if there is none.
func (t *Tree) Lookup(canonical string) *File {
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, known := t.files[canonical]; known {
		return f
	}
	f := (*File)(nil)
	if disk := t.locate(canonical); disk != "" {
		f = &File{Path: canonical, disk: disk, id: len(t.files)}
	}
	t.files[canonical] = f
	return f
}

// locate returns where a file is on disk, empty if nowhere.
func (t *Tree) locate(canonical string) string {
	if disk, found := t.named[canonical]; found {
		return disk
	}
	dir, name := path.Split(canonical)
	names, in := t.list(strings.TrimSuffix(dir, "/"))
	if !names[name] {
		return ""
	}
	return filepath.Join(in, name)
}

// list returns the names of the files in a canonical folder, and that folder
// on disk.
func (t *Tree) list(dir string) (names map[string]bool, disk string) {
	for _, r := range t.roots {
		rest, below := strings.CutPrefix(dir, r.canonical)
		if !below || rest != "" && rest[0] != '/' {
			continue
		}
		disk = filepath.Join(r.dir, rest)
		names, known := t.listing[dir]
		if !known {
			names = readNames(disk)
			t.listing[dir] = names
		}
		return names, disk
	}
	return nil, ""
}

// readNames returns the names of what is no folder in dir; nil without dir.
func readNames(dir string) map[string]bool {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return nil
	}
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		isDir := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(dir, e.Name()))
			isDir = err != nil || info.IsDir()
		}
		if !isDir {
			names[e.Name()] = true
		}
	}
	return names
}

// HasDir says whether a canonical folder exists, with or without files.
func (t *Tree) HasDir(dir string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	names, _ := t.list(dir)
	return names != nil || t.dirs[dir]
}

// load reads the file and finds out what the closure needs to know of it.
func (f *File) load() error {
	f.once.Do(func() {
		src, err := os.ReadFile(f.disk)
		if err != nil {
			var failed *fs.PathError
			if errors.As(err, &failed) {
				err = failed.Err
			}
			f.err = fmt.Errorf("%s: %s: %w", f.Path, f.disk, err)
			return
		}
		f.text, _ = csource.Blank(src)
		f.includes = csource.Includes(f.text)
		// No header of the kernel's takes in data, and they are many.
		if strings.HasPrefix(f.Path, "w/") || !strings.HasSuffix(f.Path, ".h") {
			f.includes = append(f.includes, csource.DataFiles(f.text)...)
		}
		f.configs = csource.Configs(f.text)
	})
	return f.err
}

// Disk returns where the file is on this machine.
func (f *File) Disk() string { return f.disk }

// Text returns the file without its comments (csource.Blank).
func (f *File) Text() ([]byte, error) {
	err := f.load()
	return f.text, err
}

// Raw returns the file as it is.
func (f *File) Raw() ([]byte, error) { return os.ReadFile(f.disk) }

// Mentions says whether the file has the word in it, outside of comments.
func (f *File) Mentions(word string) bool {
	return f.load() == nil && bytes.Contains(f.text, []byte(word))
}

// definitions returns where the file defines the macro.
func (f *File) definitions(name string) []csource.Macro {
	f.macrosOnce.Do(func() {
		f.macros = map[string][]csource.Macro{}
		for _, m := range csource.Macros(f.text) {
			f.macros[m.Name] = append(f.macros[m.Name], m)
		}
	})
	return f.macros[name]
}
