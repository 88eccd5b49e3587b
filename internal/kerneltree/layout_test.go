package kerneltree

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fill writes files; a text that begins with -> makes a link.
func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		err := error(nil)
		if target, isLink := strings.CutPrefix(text, "->"); isLink {
			err = os.Symlink(target, file)
		} else {
			err = os.WriteFile(file, []byte(text), 0o777)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// files are those below a folder, links with where they lead.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := strings.CutPrefix(file, dir+"/")
		if target, err := os.Readlink(file); err == nil {
			name += " -> " + target
		}
		all = append(all, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatABuildReadsIsLaidOut(t *testing.T) {
	unpacked := t.TempDir()
	fill(t, unpacked, map[string]string{
		"sources/Makefile":                              "",
		"sources/Kbuild":                                "",
		"sources/Kconfig":                               "",
		"sources/Documentation/Kconfig":                 "",
		"sources/Documentation/process/howto.rst":       "",
		"sources/arch/Kconfig":                          "",
		"sources/arch/arm64/Makefile":                   "",
		"sources/arch/arm64/xen/Makefile":               "obj-y := $(addprefix ../../arm/xen/, hypercall.o)",
		"sources/arch/arm64/mm/fault.c":                 "",
		"sources/arch/arm/xen/hypercall.c":              "",
		"sources/arch/x86/crypto/Kconfig":               "",
		"sources/arch/x86/mm/fault.c":                   "",
		"sources/arch/x86/include/asm/page.h":           "",
		"sources/arch/mips/boot/dts/x.dts":              "",
		"sources/scripts/dtc/include-prefixes/mips":     "->../../../arch/mips/boot/dts",
		"sources/scripts/dangling":                      "->../Documentation/process/howto.rst",
		"sources/scripts/absolute":                      "->/etc/passwd",
		"sources/scripts/outside":                       "->../../host/bin/bc",
		"sources/tools/perf/perf.c":                     "",
		"sources/tools/objtool/objtool.c":               "",
		"sources/tools/testing/selftests/harness.h":     "",
		"sources/tools/testing/selftests/test.c":        "",
		"sources/tools/testing/nvdimm/test/iomap.c":     "", // drivers/nvdimm/Makefile has it
		"sources/samples/Makefile":                      "",
		"host/bin/bc":                                   "",
		"host/etc/fstab":                                "",
		"host/usr/share/bison/m4sugar/m4sugar.m4":       "",
		"host/usr/share/doc/bc/README":                  "",
		"host/usr/lib/x86_64-linux-gnu/gconv/x.so":      "",
		"host/usr/lib/x86_64-linux-gnu/libz.a":          "",
		"host/usr/lib/x86_64-linux-gnu/libz.so":         "->/usr/lib/x86_64-linux-gnu/libz.so.1",
		"host/usr/lib/x86_64-linux-gnu/libz.so.1":       "",
		"host/usr/lib/x86_64-linux-gnu/libpcprofile.so": "->/lib/x86_64-linux-gnu/libpcprofile.so.1",
		"host/usr/lib64/ld-linux.so":                    "->" + unpacked + "/host/usr/lib/x86_64-linux-gnu/libm-2.so",
		"host/usr/lib/x86_64-linux-gnu/libm.so.6":       "->libm-2.so",
		"host/usr/lib/x86_64-linux-gnu/libm-2.so":       "",
		"host/usr/lib/x86_64-linux-gnu/libgone.so.1":    "->libgone.so.1.0",
	})
	dir := t.TempDir()
	if err := LayOut(dir, Sources{Unpacked: unpacked, Arch: "arm64"}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		".host/bin/bc",
		".host/lib -> usr/lib",
		".host/lib64 -> usr/lib64",
		".host/usr/lib/x86_64-linux-gnu/libm-2.so",
		".host/usr/lib/x86_64-linux-gnu/libm.so.6 -> libm-2.so",
		".host/usr/lib/x86_64-linux-gnu/libz.a",
		".host/usr/lib/x86_64-linux-gnu/libz.so -> libz.so.1",
		".host/usr/lib/x86_64-linux-gnu/libz.so.1",
		".host/usr/lib64/ld-linux.so -> ../lib/x86_64-linux-gnu/libm-2.so",
		".host/usr/share/bison/m4sugar/m4sugar.m4",
		"Documentation/Kconfig",
		"Kbuild", "Kconfig", "Makefile",
		"arch/Kconfig",
		"arch/arm/xen/hypercall.c",
		"arch/arm64/Makefile", "arch/arm64/mm/fault.c", "arch/arm64/xen/Makefile",
		"arch/x86/crypto/Kconfig", "arch/x86/include/asm/page.h",
		"samples/Makefile",
		"scripts/dtc/include-prefixes/mips -> ../../../arch/mips/boot/dts",
		"tools/objtool/objtool.c", "tools/testing/nvdimm/test/iomap.c", "tools/testing/selftests/harness.h",
	}
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsNoKernelIsAnError(t *testing.T) {
	unpacked := t.TempDir()
	fill(t, unpacked, map[string]string{"sources/Makefile": "", "sources/Kbuild": "", "sources/Kconfig": "", "sources/arch/arm/Makefile": "", "host/bin/bc": ""})
	if err := LayOut(t.TempDir(), Sources{Unpacked: unpacked, Arch: "x86"}); err == nil || err.Error() != "these are no kernel's sources for x86: there is no arch/x86" {
		t.Errorf("error %v", err)
	}
}

func TestSourcesThatAreEditedAreLinks(t *testing.T) {
	top := t.TempDir()
	edited := filepath.Join(top, "linux")
	fill(t, top, map[string]string{
		"linux/Makefile": "", "linux/Kbuild": "", "linux/Kconfig": "", "linux/BUILD.bazel": "", "linux/.git/HEAD": "",
		"linux/arch/x86/Makefile": "", "linux/arch/x86/include/asm/page.h": "",
		"linux/fs/fat/dir.c": "", "linux/fs/fat/BUILD": "", "linux/fs/fat/here": "->dir.c",
		"linux/include/linux/list.h": "", "linux/include/top.h": "",
		"unpacked/host/bin/bc": "",
	})
	sources := Sources{Unpacked: filepath.Join(top, "unpacked"), Edited: edited, Arch: "x86"}
	dir := t.TempDir()
	if err := LayOut(dir, sources); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, file := range []string{"Kbuild", "Kconfig", "Makefile", "arch/x86/Makefile", "arch/x86/include/asm", "fs/fat/dir.c", "include/linux", "include/top.h"} {
		want = append(want, file+" -> "+edited+"/"+file)
	}
	want = append(want, ".host/bin/bc", "fs/fat/here -> dir.c")
	slices.Sort(want)
	got := files(t, dir)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	fill(t, edited, map[string]string{"include/config/auto.conf": ""})
	if err := LayOut(t.TempDir(), sources); err == nil || err.Error() != "the sources are not clean: there is include/config, which make has left; run `make mrproper` in them" {
		t.Errorf("error %v", err)
	}
}

func TestForKconfigFoldersThatAreOnlyReadAreLinks(t *testing.T) {
	edited, from := t.TempDir(), t.TempDir()
	fill(t, edited, map[string]string{
		"Kbuild": "", "Kconfig": "", "Makefile": "", "arch/x86/Kconfig": "", "include/linux/list.h": "",
		"scripts/kconfig/conf.c": "", "scripts/BUILD.bazel": "",
	})
	fill(t, from, map[string]string{
		"host/usr/include/stdio.h":               "",
		"host/usr/include/asm/stat.h":            "->../../lib/linux/stat.h",
		"host/usr/lib/linux/stat.h":              "stat",
		"host/usr/lib/python3.14/site.py":        "->/etc/python3.14/site.py",
		"host/usr/lib/python3.14/json/tool.py":   "",
		"host/usr/lib/x86_64-linux-gnu/libelf.a": "",
		"host/usr/bin/flex":                      "",
		"host/etc/python3.14/site.py":            "",
	})
	dir := t.TempDir()
	if err := LayOutKconfig(dir, Sources{Unpacked: from, Edited: edited, Arch: "x86"}); err != nil {
		t.Fatal(err)
	}
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		t.Fatal(err)
	}
	edited, err = filepath.EvalSymlinks(edited)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		".host/lib -> usr/lib",
		".host/usr/bin/flex",
		".host/usr/include -> " + from + "/host/usr/include",
		".host/usr/lib/linux -> " + from + "/host/usr/lib/linux",
		".host/usr/lib/python3.14/json -> " + from + "/host/usr/lib/python3.14/json",
		".host/usr/lib/x86_64-linux-gnu/libelf.a",
		"Kbuild -> " + edited + "/Kbuild",
		"Kconfig -> " + edited + "/Kconfig",
		"Makefile -> " + edited + "/Makefile",
		"arch -> " + edited + "/arch",
		"include/linux -> " + edited + "/include/linux",
		"scripts/kconfig/conf.c -> " + edited + "/scripts/kconfig/conf.c",
	}
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text, err := os.ReadFile(filepath.Join(dir, ".host/usr/include/asm/stat.h")); err != nil || string(text) != "stat" {
		t.Errorf("a header that is a link: %q (%v)", text, err)
	}
}
