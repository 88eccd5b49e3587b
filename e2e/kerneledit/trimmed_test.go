package kerneledit

import (
	"debug/elf"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// This file has a kernel before 6.5, whose exports lie in its objects, trimmed: what is compiled again when its sources are edited, and
// what it exports then.

// In init are an object whose source names all that it exports, and two that export nothing; in fs one of which only the compiler knows
// what it exports, and one that exports nothing. Of the modules, ping uses crc and the kernel. Two that are to be passed on as they are
// say when they were compiled: once more, and they would be others.
const trimmedSources = `
-- BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_image")

kernel_image(
    name = "trimmed",
    kernel = "@linux//:kernel",
    trim = True,
)
-- linux.config --
CONFIG_MODULES=y
-- third_party/linux/Kconfig --
-- third_party/linux/include/linux/export.h --
/*
 * An export is an entry of a table, in a section of its own, and its two strings. In a trimmed kernel it is one only if autoksyms.h
 * defines __KSYM_name as 1: that makes SEAT_1 of it, whose comma moves ENTRY to where NO_ENTRY is otherwise. A label tells of both.
 */
#define ENTRY(name) asm( \
	".section \"__ksymtab_strings\", \"aMS\", %progbits, 1\n" \
	"__kstrtab_" #name ": .asciz \"" #name "\"\n" \
	"__kstrtabns_" #name ": .asciz \"\"\n" \
	".previous\n" \
	".section \"___ksymtab+" #name "\", \"a\"\n" \
	".balign 4\n" \
	"__ksymtab_" #name ": .long " #name " - ., __kstrtab_" #name " - ., __kstrtabns_" #name " - .\n" \
	".previous")
#ifdef CONFIG_TRIM_UNUSED_KSYMS
#include <generated/autoksyms.h>
#define NO_ENTRY(name) asm("")
#define LABEL(name) asm(".section \".discard.ksym\", \"a\"\n__ksym_marker_" #name ": .byte 0\n.previous")
#define SEAT_1 taken,
#define SEAT_OF(value) SEAT_##value
#define SEAT(value) SEAT_OF(value)
#define SECOND_OF(first, second, ...) second
#define SECOND(...) SECOND_OF(__VA_ARGS__)
#define EXPORT_SYMBOL(name) LABEL(name); SECOND(SEAT(__KSYM_##name) ENTRY, NO_ENTRY, )(name)
#else
#define EXPORT_SYMBOL(name) ENTRY(name)
#endif
-- third_party/linux/init/Makefile --
init-y += init/main.o init/clock.o init/weather.o
-- third_party/linux/init/main.c --
int first(void) { return 1; }
-- third_party/linux/init/clock.c --
int hours(void) { return 1; }
const char compiled[] = __TIME__;
-- third_party/linux/init/weather.c --
#include <linux/export.h>
int weather(void) { return 1; }
EXPORT_SYMBOL(weather);
int rain(void) { return 2; }
EXPORT_SYMBOL(rain);
int snow(void) { return 3; }
EXPORT_SYMBOL(snow);
-- third_party/linux/fs/Makefile --
fs-y += fs/dir.o fs/file.o
-- third_party/linux/fs/dir.c --
int dir(void) { return 1; }
-- third_party/linux/fs/file.c --
#include <linux/export.h>
#define BOTH EXPORT_SYMBOL(file_open); EXPORT_SYMBOL(file_close)
int file_open(void) { return 1; }
int file_close(void) { return 2; }
BOTH;
-- third_party/linux/lib/Makefile --
lib-m += lib/crc.o
-- third_party/linux/lib/crc.c --
#include <linux/export.h>
int crc(void) { return 1; }
EXPORT_SYMBOL(crc);
int crc_table(void) { return 2; }
EXPORT_SYMBOL(crc_table);
int crc_seed(void) { return 3; }
EXPORT_SYMBOL(crc_seed);
int crc_poly(void) { return 4; }
EXPORT_SYMBOL(crc_poly);
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL";
-- third_party/linux/net/Makefile --
net-m += net/ping.o net/pong.o
-- third_party/linux/net/ping.c --
int weather(void), file_open(void), crc(void);
int ping(void) { return weather() + file_open() + crc(); }
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL";
-- third_party/linux/net/pong.c --
int pong(void) { return 1; }
const char compiled[] = __TIME__;
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL";
`

// An edit, and what the build does about it.
type edit struct {
	what   string
	edit   func()
	ran    []string
	slices []string // the slices of what is needed that are cut again: the folders that each KernelTrimSlice is for
	more   []string // the exports that come, by who has them
}

func TestEditsOfATrimmedKernel(t *testing.T) {
	k := newKernel(t, release{
		version: "6.1", sdk: "linux_6_1", lock: "bookworm-6.1.lock.json", gcc: "12",
	}, trimmedSources, "//:trimmed")
	replace := func(file, old, new string) func() {
		return func() { k.w.Replace(linux+file, old, new) }
	}
	// ping calls another function.
	uses := func(name string) func() {
		return replace("net/ping.c", "int ping(void) { return ", "int "+name+"(void);\nint ping(void) { return "+name+"() + ")
	}
	exporting := func(file, name string) func() {
		return func() {
			text := k.w.Read(linux + file)
			k.w.Write(linux+file, "#include <linux/export.h>\n"+text+"int "+name+"(void) { return 9; }\nEXPORT_SYMBOL("+name+");\n")
		}
	}
	const (
		builtin = "_trim/fs _trim/init"
		net     = "_trim/net" // the objects of modules are read, where one of the folder is another
		lib     = "_trim/lib"
		guess   = "_guess/lib"
	)
	// Those whose sources name all exports are compiled once, trimmed, those of modules with what is guessed to be needed.
	const (
		weather = "KernelCompile trimmed/_trim/init/weather.o"
		crc     = "KernelCompile trimmed/_guess/lib/crc.o"
		ping    = "KernelCompile net/ping.o"
	)
	var exports []string
	check := func(e edit) {
		t.Helper()
		if diff := cmp.Diff(e.slices, slicesOf(k.last), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: slices (-want +got):\n%s", e.what, diff)
		}
		exports = append(exports, e.more...)
		k.exports(e.what, exports)
	}

	k.build()
	first := []string{
		"KernelCompile fs/dir.o", "KernelCompile fs/file.o", "KernelCompile init/clock.o", "KernelCompile init/main.o",
		ping, "KernelCompile net/pong.o", "KernelCompile trimmed/.vmlinux.export.o", crc, weather,
		"KernelModC trimmed/_modules/lib/crc.mod.o", "KernelModC trimmed/_modules/net/ping.mod.o", "KernelModC trimmed/_modules/net/pong.mod.o",
		"KernelTrim trimmed/_trim/fs/file.o", // of which only the compiler knows that it exports file_close
	}
	if diff := cmp.Diff(first, ran(t, k.last)); diff != "" {
		t.Errorf("the first build: actions (-want +got):\n%s", diff)
	}
	check(edit{
		what: "the first build", slices: []string{guess, builtin, lib, net},
		more: []string{"lib/crc crc", "vmlinux file_open", "vmlinux weather"},
	})
	k.build()
	if len(k.last) > 0 {
		t.Errorf("nothing is edited, but %s and %d more actions run", k.last.Outputs()[0], len(k.last)-1)
	}
	for _, e := range []edit{
		{
			what: "a module uses one more export of the kernel", edit: uses("rain"),
			ran: []string{ping, weather}, slices: []string{builtin, net}, more: []string{"vmlinux rain"},
		},
		{
			what: "a function is edited", edit: replace("fs/dir.c", "return 1", "return 2"),
			ran: []string{"KernelCompile fs/dir.o"},
		},
		{
			what: "a function is edited of an object that names its exports", edit: replace("init/weather.c", "return 1", "return 4"),
			ran: []string{weather},
		},
		{
			what: "a function is edited of an object that loses an export", edit: replace("fs/file.c", "return 1", "return 3"),
			ran: []string{"KernelCompile fs/file.o", "KernelTrim trimmed/_trim/fs/file.o"},
		},

		// All objects of a folder that exported nothing when the repository was made have one slice.
		{
			what: "a source exports that never did, which nobody uses", edit: exporting("init/main.c", "second"),
			ran:    []string{"KernelCompile init/main.o", "KernelTrim trimmed/_trim/init/main.o"},
			slices: []string{builtin},
		},
		{
			what: "a module uses that export", edit: uses("second"),
			ran: []string{ping}, slices: []string{builtin, net}, more: []string{"vmlinux second"},
		},
		{
			what: "another source exports that never did, which nobody uses", edit: exporting("init/clock.c", "minutes"),
			ran:    []string{"KernelCompile init/clock.o", "KernelTrim trimmed/_trim/init/clock.o"},
			slices: []string{builtin},
		},
		{
			what: "a source exports more than it did, which nobody uses", edit: exporting("init/weather.c", "hail"),
			ran: []string{weather}, slices: []string{builtin},
		},
		{
			what: "a module uses that export, too", edit: uses("hail"),
			ran: []string{ping, weather}, slices: []string{builtin, net}, more: []string{"vmlinux hail"},
		},

		{
			what: "a function is edited of a module that exports", edit: replace("lib/crc.c", "return 1", "return 5"),
			ran: []string{crc}, slices: []string{guess, lib},
		},
		{
			what: "a module uses one more export of another", edit: uses("crc_table"),
			ran: []string{ping, crc}, slices: []string{guess, builtin, lib, net}, more: []string{"lib/crc crc_table"},
		},
		{
			what: "a module mentions an export that it does not use", edit: replace("net/ping.c", "int ping(", "struct crc_seed *seed;\nint ping("),
			ran: []string{ping, crc, "KernelTrim trimmed/_trim/lib/crc.o"}, slices: []string{guess, lib, net},
		},
		{
			what: "a module uses an export without a mention of it", edit: func() {
				k.w.Replace(linux+"net/ping.c", "int ping(void) { return ", "#define CRC(what) crc_##what\nint CRC(poly)(void);\nint ping(void) { return CRC(poly)() + ")
			},
			ran: []string{ping, "KernelTrim trimmed/_trim/lib/crc.o"}, slices: []string{builtin, lib, net}, more: []string{"lib/crc crc_poly"},
		},
		{
			what: "a module exports that never did, which nobody uses", edit: exporting("net/pong.c", "pongs"),
			ran: []string{"KernelCompile net/pong.o", "KernelTrim trimmed/_trim/net/pong.o"}, slices: []string{net},
		},
		{
			what: "a module uses that export of another", edit: uses("pongs"),
			ran: []string{ping, "KernelModC trimmed/_modules/net/ping.mod.o"}, slices: []string{guess, builtin, lib, net}, more: []string{"net/pong pongs"},
		},
	} {
		k.expect(e.what, e.ran, e.edit)
		check(e)
	}
	k.leavesOut("lib/crc crc_seed", "vmlinux file_close", "vmlinux minutes", "vmlinux snow")

	k.fails("what a module uses is exported no longer", `"rain" [net/ping.ko] undefined!`,
		replace("init/weather.c", "EXPORT_SYMBOL(rain);", "/* rain */"))
	replace("init/weather.c", "/* rain */", "EXPORT_SYMBOL(rain);")()
	// What is compiled trimmed and never untrimmed has to name all exports.
	k.fails("a source exports what it does not name", "init/weather.c: exports fog, which its text does not name to a macro such as EXPORT_SYMBOL, "+
		"and did not when the kernel's repository was made: make it anew, bazel fetch --force --repo=@NAME",
		replace("init/weather.c", "EXPORT_SYMBOL(snow);", "EXPORT_SYMBOL(snow);\nint fog(void) { return 8; }\n#define ALSO EXPORT_SYMBOL(fog)\nALSO;"))
	k.fetched("the repository is made anew", []string{"init/BUILD.bazel", "net/BUILD.bazel"}, []string{
		"KernelCompile init/weather.o",
		"KernelCompile trimmed/_guess/net/pong.o",
		"KernelCompile trimmed/_trim/init/clock.o",
		"KernelCompile trimmed/_trim/init/main.o",
		"KernelTrim trimmed/_trim/init/weather.o",
	}, func() { k.w.MustBazel("fetch", "--force", "--repo=@linux") })
	k.exports("the repository is made anew", exports)
	k.leavesOut("lib/crc crc_seed", "vmlinux file_close", "vmlinux fog", "vmlinux minutes", "vmlinux snow")
}

// fails edits, and says that the build fails, and how.
func (k *kernel) fails(what, message string, edit func()) {
	k.t.Helper()
	edit()
	r := k.w.Bazel("build", k.target, "--sandbox_add_mount_pair="+k.w.Dir)
	if r.Code == 0 || !strings.Contains(r.Stderr, message) {
		k.t.Errorf("%s: the build ends with code %d; want another than 0, and the message %q:\n%s", what, r.Code, message, r.Stderr)
	}
}

// slicesOf are the slices of what is needed that are cut, by the folders that each action writes to.
func slicesOf(log bazeltesting.Log) []string {
	var all []string
	for _, s := range log.Mnemonic("KernelTrimSlice") {
		folders := map[string]bool{}
		for _, output := range s.ListedOutputs {
			folders[strings.TrimPrefix(path.Dir(inBin(output)), trimmed)] = true
		}
		all = append(all, strings.Join(slices.Sorted(maps.Keys(folders)), " "))
	}
	slices.Sort(all)
	return all
}

// exports says what the trimmed kernel and its modules export, each name after who has it, of the files that are loaded and of
// Module.symvers, and that it is all that modules ask for.
func (k *kernel) exports(what string, want []string) {
	k.t.Helper()
	want = slices.Sorted(slices.Values(want))
	tables := k.named("__ksymtab_")
	if diff := cmp.Diff(want, tables); diff != "" {
		k.t.Errorf("%s: exports (-want +got):\n%s", what, diff)
	}
	entries, err := symvers.Parse("Module.symvers", []byte(k.w.Read("bazel-bin/"+trimmed+"Module.symvers")))
	if err != nil {
		k.t.Fatal(err)
	}
	var listed, asked, exported []string
	for _, e := range entries {
		listed = append(listed, e.Module+" "+e.Name)
		exported = append(exported, e.Name)
	}
	slices.Sort(listed)
	if diff := cmp.Diff(want, listed); diff != "" {
		k.t.Errorf("%s: Module.symvers (-want +got):\n%s", what, diff)
	}
	for _, file := range k.loaded() {
		for _, s := range symbols(k.t, file) {
			if s.Section == elf.SHN_UNDEF && s.Name != "" {
				asked = append(asked, s.Name)
			}
		}
	}
	slices.Sort(asked)
	slices.Sort(exported)
	if diff := cmp.Diff(exported, slices.Compact(asked)); diff != "" {
		k.t.Errorf("%s: what modules ask for (-exported +asked for):\n%s", what, diff)
	}
}

// leavesOut says which exports were compiled, and are none.
func (k *kernel) leavesOut(want ...string) {
	k.t.Helper()
	tables := k.named("__ksymtab_")
	left := slices.DeleteFunc(k.named("__ksym_marker_"), func(name string) bool { return slices.Contains(tables, name) })
	if diff := cmp.Diff(want, left); diff != "" {
		k.t.Errorf("exports that are left out (-want +got):\n%s", diff)
	}
}

// loaded are the kernel and the modules that the last build made, by what Module.symvers calls them.
func (k *kernel) loaded() map[string]string {
	k.t.Helper()
	top := filepath.Join(k.w.Dir, "bazel-bin", trimmed)
	files := map[string]string{symvers.Vmlinux: filepath.Join(top, "vmlinux")}
	for _, module := range []string{"lib/crc", "net/ping", "net/pong"} {
		files[module] = filepath.Join(top, "_modules", module+".ko")
	}
	return files
}

// named are the symbols of those files that begin so, without that, each after whose it is.
func (k *kernel) named(prefix string) []string {
	k.t.Helper()
	var all []string
	for of, file := range k.loaded() {
		for _, s := range symbols(k.t, file) {
			if name, is := strings.CutPrefix(s.Name, prefix); is {
				all = append(all, of+" "+name)
			}
		}
	}
	slices.Sort(all)
	return all
}

func symbols(t *testing.T, file string) []elf.Symbol {
	t.Helper()
	f, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	return all
}
