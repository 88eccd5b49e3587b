package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyTestsInCIGetASummary(t *testing.T) {
	for _, tc := range []struct {
		ci   string
		args []string
		want bool
	}{
		{"true", []string{"test", "//..."}, true},
		{"true", []string{"--output_base=/x", "test", "//..."}, true},
		{"true", []string{"build", "//..."}, false},
		{"true", []string{"run", "//x", "--", "test"}, false},
		{"true", nil, false},
		{"", []string{"test", "//..."}, false},
	} {
		t.Setenv("CI", tc.ci)
		s := newSummary(tc.args)
		if (s != nil) != tc.want {
			t.Errorf("CI=%q %q: summary %v, want %v", tc.ci, tc.args, s != nil, tc.want)
		}
	}
}

func TestTheEventsOptionComesRightAfterTheCommand(t *testing.T) {
	s := &summary{dir: "/d"}
	got := s.arguments([]string{"--nohome_rc", "test", "--", "//...", "-//test"})
	want := []string{"--nohome_rc", "test", "--build_event_json_file=/d/events.json", "--", "//...", "-//test"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
