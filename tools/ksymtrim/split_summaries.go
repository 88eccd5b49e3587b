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

// An ofSummary is a file to write for the exporter that the summaries call path: what
// write makes of what is kept and what goes away.
type ofSummary struct {
	path, file string
	write      func(kept, dropped []string) []byte
}

func (s *ofSummaries) flags(f *flag.FlagSet) {
	params.StringsVar(f, &s.files, "ksyms", "`file` with the summaries of what exports (repeated)")
	for name, out := range map[string]struct {
		usage string
		write func(kept, dropped []string) []byte
	}{
		"autoksyms-of": {"the header to write", func(kept, _ []string) []byte { return needed.Autoksyms(kept) }},
		"dropped-of":   {"`file` for the exports that go away", func(_, dropped []string) []byte { return needed.Lines(dropped) }},
		"keep-list-of": {"`file` for the exports that stay, as modpost takes them", func(kept, _ []string) []byte { return needed.Lines(kept) }},
	} {
		params.Pairs(f, name, "`PATH=FILE`: "+out.usage+" of what the summaries call PATH (repeated)", func(path, file string) {
			s.outs = append(s.outs, ofSummary{path, file, out.write})
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
	type parted struct{ kept, dropped []string }
	done := map[string]parted{}
	for _, out := range s.outs {
		p, there := done[out.path]
		if !there {
			if objects[out.path] == nil {
				return fmt.Errorf("%s: none of the --ksyms has a summary of it", out.path)
			}
			p.kept, p.dropped = needed.Split(names, objects[out.path])
			done[out.path] = p
		}
		if err := os.WriteFile(out.file, out.write(p.kept, p.dropped), 0o666); err != nil {
			return err
		}
	}
	return nil
}
