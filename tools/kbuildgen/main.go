// Kbuildgen writes BUILD.bazel files for a tree of Kbuild Makefiles that has
// none: kernel.source_package runs it on what a package carries. For a tree of
// one's own there is the Gazelle language in //gazelle.
//
//	kbuildgen --workspace DIR --kernel CONDITION=SDK.json... [--variable NAME=value]... [FOLDER...]
//
// CONDITION is the label of the config_setting that holds for the kernel.
// Folders are those of the tree to evaluate, by default all that have a
// dkms.conf or a Makefile for Kbuild.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	// MODULE.bazel may name only modules that are imported here, and has to name this one for kernel/private/generator.bzl.
	_ "golang.org/x/term" // of mvdan.cc/sh/v3/interp

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildgen"
)

type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(v string) error {
	if !strings.Contains(v, "=") {
		return fmt.Errorf("no = in it")
	}
	*l = append(*l, v)
	return nil
}

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "kbuildgen:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("kbuildgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	workspace := flags.String("workspace", "", "the `folder` of the tree")
	set := flags.String("set", "modules", "the `name` of the kernel_module_set; empty: none")
	rules := flags.String("rules", "@rules_kbuild", "the `repository` of the rules, as BUILD files load from it")
	var kernels, variables list
	flags.Var(&kernels, "kernel", "a kernel: `CONDITION=SDK.json`")
	flags.Var(&variables, "variable", "`NAME=value` for make's command line")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *workspace == "" || len(kernels) == 0 {
		return fmt.Errorf("--workspace and --kernel are needed")
	}
	top, err := filepath.Abs(*workspace)
	if err != nil {
		return err
	}
	packages, err := kbuildgen.Tree(top, flags.Args(), kernels, variables, *set)
	if err != nil {
		return err
	}
	for _, p := range packages {
		if err := kbuildgen.Write(top, *rules, p); err != nil {
			return err
		}
	}
	return nil
}
