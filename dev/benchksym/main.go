// Command benchksym measures what it takes to find the symbols that a kernel's
// modules need: three ways on the same files, in one run.
//
//	go build -o /tmp/ksymtrim ./tools/ksymtrim
//	go run ./dev/benchksym --modules ROOT/usr/lib/modules/V/kernel \
//	    --ksymtrim /tmp/ksymtrim --work /tmp/bench
//
// The ways are
//
//   - pipeline: how Linux 6.1 does it, with nm and sed for each module, then
//     sort and one #define a symbol (pipeline.go);
//   - ksymtrim: `ksymtrim scan` of all modules, then `ksymtrim needed`;
//   - bare: only to open each module and to read the names in its symbol table,
//     with the ELF reader of this repository, and with Go's own (bare.go).
//
// All may use the processors that this program may, and each runs as processes
// of its own. Their rounds interleave, and the best of each counts. The symbols
// that the first two find must be the same.
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
		fmt.Fprintln(os.Stderr, "benchksym:", err)
		os.Exit(1)
	}
}

func run() error {
	modules := flag.String("modules", "", "`folder` of modules, compressed or not (lib/modules/V/kernel)")
	program := flag.String("ksymtrim", "", "the ksymtrim `program`")
	work := flag.String("work", "", "`folder` for the input; used again if it is there")
	nm := flag.String("nm", "nm", "the nm `program` of the pipeline")
	rounds := flag.Int("rounds", 10, "how often ksymtrim and the bare reader run; the pipeline, which takes minutes, runs once")
	bare := flag.String("bare", "", "only read the symbol tables of the modules listed in the `file`")
	standard := flag.Bool("debug_elf", false, "with --bare: read them with debug/elf")
	flag.Parse()
	if *bare != "" {
		return readTables(*bare, *standard)
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
	reader := &way{name: "bare reader", commands: [][]string{{self, "--bare", in.list}}}
	standardReader := &way{name: "debug/elf", commands: [][]string{{self, "--bare", in.list, "--debug_elf"}}}
	for round := range *rounds {
		ways := []*way{reader, ours, standardReader}
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
	for _, w := range []*way{pipeline, ours, reader, standardReader} {
		fmt.Printf("%-14s  best %v, cpu %v (%d runs)\n", w.name, w.best().Round(time.Millisecond), w.bestCPU().Round(time.Millisecond), len(w.times))
	}
	fmt.Printf("scan + needed is %.1f times as fast as the pipeline (cpu: %.1f)\n", ratio(pipeline.best(), ours.best()), ratio(pipeline.bestCPU(), ours.bestCPU()))
	for _, w := range []*way{reader, standardReader} {
		fmt.Printf("scan + needed takes %.2f times as long as %s (cpu: %.2f)\n", ratio(ours.best(), w.best()), w.name, ratio(ours.bestCPU(), w.bestCPU()))
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
