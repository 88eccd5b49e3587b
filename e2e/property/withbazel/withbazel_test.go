// Package withbazel edits a tree of modules at random for some minutes, builds it after each edit, and holds what it gets against a clean
// build by another server, which takes nothing from a cache: every byte. It is the test of e2e/property with Bazel, real sources and a
// real compiler. docs/dev.md has the command.
package withbazel

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/trimtree"
	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

var (
	seed    = flag.Uint64("seed", 0, "the `number` that says which tree and which edits; 0: another each time")
	sdk     = flag.String("kernel", "linux_6_1", "the `SDK`: linux_6_1, linux_6_12 or linux_7_2")
	size    = flag.Int("modules", 40, "how many `modules` the tree has at first")
	minutes = flag.Float64("minutes", 10, "how many `minutes` to go on")
	every   = flag.Int("every", 30, "how many `edits` are made between two clean builds")
)

var locks = map[string]string{
	"linux_6_1":  "bookworm-6.1",
	"linux_6_12": "trixie-6.12",
	"linux_7_2":  "forky-7.2",
}

const moduleFile = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "SDK",
    lock = "@rules_kbuild//examples/kernels:LOCK.lock.json",
)
use_repo(kernel, "SDK")
`

// noCache has all actions of modules run in a clean build.
const noCache = "--modify_execution_info=Kernel.*=+no-cache"

func TestAnIncrementalBuildIsTheCleanOne(t *testing.T) {
	if os.Getenv("TEST_SRCDIR") == "" {
		t.Skip("takes minutes: ./dev/bazel test //e2e/property/withbazel:withbazel_test")
	}
	if locks[*sdk] == "" {
		t.Fatalf("-kernel=%s: no such SDK", *sdk)
	}
	for *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-seed=%d -kernel=%s -modules=%d", *seed, *sdk, *size)
	end := time.Now().Add(time.Duration(*minutes * float64(time.Minute)))
	w := bazeltesting.New(t, strings.NewReplacer("SDK", *sdk, "LOCK", locks[*sdk]).Replace(moduleFile))
	w.CopySDK(*sdk)
	h := history{t: t, w: w, random: rand.New(rand.NewPCG(*seed, 1)), written: map[string]string{}}
	h.tree = trimtree.New(h.random, *size)
	start := time.Now()
	h.build()
	// A clean build takes as long, and time for one has to be left at the end.
	reserve := time.Since(start) * 5 / 4
	t.Logf("first build: %v", time.Since(start).Round(time.Second))
	edits, clean := 0, 0
	for time.Now().Add(reserve).Before(end) {
		for n := 0; n < *every && time.Now().Add(reserve).Before(end); n++ {
			h.edit()
			edits++
			if t.Failed() {
				t.Fatalf("after %d edits:\n%s", edits, strings.Join(h.log, "\n"))
			}
		}
		start = time.Now()
		h.check()
		clean++
		reserve = max(reserve, time.Since(start))
		if t.Failed() {
			t.Fatalf("after %d edits:\n%s", edits, strings.Join(h.log, "\n"))
		}
	}
	if edits == 0 {
		t.Errorf("no edit fits %v minutes: a clean build takes %v", *minutes, reserve)
	}
	t.Logf("%d edits, %d clean builds", edits, clean)
}

// A history is a tree that is edited, in a workspace.
type history struct {
	t       *testing.T
	w       *bazeltesting.Workspace
	random  *rand.Rand
	tree    *trimtree.Tree
	written map[string]string // file to text
	log     []string          // what was done
}

// save writes the sources that changed. Each gets a time at random: now, one that others have too, long ago, or in the future.
func (h *history) save(touched string) {
	h.t.Helper()
	now := time.Now()
	files := h.tree.Sources("@" + *sdk + "//:sdk")
	for name, text := range files {
		if h.written[name] == text && (touched == "" || !strings.HasPrefix(name, touched)) {
			continue
		}
		h.w.Write("tree/"+name, text)
		times := []time.Time{now, time.Unix(1e9, 0), time.Unix(0, 0), now.Add(time.Hour)}
		to := times[h.random.IntN(len(times))]
		if err := os.Chtimes(filepath.Join(h.w.Dir, "tree", name), to, to); err != nil {
			h.t.Fatal(err)
		}
	}
	for name := range h.written {
		if _, ok := files[name]; !ok {
			if err := os.Remove(filepath.Join(h.w.Dir, "tree", name)); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	h.written = files
}

// edit edits the tree and builds it. One edit in five is taken back, which has to leave what was there before.
func (h *history) edit() {
	h.t.Helper()
	before, tree := outputs(h.t, h.w, h.tree), h.tree.Clone()
	said := h.tree.Edit(h.random, false)
	h.log = append(h.log, said)
	h.save(trimtree.Touched(said))
	h.build()
	if h.random.IntN(5) > 0 {
		return
	}
	h.tree = tree
	h.log = append(h.log, "take that back")
	h.build()
	if diff := difference(outputs(h.t, h.w, h.tree), before); diff != "" {
		h.t.Errorf("taken back, it is not as before:\n%s", diff)
	}
}

var flags = []string{
	"//tree:set", "--output_groups=+needed,+keep,+autoksyms,+symvers,+modules_order",
	// What comes from a cache is to be had too.
	"--remote_download_outputs=all",
}

// build builds the set, which has to export what is needed.
func (h *history) build() {
	h.t.Helper()
	h.save("")
	h.w.MustBazel(append([]string{"build"}, flags...)...)
	entries, err := symvers.Parse("Module.symvers", []byte(h.w.Read("bazel-bin/tree/set/Module.symvers")))
	if err != nil {
		h.t.Fatal(err)
	}
	exports := map[string][]string{}
	for _, e := range entries {
		name := strings.TrimPrefix(e.Module, "tree/")
		exports[name] = append(exports[name], e.Name)
	}
	for _, m := range h.tree.With(trimtree.InSet) {
		names := exports[m.Name]
		slices.Sort(names)
		if diff := cmp.Diff(h.tree.Kept(m), names); diff != "" {
			h.t.Errorf("%s: exports (-want +got):\n%s", m.Name, diff)
		}
	}
}

// check compares the outputs with those of a clean build.
func (h *history) check() {
	h.t.Helper()
	got := outputs(h.t, h.w, h.tree)
	dir, err := os.MkdirTemp("", "clean")
	if err != nil {
		h.t.Fatal(err)
	}
	clean := h.w.At(dir)
	log := clean.Build(append(slices.Clone(flags), noCache)...)
	if n := len(log.Executed().Mnemonic("KernelCompile")); n == 0 {
		h.t.Error("the clean build compiled nothing")
	}
	if diff := difference(got, outputs(h.t, clean, h.tree)); diff != "" {
		h.t.Errorf("the incremental build's outputs are not the clean one's:\n%s", diff)
	}
	clean.MustBazel("clean", "--expunge")
	// The links to outputs are the first server's again.
	h.w.MustBazel(append([]string{"build"}, flags...)...)
}

// outputs are what the set makes for the tree, by name.
func outputs(t *testing.T, w *bazeltesting.Workspace, tree *trimtree.Tree) map[string][]byte {
	t.Helper()
	top, err := filepath.EvalSymlinks(filepath.Join(w.Dir, "bazel-bin/tree"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	add := func(name string) {
		data, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	add("set/Module.symvers")
	add("set/modules.order")
	if tree.Trim {
		add("set/needed.ksyms")
	}
	for _, m := range tree.With(trimtree.InSet) {
		if !tree.Trim {
			add(m.Name + ".ko")
			continue
		}
		add("set/tree/" + m.Name + ".ko")
		add("set/tree/" + m.Name + ".symvers")
		// Its slices and trimmed objects, in kernels that have them.
		err := filepath.WalkDir(filepath.Join(top, "set/tree", m.Name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".params") {
				return err
			}
			name, err := filepath.Rel(top, path)
			add(name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// difference says in what outputs differ from those that are wanted, or "".
func difference(got, want map[string][]byte) string {
	var lines []string
	for name, data := range want {
		other, made := got[name]
		at := 0
		for at < len(data) && at < len(other) && data[at] == other[at] {
			at++
		}
		cut := func(b []byte) []byte { return b[max(0, min(len(b), at-40)):min(len(b), at+80)] }
		switch {
		case !made:
			lines = append(lines, name+" is missing")
		case !bytes.Equal(data, other):
			lines = append(lines, fmt.Sprintf("%s: %q, want %q", name, cut(other), cut(data)))
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			lines = append(lines, name+" should not be there")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
