// Package cramfs replays how Kbuild's trimming of Linux 6.1 goes wrong when a
// module comes and goes, and shows beside it what a build without stamps does.
//
// CONFIG_CRAMFS=m is the only user of three exports of the kernel. With it, make
// compiles the objects that export them again, but not vmlinux.a, whose
// prerequisites it looked at before: modpost finds the symbols undefined. Without
// it, the same leaves three exports that nobody uses.
package cramfs

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneloracle"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
)

const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_1",
    lock = "@rules_kbuild//examples/kernels:bookworm-6.1.lock.json",
)
kernel.source(
    name = "linux",
    config = "@rules_kbuild//e2e/kernel:linux-6.1.config",
    fragments = [
        "@rules_kbuild//e2e/kernel:virtual-6.1.config",
        "//:cramfs.config",
    ],
    lock = "@rules_kbuild//examples/kernels:bookworm-6.1-source.lock.json",
)
use_repo(kernel, "linux", "linux_6_1")
-- BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_image")

kernel_image(
    name = "kernel",
    kernel = "@linux//:kernel",
    trim = True,
)

filegroup(
    name = "needed",
    srcs = [":kernel"],
    output_group = "needed",
)

filegroup(
    name = "symvers",
    srcs = [":kernel"],
    output_group = "symvers",
)
-- cramfs.config --
# CONFIG_CRAMFS is not set
`

// The two values of the option, as a .config has them.
const (
	off = "# CONFIG_CRAMFS is not set"
	on  = "CONFIG_CRAMFS=m"
)

// used are the exports that only cramfs uses, with the objects that they are in.
var used = map[string]string{
	"file_ra_state_init": "mm/readahead.o",
	"page_cache_sync_ra": "mm/readahead.o",
	"zlib_inflateReset":  "lib/zlib_inflate/inflate_syms.o",
}

// booted are the objects that are compiled with what boots: they hold the linked
// kernel, so they are others whenever that is.
var booted = []string{"arch/x86/boot/compressed/piggy.o", "arch/x86/boot/header.o"}

func TestAModuleThatComesAndGoes(t *testing.T) {
	w := bazeltesting.New(t, workspace)

	// Ours. The first build finds what it can in the caches.
	targets := []string{"//:kernel", "//:needed", "//:symvers"}
	w.Build(targets...)
	before := exported(t, file(t, w, "//:symvers"))
	wantExports(t, "Bazel, without cramfs", before, false)
	make := kbuild(t, w)

	w.Write("cramfs.config", on+"\n")
	log := w.Build(targets...)
	with := exported(t, file(t, w, "//:symvers"))
	wantExports(t, "Bazel, with cramfs", with, true)
	wantTrimmed(t, "with cramfs", log)

	w.Write("cramfs.config", off+"\n")
	log = w.Build(targets...)
	if again := exported(t, file(t, w, "//:symvers")); !slices.Equal(again, before) {
		t.Errorf("Bazel, without cramfs again: Module.symvers is another than before")
	}
	if again := trimmed(log.Executed()); len(again) > 0 {
		t.Errorf("without cramfs again, objects that were compiled before are compiled once more: %q", again)
	}

	// Kbuild.
	if _, err := make.Make("all"); err != nil {
		t.Fatal(err)
	}
	wantExports(t, "make, without cramfs", makes(t, make), false)
	if err := make.SetConfig(on); err != nil {
		t.Fatal(err)
	}
	_, err := make.Make("all")
	if err == nil {
		t.Fatal("make builds cramfs at once: it is mended in this kernel")
	}
	for symbol := range used {
		if !strings.Contains(err.Error(), `"`+symbol+`" [fs/cramfs/cramfs.ko] undefined!`) {
			t.Errorf("make does not fail for %s: %v", symbol, err)
		}
	}
	t.Logf("make, with cramfs: %v", err)
	if _, err := make.Make("all"); err != nil {
		t.Fatalf("make, asked again: %v", err)
	}
	if got := makes(t, make); !slices.Equal(got, with) {
		t.Errorf("make, asked again, exports other symbols than Bazel: %s", difference(got, with))
	}
	if err := make.SetConfig(off); err != nil {
		t.Fatal(err)
	}
	if _, err := make.Make("all"); err != nil {
		t.Fatal(err)
	}
	stale := makes(t, make)
	wantExports(t, "make, without cramfs again", stale, true)
	t.Logf("make, without cramfs again, still exports what nobody uses: %s", difference(stale, before))
	if _, err := make.Make("all"); err != nil {
		t.Fatal(err)
	}
	if got := makes(t, make); !slices.Equal(got, before) {
		t.Errorf("make, asked again, exports other symbols than Bazel: %s", difference(got, before))
	}
}

// kbuild is a copy of the workspace's prepared tree that make trims.
func kbuild(t *testing.T, w *bazeltesting.Workspace) *kerneloracle.Build {
	t.Helper()
	build, err := kerneloracle.New(w.Repository("linux"), w.Repository("linux_config"), filepath.Join(w.Repository("linux_6_1"), "sdk.json"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { build.Close() })
	set, err := ksyms.ReadNeededFile(file(t, w, "//:needed"))
	if err != nil {
		t.Fatal(err)
	}
	if err := build.Trim(kerneloracle.Unseen(set)); err != nil {
		t.Fatal(err)
	}
	return build
}

// file is the one file that a target is.
func file(t *testing.T, w *bazeltesting.Workspace, target string) string {
	t.Helper()
	return filepath.Join(w.Dir, strings.TrimSpace(w.MustBazel("cquery", "--output=files", target).Stdout))
}

// wantTrimmed holds what was compiled for the trimmed kernel against the objects
// that export what cramfs uses.
func wantTrimmed(t *testing.T, when string, log bazeltesting.Log) {
	t.Helper()
	if got, want := trimmed(log), slices.Compact(slices.Sorted(maps.Values(used))); !slices.Equal(got, want) {
		t.Errorf("%s, these objects are trimmed anew: %q, want those that export what it uses: %q", when, got, want)
	}
	got := slices.DeleteFunc(objects(log, "KernelCompile", "/bin/kernel/"), func(object string) bool {
		return strings.Contains(object, "/fs/cramfs/") || strings.HasPrefix(object, "_trim/")
	})
	if !slices.Equal(got, booted) {
		t.Errorf("%s, besides cramfs these objects are compiled: %q, want what holds the kernel: %q", when, got, booted)
	}
}

// trimmed are the objects that were compiled with a slice of the needed set.
func trimmed(log bazeltesting.Log) []string {
	var all []string
	for _, kind := range []string{"KernelCompile", "KernelTrim"} {
		for _, object := range objects(log, kind, "/bin/kernel/") {
			if object, is := strings.CutPrefix(object, "_trim/"); is {
				all = append(all, object)
			}
		}
	}
	slices.Sort(all)
	return all
}

// objects are those that actions of a kind have made, in order, by their path in
// the folder. What an earlier run of the test has left in a disk cache counts, too.
func objects(log bazeltesting.Log, kind, folder string) []string {
	var found []string
	for _, out := range log.Mnemonic(kind).Outputs() {
		if _, object, inside := strings.Cut(out, folder); strings.HasSuffix(out, ".o") {
			if !inside {
				object = out
			}
			found = append(found, object)
		}
	}
	slices.Sort(found)
	return found
}

// makes are the exports of make's kernel.
func makes(t *testing.T, build *kerneloracle.Build) []string {
	t.Helper()
	return exported(t, filepath.Join(build.Dir, "Module.symvers"))
}

// exported are the symbols of a Module.symvers, in order.
func exported(t *testing.T, symvers string) []string {
	t.Helper()
	text, err := os.ReadFile(symvers)
	if err != nil {
		t.Fatal(err)
	}
	var symbols []string
	for line := range strings.Lines(string(text)) {
		symbols = append(symbols, strings.Split(line, "\t")[1])
	}
	slices.Sort(symbols)
	return symbols
}

// wantExports says whether what only cramfs uses has to be among symbols.
func wantExports(t *testing.T, who string, symbols []string, want bool) {
	t.Helper()
	for symbol := range used {
		if slices.Contains(symbols, symbol) != want {
			t.Errorf("%s: %s exported: %v, want %v", who, symbol, !want, want)
		}
	}
}

// difference lists what is in one list and not in the other.
func difference(a, b []string) string {
	var only []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			only = append(only, s)
		}
	}
	for _, s := range b {
		if !slices.Contains(a, s) {
			only = append(only, "-"+s)
		}
	}
	return strings.Join(only, " ")
}
