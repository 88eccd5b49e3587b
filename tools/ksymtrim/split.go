package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

// split cuts the needed set for each of some objects.
//
//	ksymtrim split --needed needed.ksyms | --kept needed.list
//	    [--ksyms S.ksyms]... [--autoksyms-of PATH=X.autoksyms.h | --dropped-of PATH=X.dropped |
//	     --keep-list-of PATH=X.keep]...
//	    [--object X.o --autoksyms X.autoksyms.h --dropped X.dropped]...
//	    [--source Y.c[,NAME]... --source-autoksyms Y.autoksyms.h]...
//	    [--guessed Z.c[,NAME]... --guess Z.guess.h --guessed-autoksyms Z.autoksyms.h
//	     --guessed-dropped Z.dropped]...
//
// An object's header (kernels before 6.5) has what of its own exports stays,
// its file of dropped ones what goes away: if that is empty, the object is the
// same trimmed or not. What an object exports is read from it, or from a summary.
// Of an object that is not there yet, the header has what stays of the exports that
// its source names, and of the NAMEs. One that was compiled with a guess at that
// has a file of dropped ones that is empty if the guess was right.
//
// A list of what is needed, a name a line, says no reasons, and changes less often
// than the set does.
func split(args []string, _, stderr io.Writer) error {
	flags := newFlags("split", stderr)
	set := flags.String("needed", "", "the needed `set`")
	list := flags.String("kept", "", "`file` with what is needed of it, a name a line, instead of the set")
	var objects, headers, dropped, sources, sourceHeaders []string
	var guessed guesses
	var summaries ofSummaries
	summaries.flags(flags)
	params.StringsVar(flags, &objects, "object", "`file` of an object (repeated)")
	params.StringsVar(flags, &headers, "autoksyms", "the header to write for it, a `file` (repeated)")
	params.StringsVar(flags, &dropped, "dropped", "`file` for its exports that go away (repeated)")
	params.StringsVar(flags, &sources, "source", "`FILE[,NAME]...` of the source of an object, and what it may export besides (repeated)")
	params.StringsVar(flags, &sourceHeaders, "source-autoksyms", "the header to write for it, a `file` (repeated)")
	params.StringsVar(flags, &guessed.sources, "guessed", "`FILE[,NAME]...` of the source of an object that was compiled with a guess (repeated)")
	params.StringsVar(flags, &guessed.guesses, "guess", "the header that it was compiled with, a `file` (repeated)")
	params.StringsVar(flags, &guessed.headers, "guessed-autoksyms", "the header to write for it, a `file` (repeated)")
	params.StringsVar(flags, &guessed.dropped, "guessed-dropped", "`file` for the exports that the guess has or lacks (repeated)")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if (*set == "") == (*list == "") {
		return fmt.Errorf("give either --needed or --kept")
	}
	if len(objects)+len(sources)+len(guessed.sources)+len(summaries.outs) == 0 {
		return fmt.Errorf("give at least one --object, --source or --guessed, or a file to write for what --ksyms tells of")
	}
	if len(sourceHeaders) != len(sources) {
		return fmt.Errorf("%d --source, %d --source-autoksyms: give both for each source", len(sources), len(sourceHeaders))
	}
	if len(headers) != len(objects) || len(dropped) != len(objects) {
		return fmt.Errorf("%d --object, %d --autoksyms, %d --dropped: give all three for each object", len(objects), len(headers), len(dropped))
	}
	all, err := neededNames(*set, *list)
	if err != nil {
		return err
	}
	if err := summaries.split(all); err != nil {
		return err
	}
	for i, object := range objects {
		found, err := ksymscan.File(object, ksymscan.Options{Style: ksymscan.Linux61})
		if err != nil {
			return err
		}
		names, gone := needed.Split(all, found)
		if err := os.WriteFile(headers[i], needed.Autoksyms(names), 0o666); err != nil {
			return err
		}
		if err := os.WriteFile(dropped[i], needed.Lines(gone), 0o666); err != nil {
			return err
		}
	}
	for i, source := range sources {
		if _, err := sliceSource(all, source, sourceHeaders[i]); err != nil {
			return err
		}
	}
	return guessed.split(all)
}

// neededNames returns what is needed, sorted: of a set, or of a list.
func neededNames(set, list string) ([]string, error) {
	if list != "" {
		text, err := os.ReadFile(list)
		names := strings.Fields(string(text))
		slices.Sort(names)
		return names, err
	}
	n, err := ksyms.ReadNeededFile(set)
	return needed.Names(n), err
}

// sliceSource writes the header of an object by what its source names.
func sliceSource(all []string, source, header string) ([]byte, error) {
	exports, err := namedExports(source)
	if err != nil {
		return nil, err
	}
	text := needed.Autoksyms(exports.Of(all))
	return text, os.WriteFile(header, text, 0o666)
}

// guesses are objects that were compiled with a guess at what stays.
type guesses struct{ sources, guesses, headers, dropped []string }

func (g *guesses) split(all []string) error {
	if n := len(g.sources); len(g.guesses) != n || len(g.headers) != n || len(g.dropped) != n {
		return fmt.Errorf("%d --guessed, %d --guess, %d --guessed-autoksyms, %d --guessed-dropped: give all four for each object",
			n, len(g.guesses), len(g.headers), len(g.dropped))
	}
	for i, source := range g.sources {
		text, err := sliceSource(all, source, g.headers[i])
		if err != nil {
			return err
		}
		guess, err := os.ReadFile(g.guesses[i])
		if err != nil {
			return err
		}
		if err := os.WriteFile(g.dropped[i], differing(text, guess), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// differing returns the lines that only one of two texts has.
func differing(a, b []byte) []byte {
	count := map[string]int{}
	for _, text := range [][]byte{a, b} {
		for line := range bytes.Lines(text) {
			count[string(line)]++
		}
	}
	var lines []byte
	for _, line := range slices.Sorted(maps.Keys(count)) {
		if count[line] == 1 {
			lines = append(lines, line...)
		}
	}
	return lines
}
