package kerneltree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A note is a file by which Kbuild remembers how it made another: `.x.o.cmd`.
type note struct {
	file   string // path in the tree
	dir    string // folder in the tree
	target string // empty where tools/build writes it in another way
	words  []string
	text   string
}

// noted is the line of a note that has the command, which begins with savedcmd
// since Linux 6.5.
var noted = regexp.MustCompile(`(?m)^(?:saved)?cmd_(\S+) := (.*)$`)

// notes reads what Kbuild has noted so far.
func (t *Tree) notes() ([]note, error) {
	var all []note
	err := t.walk(func(file string, entry fs.DirEntry) error {
		if !strings.HasPrefix(entry.Name(), ".") || !strings.HasSuffix(entry.Name(), ".cmd") {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(t.Dir, file))
		if err != nil {
			return err
		}
		n := note{file: file, dir: path.Dir(file), text: string(text)}
		if m := noted.FindStringSubmatch(n.text); m != nil {
			n.target = path.Clean(m[1])
			n.words = strings.Fields(m[2])
		}
		all = append(all, n)
		return nil
	})
	return all, err
}

// walk visits the files of the tree, by their paths in it.
func (t *Tree) walk(visit func(file string, entry fs.DirEntry) error) error {
	return walkFiles(t.Dir, func(file string, _ fs.DirEntry) bool { return file != HostDir }, visit)
}

// Compiled are the files that `make prepare` had the kernel's compiler make: they
// depend on the kernel's headers.
func (t *Tree) Compiled() ([]string, error) {
	notes, err := t.notes()
	if err != nil {
		return nil, err
	}
	var made []string
	for _, n := range notes {
		if len(n.words) > 0 && n.words[0] == t.Variables["CC"] {
			made = append(made, n.target)
		}
	}
	slices.Sort(made)
	return made, nil
}
