package kerneledit

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
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

// This file has the kernels of a few lines that the tests edit: what all of them are made of, how they are built, and what ran for it.

// workspace is what all kernels have in common. Their Makefiles in init and fs list what is built in (init-y, fs-y), those in lib and net
// modules of one object each (lib-m, net-m).
const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "SDK",
    lock = "@rules_kbuild//examples/kernels:LOCK",
)
kernel.source(
    name = "linux",
    config = "//:linux.config",
    lock = "//:linux.lock.json",
    mirrors = ["MIRROR"],
    path = "third_party/linux",
)
use_repo(kernel, "linux", "SDK")
-- third_party/linux/BUILD.bazel --
# The tree may be a package of the workspace, or not.
fail("the repository has BUILD files of its own")
-- third_party/linux/Kbuild --
-- third_party/linux/Makefile --
CFLAGS = -nostdinc -fno-asynchronous-unwind-tables -I./arch/x86/include -I./include -include ./include/linux/kconfig.h
LD = $(CROSS_COMPILE)ld
NM = $(CROSS_COMPILE)nm

-include include/config/auto.conf
include $(wildcard init/Makefile fs/Makefile lib/Makefile net/Makefile)
modules := $(lib-m) $(net-m)

all: include/generated/bounds.h vmlinux arch/x86/boot/bzImage modules.order $(modules:.o=.ko) Module.symvers

image_name:
	@echo arch/x86/boot/bzImage

# Kbuild's conf, of a kernel that has no options but those.
olddefconfig:
	sh scripts/conf.sh

prepare: include/generated/bounds.h
	mkdir -p include/config
	echo RELEASE > include/config/kernel.release

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

$(modules) $(modules:.o=.mod.o): modflags = -DMODULE -DKBUILD_MODNAME='"$(basename $(notdir $*))"'
$(modules:.o=.mod): %.mod: FORCE
	printf '%s\n' $(notdir $*).o > $@
modules.order: $(modules) $(modules:.o=.mod) FORCE
	{ $(foreach module,$(modules),echo $(module); )} > $@
