// Command benchmarks measures rules_kbuild against Kbuild on this machine:
// dev/bench runs it. Every figure is a ratio of times taken in one run, the two
// sides in turn, since the machines that this runs on are noisy.
//
//	dev/bench modpost   modpost over all modules of linux-image-6.12: Kbuild's C program, and tools/modpost
//	dev/bench ksyms     the symbols that these modules need: nm, sed and sort as in Linux 6.1, and ksymtrim scan and needed
//	dev/bench jool      jool's 68 C files: a clean build and one with nothing to do, by make -j2 and by Bazel
//	dev/bench trim      clean builds by Bazel of jool and of 51 modules of the kernel's tree: with trim = True, and without; and by Kbuild the latter
//	dev/bench analysis  a Linux 6.1 of 6,000 objects, loaded and analysed by a server that has just started
//	dev/bench kernel    a whole Linux 6.1 by make -j2 and by Bazel: clean, with a full disk cache, and after edits
//	dev/bench trimmed_kernel   the same kernel with its exports trimmed, and not
//
// Without a name, all. With --untrimmed LABEL and --trimmed LABEL, and --kernel
// LABEL of an SDK if their modules name none, trim measures these sets; with
// --kbuild LABEL of the trimmed set's kbuild_test, Kbuild too. What is needed is
// built first.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
)

// A benchmark measures one thing and prints it.
type benchmark struct {
	name string
	run  func(*workspace) error
}

var benchmarks = []benchmark{
	{"modpost", benchModpost},
	{"ksyms", benchKsyms},
	{"jool", benchJool},
	{"trim", benchTrim},
	{"analysis", benchAnalysis},
	{"kernel", benchKernel},
	{"trimmed_kernel", benchTrimmedKernel},
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var pair trimPair
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&pair.untrimmed, "untrimmed", "", "for trim: the `label` of a kernel_module_set")
	flags.StringVar(&pair.trimmed, "trimmed", "", "for trim: the `label` of one of the same modules with trim = True")
	flags.StringVar(&pair.kernel, "kernel", "", "for trim: the `label` of the SDK to build them for")
	flags.StringVar(&pair.kbuild, "kbuild", "", "for trim: the `label` of the kbuild_test of the trimmed set")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if pair != (trimPair{}) {
		if pair.untrimmed == "" || pair.trimmed == "" {
			return fmt.Errorf("--untrimmed and --trimmed go together")
		}
		trimPairs = []trimPair{pair}
	}
	names := flags.Args()
	for _, name := range names {
		if !slices.ContainsFunc(benchmarks, func(b benchmark) bool { return b.name == name }) {
			return fmt.Errorf("there is no benchmark %q", name)
		}
	}
	w, err := openWorkspace(".")
	if err != nil {
		return err
	}
	for _, b := range benchmarks {
		if len(names) > 0 && !slices.Contains(names, b.name) {
			continue
		}
		if err := b.run(w); err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
	}
	return nil
}
