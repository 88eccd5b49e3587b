package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A taken is what a run took: time on the clock, and of the processors, which
// says more on a machine that has other work too.
type taken struct {
	clock, processors time.Duration
}

// A side is one of two ways to do the same.
type side struct {
	name string
	run  func() (taken, error)
}

// rounds is how often each side of a comparison runs.
const rounds = 3

// compare runs two sides in turn, and prints the best of each and ours over the
// other's. No goal, if it is 0.
func compare(what string, goal float64, other, ours side) error {
	var clock, processors [2][]time.Duration
	for range rounds {
		for i, s := range []side{other, ours} {
			t, err := s.run()
			if err != nil {
				return fmt.Errorf("%s, %s: %w", what, s.name, err)
			}
			clock[i] = append(clock[i], t.clock)
			processors[i] = append(processors[i], t.processors)
		}
	}
	ratio := func(times [2][]time.Duration) float64 {
		return slices.Min(times[1]).Seconds() / slices.Min(times[0]).Seconds()
	}
	wanted := ""
	if goal > 0 {
		wanted = fmt.Sprintf("goal: at most %.2f; ", goal)
	}
	fmt.Printf("%-24s %s %8.2f s   %s %8.2f s   ratio %.2f, of processors' time %.2f (%sbest of %d)\n",
		what, other.name, slices.Min(clock[0]).Seconds(), ours.name, slices.Min(clock[1]).Seconds(), ratio(clock), ratio(processors), wanted, rounds)
	return nil
}

// timed returns what f takes, in this program's children and in Bazel's server.
func (w *workspace) timed(f func() error) (taken, error) {
	before, err := w.processorTime()
	if err != nil {
		return taken{}, err
	}
	start := time.Now()
	if err := f(); err != nil {
		return taken{}, err
	}
	clock := time.Since(start)
	after, err := w.processorTime()
	return taken{clock, after - before}, err
}

// processorTime returns what this program's children have used so far, and what
// Bazel's server and its children have.
func (w *workspace) processorTime() (time.Duration, error) {
	var children syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children); err != nil {
		return 0, err
	}
	// proc(5): after the name in parentheses, fields 14 to 17 of the line are
	// the user and system time of the process and of its children, in hundredths
	// of a second.
	file := "/proc/" + w.server + "/stat"
	data, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	if len(fields) < 15 {
		return 0, fmt.Errorf("%s: %d fields", file, len(fields))
	}
	total := time.Duration(children.Utime.Nano() + children.Stime.Nano())
	for _, field := range fields[11:15] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		total += time.Duration(n) * 10 * time.Millisecond
	}
	return total, nil
}
