package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symbollist"
)

// allow fails if a module takes a symbol from the kernel that is on none of the
// lists.
//
//	ksymtrim allow --ksyms F --kernel FILE[=LABEL] [--symvers FILE[=LABEL]]...
//	    [--modversions] --list FILE[=LABEL]... --label LABEL --out FILE
//
// The label is the module's, for messages. --out gets an empty file: that it is
// there says that all is well.
func allow(args []string, _, stderr io.Writer) error {
	flags := newFlags("allow", stderr)
	var t taken
	t.register(flags)
	var allowed []string
	params.StringsVar(flags, &allowed, "list", "`FILE[=LABEL]`: a list of symbols that the module may take (repeated)")
	label := flags.String("label", "", "the module's `label`")
	out := flags.String("out", "", "the `file` to write if all is well")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if len(allowed) == 0 || *label == "" || *out == "" {
		return fmt.Errorf("--list, --label and --out are needed")
	}
	in, err := t.input()
	if err != nil {
		return err
	}
	set, warnings, err := symbollist.Taken(in)
	if err != nil {
		return err
	}
	warn(stderr, warnings)
	var lists []*symbollist.List
	for _, arg := range allowed {
		file, name := fileAndLabel(arg)
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		l, err := symbollist.Parse(name, data)
		if err != nil {
			return err
		}
		lists = append(lists, l)
	}
	if text := symbollist.Refused(set, *label, lists); text != "" {
		fmt.Fprint(stderr, text)
		return errReported
	}
	return os.WriteFile(*out, nil, 0o666)
}
