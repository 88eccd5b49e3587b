// Package profile reads from Bazel's profile of a build which actions it
// executed, and when. Bazel writes a profile of every build anyway. An execution
// log says more, such as all outputs, but writing it delays each action: one that
// reads a folder of some thousand files takes twice as long.
package profile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// An Action is one that a build has executed by running a program. Those that
// were up to date, that came from a cache, or that Bazel does by itself, such as
// to write a file, are not told of.
type Action struct {
	Mnemonic string
	Output   string        // the first output that it declares, by its path from the execution root
	Start    time.Duration // since the build began
	End      time.Duration
}

// Options are those by which Bazel writes to a file the profile that Read reads.
func Options(file string) []string {
	return []string{
		"--profile=" + file,
		"--noslim_profile", // or many short events become one
		"--experimental_profile_include_primary_output",
	}
}

// Categories and names of events.
const (
	processing = "action processing"      // all that is done for an action; a category
	local      = "local action execution" // a process outside of a sandbox; a category
	subprocess = "subprocess.run"         // a process in a sandbox; a name
)

// An event is an entry of the profile. Events of one thread that are part of
// others lie within them in time.
type event struct {
	Category string `json:"cat"`
	Name     string
	Start    int64  `json:"ts"`  // microseconds
	Duration int64  `json:"dur"` // microseconds
	Thread   int64  `json:"tid"`
	Output   string `json:"out"`
	Args     struct{ Mnemonic string }
}

func (e *event) end() int64 { return e.Start + e.Duration }

// Read reads a profile. The actions come in the order in which they started.
func Read(file string) ([]Action, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var profile struct{ TraceEvents []event }
	if err := json.Unmarshal(data, &profile); err != nil {
		return nil, fmt.Errorf("%s: not a profile of Bazel's, or not a whole one: %w", file, err)
	}
	actions := map[int64][]event{} // by thread
	var processes []event
	for _, e := range profile.TraceEvents {
		switch {
		case e.Category == processing:
			actions[e.Thread] = append(actions[e.Thread], e)
		case e.Category == local || e.Name == subprocess:
			processes = append(processes, e)
		}
	}
	for _, events := range actions {
		slices.SortFunc(events, func(a, b event) int { return cmp.Compare(a.Start, b.Start) })
	}
	var executed []Action
	seen := map[event]bool{}
	for _, p := range processes {
		a, found := around(actions[p.Thread], p)
		if !found {
			return nil, fmt.Errorf("%s: a program ran at %d µs in thread %d, but no action: this package does not know the profiles of this version of Bazel", file, p.Start, p.Thread)
		}
		if seen[a] {
			continue // it ran another program before
		}
		seen[a] = true
		if a.Output == "" || a.Args.Mnemonic == "" {
			return nil, fmt.Errorf("%s: it does not say what the action at %d µs makes: build with the options of this package", file, a.Start)
		}
		executed = append(executed, Action{a.Args.Mnemonic, a.Output, microseconds(a.Start), microseconds(a.end())})
	}
	slices.SortFunc(executed, func(a, b Action) int { return cmp.Compare(a.Start, b.Start) })
	return executed, nil
}

// around finds the last of some events, in the order of their start, that another
// lies in.
func around(events []event, inner event) (event, bool) {
	i, _ := slices.BinarySearchFunc(events, inner.Start, func(e event, start int64) int {
		if e.Start <= start {
			return -1
		}
		return 1
	})
	if i == 0 || events[i-1].end() < inner.end() {
		return event{}, false
	}
	return events[i-1], true
}

func microseconds(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
