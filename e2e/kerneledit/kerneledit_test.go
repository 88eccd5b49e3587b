// Package kerneledit edits the sources of a kernel of a few lines that lie in the workspace, and asserts from Bazel's execution log which of
// its actions run again, and from its repository which BUILD files change.
package kerneledit

import (
	"debug/elf"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/debtesting"
	"github.com/rules-kbuild/rules_kbuild/internal/sdklock"
)

const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
kernel.source(
    name = "linux",
    config = "//:linux.config",
    lock = "//:linux.lock.json",
    mirrors = ["MIRROR"],
    path = "third_party/linux",
)
use_repo(kernel, "linux", "linux_6_12")
-- BUILD.bazel --
-- linux.config --
CONFIG_MODULES=y
CONFIG_RAIN=y
# CONFIG_SNOW is not set
# CONFIG_WIND is not set
-- third_party/linux/BUILD.bazel --
# The tree may be a package of the workspace, or not.
fail("the repository has BUILD files of its own")
-- third_party/linux/Kconfig --
config RAIN
config SNOW
config WIND
-- third_party/linux/Kbuild --
-- third_party/linux/Makefile --
CFLAGS = -nostdinc -fno-asynchronous-unwind-tables -I./arch/x86/include -I./include -include ./include/linux/kconfig.h
LD = $(CROSS_COMPILE)ld
NM = $(CROSS_COMPILE)nm

-include include/config/auto.conf
include $(wildcard init/Makefile fs/Makefile lib/Makefile)

all: include/generated/bounds.h vmlinux arch/x86/boot/bzImage modules.order lib/crc.ko Module.symvers

image_name:
	@echo arch/x86/boot/bzImage

# Kbuild's conf, of a kernel that has no options but those.
olddefconfig:
	sh scripts/conf.sh

prepare: include/generated/bounds.h
	mkdir -p include/config
	echo 6.12.1 > include/config/kernel.release

include/generated/bounds.h: kernel/bounds.s FORCE
	mkdir -p include/generated
	{ echo '/* made */'; sed -ne 's:.*"->\([A-Z]*\) \$$\([0-9]*\)".*:#define \1 \2:p' < kernel/bounds.s; } > include/generated/bounds.h
kernel/bounds.s: kernel/bounds.c FORCE
	$(CC) $(CFLAGS) -S -o $@ kernel/bounds.c
	echo 'cmd_$@ := $(CC) -S' > kernel/.bounds.s.cmd

%.o: %.c FORCE
	$(CC) $(CFLAGS) $(modflags) -c -o $@ $<

init/built-in.a: $(init-y) FORCE
	rm -f $@; ar cDPrST $@ $(init-y)
fs/built-in.a: $(fs-y) FORCE
	rm -f $@; ar cDPrST $@ $(fs-y)
vmlinux.a: init/built-in.a fs/built-in.a FORCE
	rm -f $@; ar cDPrST $@ ./init/built-in.a ./fs/built-in.a
vmlinux.o: vmlinux.a FORCE
	$(LD) -r -o $@ --whole-archive vmlinux.a --no-whole-archive
vmlinux: vmlinux.o .vmlinux.export.o FORCE
	$(LD) -e 0 -o $@ vmlinux.o .vmlinux.export.o; $(NM) vmlinux > System.map
arch/x86/boot/bzImage: vmlinux FORCE
	cp vmlinux $@

lib/crc.o lib/crc.mod.o: modflags = -DMODULE -DKBUILD_MODNAME='"crc"'
lib/crc.mod: FORCE
	printf '%s\n' crc.o > $@
modules.order: lib/crc.o lib/crc.mod FORCE
	{ echo lib/crc.o; } > $@
lib/crc.ko: lib/crc.o lib/crc.mod.o FORCE
	$(LD) -r -o $@ lib/crc.o lib/crc.mod.o
Module.symvers: modules.order vmlinux.o FORCE
	scripts/mod/modpost -M -o $@ -T modules.order vmlinux.o
FORCE:

ifdef M
src := $(M)
include $(M)/Kbuild
modules:
	$(CC) $(NOSTDINC_FLAGS) $(CFLAGS) $(ccflags-y) $(CFLAGS_kbprobe-part.o) -c -o $(M)/kbprobe-part.o $(M)/kbprobe-part.c
	$(CC) $(CFLAGS) $(asflags-y) $(AFLAGS_kbprobe-asm.o) -c -o $(M)/kbprobe-asm.o $(M)/kbprobe-asm.S
	$(LD) $(ldflags-y) -r -o $(M)/kbprobe-multi.o @$(M)/kbprobe-multi.mod
	scripts/mod/modpost -M -o $(M)/Module.symvers -T $(M)/modules.order
	$(CC) $(CFLAGS) -c -o $(M)/kbprobe-multi.mod.o $(M)/kbprobe-multi.mod.c
	+$(LD) -r -o $(M)/kbprobe-multi.ko $(M)/kbprobe-multi.o
