package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// needs writes the set of symbols that must stay exported.
//
//	ksymtrim needed [--ksyms F | --source MODULE=FILE]... [--mentions MENTIONS] [--autoconf FILE]
//	    [--symvers FILE[=LABEL]]... [--keep FILE[=LABEL]]... [--modversions] --out needed.ksyms
//
// The summaries are those of the modules of the set and of modules outside it
// that use it, and with module `vmlinux` those of the kernel's objects. The
// Module.symvers files are of providers that are not trimmed. For a whole kernel
// these are the modules of its tree, the modules that are built for it elsewhere,
// and vmlinux.o or what it is linked from (see scan); there is no Module.symvers
// then. What vmlinux.o leaves undefined is the linker's, and needs nothing.
//
// Of a module that is not compiled yet, its sources say what it will import, more or
// less: a set made so is a guess (guess.go).
func needs(args []string, _, stderr io.Writer) error {
	flags := newFlags("needed", stderr)
	var g guess
	g.flags(flags)
	var summaries, symversFiles, keep []string
	params.StringsVar(flags, &summaries, "ksyms", "`file` of symbol summaries (repeated)")
	params.StringsVar(flags, &symversFiles, "symvers", "`FILE[=LABEL]` with the exports of a provider outside the set (repeated)")
	params.StringsVar(flags, &keep, "keep", "`FILE[=LABEL]`: a list of symbols to keep (repeated)")
	modversions := flags.Bool("modversions", false, "the kernel has CONFIG_MODVERSIONS")
	out := flags.String("out", "", "the needed set to write")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("--out is needed")
	}
	in := needed.Input{Modversions: *modversions}
	objects, err := readSummaries(summaries)
	if err != nil {
		return err
	}
	guessed, err := g.imports()
	if err != nil {
		return err
	}
	in.Objects = append(objects, guessed...)
	if in.Outside, err = readSymvers(symversFiles); err != nil {
		return err
	}
	if in.Keep, err = readKeepLists(keep); err != nil {
		return err
	}
	set, warnings, err := needed.Compute(in)
	if err != nil {
		return err
	}
	warn(stderr, warnings)
	return ksyms.WriteNeededFile(*out, set)
}

// readSummaries reads and merges .ksyms files.
func readSummaries(files []string) ([]*ksympb.Object, error) {
	all := make([]*ksympb.Ksyms, len(files))
	err := parallel.Ranges(len(files), 16, func(first, end int) (err error) {
		for i := first; i < end && err == nil; i++ {
			all[i], err = ksyms.ReadFile(files[i])
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	merged, err := ksyms.Merge(all...)
	return merged.GetObjects(), err
}

// readKeepLists reads keep-lists, given as FILE[=LABEL].
func readKeepLists(args []string) ([]needed.KeepList, error) {
	var all []needed.KeepList
	for _, arg := range args {
		file, name := fileAndLabel(arg)
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		entries, err := keeplist.Parse(file, data)
		if err != nil {
			return nil, err
		}
		all = append(all, needed.KeepList{Name: name, Entries: entries})
	}
	return all, nil
}

// readSymvers reads Module.symvers files, given as FILE[=LABEL].
func readSymvers(args []string) ([]needed.Symvers, error) {
	var all []needed.Symvers
	for _, arg := range args {
		file, name := fileAndLabel(arg)
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		entries, err := symvers.Parse(file, data)
		if err != nil {
			return nil, err
		}
		all = append(all, needed.Symvers{Name: name, Entries: entries})
	}
	return all, nil
}

// fileAndLabel splits FILE=LABEL; without a label, the file is named.
func fileAndLabel(arg string) (file, name string) {
	file, label, ok := strings.Cut(arg, "=")
	if !ok || label == "" {
		return file, file
	}
	return file, label
}
