// Package sourcepackage tests kernel.source_package with packages and a mirror of its own: what the repository holds, and what a
// user is told when it cannot be made.
package sourcepackage

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/debtesting"
	"github.com/rules-kbuild/rules_kbuild/internal/sdklock"
)

const workspace = `
-- BUILD.bazel --
-- all.BUILD --
filegroup(
    name = "all",
    # REPO.bazel is Bazel's.
    srcs = glob(
        ["**"],
        exclude = ["REPO.bazel"],
    ),
)
-- inner.BUILD --
filegroup(
    name = "inner",
    srcs = glob(["*.c"]),
)
`

// A tag is one kernel.source_package, or another tag of the extension, and the lock that it names.
type tag struct {
	kind       string // default: source_package
	attributes string
	lock       string // base name without .lock.json; default: the repository's name
}

var tags = map[string]tag{
	"driver": {attributes: `build_file = "//:all.BUILD", build_files = {"src/mod": "//:inner.BUILD"},`},
	"part":   {attributes: `build_file = "//:all.BUILD", subdirs = ["src"],`, lock: "driver"},
	"tree":   {attributes: `build_file = "//:all.BUILD", subdirs = ["fs/fat", "fs/nls"],`},

	"within": {attributes: `build_file = "//:all.BUILD", subdirs = ["fs/fat", "fs/fat/test", "include"],`, lock: "tree"},

	"gone":               {attributes: `build_file = "//:all.BUILD",`},
	"changed":            {attributes: `build_file = "//:all.BUILD",`},
	"empty":              {attributes: `build_file = "//:all.BUILD",`},
	"sdk":                {attributes: `build_file = "//:all.BUILD",`},
	"no_sdk":             {kind: "debian", lock: "driver"},
	"no_such_folder":     {attributes: `build_files = {"src/moon": "//:all.BUILD"},`, lock: "driver"},
	"no_such_subdir":     {attributes: `build_file = "//:all.BUILD", subdirs = ["moon"],`, lock: "driver"},
	"outside":            {attributes: `build_files = {"../x": "//:all.BUILD"},`, lock: "driver"},
	"twice":              {attributes: `build_file = "//:all.BUILD", build_files = {"BUILD.bazel": "//:all.BUILD"},`, lock: "driver"},
	"not_in_the_archive": {attributes: `build_file = "//:all.BUILD", subdirs = ["moon"],`, lock: "tree"},
	"one_is_not":         {attributes: `build_file = "//:all.BUILD", subdirs = ["fs/fat", "fs/moon"],`, lock: "tree"},
}