endif
-- third_party/linux/scripts/conf.sh --
mkdir -p include/config include/generated
: > include/config/auto.conf.cmd
sed -n 's/^CONFIG_/&/p' .config > include/config/auto.conf
sed -n 's/^\(CONFIG_[A-Z]*\)=y/#define \1 1/p' .config > include/generated/autoconf.h
-- third_party/linux/arch/x86/Makefile --
-- third_party/linux/arch/x86/include/asm/x86.h --
-- third_party/linux/include/linux/kconfig.h --
#include <generated/autoconf.h>
-- third_party/linux/include/linux/module.h --
#define MODULE_INFO(name, text) struct module
#define BUILD_SALT struct module
#define BUILD_LTO_INFO struct module
#define __visible
#define __section(name) __attribute__((section(name)))
struct module { const char *name; int arch; };
#define MODULE_ARCH_INIT 0
-- third_party/linux/include/linux/build-salt.h --
-- third_party/linux/include/linux/elfnote-lto.h --
-- third_party/linux/include/linux/vermagic.h --
-- third_party/linux/include/linux/compiler.h --
-- third_party/linux/include/linux/export-internal.h --
#define KSYMTAB_DATA(name, gpl, namespace) struct ksymtab
-- third_party/linux/include/linux/export.h --
#define EXPORT_SYMBOL(name) asm(".section .export_symbol, \"a\"\n__export_symbol_" #name ": .asciz \"\"\n.asciz \"\"\n.balign 8\n.quad " #name "\n.previous")
-- third_party/linux/include/linux/list.h --
/* Lists. */
struct list { struct list *next; };
-- third_party/linux/include/linux/page.h --
/* Whose size bounds.h tells. */
struct page { int flags; };
-- third_party/linux/include/linux/mm.h --
#include <linux/page.h>
#include <generated/bounds.h>
-- third_party/linux/kernel/bounds.c --
#include <linux/page.h>
void bounds(void) { asm volatile("\n.ascii \"->PAGE %0\"" : : "i" (sizeof(struct page))); }
-- third_party/linux/init/Makefile --
init-y += init/main.o init/weather.o
-- third_party/linux/init/main.c --
#include <linux/list.h>
struct list first;
-- third_party/linux/init/weather.c --
#ifdef CONFIG_RAIN
int umbrellas = 1;
#endif
int weather;
#include <linux/export.h>
EXPORT_SYMBOL(weather);
-- third_party/linux/fs/Makefile --
fs-y += fs/dir.o fs/file.o
fs-$(CONFIG_SNOW) += fs/snow.o
-- third_party/linux/fs/dir.c --
#include <linux/list.h>
#include "fs.h"
int dir(void) { return DIR; }
-- third_party/linux/fs/file.c --
#include <linux/mm.h>
int file[PAGE];
-- third_party/linux/fs/snow.c --
int snow;
-- third_party/linux/fs/fs.h --
#define DIR 1
-- third_party/linux/fs/beside.h --
#define BESIDE 2
-- third_party/linux/lib/Makefile --
-- third_party/linux/lib/crc.c --
#include <linux/mm.h>
int crc = PAGE;
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL";
`

// linux is where the kernel's sources are in the workspace.
const linux = "third_party/linux/"

// links are the actions that follow from any object that is built in.
var links = []string{"KernelRecipe System.map", "KernelRecipe bzImage", "KernelRecipe vmlinux.o"}

func TestEdits(t *testing.T) {
	m := debtesting.NewMirror(t)
	w := bazeltesting.New(t, strings.ReplaceAll(workspace, "MIRROR", m.URL))
	w.CopySDK("linux_6_12")
	lock := debtesting.Lock(
		m.Package("linux-source-6.12", "6.12.1-1", sdklock.Source, nil),
		m.Package("dash", "0.5-1", sdklock.Host, shell(t)),
		m.Package("libgcc-14-dev", "14.2-1", sdklock.Host, map[string]string{"usr/lib/gcc/x86_64-linux-gnu/14/libgcc.a": ""}),
	)
	if err := lock.Write(filepath.Join(w.Dir, "linux.lock.json")); err != nil {
		t.Fatal(err)
	}
	sources := snapshot(t, filepath.Join(w.Dir, linux))
	k := &kernel{t: t, w: w}

	k.build()
	if diff := cmp.Diff(sources, snapshot(t, filepath.Join(w.Dir, linux))); diff != "" {
		t.Errorf("what was fetched and built is not in the sources (-before +after):\n%s", diff)
	}
	k.expect("nothing changed", nil)
	k.expect("a comment in a header is edited", nil, func() {
		w.Replace(linux+"include/linux/list.h", "Lists.", "Lists, linked.")
	})
	k.expect("a function is edited", []string{"KernelCompile dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", "return DIR", "return DIR + 1")
	})
	k.expect("a header beside sources is edited", []string{"KernelCompile dir.o"}, func() {
		w.Replace(linux+"fs/fs.h", "DIR 1", "DIR 3")
	})
	k.expect("a source includes one more header that is there", []string{"KernelCompile dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", `#include "fs.h"`, "#include \"fs.h\"\n#include \"beside.h\"\nint beside = BESIDE;")
	})
	k.expect("a source includes a new header of the kernel's", []string{"KernelCompile dir.o"}, func() {
		w.Write(linux+"include/linux/new.h", "#define NEW 4\n")
		w.Replace(linux+"fs/dir.c", "int beside", "#include <linux/new.h>\nint new = NEW;\nint beside")
	})
	k.expect("a source includes a header that the build makes for the first time", []string{"KernelCompile dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", "int beside", "#include <linux/mm.h>\nint page = PAGE;\nint beside")
	})
	k.expect("a module uses one more export", []string{"KernelCompile crc.o"}, func() {
		w.Replace(linux+"lib/crc.c", "int crc", "extern int weather;\nint *uses = &weather;\nint crc")
	})
	k.expect("a source exports that never did", []string{"KernelCompile .vmlinux.export.o", "KernelCompile main.o"}, func() {
		w.Replace(linux+"init/main.c", "struct list first;", "#include <linux/export.h>\nstruct list first;\nEXPORT_SYMBOL(first);")
	})
	k.expect("a module uses that export", []string{"KernelCompile crc.o"}, func() {
		w.Replace(linux+"lib/crc.c", "int crc", "extern int first;\nint *also = &first;\nint crc")
	})
	k.expect("a struct is edited that a header is made of",
		[]string{"KernelCompile crc.o", "KernelCompile dir.o", "KernelCompile file.o", "KernelRecipe bounds.h", "KernelRecipe bounds.s"}, func() {
			w.Replace(linux+"include/linux/page.h", "int flags", "long flags")
		})

	// init/main.c exports something since, which is said of it now.
	k.fetched("an object is added to a Makefile", []string{"fs/BUILD.bazel", "init/BUILD.bazel"}, []string{"KernelCompile new.o"}, func() {
		w.Write(linux+"fs/new.c", "int made;\n")
		w.Replace(linux+"fs/Makefile", "fs/dir.o", "fs/dir.o fs/new.o")
	})
	k.expect("an option is set that one source reads", []string{"KernelCompile weather.o"}, func() {
		w.Replace("linux.config", "CONFIG_RAIN=y", "# CONFIG_RAIN is not set")
	})
	k.slicedTheConfiguration("//init:objects")
	k.expect("an option is set that no source reads", nil, func() {
		w.Replace("linux.config", "# CONFIG_WIND is not set", "CONFIG_WIND=y")
	})
	k.slicedTheConfiguration()
	k.expect("a Kconfig file is edited", nil, func() {
		w.Replace(linux+"Kconfig", "config RAIN", "# Weather.\nconfig RAIN")
	})
	k.fetched("an option is set that a Makefile reads", []string{"fs/BUILD.bazel"}, []string{"KernelCompile snow.o"}, func() {
		w.Replace("linux.config", "# CONFIG_SNOW is not set", "CONFIG_SNOW=y")
	})
	k.fetched("a script is edited", nil, nil, func() {
		w.Replace(linux+"scripts/conf.sh", "mkdir -p", "mkdir  -p")
	})
}

