package main

import (
	"fmt"
	"os"
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
	return compareBest(rounds, what, goal, other, ours)
}

// compareBest does so with another number of runs.
func compareBest(rounds int, what string, goal float64, other, ours side) error {
	var best [2]taken
	for round := range rounds {
		for i, s := range []side{other, ours} {
			t, err := s.run()
			if err != nil {
				return fmt.Errorf("%s, %s: %w", what, s.name, err)
			}
			if round == 0 {
				best[i] = t
			}
			best[i] = taken{min(best[i].clock, t.clock), min(best[i].processors, t.processors)}
		}
	}
	printRatio(rounds, what, goal, other.name, best[0], ours.name, best[1])
	return nil
}

// printRatio prints what two sides took, each the best of some rounds.
func printRatio(rounds int, what string, goal float64, other string, a taken, ours string, b taken) {
	wanted := ""
	if goal > 0 {
		wanted = fmt.Sprintf("goal: at most %.2f; ", goal)
	}
	fmt.Printf("%-24s %s %8.2f s   %s %8.2f s   ratio %.2f, of processors' time %.2f (%sbest of %d)\n",
		what, other, a.clock.Seconds(), ours, b.clock.Seconds(),
		b.clock.Seconds()/a.clock.Seconds(), b.processors.Seconds()/a.processors.Seconds(), wanted, rounds)
}

// timed returns what f takes, in this program and its children.
func timed(f func() error) (taken, error) { return timedWith(childrenTime, f) }

// timed returns what a build by Bazel takes, in the client and in the server with
// its actions.
func (w *workspace) timed(build func() error) (taken, error) {
	// This starts the server, if it was stopped.
	out, err := w.query("info", "server_pid")
	if err != nil {
		return taken{}, err
	}
	server := strings.TrimSpace(out)
	return timedWith(func() (time.Duration, error) {
		children, err := childrenTime()
		if err != nil {
			return 0, err
		}
		t, err := processTime(server)
		if err != nil {
			return 0, fmt.Errorf("process %s, the server of Bazel: %w", server, err)
		}
		return children + t, nil
	}, build)
}

func timedWith(processors func() (time.Duration, error), f func() error) (taken, error) {
	before, err := processors()
	if err != nil {
		return taken{}, err
	}
	start := time.Now()
	if err := f(); err != nil {
		return taken{}, err
	}
	clock := time.Since(start)
	after, err := processors()
	return taken{clock, after - before}, err
}

// childrenTime returns the processors' time of this program's children so far.
func childrenTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// processTime returns the processors' time of a process and its children so far.
func processTime(process string) (time.Duration, error) {
	// proc(5): after the name in parentheses, fields 14 to 17 are the user and
	// system time of the process and of its children, in hundredths of a second.
	data, err := os.ReadFile("/proc/" + process + "/stat")
	if err != nil {
		return 0, err
	}
	stat := string(data)
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 15 {
		return 0, fmt.Errorf("%d fields in its stat file", len(fields))
	}
	var total time.Duration
	for _, field := range fields[11:15] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(n) * 10 * time.Millisecond
	}
	return total, nil
}
