// Package kernelsource tests kernel.source with a mirror of its own and a kernel of a few lines, whose make tells what it is run with: what the
// repository holds, and what a user is told when it cannot be made.
package kernelsource

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
	"github.com/rules-kbuild/rules_kbuild/internal/debtesting"
	"github.com/rules-kbuild/rules_kbuild/internal/sdklock"
)

// The tags are one kernel each, and one that should not be there.
const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
kernel.source(name = "linux", config = "//:whole.config", fragments = ["//:a.config", "//:b.config"], lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "asks_for_moon", config = "//:whole.config", fragments = ["//:moon.config"], lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "not_a_config", config = "//:BUILD.bazel", lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "without_modules", config = "//:whole.config", fragments = ["//:nomodules.config"], lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "makes_a_key", config = "//:whole.config", fragments = ["//:signed.config"], lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "no_key", config = "//:whole.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], module_sig_key = "//:whole.config")
kernel.source(name = "no_fragment", config = "//:whole.config", fragments = ["//:gone.config"], lock = "//:linux.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "of_a_driver", config = "//:whole.config", lock = "//:driver.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "no_kernel", config = "//:whole.config", lock = "//:nokernel.lock.json", mirrors = ["MIRROR"])
kernel.source(name = "other_gcc", config = "//:whole.config", lock = "//:othergcc.lock.json", mirrors = ["MIRROR"])
kernel.source_package(name = "driver", build_file = "//:BUILD.bazel", lock = "//:linux.lock.json", mirrors = ["MIRROR"])
use_repo(kernel, "linux", "asks_for_moon", "not_a_config", "without_modules", "makes_a_key", "no_key", "no_fragment", "of_a_driver", "no_kernel", "other_gcc", "driver")
-- BUILD.bazel --
filegroup(name = "none")
-- whole.config --
CONFIG_MODULES=y
CONFIG_SUN=y
CONFIG_WIND=y
# CONFIG_RAIN is not set
-- a.config --
CONFIG_WIND=m
CONFIG_RAIN=y
-- b.config --
# what a.config says is undone
# CONFIG_RAIN is not set
-- nomodules.config --
# CONFIG_MODULES is not set
-- signed.config --
CONFIG_MODULE_SIG_KEY="certs/signing_key.pem"
-- moon.config --
CONFIG_MOON=y
CONFIG_SUN=m
`

// makefile is that of the kernel. Kconfig knows no moon, and the sun is not optional. It has one object, one module, and what kernel.source asks of
// a Kbuild besides: how a module outside of the tree is built.
const makefile = `
CFLAGS = -nostdinc -I./arch/x86/include -I./include -I./include/generated/uapi -include ./include/linux/kconfig.h
LD = $(CROSS_COMPILE)ld

all: vmlinux arch/x86/boot/bzImage modules.order lib/crc.ko

image_name:
	@echo arch/x86/boot/bzImage

olddefconfig:
	sed -i -e /MOON/d -e 's/SUN=m/SUN=y/' .config
	mkdir -p include/config include/generated
	echo > include/config/auto.conf.cmd
	sed -n '/^CONFIG_/p' .config > include/config/auto.conf
	sed -n 's/^\(CONFIG_[A-Z]*\)=.*/#define \1 1/p' .config > include/generated/autoconf.h

prepare:
	mkdir -p include/config include/generated
	echo 6.12.1 > include/config/kernel.release
	echo '$(KBUILD_BUILD_USER)@$(KBUILD_BUILD_HOST), $(KBUILD_BUILD_TIMESTAMP)' > include/generated/compile.h
	echo '$(ARCH) $(CC) $(HOSTCC)' > include/generated/variables
	echo '$(CURDIR)/x.c' > .x.o.cmd

modules_prepare: prepare

init/main.o: init/main.c FORCE
	$(CC) $(CFLAGS) -c -o $@ init/main.c
built-in.a: init/main.o FORCE
	rm -f $@; ar cDPrST $@ init/main.o
vmlinux.a: built-in.a FORCE
	rm -f $@; ar cDPrST $@ ./built-in.a
vmlinux.o: vmlinux.a FORCE
	$(LD) -r -o $@ vmlinux.a
vmlinux: vmlinux.o FORCE
	$(LD) -o $@ vmlinux.o
arch/x86/boot/bzImage: vmlinux FORCE
	cp vmlinux $@
lib/crc.o: lib/crc.c FORCE
	$(CC) $(CFLAGS) -DMODULE -c -o $@ lib/crc.c
lib/crc.mod: FORCE
	printf '%s\n' crc.o > $@
modules.order: lib/crc.o lib/crc.mod FORCE
	{ echo lib/crc.o; } > $@
lib/crc.mod.o: lib/crc.mod.c FORCE
	$(CC) $(CFLAGS) -c -o $@ lib/crc.mod.c
lib/crc.ko: lib/crc.o lib/crc.mod.o FORCE
	$(LD) -r -o $@ lib/crc.o lib/crc.mod.o
FORCE:

ifdef M
src := $(M)
include $(M)/Kbuild
modules:
	$(CC) $(NOSTDINC_FLAGS) $(CFLAGS) $(ccflags-y) $(CFLAGS_kbprobe-part.o) -c -o $(M)/kbprobe-part.o $(M)/kbprobe-part.c
	$(CC) $(CFLAGS) $(asflags-y) $(AFLAGS_kbprobe-asm.o) -c -o $(M)/kbprobe-asm.o $(M)/kbprobe-asm.S
	$(LD) $(ldflags-y) -r -o $(M)/kbprobe-multi.o @$(M)/kbprobe-multi.mod
	scripts/mod/modpost -o $(M)/Module.symvers -T $(M)/modules.order
	$(CC) $(CFLAGS) -c -o $(M)/kbprobe-multi.mod.o $(M)/kbprobe-multi.mod.c
	+$(LD) -r -o $(M)/kbprobe-multi.ko $(M)/kbprobe-multi.o
endif
`

// kernel is the sources of the kernel, in a folder.
func kernel(top string) map[string]string {
	return map[string]string{
		top + "Makefile":                       makefile,
		top + "Kbuild":                         "",
		top + "Kconfig":                        "",
		top + "arch/x86/Makefile":              "",
		top + "arch/x86/mm/fault.c":            "",
		top + "arch/x86/include/asm/x86.h":     "",
		top + "include/linux/kconfig.h":        "",
		top + "init/main.c":                    "",
		top + "lib/crc.c":                      "",
		top + "arch/arm/mm/fault.c":            "",
		top + "arch/arm/crypto/Kconfig":        "",
		top + "arch/arm/include/fault.h":       "",
		top + "Documentation/index.rst":        "",
		top + "fs/fat/dir.c":                   "",
		top + "tools/testing/selftests/test.c": "",
	}
}

// locks writes the locks of the workspace, and puts their packages on the mirror.
func locks(t *testing.T, w *bazeltesting.Workspace, m *debtesting.Mirror) {
	sources := func(files map[string]string) sdklock.Package {
		return m.Package("linux-source-6.12", "6.12.1-1", sdklock.Source, map[string]string{
			"usr/src/linux-source-6.12.tar.gz": debtesting.Archive(t, files),
		})
	}
	libc := m.Package("libc6", "2.41-1", sdklock.Host, map[string]string{"lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": ""})
	gcc := func(version string) sdklock.Package {
		return m.Package("libgcc-"+version+"-dev", "14.2-1", sdklock.Host, map[string]string{"usr/lib/gcc/x86_64-linux-gnu/" + version + "/libgcc.a": ""})
	}
	kernel := sources(kernel("linux-source-6.12/"))
	for name, lock := range map[string]*sdklock.Lock{
		"linux":    debtesting.Lock(kernel, libc, gcc("14")),
		"othergcc": debtesting.Lock(kernel, libc, gcc("12")),
		"driver":   debtesting.Lock(m.Package("driver-dkms", "1.0-1", sdklock.Source, map[string]string{"usr/src/driver-1.0/driver.c": ""})),
		"nokernel": debtesting.Lock(m.Package("linux-source-0", "0-1", sdklock.Source, map[string]string{
			"usr/src/linux-source-0.tar.gz": debtesting.Archive(t, map[string]string{"linux-source-0/Makefile": "all:\n"}),
		}), libc),
	} {
		if err := lock.Write(filepath.Join(w.Dir, name+".lock.json")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestKernelSource(t *testing.T) {
	m := debtesting.NewMirror(t)
	w := bazeltesting.New(t, strings.ReplaceAll(workspace, "MIRROR", m.URL))
	w.CopySDK("linux_6_12")
	locks(t, w, m)

	w.Write("BUILD.bazel", `
genrule(
    name = "show",
    srcs = ["@linux//:.config", "@linux//:kernel.json"],
    outs = ["shown"],
    cmd = "set -e; cd $$(dirname $$(readlink -f $(location @linux//:kernel.json))); " +
          "(cat $$OLDPWD/$(location @linux//:.config) include/generated/*; grep release kernel.json; find . -name '*.[ch]' -o -name Kconfig -o -name '.*.cmd' | sort) > $$OLDPWD/$@",
    tags = ["local"],
)
`)
	w.MustBazel("build", "//:show")
	const want = `CONFIG_MODULES=y
CONFIG_SUN=y
CONFIG_WIND=m
# CONFIG_RAIN is not set
kbuild@bazel, Thu Jan  1 00:00:00 UTC 1970
x86 x86_64-linux-gnu-gcc-14 hostcc
  "release": "6.12.1",
./Kconfig
./arch/arm/crypto/Kconfig
./arch/arm/include/fault.h
./arch/x86/include/asm/x86.h
./arch/x86/mm/fault.c
./fs/fat/dir.c
./include/generated/compile.h
./include/linux/kconfig.h
./init/main.c
./lib/crc.c
`
	if got := w.Read("bazel-bin/shown"); got != want {
		t.Errorf("the repository is\n%s\nwant\n%s", got, want)
	}

	w.MustBazel("query", "@without_modules//:tree_sdk")
	const lock = "bazel run @rules_kbuild//kernel:lock -- --suite trixie"
	for name, want := range map[string]string{
		"asks_for_moon": `kernel.source(name = "asks_for_moon"): linux-source-6.12 6.12.1-1: ` +
			"//:moon.config asks for CONFIG_MOON=y, and in the kernel's configuration it is not there: Kconfig knows no such option, or what it depends on is off\n" +
			"//:moon.config asks for CONFIG_SUN=m, and in the kernel's configuration it is y",
		"not_a_config": `//:BUILD.bazel:2: "genrule(" is neither CONFIG_NAME=value`,
		"makes_a_key": `the configuration has CONFIG_MODULE_SIG_KEY="certs/signing_key.pem", which is not in the kernel's sources (Kbuild makes ` +
			"certs/signing_key.pem anew in each build): give kernel.source a key by module_sig_key",
		"no_key":      "//:whole.config: it has to hold a private key and its certificate",
		"no_fragment": "gone.config",
		"of_a_driver": "driver.lock.json: this is the lock of the package driver-dkms, for kernel.source_package; lock a kernel's sources with: " + lock +
			" --kernel-source linux-source-VERSION --out driver.lock.json",
		"no_kernel": "nokernel.lock.json: linux-source-0 0-1 has no kernel's sources: there is no Kbuild at their top",
		"other_gcc": "the compiler of the toolchain is x86_64-linux-gnu-gcc-14, and the lock has libgcc-12-dev for host programs: take a kernel.debian and a lock of the same suite",
		"driver": "linux.lock.json: this is the lock of the kernel's sources linux-source-6.12, for kernel.source; lock a package with sources with: " + lock +
			" --package PACKAGE --out linux.lock.json",
	} {
		mustFail(t, w, want, "query", "@"+name+"//:all")
	}
}

