// Command ksyms compares what it takes to find the symbols that a kernel's
// modules need, in several ways, on the same files. dev/bench ksyms runs it:
//
//	ksyms --modules ROOT/usr/lib/modules/V/kernel --ksymtrim KSYMTRIM --nm NM --work FOLDER
//
// The ways are
//
//   - the pipeline: how Linux 6.1 does it, with nm and sed for each module, then
//     sort and one #define a symbol (pipeline.go). It takes minutes, and runs
//     once;
//   - scan + needed: `ksymtrim scan` of all modules, then `ksymtrim needed`;
//   - readers: only to read all names in the symbol table of each module: of
//     files of which nothing else is read, and of whole files, with the ELF
//     reader of this repository; and with that of Go's library (reader.go).
//
// All may use the processors that this program may, and each runs as processes
// of its own. Their rounds interleave, and the best of each counts: of the time
// on the clock, and of the processors' time, which says more on a machine that
// has other work too. The pipeline and ksymtrim must find the same symbols.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "ksyms:", err)
		os.Exit(1)
	}
}

func run() error {
	modules := flag.String("modules", "", "`folder` of modules, compressed or not (lib/modules/V/kernel)")
	program := flag.String("ksymtrim", "", "the ksymtrim `program`")
	nm := flag.String("nm", "nm", "the `command` that runs nm")
	work := flag.String("work", "", "`folder` for the input and outputs; an input that is there is used again")
	rounds := flag.Int("rounds", 15, "how often all but the pipeline run")
	read := flag.String("read", "", "only read the symbol tables of the modules that the `file` lists, as one of the ways")
	by := flag.String("by", "tables", "with --read: tables, files or debug_elf")
	flag.Parse()
	if *read != "" {
		return readTables(*read, *by)
	}
	if *modules == "" || *program == "" || *work == "" || *rounds < 1 {
		return fmt.Errorf("--modules, --ksymtrim and --work are needed, and at least one of --rounds")
	}
	in, err := prepare(*modules, *work)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	pipeline := &way{name: "nm | sed, sort", commands: pipelineCommands(*nm, in)}
	ours := &way{name: "scan + needed", commands: [][]string{{*program, "@" + in.scan}, {*program, "@" + in.needed}}}
	var reading []*way
	for _, r := range []struct{ name, by string }{{"tables by elfobj", "tables"}, {"files by elfobj", "files"}, {"tables by debug/elf", "debug_elf"}} {
		reading = append(reading, &way{name: r.name, commands: [][]string{{self, "--read", in.list, "--by", r.by}}})
	}
	for round := range *rounds {
		ways := append([]*way{ours}, reading...)
		if round == 0 {
			ways = append(ways, pipeline)
		}
		for _, w := range ways {
			if err := w.measure(*work); err != nil {
				return err
			}
		}
	}
	symbols, err := compare(in)
	if err != nil {
		return err
	}
	fmt.Printf("%d modules, %d symbols needed, %d processors\n", in.modules, symbols, runtime.GOMAXPROCS(0))
	for _, w := range append([]*way{pipeline, ours}, reading...) {
		fmt.Printf("  %-20s %9.3f s, of processors %8.3f s (best of %d)\n", w.name, w.best().Seconds(), w.bestCPU().Seconds(), len(w.times))
	}
	fmt.Printf("scan + needed, times as fast as the pipeline: %.0f, of processors' time %.0f (goal: at least 20)\n",
		ratio(pipeline.best(), ours.best()), ratio(pipeline.bestCPU(), ours.bestCPU()))
	for _, w := range reading {
		fmt.Printf("scan + needed over %s: ratio %.2f, of processors' time %.2f (goal: at most 1.50)\n",
			w.name, ratio(ours.best(), w.best()), ratio(ours.bestCPU(), w.bestCPU()))
	}
	return nil
}

// A way is one way to do the work: commands that run one after the other.
type way struct {
	name       string
	commands   [][]string
	times, cpu []time.Duration
}

func (w *way) measure(work string) error {
	var cpu time.Duration
	start := time.Now()
	for _, argv := range w.commands {
		cmd := exec.Command(argv[0], argv[1:]...)
		var messages strings.Builder
		cmd.Stderr = &messages
		cmd.Dir = work
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %s: %w\n%s", w.name, filepath.Base(argv[0]), err, messages.String())
		}
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	w.times = append(w.times, time.Since(start))
	w.cpu = append(w.cpu, cpu)
	return nil
}

func (w *way) best() time.Duration    { return slices.Min(w.times) }
func (w *way) bestCPU() time.Duration { return slices.Min(w.cpu) }

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