$(modules:.o=.ko): %.ko: %.o %.mod.o FORCE
	$(LD) -r -o $@ $*.o $*.mod.o
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
-- third_party/linux/include/linux/page.h --
/* Whose size bounds.h tells. */
struct page { int flags; };
-- third_party/linux/include/linux/mm.h --
#include <linux/page.h>
#include <generated/bounds.h>
-- third_party/linux/kernel/bounds.c --
#include <linux/page.h>
void bounds(void) { asm volatile("\n.ascii \"->PAGE %0\"" : : "i" (sizeof(struct page))); }
`

// linux is where the kernel's sources are in the workspace.
const linux = "third_party/linux/"

// A release is what kernels of different releases differ in.
type release struct {
	version   string // the first two numbers
	sdk, lock string // whose compiler builds it, and its lock in examples/kernels
	gcc       string // the compiler's major version
}

// newKernel writes a kernel to a workspace: the common part, and files besides it.
func newKernel(t *testing.T, of release, files, target string) *kernel {
	t.Helper()
	m := debtesting.NewMirror(t)
	common := strings.NewReplacer("MIRROR", m.URL, "SDK", of.sdk, "LOCK", of.lock, "RELEASE", of.version+".1").Replace(workspace)
	w := bazeltesting.New(t, common+files)
	w.CopySDK(of.sdk)
	lock := debtesting.Lock(
		m.Package("linux-source-"+of.version, of.version+".1-1", sdklock.Source, nil),
		m.Package("dash", "0.5-1", sdklock.Host, shell(t)),
		m.Package("libgcc-"+of.gcc+"-dev", of.gcc+".2-1", sdklock.Host, map[string]string{"usr/lib/gcc/x86_64-linux-gnu/" + of.gcc + "/libgcc.a": ""}),
	)
	if err := lock.Write(filepath.Join(w.Dir, "linux.lock.json")); err != nil {
		t.Fatal(err)
	}
	return &kernel{t: t, w: w, target: target}
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
	t      *testing.T
	w      *bazeltesting.Workspace
	target string // what is built

	repository string
	fetch      time.Time         // when it was fetched
	buildFiles map[string]string // by path
	last       bazeltesting.Log  // what ran for the last build
}

func (k *kernel) build() {
	k.t.Helper()
	k.last = k.w.Build(k.target, "--sandbox_add_mount_pair="+k.w.Dir)
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
	k.build()
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
	if diff := cmp.Diff(want, ran(k.t, k.last), cmpopts.EquateEmpty()); diff != "" {
		k.t.Errorf("%s: actions (-want +got):\n%s", what, diff)
	}
}

// links are the recipes that follow from any object that is built in.
var links = []string{"System.map", "arch/x86/boot/bzImage", "vmlinux.o"}

// trimmed is where a kernel_image of that name has what it makes again.
const trimmed = "trimmed/"

// ran are the actions of a build that compile something, and recipes besides links, each with the path of what it makes in the tree. They
// may come from a disk cache.
func ran(t *testing.T, log bazeltesting.Log) []string {
	t.Helper()
	var names []string
	for _, s := range log {
		var made []string
		switch s.Mnemonic {
		case "KernelCompile", "KernelModC":
			// An object of a module comes with a list of what was read.
			for _, output := range s.ListedOutputs {
				if path.Ext(output) == ".o" {
					made = append(made, inBin(output))
				}
			}
		case "KernelRecipe":
			if target := inBin(s.ListedOutputs[0]); !slices.Contains(links, strings.TrimPrefix(target, trimmed)) {
				made = []string{target}
			}
		case "KernelTrim":
			made = compiledAgain(t, s)
		}
		for _, file := range made {
			names = append(names, s.Mnemonic+" "+file)
		}
	}
	slices.Sort(names)
	return names
}

var bin = regexp.MustCompile(`^bazel-out/[^/]+/bin/(external/[^/]+/)?`)

// inBin is the path of an output in its repository.
func inBin(execPath string) string { return bin.ReplaceAllString(execPath, "") }

// compiledAgain are the objects that a KernelTrim compiled. It passes on what it has untrimmed where the list of exports that the object
// loses is empty, of which the log has the digest; then it has to be the same to the byte. Of a list that objects of a folder share, those
// were compiled that are others than the untrimmed ones.
func compiledAgain(t *testing.T, s bazeltesting.Spawn) []string {
	t.Helper()
	digests := func(files []bazeltesting.File) map[string]string {
		all := map[string]string{}
		for _, f := range files {
			all[inBin(f.Path)] = f.Digest.Hash
		}
		return all
	}
	inputs, outputs := digests(s.Inputs), digests(s.ActualOutputs)
	nothing := sha256.Sum256(nil)
	var objects []string
	for _, output := range s.ListedOutputs {
		object := inBin(output)
		name, is := strings.CutPrefix(object, trimmed+"_trim/")
		if !is || path.Ext(name) != ".o" {
			continue
		}
		dropped, own := inputs[strings.TrimSuffix(object, ".o")+".dropped"]
		if !own {
			dropped = inputs[path.Dir(object)+"/_quiet.dropped"]
		}
		untrimmed, guessed := inputs[trimmed+"_guess/"+name]
		if !guessed {
			untrimmed = inputs[name]
		}
		switch {
		case dropped == "" || untrimmed == "" || outputs[object] == "":
			t.Fatalf("KernelTrim of %s: the log has no list of what it loses, or no object", object)
		case dropped != hex.EncodeToString(nothing[:]):
			if own || outputs[object] != untrimmed {
				objects = append(objects, object)
			}
		case outputs[object] != untrimmed:
			t.Errorf("KernelTrim of %s: it loses nothing, and is another object than the untrimmed one", object)
		}
	}
	return objects
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
