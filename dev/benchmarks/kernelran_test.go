package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/profile"
)

// Paths of outputs begin so.
const (
	builtBin   = "bazel-out/k8-fastbuild/bin/external/rules_kbuild~~kernel~linux/"
	trimmedBin = "bazel-out/k8-fastbuild/bin/trimmed/"
)

// executed are actions that begin a second after each other and take two.
func executed(named ...string) []profile.Action {
	var actions []profile.Action
	for i, words := range named {
		mnemonic, output, _ := strings.Cut(words, " ")
		start := time.Duration(i) * time.Second
		actions = append(actions, profile.Action{Mnemonic: mnemonic, Output: output, Start: start, End: start + 2*time.Second})
	}
	return actions
}

func TestWhatIsPassedOnIsNotCompiled(t *testing.T) {
	outputs := map[string][]string{
		trimmedBin + "_trim/fs/a.o":  {trimmedBin + "_trim/fs/a.o", trimmedBin + "_trim/fs/b.o", trimmedBin + "_trim/fs/c.o"},
		trimmedBin + "_trim/lib/d.o": {trimmedBin + "_trim/lib/d.o", trimmedBin + "_trim/lib/d.symversions"},
		trimmedBin + "_trim/lib/e.o": {trimmedBin + "_trim/lib/e.o"},
	}
	compiled := map[string]bool{
		trimmedBin + "_trim/fs/b.o":  true,
		trimmedBin + "_trim/fs/c.o":  true,
		trimmedBin + "_trim/lib/d.o": true,
	}
	actions, err := kernelActions(executed(
		"KernelSlice "+builtBin+"lib/_packs/objects/x.o.pack",
		"KernelCompile "+builtBin+"lib/x.o",
		"KernelCompile "+builtBin+"_guess/lib/d.o",
		"KernelTrim "+trimmedBin+"_trim/fs/a.o",
		"KernelTrim "+trimmedBin+"_trim/lib/e.o",
		"KernelTrim "+trimmedBin+"_trim/lib/d.o",
	), outputs, func(object string) bool { return !compiled[object] })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"fs/b.o", "fs/c.o", "lib/d.o", "lib/x.o"}, compiledObjects(actions)); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	// Two for each KernelCompile, and for each KernelTrim but that of e.o.
	if got, want := compileTime(actions), 8*time.Second; got != want {
		t.Errorf("compiles take %v, want %v", got, want)
	}
	if got, want := summary(actions), "1 KernelSlice, 2 KernelCompile, 3 KernelTrim"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNothingThatRanIsNothing(t *testing.T) {
	actions, err := kernelActions(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := summary(actions); got != "nothing" {
		t.Errorf("%s", got)
	}
	if got := compiledObjects(actions); len(got) > 0 {
		t.Errorf("it compiles %q", got)
	}
}

func TestOutputsThatAreNotKnownAreAnError(t *testing.T) {
	for action, want := range map[string]string{
		"KernelTrim " + trimmedBin + "_trim/fs/a.o":      "the graph of actions has no KernelTrim that makes " + trimmedBin + "_trim/fs/a.o: ",
		"KernelCompile " + builtBin + "lib/_deps/x.deps": "the first output of a KernelCompile is " + builtBin + "lib/_deps/x.deps, which is no object: ",
	} {
		if _, err := kernelActions(executed(action), nil, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", action, err, want)
		}
	}
}

func TestTheLinkIsFromVmlinuxToTheEnd(t *testing.T) {
	for _, test := range []struct {
		named []string
		want  time.Duration
	}{
		{[]string{"KernelCompile " + builtBin + "lib/x.o", "KernelRecipe " + trimmedBin + "vmlinux.o", "KernelRecipe " + trimmedBin + "vmlinux"}, 3 * time.Second},
		{[]string{"KernelRecipe " + builtBin + "arch/x86/boot/compressed/vmlinux", "KernelScan " + trimmedBin + "vmlinux.o"}, 0},
		{nil, 0},
	} {
		actions, err := kernelActions(executed(test.named...), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := linkTime(actions); got != test.want {
			t.Errorf("%q: %v, want %v", test.named, got, test.want)
		}
	}
	// What ends last need not start last.
	actions, err := kernelActions(executed("KernelRecipe "+builtBin+"vmlinux.o", "KernelModpost "+builtBin+"x", "KernelRecipe "+builtBin+"vmlinux"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	actions[1].End = 9 * time.Second
	if got, want := linkTime(actions), 9*time.Second; got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
