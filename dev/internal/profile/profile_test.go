package profile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The samples are cut from profiles of Bazel 7.7.

func TestWhatWasExecutedComesInOrder(t *testing.T) {
	const tree = "bazel-out/k8-fastbuild/bin/external/rules_kbuild~~kernel~linux/"
	const trimmed = "bazel-out/k8-fastbuild/bin/trimmed/"
	expect(t, "testdata/edit.json", []Action{
		{"KernelSlice", tree + "fs/_packs/objects/dir.o.pack", at(449419), at(487657)},
		{"KernelCompile", tree + "fs/dir.o", at(489794), at(546672)},
		{"KernelRecipe", tree + "vmlinux.o", at(548884), at(672346)},
		{"KernelRecipe", trimmed + "vmlinux", at(736051), at(791625)},
		{"KernelRecipe", trimmed + "arch/x86/boot/bzImage", at(792465), at(830599)},
	})
}

// Of four actions, two come from a disk cache, and a file Bazel writes itself.
func TestWhatCameFromACacheWasNotExecuted(t *testing.T) {
	expect(t, "testdata/caches.json", []Action{
		{"KernelCompile", "bazel-out/k8-fastbuild/bin/trimmed/.vmlinux.export.o", at(25818816), at(25920472)},
	})
}

func TestAProgramOutsideOfASandboxWasExecuted(t *testing.T) {
	expect(t, "testdata/local.json", []Action{
		{"GoCompilePkg", "bazel-out/k8-fastbuild/bin/internal/params/params.a", at(322200), at(356734)},
	})
}

func TestAnActionThatRunsTwoProgramsIsOne(t *testing.T) {
	got, err := Read(edited(t, "\"traceEvents\":[", `"traceEvents":[{"name": "subprocess.run", "ph": "X", "ts": 490000, "dur": 5, "tid": 696},`))
	if err != nil || len(got) != 5 {
		t.Errorf("%d actions (%v), want the 5 of the sample", len(got), err)
	}
}

func TestAProfileThatDoesNotSayAllIsAnError(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{`"out": "bazel-out/k8-fastbuild/bin/trimmed/vmlinux", `, "", "it does not say what the action at 736051 µs makes: build with the options of this package"},
		{`"ts": 501209, "dur": 29674,`, `"ts": 501209, "dur": 129674,`, "a program ran at 501209 µs in thread 696, but no action"},
		{`"ts": 501209, "dur": 29674, "pid": 1, "tid": 696`, `"ts": 501209, "dur": 29674, "pid": 1, "tid": 697`, "a program ran at 501209 µs in thread 697, but no action"},
		{"\n]}\n", "", "not a profile of Bazel's, or not a whole one: "},
	} {
		file := edited(t, test.old, test.new)
		if _, err := Read(file); err == nil || !strings.HasPrefix(err.Error(), file+": "+test.want) {
			t.Errorf("%s for %s: error %v, want %s", test.new, test.old, err, test.want)
		}
	}
}

// expect says what Read makes of a sample.
func expect(t *testing.T, file string, want []Action) {
	t.Helper()
	got, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// edited is the sample of an edit with another text in the place of one.
func edited(t *testing.T, old, new string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/edit.json")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), old); n != 1 {
		t.Fatalf("the sample has %d places that read %s, want one", n, old)
	}
	file := filepath.Join(t.TempDir(), "profile.json")
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func at(n int) time.Duration { return time.Duration(n) * time.Microsecond }