func TestSourcePackages(t *testing.T) {
	m := debtesting.NewMirror(t)
	add := func(name, version string, files map[string]string) *sdklock.Lock {
		return debtesting.Lock(m.Package(name, version, sdklock.Source, files))
	}
	w := bazeltesting.New(t, workspace+moduleFile(m.URL))
	write := func(name string, lock *sdklock.Lock) {
		if err := lock.Write(filepath.Join(w.Dir, name+".lock.json")); err != nil {
			t.Fatal(err)
		}
	}
	driver := map[string]string{
		"usr/src/driver-1.0/dkms.conf":      "PACKAGE_NAME=driver\n",
		"usr/src/driver-1.0/top.c":          "",
		"usr/src/driver-1.0/src/shared.h":   "",
		"usr/src/driver-1.0/src/mod/mod.c":  "",
		"usr/share/doc/driver/changelog.gz": "",
	}
	write("driver", add("driver-dkms", "1.0-1", driver))
	write("tree", add("linux-source-6.12", "6.12.1-1", map[string]string{
		"usr/src/linux-patch-6.12-rt.patch.xz": "",
		"usr/src/linux-source-6.12.tar.gz": debtesting.Archive(t, map[string]string{
			"linux-source-6.12/fs/fat/dir.c":        "",
			"linux-source-6.12/fs/fat/fat.h":        "",
			"linux-source-6.12/fs/fat/test/test.c":  "",
			"linux-source-6.12/fs/nls/nls_base.c":   "",
			"linux-source-6.12/fs/ext4/super.c":     "",
			"linux-source-6.12/include/linux/nls.h": "",
		}),
	}))
	write("empty", add("empty", "1.0-1", map[string]string{"usr/share/doc/empty/copyright": ""}))

	// Never served with that content, so Bazel's cache of downloads does not have them.
	gone := add("gone-dkms", "1.0-1", map[string]string{"usr/src/gone-1.0/gone.c": ""})
	delete(m.Files, gone.Packages[0].Path)
	write("gone", gone)
	changed := add("changed-dkms", "1.0-1", map[string]string{"usr/src/changed-1.0/changed.c": ""})
	m.Files[changed.Packages[0].Path] = []byte("something else")
	write("changed", changed)
	sdk := add("make", "4.4.1-2", driver)
	sdk.KernelRelease, sdk.Packages[0].Part = "6.12.1-amd64", sdklock.Make
	write("sdk", sdk)

	for _, c := range []struct {
		target string
		want   string
	}{
		{"@driver//:all", "//:BUILD.bazel //:dkms.conf //:src/shared.h //:top.c"},
		{"@driver//src/mod:inner", "//src/mod:mod.c"},
		{"@part//:all", "//:BUILD.bazel //:src/mod/mod.c //:src/shared.h"},
		{"@tree//:all", "//:BUILD.bazel //:fs/fat/dir.c //:fs/fat/fat.h //:fs/fat/test/test.c //:fs/nls/nls_base.c"},
		{"@within//:all", "//:BUILD.bazel //:fs/fat/dir.c //:fs/fat/fat.h //:fs/fat/test/test.c //:include/linux/nls.h"},
	} {
		if got := sources(w, c.target); got != c.want {
			t.Errorf("%s holds %s, want %s", c.target, got, c.want)
		}
	}

	w.Write("inner.BUILD", "filegroup(\n    name = \"inner\",\n    srcs = [\"other.c\"],\n)\n")
	if got := sources(w, "@driver//src/mod:inner"); got != "//src/mod:other.c" {
		t.Errorf("after an edit of its BUILD file @driver//src/mod:inner holds %s", got)
	}

	const lockCommand = "bazel run @rules_kbuild//kernel:lock -- --suite trixie"
	for name, want := range map[string]string{
		"gone": "gone.lock.json: gone-dkms 1.0-1: no mirror has it with SHA-256 " + gone.Packages[0].SHA256 + " any more",
		"changed": "To move to the suite's current packages: " + lockCommand +
			" --package changed-dkms --out changed.lock.json",
		"empty":              "empty.lock.json: empty 1.0-1: the package has no sources in /usr/src",
		"sdk":                "sdk.lock.json: this is the lock of an SDK, for kernel.debian; lock a package with sources with: " + lockCommand + " --package PACKAGE --out sdk.lock.json",
		"no_sdk":             "driver.lock.json: this is the lock of the package driver-dkms, for kernel.source_package; lock an SDK with: " + lockCommand + " --out driver.lock.json",
		"no_such_folder":     `kernel.source_package(name = "no_such_folder"): build_files: the sources of driver-dkms 1.0-1 have no folder src/moon`,
		"no_such_subdir":     `kernel.source_package(name = "no_such_subdir"): subdirs: the sources of driver-dkms 1.0-1 have no folder moon`,
		"outside":            `kernel.source_package(name = "outside"): build_files: "../x" is no folder of the sources`,
		"twice":              `kernel.source_package(name = "twice"): build_files: BUILD.bazel is given twice`,
		"not_in_the_archive": `linux-source-6.12/moon`,
		"one_is_not":         `kernel.source_package(name = "one_is_not"): subdirs: the sources of linux-source-6.12 6.12.1-1 have no folder fs/moon`,
	} {
		r := w.Bazel("query", "@"+name+"//:all")
		if r.Code == 0 || !strings.Contains(r.Stderr, want) {
			t.Errorf("%s: exit code %d, and it does not say %q:\n%s", name, r.Code, want, r.Stderr)
		}
	}

	overrides := t.TempDir()
	newer := add("gone-dkms", "2.0-1", map[string]string{"usr/src/gone-2.0/newer.c": ""})
	if err := newer.Write(filepath.Join(overrides, "gone.lock.json")); err != nil {
		t.Fatal(err)
	}
	if got, want := sources(w, "@gone//:all", "--repo_env=RULES_KBUILD_LOCK_OVERRIDE_DIR="+overrides), "//:BUILD.bazel //:newer.c"; got != want {
		t.Errorf("with a lock of the day @gone//:all holds %s, want %s", got, want)
	}
}

// moduleFile names all the tags, as a file of a txtar archive.
func moduleFile(mirror string) string {
	var names []string
	for name := range tags {
		names = append(names, name)
	}
	slices.Sort(names)
	text := "-- MODULE.bazel --\nmodule(name = \"e2e\")\n\nbazel_dep(name = \"rules_kbuild\")\n\n" +
		"kernel = use_extension(\"@rules_kbuild//kernel:extensions.bzl\", \"kernel\")\n"
	for _, name := range names {
		tag := tags[name]
		if tag.kind == "" {
			tag.kind = "source_package"
		}
		if tag.lock == "" {
			tag.lock = name
		}
		text += fmt.Sprintf("kernel.%s(name = %q, lock = \"//:%s.lock.json\", mirrors = [%q], %s)\n",
			tag.kind, name, tag.lock, mirror, tag.attributes)
	}
	return text + "use_repo(kernel, \"" + strings.Join(names, "\", \"") + "\")\n"
}

// sources tells what a filegroup of an external repository holds, without the repository's name.
func sources(w *bazeltesting.Workspace, target string, flags ...string) string {
	said := w.MustBazel(append([]string{"query", "labels(srcs, " + target + ")"}, flags...)...).Stdout
	var all []string
	for _, label := range strings.Fields(said) {
		all = append(all, label[strings.Index(label, "//"):])
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
