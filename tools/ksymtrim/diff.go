package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

// diff prints what changed between two needed sets, and why.
//
//	ksymtrim diff --before A --after B [--out FILE]
func diff(args []string, stdout, stderr io.Writer) error {
	flags := newFlags("diff", stderr)
	before := flags.String("before", "", "the earlier needed `set`")
	after := flags.String("after", "", "the later needed `set`")
	out := flags.String("out", "", "the `file` to write, instead of standard output")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *before == "" || *after == "" {
		return fmt.Errorf("--before and --after are needed")
	}
	old, err := ksyms.ReadNeededFile(*before)
	if err != nil {
		return err
	}
	now, err := ksyms.ReadNeededFile(*after)
	if err != nil {
		return err
	}
	text := needed.Diff(old, now)
	if *out != "" {
		return os.WriteFile(*out, []byte(text), 0o666)
	}
	_, err = io.WriteString(stdout, text)
	return err
}
