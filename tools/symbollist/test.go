package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symbollist"
)

// errDiffers is the error of a test that has said what differs.
var errDiffers = errors.New("the list differs")

// test compares the list that is checked in with what the modules take.
func test(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("symbollist test", flag.ContinueOnError)
	uses := flags.String("uses", "", "`file` that says which modules take what")
	name := flags.String("name", "", "`label` of the list that is checked in")
	checkedIn := flags.String("checked_in", "", "that list, a `file`; none if it does not exist yet")
	modules := flags.String("modules", "", "`label` of the list that the modules make")
	release := flags.String("release", "", "the kernel's `release`")
	updater := flags.String("update", "", "`label` of what writes the list")
	additionsOnly := flags.Bool("additions_only", false, "names that no module takes may be on the list")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *uses == "" || *name == "" {
		return errors.New("test: --uses and --name are needed")
	}
	set, err := ksyms.ReadNeededFile(located(*uses))
	if err != nil {
		return err
	}
	if *checkedIn == "" {
		fmt.Fprintf(stdout, "%s does not exist yet. To write it: bazel run %s\n", *name, *updater)
		return errDiffers
	}
	data, err := os.ReadFile(located(*checkedIn))
	if err != nil {
		return err
	}
	list, err := symbollist.Parse(*name, data)
	if err != nil {
		return err
	}
	d := symbollist.Compare(set, list)
	if *additionsOnly {
		d.Unused = nil
	}
	if text := d.Text(); text != "" {
		fmt.Fprintf(stdout, "%s is not what the modules of %s take from their kernel, %s:\n%sTo accept this: bazel run %s\n", *name, *modules, *release, text, *updater)
		return errDiffers
	}
	fmt.Fprintf(stdout, "PASS: %s has what the modules of %s take from their kernel, %s: %d symbols.\n", *name, *modules, *release, len(set.Symbols))
	return nil
}
