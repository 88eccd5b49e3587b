package bazeltesting

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const twoCopies = `
-- BUILD.bazel --
[genrule(
    name = name,
    srcs = [name + ".in"],
    outs = [name + ".out"],
    cmd = "cat $< > $@",
) for name in ["left", "right"]]

genrule(
    name = "broken",
    outs = ["broken.out"],
    cmd = "echo it is broken >&2; false",
)
-- left.in --
-- right.in --
right
`

func TestTheLogHasWhatRanAndNothingElse(t *testing.T) {
	w := New(t, twoCopies)
	// Unique, so that no cache has it.
	w.Write("left.in", fmt.Sprintf("left at %d\n", time.Now().UnixNano()))
	w.Build("//:left", "//:right")

	if again := w.Build("//:left", "//:right"); len(again) != 0 {
		t.Errorf("a build of what is built ran %q", again.Outputs())
	}

	left := fmt.Sprintf("left again at %d\n", time.Now().UnixNano())
	w.Write("left.in", left)
	ran := w.Build("//:left", "//:right")
	if len(ran) != 1 || ran[0].TargetLabel != "//:left" || len(ran.Executed().Mnemonic("Genrule")) != 1 {
		t.Errorf("after a change of left.in, Bazel ran %q", ran.Outputs())
	}
	if got := w.Read("bazel-bin/left.out"); got != left {
		t.Errorf("left.out reads %q", got)
	}

	other := w.At(t.TempDir()).Build("//:left", "//:right")
	if len(other) != 2 || len(other.Executed()) != 0 {
		t.Errorf("with another output root and the same disk cache, %q ran", other.Executed().Outputs())
	}

	r := w.Bazel("build", "//:broken")
	if r.Code != 1 || !strings.Contains(r.Stderr, "it is broken") {
		t.Errorf("a broken build ended with code %d and:\n%s", r.Code, r.Stderr)
	}
}

func TestBazelSeesAChangeThatLeavesSizeAndTimeAsTheyWere(t *testing.T) {
	// It goes by the inode's time of change. A Bazel that cannot ask for that has slices, too, cut from what was there before.
	w := New(t, twoCopies)
	then := time.Unix(1e9, 0)
	for _, text := range []string{"one\n", "two\n", "one\n"} {
		w.Write("left.in", text)
		if err := os.Chtimes(filepath.Join(w.Dir, "left.in"), then, then); err != nil {
			t.Fatal(err)
		}
		w.MustBazel("build", "//:left")
		if got := w.Read("bazel-bin/left.out"); got != text {
			t.Errorf("after left.in became %q, left.out reads %q", text, got)
		}
	}
}

// A checkout may lie below /tmp, where actions see only what is theirs. Not in the test's own folder there: the output root is in that.
func TestActionsReadARepositoryThatLiesBelowTmp(t *testing.T) {
	other, err := os.MkdirTemp("/tmp", "other")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(other) })
	for name, text := range map[string]string{
		"MODULE.bazel": "module(name = \"other\")\n",
		"BUILD.bazel":  "exports_files([\"text\"])\n",
		"text":         fmt.Sprintf("text at %d\n", time.Now().UnixNano()),
	} {
		if err := os.WriteFile(filepath.Join(other, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w := New(t, fmt.Sprintf(`
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")
bazel_dep(name = "other")
local_path_override(
    module_name = "other",
    path = %q,
)
-- BUILD.bazel --
genrule(
    name = "copy",
    srcs = ["@other//:text"],
    outs = ["copied"],
    cmd = "cat $< > $@",
)
`, other))
	w.Write(".bazelrc", w.Read(".bazelrc")+visible(other))
	if ran := w.Build("//:copy"); len(ran.Executed().Mnemonic("Genrule")) != 1 {
		t.Errorf("%q ran", ran.Outputs())
	}
}
