package kerneltree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// A Listing is what there is in a kernel's sources, as it was found once.
type Listing struct {
	of        Sources
	walk      func() (*there, error)
	makefiles func() (*named, error)
}

// List begins to list sources, and to read their Makefiles.
func List(s Sources) *Listing {
	l := &Listing{of: s}
	l.walk = sync.OnceValues(func() (*there, error) { return findFiles(s) })
	l.makefiles = sync.OnceValues(func() (*named, error) {
		there, err := l.walk()
		if err != nil {
			return nil, err
		}
		return findNamed(there)
	})
	go func() { _, _ = l.makefiles() }() // an error is that of who asks
	return l
}

// Use has a tree use a listing of its sources.
func (t *Tree) Use(l *Listing) { t.listed = l }

func (t *Tree) listing(s Sources) *Listing {
	s.Arch = t.Arch
	if t.listed == nil || t.listed.of != s {
		t.listed = List(s)
	}
	return t.listed
}

// A there is which files of the sources a build reads.
type there struct {
	sources string          // the folder of the sources
	files   map[string]bool // by their paths in it
	headers []string        // those that are headers, in their order
	bases   map[string]bool // their names without folders
}

func findFiles(s Sources) (*there, error) {
	sources, keep, err := s.open()
	if err != nil {
		return nil, err
	}
	t := &there{sources: sources, files: map[string]bool{}, bases: map[string]bool{}}
	return t, walkKept(sources, keep, func(file string, _ fs.DirEntry) error {
		t.files[file] = true
		t.bases[path.Base(file)] = true
		if strings.HasSuffix(file, ".h") {
			t.headers = append(t.headers, file)
		}
		return nil
	})
}

// A named is what Makefiles are and what they name.
type named struct {
	there *there
	files map[string]bool // those that make reads, and that they name
}

// isCompiled says whether a word names what Makefiles have compiled: make looks whether
// it is there, and not into it.
func isCompiled(word string) bool {
	switch path.Ext(word) {
	case ".c", ".S", ".o", ".s", ".a", ".ko", ".lds":
		return true
	}
	return false
}

// included are headers that sources include, which make does not read.
var included = regexp.MustCompile(`-include\s+\S+`)

// withoutComments is a Makefile without its lines that are comments.
func withoutComments(text string) string {
	var left strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			left.WriteString(line)
		}
	}
	return left.String()
}

// findNamed reads the Makefiles of sources for what they name.
func findNamed(there *there) (*named, error) {
	read := map[string]bool{}
	names := func(dir, text string) {
		for _, word := range wordsOf(text) {
			if file := there.placeOf(dir, word); file != "" {
				read[file] = true
			}
		}
	}
	for inside := range there.files {
		base := path.Base(inside)
		isMake := readByMake(base) || base == "Build"
		if strings.HasPrefix(inside, "scripts/") || isMake {
			read[inside] = true
		}
		if !isMake || strings.HasPrefix(base, "Kconfig") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(there.sources, inside))
		if err != nil {
			return nil, err
		}
		for _, word := range wordsOf(included.ReplaceAllString(withoutComments(string(text)), "")) {
			switch {
			case isCompiled(word):
			case !strings.HasSuffix(word, ".h"):
				names(path.Dir(inside), word)
			case !strings.HasPrefix(inside, "tools/"):
				// $(srctree)/arch/x86/include/asm/cpufeatures.h. Others are
				// lists of headers to install.
				names("", word)
			}
		}
	}
	return &named{there, read}, nil
}

// wordsOf are the parts of a text that could be paths.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r))
	})
}

// placeOf is the file of the sources that a word names, from their top, or from a
// folder or one above it; empty if it names none.
func (t *there) placeOf(dir, word string) string {
	if last := word[strings.LastIndexByte(word, '/')+1:]; last != "" && last != "." && last != ".." && !t.bases[last] {
		return ""
	}
	for word = strings.TrimLeft(word, "/"); ; dir = path.Dir(dir) {
		if file := path.Join(dir, word); t.files[file] {
			return file
		}
		if dir == "." || dir == "" {
			return ""
		}
	}
}
