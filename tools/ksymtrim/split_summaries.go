package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// ofSummaries are the files that split writes for exporters that summaries
// describe, and that it need not read itself.
type ofSummaries struct {
	files []string // the summaries
	outs  []ofSummary
}

// An ofSummary is a file to write for exporters that the summaries call paths: what
// write makes of what is kept and what goes away of all of them.
type ofSummary struct {
	paths []string
	file  string
	write func(kept, dropped []string) []byte
}

func (s *ofSummaries) flags(f *flag.FlagSet) {
	params.StringsVar(f, &s.files, "ksyms", "`file` with the summaries of what exports (repeated)")
	index := map[string]int{} // in outs, by file
	for name, out := range map[string]struct {
		usage string
		write func(kept, dropped []string) []byte
	}{
		"autoksyms-of": {"the header to write", func(kept, _ []string) []byte { return needed.Autoksyms(kept) }},
		"dropped-of":   {"`file` for the exports that go away", func(_, dropped []string) []byte { return needed.Lines(dropped) }},
		"keep-list-of": {"`file` for the exports that stay, as modpost takes them", func(kept, _ []string) []byte { return needed.Lines(kept) }},
	} {
		params.Pairs(f, name, "`PATH=FILE`: "+out.usage+" of what the summaries call PATH; several may have one file (repeated)", func(path, file string) {
			i, there := index[file]
			if !there {
				i = len(s.outs)
				index[file] = i
				s.outs = append(s.outs, ofSummary{file: file, write: out.write})
			}
			s.outs[i].paths = append(s.outs[i].paths, path)
		})
	}
}

// split writes the files. names are those that are needed.
func (s *ofSummaries) split(names []string) error {
	all, err := readSummaries(s.files)
	if err != nil {
		return err
	}
	objects := map[string][]*ksympb.Object{}
	for _, o := range all {
		objects[o.Path] = append(objects[o.Path], o)
	}
	for _, out := range s.outs {
		var exporters []*ksympb.Object
		for _, path := range out.paths {
			if objects[path] == nil {
				return fmt.Errorf("%s: none of the --ksyms has a summary of it", path)
			}
			exporters = append(exporters, objects[path]...)
		}
		if err := os.WriteFile(out.file, out.write(needed.Split(names, exporters)), 0o666); err != nil {
			return err
		}
	}
	return nil
}
