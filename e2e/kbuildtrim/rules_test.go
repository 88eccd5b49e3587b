package kbuildtrim

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
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
use_repo(kernel, "linux_6_1")
-- modules/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_module", "kernel_module_set")

kernel_module(
    name = "provider",
    srcs = ["provider.c"],
    hdrs = ["provider.h"],
    kernel = "@linux_6_1//:sdk",
)

kernel_module(
    name = "consumer",
    srcs = ["consumer.c"],
    hdrs = ["provider.h"],
    kernel = "@linux_6_1//:sdk",
    deps = [":provider"],
)

kernel_module_set(
    name = "set",
    modules = [":provider", ":consumer"],
    trim = True,
)
`

func TestTheRulesLookAtNoTimes(t *testing.T) {
	w := rules{bazeltesting.New(t, workspace), t}
	for _, name := range []string{"provider.c", "provider.h", "consumer.c"} {
		text, err := os.ReadFile(filepath.Join("e2e/kbuildtrim/modules", name))
		if err != nil {
			t.Fatal(err)
		}
		w.Write("modules/"+name, string(text))
	}
	w.CopySDK("linux_6_1")
	wantExports(t, "the rules, at first", w.build(), "provider_first")

	now := time.Now().Truncate(time.Second)
	for _, times := range []struct {
		name             string
		sources, outputs time.Time
	}{
		{"all in one second", now, now},
		{"sources older than what was made of them", time.Unix(0, 0), now},
		{"outputs from the future", now, now.Add(time.Hour)},
		{"sources from the future", now.Add(time.Hour), now},
	} {
		w.use(usesOne, usesBoth)
		w.setTimes(times.sources, times.outputs)
		wantExports(t, "the rules, "+times.name+", once it is used", w.build(), "provider_first", "provider_second")
		w.use(usesBoth, usesOne)
		w.setTimes(times.sources, times.outputs)
		wantExports(t, "the rules, "+times.name+", once it is no longer used", w.build(), "provider_first")
	}
}

// rules is a workspace with the two modules.
type rules struct {
	*bazeltesting.Workspace
	t *testing.T
}

// use makes the edits that kbuild.use makes.
func (w rules) use(old, new string) {
	w.t.Helper()
	w.Replace("modules/consumer.c", old, new)
	number := map[string]string{usesOne: "return 1;", usesBoth: "return 3;"}
	w.Replace("modules/provider.c", number[old], number[new])
}

// setTimes gives times to the sources, and to all that was made of them.
func (w rules) setTimes(sources, outputs time.Time) {
	w.t.Helper()
	made, err := filepath.EvalSymlinks(filepath.Join(w.Dir, "bazel-bin/modules"))
	if err != nil {
		w.t.Fatal(err)
	}
	for dir, to := range map[string]time.Time{filepath.Join(w.Dir, "modules"): sources, made: outputs} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			return os.Chtimes(path, to, to)
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// build builds the set and returns what the provider exports.
func (w rules) build() []string {
	w.t.Helper()
	w.MustBazel("build", "--output_groups=+symvers", "//modules:set")
	entries, err := symvers.Parse("Module.symvers", []byte(w.Read("bazel-bin/modules/set/Module.symvers")))
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}
