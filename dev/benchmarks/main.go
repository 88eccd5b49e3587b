// Command benchmarks measures rules_kbuild against Kbuild on this machine:
// dev/bench runs it. Every figure is a ratio of times taken in one run, the two
// sides in turn, since the machines that this runs on are noisy.
//
//	dev/bench modpost   modpost over all modules of linux-image-6.12: Kbuild's C program, and tools/modpost
//	dev/bench ksyms     the symbols that these modules need: nm, sed and sort as in Linux 6.1, and ksymtrim scan and needed
//	dev/bench jool      jool's 68 C files: a clean build and one with nothing to do, by make -j2 and by Bazel
//
// Without a name, all. What is needed is built first.
package main

import (
	"fmt"
	"os"
	"slices"
	"time"
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
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(benchmarks, func(b benchmark) bool { return b.name == name }) {
			return fmt.Errorf("there is no benchmark %q", name)
		}
	}
	w, err := openWorkspace()
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

// rounds is how often each side of a comparison runs.
const rounds = 3

// compare runs two sides in turn, and prints the best time of each and ours
// over Kbuild's.
func compare(what string, goal float64, kbuild, ours func() (time.Duration, error)) error {
	var times [2][]time.Duration
	for range rounds {
		for i, side := range []func() (time.Duration, error){kbuild, ours} {
			t, err := side()
			if err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			times[i] = append(times[i], t)
		}
	}
	theirs, mine := slices.Min(times[0]), slices.Min(times[1])
	fmt.Printf("%-24s Kbuild %8.2f s   rules_kbuild %8.2f s   ratio %.2f (goal: at most %.2f; best of %d)\n",
		what, theirs.Seconds(), mine.Seconds(), mine.Seconds()/theirs.Seconds(), goal, rounds)
	return nil
}

// timed returns how long f takes.
func timed(f func() error) (time.Duration, error) {
	start := time.Now()
	err := f()
	return time.Since(start), err
}
