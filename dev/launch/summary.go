package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/testlog"
)

// A summary ends the output of a test run in CI with one line that a program can read.
type summary struct {
	dir string
}

// newSummary returns nil unless this is `test` in CI, which is when the variable CI is set.
func newSummary(args []string) *summary {
	if os.Getenv("CI") == "" || command(args) != "test" {
		return nil
	}
	dir, err := os.MkdirTemp("", "rules_kbuild-events-")
	if err != nil {
		return nil
	}
	return &summary{dir}
}

// command returns the Bazel command among the arguments: the first that is no startup option.
func command(args []string) string {
	for _, a := range args {
		if len(a) > 0 && a[0] != '-' {
			return a
		}
	}
	return ""
}

func (s *summary) events() string { return filepath.Join(s.dir, "events.json") }

// arguments adds what makes Bazel write its events, right after the command, so that a `--` later on does no harm.
func (s *summary) arguments(args []string) []string {
	var out []string
	done := false
	for _, a := range args {
		out = append(out, a)
		if !done && a == "test" {
			out = append(out, "--build_event_json_file="+s.events())
			done = true
		}
	}
	return out
}

func (s *summary) print() {
	defer os.RemoveAll(s.dir)
	var counts testlog.Counts
	if f, err := os.Open(s.events()); err == nil {
		counts, err = testlog.Read(f)
		f.Close()
		if err != nil {
			fmt.Fprintf(os.Stderr, "dev/bazel: %v\n", err)
		}
	}
	for _, label := range counts.FailedLabels {
		fmt.Printf("failed: %s\n", label)
	}
	if counts.Passed+counts.Failed+counts.Skipped == 0 {
		// Nothing was even configured: the build broke before.
		counts.Failed = 1
	}
	fmt.Println(counts)
}
