package kerneltree

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// compiled are the suffixes of what Makefiles have compiled: make looks whether it
// is there, and not into it.
var compiled = regexp.MustCompile(`\.([cSosa]|ko|lds)$`)

// notRead are parts of a Makefile that name files which make does not read: comments,
// and headers that sources include.
var notRead = regexp.MustCompile(`(?m)^\s*#.*|-include\s+\S+`)

// Read are the sources that configuring, preparing and evaluating the Makefiles
// have read, by their paths: an edit of another one changes nothing of what came of
// that. They are
//
//   - what make and Kconfig read wherever it is;
//   - Kbuild's own scripts and programs;
//   - what Makefiles name besides what is compiled: scripts, tables, a header that
//     another is made of;
//   - what Kbuild has noted that it read, but for what it was that made the files
//     among made: the build makes those again (kernelgraph.Graph.Anew).
func (t *Tree) Read(s Sources, made []string) ([]string, error) {
	named, err := t.makefiles(s)
	if err != nil {
		return nil, err
	}
	read := maps.Clone(named.files)
	notes, err := t.notes()
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if slices.Contains(made, n.target) {
			continue
		}
		// The name of the folder may have what parts words.
		for _, word := range wordsOf(strings.ReplaceAll(n.text, t.Dir+"/", "")) {
			if file := placeOf(named.there, t.Dir, n.dir, word); file != "" {
				read[file] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(read)), nil
}

// makefiles are the Makefiles of the sources and what they name.
func (t *Tree) makefiles(s Sources) (*named, error) {
	sources, keep, err := s.open()
	if err != nil {
		return nil, err
	}
	if t.named == nil || t.named.sources != sources {
		t.named, err = findNamed(sources, t.Dir, keep)
	}
	return t.named, err
}

// A named is what Makefiles are and what they name.
type named struct {
	sources string          // the folder of the sources
	there   map[string]bool // the sources
	files   map[string]bool // those that make reads, and that they name
}

// findNamed reads the Makefiles of sources for what they name. tree is the folder that
// the sources are laid out in.
func findNamed(sources, tree string, keep func(file string, entry fs.DirEntry) bool) (*named, error) {
	there := map[string]bool{}
	err := walkKept(sources, keep, func(file string, _ fs.DirEntry) error {
		there[file] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	read := map[string]bool{}
	names := func(dir, text string) {
		for _, word := range wordsOf(text) {
			if file := placeOf(there, tree, dir, word); file != "" {
				read[file] = true
			}
		}
	}
	for inside := range there {
		base := path.Base(inside)
		isMake := readByMake.MatchString(base) || base == "Build"
		if strings.HasPrefix(inside, "scripts/") || isMake {
			read[inside] = true
		}
		if !isMake || strings.HasPrefix(base, "Kconfig") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(sources, inside))
		if err != nil {
			return nil, err
		}
		for _, word := range wordsOf(notRead.ReplaceAllString(string(text), "")) {
			switch {
			case compiled.MatchString(word):
			case !strings.HasSuffix(word, ".h"):
				names(path.Dir(inside), word)
			case !strings.HasPrefix(inside, "tools/"):
				// $(srctree)/arch/x86/include/asm/cpufeatures.h. Others are
				// lists of headers to install.
				names("", word)
			}
		}
	}
	return &named{sources, there, read}, nil
}

// wordsOf are the parts of a text that could be paths.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r))
	})
}

// placeOf is the file of the sources that a word names, from the top of the tree,
// or from a folder or one above it; empty if it names none. there are the sources.
func placeOf(there map[string]bool, tree, dir, word string) string {
	word = strings.TrimPrefix(word, tree+"/")
	for word = strings.TrimLeft(word, "/"); ; dir = path.Dir(dir) {
		if file := path.Join(dir, word); there[file] {
			return file
		}
		if dir == "." || dir == "" {
			return ""
		}
	}
}
