package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/report"
)

// reports writes who keeps which export, what nobody uses, and which modules
// serve which.
//
//	ksymtrim report --needed needed.ksyms --ksyms F... [--symvers FILE[=LABEL]]...
//	    [--all-outside] [--title TITLE] [--text FILE] [--json FILE] [--html FILE]
//
// The summaries are those of the modules whose exports are reported, used or
// not. The Module.symvers files say of which type the others' exports are; with
// --all-outside those of them are reported too that nobody uses. Without an
// output, the text goes to standard output.
func reports(args []string, stdout, stderr io.Writer) error {
	flags := newFlags("report", stderr)
	set := flags.String("needed", "", "the needed `set`")
	var summaries, symversFiles []string
	params.StringsVar(flags, &summaries, "ksyms", "`file` with the summaries of what exports (repeated)")
	params.StringsVar(flags, &symversFiles, "symvers", "`FILE[=LABEL]` with the exports of a provider outside the set (repeated)")
	allOutside := flags.Bool("all-outside", false, "report also what nobody uses of the Module.symvers files")
	title := flags.String("title", "", "what the report is about")
	text := flags.String("text", "", "the text `file` to write")
	json := flags.String("json", "", "the JSON `file` to write")
	html := flags.String("html", "", "the HTML `file` to write")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *set == "" || len(summaries) == 0 && len(symversFiles) == 0 {
		return fmt.Errorf("--needed and --ksyms are needed")
	}
	in := report.Input{Title: *title, AllOutside: *allOutside}
	var err error
	if in.Needed, err = ksyms.ReadNeededFile(*set); err != nil {
		return err
	}
	if in.Objects, err = readSummaries(summaries); err != nil {
		return err
	}
	if in.Outside, err = readSymvers(symversFiles); err != nil {
		return err
	}
	r, err := report.New(in)
	if err != nil {
		return fmt.Errorf("%s: %w", *set, err)
	}
	if *text == "" && *json == "" && *html == "" {
		_, err := stdout.Write(r.Text())
		return err
	}
	for _, out := range []struct {
		file string
		make func() ([]byte, error)
	}{
		{*text, func() ([]byte, error) { return r.Text(), nil }},
		{*json, r.JSON},
		{*html, r.HTML},
	} {
		if out.file == "" {
			continue
		}
		data, err := out.make()
		if err != nil {
			return fmt.Errorf("%s: %w", out.file, err)
		}
		if err := os.WriteFile(out.file, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}
