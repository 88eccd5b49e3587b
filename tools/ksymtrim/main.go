// Ksymtrim is the program of the actions that trim exports: it finds out what
// objects export and import, and which symbols must stay exported.
//
//	ksymtrim scan    objects to their .ksyms
//	ksymtrim needed  many .ksyms and keep-lists to the needed set
//	ksymtrim slice   the needed set to what concerns one object or module
//	ksymtrim split   the needed set to what concerns each of several objects or modules
//	ksymtrim diff    two needed sets to what changed, and why
//	ksymtrim report  the needed set to who keeps what, as text, JSON or HTML
//	ksymtrim list    the .ksyms of modules to the list of what they take from their kernel
//	ksymtrim allow   checks that a module takes from its kernel what is on a list
//
// Each verb is described in its own file. `@FILE` among the arguments stands
// for the lines of FILE.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

// A verb is one thing that the program can do.
type verb struct {
	name string
	run  func(args []string, stdout, stderr io.Writer) error
}

var verbs = []verb{
	{"scan", scan},
	{"needed", needs},
	{"slice", slice},
	{"split", split},
	{"diff", diff},
	{"report", reports},
	{"list", lists},
	{"allow", allow},
}

// errReported is the error of a verb that has said what is wrong.
var errReported = errors.New("see the errors above")

func main() {
	// A short-lived program that keeps most of what it makes gains nothing from
	// collections, as long as that is not much.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(512 << 20)
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) && !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, "ksymtrim:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	args, err := params.Expand(args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return fmt.Errorf("no verb: one of %s", verbNames())
	}
	for _, v := range verbs {
		if v.name == args[0] {
			if err := v.run(args[1:], stdout, stderr); err != nil {
				return fmt.Errorf("%s: %w", v.name, err)
			}
			return nil
		}
	}
	return fmt.Errorf("no verb %q: one of %s", args[0], verbNames())
}

func verbNames() string {
	var names []string
	for _, v := range verbs {
		names = append(names, v.name)
	}
	return strings.Join(names, ", ")
}
