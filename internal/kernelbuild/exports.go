package kernelbuild

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
	"github.com/rules-kbuild/rules_kbuild/internal/includes"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
)

// findExports finds which sources may export a symbol, and which of them name
// all that they export. Of what the build makes nothing is known.
func (w *writer) findExports() error {
	all := map[string]*includes.File{}
	sources := map[string]bool{}
	closures := slices.Collect(maps.Values(w.included))
	for _, c := range closures {
		if c.found == nil {
			continue
		}
		all[c.found.Source.Path] = c.found.Source
		sources[c.found.Source.Path] = true
		for _, f := range c.found.Files {
			all[f.Path] = f
		}
	}
	var files []exporttext.File
	for _, path := range slices.Sorted(maps.Keys(all)) {
		text, err := all[path].Text()
		if err != nil {
			return err
		}
		files = append(files, exporttext.File{Path: path, Text: text, Source: sources[path]})
	}
	macros := exporttext.FindMacros(files)
	if err := w.findMentions(files); err != nil {
		return err
	}
	return parallel.Ranges(len(closures), 16, func(first, end int) error {
		for _, c := range closures[first:end] {
			if c.found == nil {
				continue
			}
			if err := w.readExports(c, macros); err != nil {
				return err
			}
			c.found = nil
		}
		return nil
	})
}

// findMentions finds what headers mention of the exports of modules, if that is to be
// guessed by: from 6.5 on, trimming compiles nothing.
func (w *writer) findMentions(files []exporttext.File) error {
	var major, minor int
	if _, err := fmt.Sscanf(w.read("include/config/kernel.release"), "%d.%d", &major, &minor); err != nil || major > 6 || major == 6 && minor >= 5 {
		return nil
	}
	modules := map[string][][]byte{}
	for _, m := range w.Graph.Modules {
		for _, object := range m.Objects {
			if c := w.included[object]; c != nil && c.found != nil {
				text, err := c.found.Source.Text()
				if err != nil {
					return err
				}
				modules[m.Path] = append(modules[m.Path], text)
			}
		}
	}
	var headers [][]byte
	for _, f := range files {
		if !f.Source {
			headers = append(headers, f.Text)
		}
	}
	w.mentions = exporttext.HeaderMentions(headers, exporttext.Exporters(modules))
	return nil
}

func (w *writer) readExports(c *closure, macros *exporttext.Macros) error {
	text, err := c.found.Source.Text()
	if err != nil {
		return err
	}
	c.exports, c.named = macros.Exports(text), macros.Tells(text)
	c.others = macros.Others(text)
	for _, f := range c.found.Files {
		text, err := f.Text()
		if err != nil {
			return err
		}
		// A header of the kernel defines such macros for others; a file from beside
		// may be a part of the source.
		file, inside := strings.CutPrefix(f.Path, w.Src+"/")
		if macros.Invoked(f.Path) || inside && !w.inHeaders(file) && macros.Exports(text) {
			c.exports, c.named = true, false
		}
	}
	return nil
}