// An archive by its digest, and a folder, have the lock's package of sources not
// even looked for.
func TestSourcesBesidesThoseOfTheLock(t *testing.T) {
	m := debtesting.NewMirror(t)
	lock := debtesting.Lock(
		sdklock.Package{
			Name: "linux-source-6.12", Version: "0-1", Architecture: "all", Part: sdklock.Source, Archive: "debian",
			Path: "pool/gone.deb", SHA256: strings.Repeat("0", 64), Size: 1,
		},
		m.Package("libc6", "2.41-1", sdklock.Host, map[string]string{"lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": ""}),
		m.Package("libgcc-14-dev", "14.2-1", sdklock.Host, map[string]string{"usr/lib/gcc/x86_64-linux-gnu/14/libgcc.a": ""}),
	)
	archive := debtesting.Archive(t, kernel("linux-6.12.1/"))
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(archive)))
	file := filepath.Join(t.TempDir(), "linux-6.12.1.tar.gz")
	if err := os.WriteFile(file, []byte(archive), 0o666); err != nil {
		t.Fatal(err)
	}
	w := bazeltesting.New(t, strings.NewReplacer("MIRROR", m.URL, "URL", "file://"+file, "DIGEST", digest).Replace(`
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
kernel.source(name = "archived", config = "//:x.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], sha256 = "DIGEST", strip_prefix = "linux-6.12.1", urls = ["URL"])
kernel.source(name = "whole_archive", config = "//:x.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], sha256 = "DIGEST", urls = ["URL"])
kernel.source(name = "beside", config = "//:x.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], path = "linux")
kernel.source(name = "built_in", config = "//:x.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], path = "built")
kernel.source(name = "nowhere", config = "//:x.config", lock = "//:linux.lock.json", mirrors = ["MIRROR"], path = "no/where")
use_repo(kernel, "archived", "whole_archive", "beside", "built_in", "nowhere")
-- BUILD.bazel --
-- x.config --
`))
	w.CopySDK("linux_6_12")
	if err := lock.Write(filepath.Join(w.Dir, "linux.lock.json")); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"linux/", "built/"} {
		for name, text := range kernel(folder) {
			w.Write(name, text)
		}
	}
	w.Write("built/.config", "")
	for _, name := range []string{"archived", "beside"} {
		if out := w.MustBazel("query", "@"+name+"//:kernel").Stdout; !strings.Contains(out, "//:kernel") {
			t.Errorf("@%s//:kernel is %s", name, out)
		}
	}
	for name, want := range map[string]string{
		"whole_archive": "linux-6.12.1.tar.gz has no kernel's sources: there is no Kbuild at their top; strip_prefix is the archive's folder that has it",
		"built_in":      "kernel.source(name = \"built_in\"): built: the sources are not clean: there is .config, which make has left; run `make mrproper` in them",
		"nowhere":       `kernel.source(name = "nowhere"): path = "no/where": ` + w.Dir + "/no/where has no kernel's sources: there is no Makefile at their top",
	} {
		mustFail(t, w, want, "query", "@"+name+"//:all")
	}
}