// shell is a package with the machine's shell, and what it loads.
func shell(t *testing.T) map[string]string {
	t.Helper()
	read := func(file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	program, err := exec.LookPath("dash")
	if err != nil {
		program, err = exec.LookPath("bash")
	}
	if err != nil {
		t.Skip(err)
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	section := file.Section(".interp")
	if section == nil {
		t.Fatalf("%s is not linked dynamically", program)
	}
	interp, err := section.Data()
	if err != nil {
		t.Fatal(err)
	}
	loader, err := filepath.EvalSymlinks(strings.TrimRight(string(interp), "\x00"))
	if err != nil {
		t.Fatal(err)
	}
	libraries, err := file.ImportedLibraries()
	if err != nil {
		t.Fatal(err)
	}
	const folder = "lib/x86_64-linux-gnu/"
	files := map[string]string{"bin/sh": read(program), folder + "ld-linux-x86-64.so.2": read(loader)}
	for _, library := range libraries {
		files[folder+library] = read(filepath.Join(filepath.Dir(loader), library))
	}
	return files
}

// A kernel is one in a workspace, and what it was built to.
type kernel struct {
	t *testing.T
	w *bazeltesting.Workspace

	repository string
	fetch      time.Time         // when it was fetched
	buildFiles map[string]string // by path
	last       bazeltesting.Log
}

// slicedTheConfiguration says that the last build has looked into autoconf.h for some
// targets alone, and into no header.
func (k *kernel) slicedTheConfiguration(want ...string) {
	k.t.Helper()
	if headers := k.last.Mnemonic("KernelSlice"); len(headers) > 0 {
		k.t.Errorf("headers are sliced again: %s and %d more", headers[0].TargetLabel, len(headers)-1)
	}
	if n := len(k.last.Mnemonic("KernelConfigSplit")); n != 1 {
		k.t.Errorf("the configuration is split %d times", n)
	}
	var got []string
	for _, action := range k.last.Mnemonic("KernelConfigSlice") {
		_, target, _ := strings.Cut(action.TargetLabel, "linux")
		got = append(got, target)
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		k.t.Errorf("the configuration is sliced again for (-want +got):\n%s", diff)
	}
}

func (k *kernel) build() bazeltesting.Log {
	k.t.Helper()
	log := k.w.Build("@linux//:kernel", "--sandbox_add_mount_pair="+k.w.Dir)
	if k.repository == "" {
		k.repository = k.w.Repository("linux")
	}
	info, err := os.Lstat(filepath.Join(k.repository, "kernel.json"))
	if err != nil {
		k.t.Fatal(err)
	}
	k.fetch = info.ModTime()
	k.buildFiles = map[string]string{}
	for name, text := range snapshot(k.t, k.repository) {
		if filepath.Base(name) == "BUILD.bazel" {
			k.buildFiles[name] = text
		}
	}
	return log
}

// expect edits, and says which actions run, besides slices and links.
func (k *kernel) expect(what string, want []string, edits ...func()) {
	k.t.Helper()
	k.step(what, false, nil, want, edits)
}

// fetched is the same of an edit that has the repository made anew; files are the
// BUILD files that change.
func (k *kernel) fetched(what string, files, want []string, edits ...func()) {
	k.t.Helper()
	k.step(what, true, files, want, edits)
}

func (k *kernel) step(what string, fetched bool, files, want []string, edits []func()) {
	k.t.Helper()
	for _, edit := range edits {
		edit()
	}
	fetch, buildFiles := k.fetch, k.buildFiles
	begun := time.Now()
	log := k.build()
	k.last = log
	k.t.Logf("%s: %v", what, time.Since(begun).Round(time.Millisecond))
	if k.fetch.After(fetch) != fetched {
		k.t.Errorf("%s: the repository was made anew: %v, want %v", what, !fetched, fetched)
	}
	var changed []string
	for name := range maps.Keys(k.buildFiles) {
		if buildFiles[name] != k.buildFiles[name] {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	if diff := cmp.Diff(files, changed, cmpopts.EquateEmpty()); diff != "" {
		k.t.Errorf("%s: BUILD files that change (-want +got):\n%s", what, diff)
	}
	var ran []string
	for _, s := range log { // from a disk cache, too
		// An object of a module comes with a list of what was read.
		name := s.Mnemonic + " " + strings.TrimSuffix(filepath.Base(s.ListedOutputs[0]), ".deps")
		if slices.Contains([]string{"KernelCompile", "KernelRecipe"}, s.Mnemonic) && !slices.Contains(links, name) {
			ran = append(ran, name)
		}
	}
	slices.Sort(ran)
	if diff := cmp.Diff(want, ran, cmpopts.EquateEmpty()); diff != "" {
		k.t.Errorf("%s: actions (-want +got):\n%s", what, diff)
	}
}

// snapshot is the text of all files of a folder, and where links in it lead.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			all[name], err = os.Readlink(file)
			return err
		}
		text, err := os.ReadFile(file)
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
