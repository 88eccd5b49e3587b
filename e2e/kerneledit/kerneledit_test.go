// Package kerneledit edits the sources of kernels of a few lines that lie in a workspace, and asserts from Bazel's execution log which of
// its actions run again, and from its repository which BUILD files change.
package kerneledit

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// This file has a kernel since 6.5, untrimmed.

const sources = `
-- BUILD.bazel --
-- linux.config --
CONFIG_MODULES=y
CONFIG_RAIN=y
# CONFIG_SNOW is not set
# CONFIG_WIND is not set
-- third_party/linux/Kconfig --
config RAIN
config SNOW
config WIND
-- third_party/linux/include/linux/export.h --
#define EXPORT_SYMBOL(name) asm(".section .export_symbol, \"a\"\n__export_symbol_" #name ": .asciz \"\"\n.asciz \"\"\n.balign 8\n.quad " #name "\n.previous")
-- third_party/linux/include/linux/list.h --
/* Lists. */
struct list { struct list *next; };
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
lib-m += lib/crc.o
-- third_party/linux/lib/crc.c --
#include <linux/mm.h>
int crc = PAGE;
const char info[] __attribute__((section(".modinfo"), used)) = "license=GPL";
`

func TestEdits(t *testing.T) {
	k := newKernel(t, release{
		version: "6.12", sdk: "linux_6_12", lock: "trixie-6.12.lock.json", gcc: "14",
	}, sources, "@linux//:kernel")
	w := k.w
	before := snapshot(t, filepath.Join(w.Dir, linux))

	k.build()
	if diff := cmp.Diff(before, snapshot(t, filepath.Join(w.Dir, linux))); diff != "" {
		t.Errorf("what was fetched and built is not in the sources (-before +after):\n%s", diff)
	}
	k.expect("nothing changed", nil)
	k.expect("a comment in a header is edited", nil, func() {
		w.Replace(linux+"include/linux/list.h", "Lists.", "Lists, linked.")
	})
	k.expect("a function is edited", []string{"KernelCompile fs/dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", "return DIR", "return DIR + 1")
	})
	k.expect("a header beside sources is edited", []string{"KernelCompile fs/dir.o"}, func() {
		w.Replace(linux+"fs/fs.h", "DIR 1", "DIR 3")
	})
	k.expect("a source includes one more header that is there", []string{"KernelCompile fs/dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", `#include "fs.h"`, "#include \"fs.h\"\n#include \"beside.h\"\nint beside = BESIDE;")
	})
	k.expect("a source includes a new header of the kernel's", []string{"KernelCompile fs/dir.o"}, func() {
		w.Write(linux+"include/linux/new.h", "#define NEW 4\n")
		w.Replace(linux+"fs/dir.c", "int beside", "#include <linux/new.h>\nint new = NEW;\nint beside")
	})
	k.expect("a source includes a header that the build makes for the first time", []string{"KernelCompile fs/dir.o"}, func() {
		w.Replace(linux+"fs/dir.c", "int beside", "#include <linux/mm.h>\nint page = PAGE;\nint beside")
	})
	k.expect("a module uses one more export", []string{"KernelCompile lib/crc.o"}, func() {
		w.Replace(linux+"lib/crc.c", "int crc", "extern int weather;\nint *uses = &weather;\nint crc")
	})
	k.expect("a source exports that never did", []string{"KernelCompile .vmlinux.export.o", "KernelCompile init/main.o"}, func() {
		w.Replace(linux+"init/main.c", "struct list first;", "#include <linux/export.h>\nstruct list first;\nEXPORT_SYMBOL(first);")
	})
	k.expect("a module uses that export", []string{"KernelCompile lib/crc.o"}, func() {
		w.Replace(linux+"lib/crc.c", "int crc", "extern int first;\nint *also = &first;\nint crc")
	})
	k.expect("a struct is edited that a header is made of",
		[]string{"KernelCompile fs/dir.o", "KernelCompile fs/file.o", "KernelCompile lib/crc.o", "KernelRecipe include/generated/bounds.h", "KernelRecipe kernel/bounds.s"}, func() {
			w.Replace(linux+"include/linux/page.h", "int flags", "long flags")
		})

	// init/main.c exports something since, which is said of it now.
	k.fetched("an object is added to a Makefile", []string{"fs/BUILD.bazel", "init/BUILD.bazel"}, []string{"KernelCompile fs/new.o"}, func() {
		w.Write(linux+"fs/new.c", "int made;\n")
		w.Replace(linux+"fs/Makefile", "fs/dir.o", "fs/dir.o fs/new.o")
	})
	k.expect("an option is set that one source reads", []string{"KernelCompile init/weather.o"}, func() {
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
	k.fetched("an option is set that a Makefile reads", []string{"fs/BUILD.bazel"}, []string{"KernelCompile fs/snow.o"}, func() {
		w.Replace("linux.config", "# CONFIG_SNOW is not set", "CONFIG_SNOW=y")
	})
	k.fetched("a script is edited", nil, nil, func() {
		w.Replace(linux+"scripts/conf.sh", "mkdir -p", "mkdir  -p")
	})
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
