package kernelbuild

import (
	"path"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// configLabel is the label of a file that Kconfig makes; empty for others. It lies in
// a repository of its own, so that the tree, and the folder of headers that it would
// lie in, are the same in all configurations.
func (w *writer) configLabel(file string) string {
	if !slices.Contains(kerneltree.Configured, file) {
		return ""
	}
	return w.Config + "//:" + file
}

// configFiles are the files that a build reads, by their labels.
func (w *writer) configFiles() map[string]string {
	files := map[string]string{}
	for _, file := range kerneltree.Configured {
		if w.source(file) && path.Ext(file) != ".cmd" {
			files[w.configLabel(file)] = file
		}
	}
	return files
}
