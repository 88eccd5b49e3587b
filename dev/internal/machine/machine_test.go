package machine

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

func TestVersionIsReadFromWhatBazelPrints(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Version
		ok   bool
	}{
		{"bazel 7.7.1\n", Version{7, 7}, true},
		{"Bazelisk version: 1.20\nbazel 8.10.0-rc1\n", Version{8, 10}, true},
		{"bazel no_version\n", Version{}, false}, // Debian's
		{"", Version{}, false},
	} {
		got, ok := ParseVersion(tc.text)
		if got != tc.want || ok != tc.ok {
			t.Errorf("ParseVersion(%q) = %v, %v", tc.text, got, ok)
		}
	}
	for _, tc := range []struct {
		v     Version
		older bool
	}{{Version{7, 3}, true}, {Version{6, 9}, true}, {Version{7, 4}, false}, {Version{8, 0}, false}} {
		if tc.v.Less(Oldest) != tc.older {
			t.Errorf("%v older than %v: %v", tc.v, Oldest, !tc.older)
		}
	}
}

// A Bazel of sh that knows two commands: which version it is, and whether its registry answers.
func fakeBazel(t *testing.T, version string, graphExit string) (path, calls string) {
	dir := t.TempDir()
	calls = filepath.Join(dir, "calls")
	path = filepath.Join(dir, "bazel")
	script := "#!/bin/sh\necho \"$*\" >>" + calls + "\ncase \"$*\" in\n*--version*) echo bazel " + version + " ;;\n*graph*) exit " + graphExit + " ;;\nesac\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path, calls
}

func TestABazelIsUsedWhenItIsNewAndItsRegistryAnswers(t *testing.T) {
	for _, tc := range []struct {
		name, version, graphExit string
		want                     bool
	}{
		{"new, with a registry", "7.7.1", "0", true},
		{"too old", "7.3.2", "0", false},
		{"without a registry", "8.1.0", "48", false},
		{"without a version", "no_version", "0", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path, calls := fakeBazel(t, tc.version, tc.graphExit)
			t.Setenv("PATH", filepath.Dir(path)+":/usr/bin:/bin")
			s := store.Store{Root: t.TempDir()}
			want := ""
			if tc.want {
				want = path
			}
			if got := Find(s, t.TempDir()); got != want {
				t.Errorf("found %q, want %q", got, want)
			}
			before, _ := os.ReadFile(calls)
			if got := Find(s, t.TempDir()); got != want {
				t.Errorf("then found %q, want %q", got, want)
			}
			if after, _ := os.ReadFile(calls); string(after) != string(before) {
				t.Errorf("asked again:\n%s", after)
			}
		})
	}
}

func TestAnAnswerIsForgottenInTime(t *testing.T) {
	now := time.Now()
	for _, tc := range []struct {
		a    answer
		want bool
	}{
		{answer{true, now.Add(-23 * time.Hour)}, true},
		{answer{true, now.Add(-25 * time.Hour)}, false},
		{answer{false, now.Add(-2 * time.Hour)}, false},
		{answer{true, now.Add(time.Hour)}, false},
	} {
		if got := tc.a.fresh(now); got != tc.want {
			t.Errorf("%+v fresh: %v", tc.a, got)
		}
	}
}
