package kerneltree

import (
	"maps"
	"slices"
	"strings"
)

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
	named, err := t.listing(s).makefiles()
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
			if file := named.there.placeOf(n.dir, word); file != "" {
				read[file] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(read)), nil
}
