package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

// slice cuts the needed set to what one object or module exports.
//
//	ksymtrim slice --needed needed.ksyms [--ksyms X.ksyms]... --format autoksyms|list
//	    --out FILE [--dropped FILE]
//
// The format autoksyms is the header of kernels before 6.5, list the symbols
// that modpost keeps in later ones. Without --ksyms the slice is the whole set.
// --dropped gets the exports that go away, one a line: if it is empty, the
// object is the same trimmed or not.
func slice(args []string, _, stderr io.Writer) error {
	flags := newFlags("slice", stderr)
	set := flags.String("needed", "", "the needed `set`")
	var summaries []string
	params.StringsVar(flags, &summaries, "ksyms", "`file` with the summary of what exports (repeated)")
	format := flags.String("format", "", "autoksyms or list")
	out := flags.String("out", "", "the `file` to write")
	dropped := flags.String("dropped", "", "`file` for the exports that go away")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *set == "" || *out == "" {
		return fmt.Errorf("--needed and --out are needed")
	}
	if *dropped != "" && len(summaries) == 0 {
		return fmt.Errorf("--dropped needs --ksyms: it is about what an object exports")
	}
	write := map[string]func([]string) []byte{"autoksyms": needed.Autoksyms, "list": needed.Lines}[*format]
	if write == nil {
		return fmt.Errorf("--format %q is not autoksyms or list", *format)
	}
	n, err := ksyms.ReadNeededFile(*set)
	if err != nil {
		return err
	}
	names, gone := needed.Names(n), []string(nil)
	if len(summaries) > 0 {
		objects, err := readSummaries(summaries)
		if err != nil {
			return err
		}
		names, gone = needed.Split(names, objects)
	}
	if *dropped != "" {
		if err := os.WriteFile(*dropped, needed.Lines(gone), 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile(*out, write(names), 0o666)
}
