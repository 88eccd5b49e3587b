package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symbollist"
)

// lists writes the list of symbols that modules take from their kernel.
//
//	ksymtrim list --ksyms F... --kernel FILE[=LABEL] [--symvers FILE[=LABEL]]...
//	    [--keep FILE[=LABEL]]... [--modversions]
//	    --format android|kbuild [--no-grouping] --out FILE [--uses FILE]
//
// The summaries are those of the modules, --kernel is the kernel's own
// Module.symvers, --symvers are those of other modules that these depend on. The
// list has the symbols of --keep too, if the kernel exports them. --uses gets
// the same as a needed set, which says who takes each symbol.
func lists(args []string, _, stderr io.Writer) error {
	flags := newFlags("list", stderr)
	var t taken
	t.register(flags)
	var keep []string
	params.StringsVar(flags, &keep, "keep", "`FILE[=LABEL]`: a list of symbols that are on this one too (repeated)")
	format := flags.String("format", "", "android or kbuild")
	noGrouping := flags.Bool("no-grouping", false, "do not part Android's format by modules")
	out := flags.String("out", "", "the list to write, a `file`")
	uses := flags.String("uses", "", "the needed set to write, a `file`")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("--out is needed")
	}
	style := symbollist.Style{Format: symbollist.Format(*format), Group: !*noGrouping}
	if err := style.Check(); err != nil {
		return fmt.Errorf("--format: %w", err)
	}
	in, err := t.input()
	if err != nil {
		return err
	}
	if in.Keep, err = readKeepLists(keep); err != nil {
		return err
	}
	set, warnings, err := symbollist.Taken(in)
	if err != nil {
		return err
	}
	warn(stderr, warnings)
	// Sorted as it is for those who read it later, so that both sides write the
	// same list.
	data, err := ksyms.MarshalNeeded(set)
	if err != nil {
		return err
	}
	text, err := symbollist.Write(set, style, nil)
	if err != nil {
		return err
	}
	if *uses != "" {
		if err := os.WriteFile(*uses, data, 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile(*out, text, 0o666)
}

// warn prints warnings.
func warn(stderr io.Writer, warnings []string) {
	for _, w := range warnings {
		fmt.Fprintln(stderr, "WARNING: ksymtrim:", w)
	}
}

// taken is the flags that say which modules take symbols from which kernel.
type taken struct {
	ksyms, symvers []string
	kernel         string
	modversions    bool
}

func (t *taken) register(flags *flag.FlagSet) {
	params.StringsVar(flags, &t.ksyms, "ksyms", "`file` of a module's symbol summary (repeated)")
	flags.StringVar(&t.kernel, "kernel", "", "the kernel's own Module.symvers, a `FILE[=LABEL]`")
	params.StringsVar(flags, &t.symvers, "symvers", "`FILE[=LABEL]` with the exports of another module that these depend on (repeated)")
	flags.BoolVar(&t.modversions, "modversions", false, "the kernel has CONFIG_MODVERSIONS")
}

func (t *taken) input() (symbollist.Input, error) {
	in := symbollist.Input{Modversions: t.modversions}
	if len(t.ksyms) == 0 || t.kernel == "" {
		return in, fmt.Errorf("--ksyms and --kernel are needed")
	}
	var err error
	if in.Objects, err = readSummaries(t.ksyms); err != nil {
		return in, err
	}
	var kernel []needed.Symvers
	if kernel, err = readSymvers([]string{t.kernel}); err != nil {
		return in, err
	}
	in.Kernel = kernel[0]
	in.Others, err = readSymvers(t.symvers)
	return in, err
}