// The tags themselves are looked at before anything is downloaded.
func TestTags(t *testing.T) {
	for attributes, want := range map[string]string{
		`path = "linux", urls = ["https://x/linux.tar"]`: `kernel.source(name = "linux"): path and urls: the sources are either in a folder or in an archive; leave one of them out`,
		`urls = ["https://x/linux.tar"]`:                 `kernel.source(name = "linux"): sha256: the archive of urls is fetched by its digest, 64 hexadecimal digits as sha256sum prints them`,
		`strip_prefix = "linux"`:                         `kernel.source(name = "linux"): strip_prefix is of the archive that urls names; add urls, or leave it out`,
		`toolchain = "linux_7"`:                          `kernel.source(name = "linux"): toolchain: no kernel.debian is named "linux_7" (there is none)`,
		"":                                               `kernel.source(name = "linux"): toolchain is missing: name the kernel.debian whose compiler it is to be built with (there is none)`,
	} {
		w := bazeltesting.New(t, fmt.Sprintf(`
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.source(name = "linux", config = "//:x.config", lock = "//:linux.lock.json", %s)
use_repo(kernel, "linux")
-- BUILD.bazel --
`, attributes))
		mustFail(t, w, want, "query", "@linux//:all")
	}
}

func mustFail(t *testing.T, w *bazeltesting.Workspace, want string, args ...string) {
	t.Helper()
	if r := w.Bazel(args...); r.Code == 0 || !strings.Contains(r.Stderr, want) {
		t.Errorf("%v: exit code %d, and it does not say %q:\n%s", args, r.Code, want, r.Stderr)
	}
}
