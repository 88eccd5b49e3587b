package kernelgraph

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// notNamed is why a recipe cannot have something; options are the user's.
const notNamed = ", and a recipe has the files alone that it names; turn off the option that asks for it"

// notReading are programs that read and write no file whose name they are given.
var notReading = []string{"echo", "mkdir", "printf"}

// outside says what a statement of a recipe reads that no recipe can have:
// files of this machine, and whole folders. Empty if there is nothing.
func (r *reader) outside(s maketrace.Step, st statement) string {
	for _, due := range s.Due {
		if path.IsAbs(due) {
			return "it is made of " + due + ", a file of this machine; put it into the sources"
		}
	}
	for _, words := range maketrace.Commands(st.text) {
		for i, w := range words[1:] {
			info, err := os.Stat(w)
			if path.IsAbs(w) && err == nil && (info.IsDir() || info.Mode().IsRegular() && info.Mode()&0o111 == 0) {
				return "it reads " + w + " of this machine; put that into the sources"
			}
			takes := strings.HasPrefix(words[i], "-") // the option before it
			if !takes && !slices.Contains(notReading, words[0]) && r.isFolder(w) {
				return "it reads all of the folder " + w + notNamed
			}
		}
	}
	return ""
}

// folderIn is a folder of the tree that is a word of a script's text, written
// as one; empty if there is none.
func (r *reader) folderIn(text string) string {
	for line := range strings.Lines(text) {
		for _, w := range strings.Fields(line) {
			if strings.HasPrefix(w, "#") {
				break
			}
			if strings.HasSuffix(w, "/") && !path.IsAbs(w) && r.isFolder(w) {
				return w
			}
		}
	}
	return ""
}

func (r *reader) isFolder(file string) bool {
	info, err := os.Stat(filepath.Join(r.top, file))
	return file != "" && file != "." && !path.IsAbs(file) && err == nil && info.IsDir()
}
