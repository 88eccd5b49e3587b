// Command recipe makes a file of a kernel's build as a recipe of its Makefiles
// does: the action tool of KernelRecipe.
//
//	recipe --cwd usr/src/linux --description kernel.json --tree DIR --sdk DIR
//	    --file CANONICAL=PATH... --pack PACK... [--autoconf CANONICAL=PATH] --env NAME=value...
//	    --line TEXT... --generated CANONICAL=PATH...
//
// Arguments may come from @FILE, one a line. It is a program of its own, so that
// compiles do not run again when it changes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/internal/compile"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

func main() {
	err := run(os.Args[1:])
	var exit *compile.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.Code)
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "recipe: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	args, err := params.Expand(args)
	if err != nil {
		return err
	}
	f := flag.NewFlagSet("recipe", flag.ContinueOnError)
	var r compile.Recipe
	description := ""
	var p programs
	f.StringVar(&r.Cwd, "cwd", "", "canonical `folder` of the tree")
	f.StringVar(&description, "description", "", "`file`: kernel.json of the tree")
	f.StringVar(&p.tree, "tree", "", "`folder` of the tree's repository")
	f.StringVar(&p.sdk, "sdk", "", "`folder` of the SDK's repository")
	params.StringsVar(f, &r.Packs, "pack", "header pack of a source that the recipe compiles, a `file`")
	params.Pairs(f, "autoconf", "`CANONICAL=PATH` of what those sources see of autoconf.h", func(canonical, file string) {
		r.Autoconf = compile.Input{Canonical: canonical, File: file}
	})
	inputs(f, &r.Files, "file", "`CANONICAL=PATH` of a file that the recipe reads")
	inputs(f, &r.Outs, "generated", "`CANONICAL=PATH` of a file that it makes")
	params.StringsVar(f, &r.Lines, "line", "a `line` of shell text")
	params.StringsVar(f, &r.Environment, "env", "`NAME=value` of the environment")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if r.Cwd == "" || description == "" || p.tree == "" || p.sdk == "" || len(r.Lines) == 0 || len(r.Outs) == 0 {
		return errors.New("--cwd, --description, --tree, --sdk, and at least one --line and --generated are required")
	}
	if p.Description, err = kerneltree.ReadDescription(filepath.Dir(description)); err != nil {
		return err
	}
	for name, value := range p.Environment {
		r.Environment = append(r.Environment, name+"="+value)
	}
	// What OpenSSL does is not up to the machine's configuration of it.
	r.Environment = append(r.Environment, "OPENSSL_CONF=/dev/null")
	r.Programs = &p
	r.Messages = os.Stderr
	return compile.Make(r)
}

func inputs(f *flag.FlagSet, to *[]compile.Input, name, usage string) {
	params.Pairs(f, name, usage, func(canonical, file string) {
		*to = append(*to, compile.Input{Canonical: canonical, File: file})
	})
}
