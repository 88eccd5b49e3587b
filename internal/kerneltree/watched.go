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
	sources, keep, err := s.open()
	if err != nil {
		return nil, err
	}
	read := map[string]bool{}
	names := func(dir, text string) {
		for _, word := range wordsOf(text) {
			file := placeOf(sources, t.Dir, dir, word)
			if info, err := os.Lstat(filepath.Join(sources, file)); err == nil && info.Mode().IsRegular() && keep(file, fs.FileInfoToDirEntry(info)) {
				read[file] = true
			}
		}
	}
	err = filepath.WalkDir(sources, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(file, sources), "/")
		if inside != "" && !keep(filepath.ToSlash(inside), entry) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		isMake := readByMake.MatchString(entry.Name()) || entry.Name() == "Build"
		if strings.HasPrefix(inside, "scripts/") || isMake {
			read[inside] = true
		}
		if !isMake || strings.HasPrefix(entry.Name(), "Kconfig") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
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
		return nil
	})
	if err != nil {
		return nil, err
	}
	notes, err := t.notes()
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		if !slices.Contains(made, n.target) {
			names(n.dir, n.text)
		}
	}
	return slices.Sorted(maps.Keys(read)), nil
}

// wordsOf are the parts of a text that could be paths.
func wordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r))
	})
}

// placeOf is the file of the sources that a word names, from the top of the tree,
// or from a folder or one above it; empty if it names none.
func placeOf(sources, tree, dir, word string) string {
	word = strings.TrimPrefix(word, tree+"/")
	for word = strings.TrimLeft(word, "/"); ; dir = path.Dir(dir) {
		file := path.Join(dir, word)
		if info, err := os.Stat(filepath.Join(sources, file)); err == nil && info.Mode().IsRegular() && !strings.HasPrefix(file, "../") {
			return file
		}
		if dir == "." || dir == "" {
			return ""
		}
	}
}
