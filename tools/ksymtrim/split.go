package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

// split cuts the needed set for each of some objects.
//
//	ksymtrim split --needed needed.ksyms
//	    [--object X.o --autoksyms X.autoksyms.h --dropped X.dropped]...
//	    [--source Y.c --source-autoksyms Y.autoksyms.h]...
//
// An object's header (kernels before 6.5) has what of its own exports stays,
// its file of dropped ones what goes away: if that is empty, the object is the
// same trimmed or not. Of an object that is not there yet, the header has what
// stays of the exports that its source names.
func split(args []string, _, stderr io.Writer) error {
	flags := newFlags("split", stderr)
	set := flags.String("needed", "", "the needed `set`")
	var objects, headers, dropped, sources, sourceHeaders []string
	params.StringsVar(flags, &objects, "object", "`file` of an object (repeated)")
	params.StringsVar(flags, &headers, "autoksyms", "the header to write for it, a `file` (repeated)")
	params.StringsVar(flags, &dropped, "dropped", "`file` for its exports that go away (repeated)")
	params.StringsVar(flags, &sources, "source", "`file` of the source of an object (repeated)")
	params.StringsVar(flags, &sourceHeaders, "source-autoksyms", "the header to write for it, a `file` (repeated)")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *set == "" {
		return fmt.Errorf("--needed is needed")
	}
	if len(objects)+len(sources) == 0 {
		return fmt.Errorf("give at least one --object or --source")
	}
	if len(sourceHeaders) != len(sources) {
		return fmt.Errorf("%d --source, %d --source-autoksyms: give both for each source", len(sources), len(sourceHeaders))
	}
	if len(headers) != len(objects) || len(dropped) != len(objects) {
		return fmt.Errorf("%d --object, %d --autoksyms, %d --dropped: give all three for each object", len(objects), len(headers), len(dropped))
	}
	n, err := ksyms.ReadNeededFile(*set)
	if err != nil {
		return err
	}
	for i, object := range objects {
		found, err := ksymscan.File(object, ksymscan.Options{Style: ksymscan.Linux61})
		if err != nil {
			return err
		}
		names, gone := needed.Split(n, found)
		if err := os.WriteFile(headers[i], needed.Autoksyms(names), 0o666); err != nil {
			return err
		}
		if err := os.WriteFile(dropped[i], needed.Lines(gone), 0o666); err != nil {
			return err
		}
	}
	all := needed.Names(n)
	for i, source := range sources {
		exports, err := namedExports(source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(sourceHeaders[i], needed.Autoksyms(exports.Of(all)), 0o666); err != nil {
			return err
		}
	}
	return nil
}
