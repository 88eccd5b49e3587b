package kernelbuild

import (
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/autoconf"
	"github.com/rules-kbuild/rules_kbuild/internal/csource"
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

// headerOptions is a file at the top of the tree: the options that headers mention,
// of those that all sources may include.
const headerOptions = "header_options"

// writeHeaderOptions writes it. Of edited headers it may have less than they come to
// mention: then more is looked at again when an option changes.
func (w *writer) writeHeaderOptions() error {
	seen := map[string]bool{}
	options := map[string]bool{}
	for _, c := range w.included {
		for _, file := range c.files {
			if seen[file] || !w.inHeaders(file) || w.configLabel(file) != "" {
				continue
			}
			seen[file] = true
			text, err := os.ReadFile(filepath.Join(w.Top, file))
			if os.IsNotExist(err) {
				continue // the build makes it
			}
			if err != nil {
				return err
			}
			for _, c := range csource.Configs(text) {
				options[c.Name] = true
			}
		}
	}
	return autoconf.WriteList(filepath.Join(w.Top, headerOptions), options)
}
