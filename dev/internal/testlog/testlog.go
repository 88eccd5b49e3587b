// Package testlog counts the tests of one Bazel invocation from its build event stream (the file of --build_event_json_file: one
// build_event_stream.proto BuildEvent a line, as JSON).
package testlog

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"sort"
)

// Counts says how the tests of an invocation ended. A test that was asked for but not built, or not run, has failed.
type Counts struct {
	Passed, Failed, Skipped int
	// Flaky tests passed, but not the first time. They are in Passed too.
	Flaky int
	// FailedLabels are the labels of the tests in Failed, sorted.
	FailedLabels []string
}

func (c Counts) String() string {
	s := fmt.Sprintf("%d passed, %d failed", c.Passed, c.Failed)
	if c.Skipped > 0 {
		s += fmt.Sprintf(", %d skipped", c.Skipped)
	}
	return s
}

type event struct {
	ID struct {
		TargetConfigured *struct{ Label string }
		TargetCompleted  *struct{ Label string }
		TestSummary      *struct{ Label string }
	}
	Configured *struct{ TestSize string }
	Aborted    *struct{ Reason string }
	// The JSON name of the payload is the proto field's, and so is the id's.
	TestSummary *struct{ OverallStatus string }
}

// Read counts the tests of the stream. A stream that ends too early, because Bazel was killed, counts as far as it goes.
func Read(r io.Reader) (Counts, error) {
	status := map[string]string{} // of each test target, by label
	br := bufio.NewReader(r)
	for {
		line, err := br.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return Counts{}, err
		}
		if len(line) > 0 {
			var e event
			if jsonErr := json.Unmarshal(line, &e); jsonErr == nil {
				note(status, e)
			} else if err == nil {
				return Counts{}, fmt.Errorf("build event stream: %w", jsonErr)
			}
		}
		if err == io.EOF {
			break
		}
	}
	return count(status), nil
}

func note(status map[string]string, e event) {
	switch {
	case e.ID.TargetConfigured != nil && e.Configured != nil && e.Configured.TestSize != "":
		label := e.ID.TargetConfigured.Label
		if status[label] == "" {
			status[label] = "NOT_RUN"
		}
	case e.ID.TargetCompleted != nil && e.Aborted != nil && e.Aborted.Reason == "SKIPPED":
		if label := e.ID.TargetCompleted.Label; status[label] != "" {
			status[label] = "SKIPPED"
		}
	case e.ID.TestSummary != nil && e.TestSummary != nil:
		status[e.ID.TestSummary.Label] = e.TestSummary.OverallStatus
	}
}

func count(status map[string]string) Counts {
	var c Counts
	for label, s := range status {
		switch s {
		case "PASSED":
			c.Passed++
		case "FLAKY":
			c.Passed++
			c.Flaky++
		case "SKIPPED":
			c.Skipped++
		default:
			c.Failed++
			c.FailedLabels = append(c.FailedLabels, label)
		}
	}
	sort.Strings(c.FailedLabels)
	return c
}
