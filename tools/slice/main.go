// Command slice cuts what only some of a kernel build's actions need out of
// what all could read: the action tool of KernelSlice, KernelConfigSlice,
// KernelSymversSlice and KernelBTFSlice.
//
//	slice headers  the include closure of each source, as a header pack
//	slice split    autoconf.h in parts, of which most sources see few
//	slice config   the lines of autoconf.h that each source can see
//	slice symvers  the lines of Module.symvers that concern one module
//	slice modules  those that concern each of several
//	slice join     the Module.symvers of several modules
//	slice btf      the BTF of vmlinux
//
// Arguments may come from @FILE, one a line.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/autoconf"
	"github.com/rules-kbuild/rules_kbuild/internal/btfslice"
	"github.com/rules-kbuild/rules_kbuild/internal/headerslice"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symslice"
)

func main() {
	err := run(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "slice: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("no verb: headers, split, config, symvers, modules, join or btf")
	}
	verb := args[0]
	args, err := params.Expand(args[1:])
	if err != nil {
		return err
	}
	f := flag.NewFlagSet("slice "+verb, flag.ContinueOnError)
	var action func() error
	switch verb {
	case "headers":
		action = headers(f)
	case "split":
		action = split(f)
	case "config":
		action = config(f)
	case "symvers":
		action = symvers(f)
	case "modules":
		action = modules(f)
	case "join":
		action = join(f)
	case "btf":
		action = btf(f)
	default:
		return fmt.Errorf("no such verb: %q; there are headers, split, config, symvers, modules, join and btf", verb)
	}
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q", verb, f.Arg(0))
	}
	return action()
}

func headers(f *flag.FlagSet) func() error {
	r := headerslice.Request{Roots: map[string]string{}, Files: map[string]string{}, UnitFlags: map[string][]string{}, Prototypes: map[string][]string{}}
	params.Pairs(f, "root", "`CANONICAL=PATH` of a folder of headers", func(n, v string) { r.Roots[n] = v })
	params.Pairs(f, "file", "`CANONICAL=PATH` of a source or header", func(n, v string) { r.Files[n] = v })
	params.Pairs(f, "unit", "`CANONICAL=PACK`: a source, and the file to write its pack to", func(n, v string) {
		r.Units = append(r.Units, headerslice.Unit{Source: n, Pack: v})
	})
	params.Pairs(f, "unit_flag", "`CANONICAL=WORD`: a compiler option of one source", func(n, v string) {
		r.UnitFlags[n] = append(r.UnitFlags[n], v)
	})
	params.Pairs(f, "prototypes", "`CANONICAL=WORD` of the command that reads prototypes of what an assembly source exports", func(n, v string) {
		r.Prototypes[n] = append(r.Prototypes[n], v)
	})
	f.StringVar(&r.Cwd, "cwd", "", "canonical `folder` that the compiler runs in")
	f.StringVar(&r.Autoconf, "autoconf", "", "canonical `path` of the kernel's autoconf.h")
	params.StringsVar(f, &r.CFlags, "c_flag", "a `word` of the command for C")
	params.StringsVar(f, &r.ASFlags, "as_flag", "a `word` of the command for assembly")
	params.StringsVar(f, &r.AsmPreamble, "genksyms_include", "a `header` that declares what assembly exports")
	f.BoolVar(&r.Genksyms, "genksyms", false, "the kernel has CRCs: packs of assembly that exports hold what those need")
	f.StringVar(&r.SourcesText, "sources_text", "", "`file` to write what srcversion hashes to")
	f.StringVar(&r.Options, "options", "", "`file` to write to which options each source mentions; packs hold no autoconf.h then")
	return func() error { return headerslice.Run(r) }
}

func config(f *flag.FlagSet) func() error {
	var r autoconf.Request
	params.StringsVar(f, &r.Autoconf, "autoconf", "a part of the kernel's autoconf.h, a `file` (repeated, in the order of split)")
	f.StringVar(&r.HeaderOptions, "header_options", "", "`file` with the options that headers mention")
	f.StringVar(&r.Options, "options", "", "`file` that says which options each source mentions")
	f.StringVar(&r.Unused, "unused", "", "`file` to write to which parts none of the sources can see")
	params.Pairs(f, "out", "`CANONICAL=FILE`: a source, and the file to write to what it sees of autoconf.h; several sources may have one file", func(n, v string) {
		r.Slices = append(r.Slices, autoconf.Slice{Source: n, Out: v})
	})
	return func() error { return autoconf.Run(r) }
}

func split(f *flag.FlagSet) func() error {
	var r autoconf.SplitRequest
	f.StringVar(&r.Autoconf, "autoconf", "", "the kernel's autoconf.h, a `file`")
	f.StringVar(&r.HeaderOptions, "header_options", "", "`file` with the options that headers mention")
	params.StringsVar(f, &r.Out, "out", "`file` to write a part to: the first has the options that headers mention (repeated)")
	return func() error { return autoconf.RunSplit(r) }
}

func symvers(f *flag.FlagSet) func() error {
	var r symslice.Request
	f.StringVar(&r.Ksyms, "ksyms", "", "the module's symbols, a .ksyms `file`")
	params.StringsVar(f, &r.Symvers, "kernel", "the kernel's Module.symvers, a `file`")
	params.StringsVar(f, &r.Symvers, "dep", "another Module.symvers, a `FILE or FILE=LABEL`")
	params.StringsVar(f, &r.Index, "index", "a `file` of lines SYMBOL TAB LABEL: who exports what in the workspace")
	f.BoolVar(&r.Modversions, "modversions", false, "the kernel has CRCs: keep module_layout")
	f.StringVar(&r.Out, "out", "", "`file` to write the slice to")
	params.StringsVar(f, &r.Direct, "direct", "`label` of a --dep that the module itself names")
	f.StringVar(&r.Unused, "unused", "", "`file` to write the labels of --direct to that export nothing which the module uses")
	f.StringVar(&r.Hints, "hints", "", "`file` to write the lines of the index to that concern the module")
	return func() error { return symslice.Run(r) }
}

func modules(f *flag.FlagSet) func() error {
	var all []symslice.Module
	params.Pairs(f, "module", "`KSYMS=FILE`: a module's symbols, a .ksyms file, and the file to write its slice to (repeated)", func(ksyms, out string) {
		all = append(all, symslice.Module{Ksyms: ksyms, Out: out})
	})
	kernel := f.String("kernel", "", "the kernel's Module.symvers, with that of all modules, a `file`")
	modversions := f.Bool("modversions", false, "the kernel has CRCs: keep module_layout")
	return func() error { return symslice.RunEach(*kernel, all, *modversions) }
}

func join(f *flag.FlagSet) func() error {
	var files []string
	var out string
	params.StringsVar(f, &files, "symvers", "a module's Module.symvers, a `file`")
	f.StringVar(&out, "out", "", "`file` to write them all to")
	return func() error { return symslice.Join(files, out) }
}

func btf(f *flag.FlagSet) func() error {
	vmlinux := f.String("vmlinux", "", "the kernel, a `file`")
	out := f.String("out", "", "`file` to write its BTF to")
	return func() error { return btfslice.Run(*vmlinux, *out) }
}
