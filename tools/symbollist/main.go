// Symbollist is the program of a kernel_symbol_list_test and of its .update: it
// compares a list of the kernel's symbols that is checked in with what modules
// take, or writes it anew.
//
//	symbollist test --uses FILE --name LABEL --modules LABEL --release RELEASE
//	    --update LABEL [--checked_in FILE] [--additions_only]
//	symbollist update --uses FILE --path PATH --format android|kbuild
//	    [--no_grouping] [--additions_only]
//
// --uses is what `ksymtrim list --uses` wrote. A test without --checked_in says
// how to make the list. --path is the list's place in the workspace that `bazel
// run` was started in.
//
// Arguments are also read from the file that lies beside the program and has
// its name with `.args` appended, one a line, before those of the command line.
// Relative paths of --uses and --checked_in are looked for in the runfiles first.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

func main() {
	if err := run(os.Args, os.Getenv, os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) && !errors.Is(err, errDiffers) {
			fmt.Fprintln(os.Stderr, "symbollist:", err)
		}
		os.Exit(1)
	}
}

func run(argv []string, getenv func(string) string, stdout io.Writer) error {
	beside, err := params.Expand([]string{"@" + argv[0] + ".args"})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	args := append(beside, argv[1:]...)
	if len(args) == 0 {
		return errors.New("no verb: test or update")
	}
	switch args[0] {
	case "test":
		return test(args[1:], stdout)
	case "update":
		return update(args[1:], getenv, stdout)
	}
	return fmt.Errorf("no verb %q: test or update", args[0])
}

// located returns where a file of the runfiles is.
func located(file string) string {
	if path, err := runfiles.Rlocation(file); err == nil {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return file
}
