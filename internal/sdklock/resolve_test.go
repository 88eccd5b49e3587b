package sdklock

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// archive is an index in short: a line a package, `name version section: dependencies`.
func archive(text string) []debian.Paragraph {
	var all []debian.Paragraph
	for i, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		head, depends, _ := strings.Cut(line, ":")
		words := strings.Fields(head)
		architecture := "amd64"
		if strings.HasSuffix(words[0], "-common") {
			architecture = "all"
		}
		all = append(all, debian.Paragraph{
			"Package": words[0], "Version": words[1], "Section": words[2], "Depends": depends, "Architecture": architecture,
			"Filename": "pool/main/x/" + words[0] + "_" + words[1] + ".deb",
			"SHA256":   strings.Repeat("0", 60) + strconv.Itoa(1000+i),
			"Size":     strconv.Itoa(i + 1),
		})
	}
	return all
}

func parts(lock *Lock) map[Part][]string {
	all := map[Part][]string{}
	for _, p := range lock.Packages {
		all[p.Part] = append(all[p.Part], p.Name+" "+p.Version+" "+p.Archive)
	}
	return all
}

const common = `
make 4.4 devel: libc6 (>= 2.38)
busybox-static 1.37 shells
gcc-14 14.2 devel: gcc-14-x86-64-linux-gnu (= 14.2), gcc-14-base (= 14.2)
gcc-14-base 14.2 libs
gcc-14-x86-64-linux-gnu 14.2 devel: cpp-14-x86-64-linux-gnu, binutils-x86-64-linux-gnu, libgcc-14-dev, libcc1-0, libmpfr6
cpp-14-x86-64-linux-gnu 14.2 interpreters: libc6
binutils-x86-64-linux-gnu 2.44 devel: libbinutils, libctf0, binutils-common
binutils-common 2.44 devel
libbinutils 2.44 devel: libc6
libctf0 2.44 devel: libc6
libgcc-14-dev 14.2 libdevel: libasan8
libasan8 14.2 libs
libcc1-0 14.2 libs
libmpfr6 4.2 libs: libgmp10
libgmp10 6.3 libs: libc6
libc6 2.41 libs: libgcc-s1
libgcc-s1 14.2 libs: libc6, gcc-14-base
kmod 34 admin
initramfs-tools 0.148 utils
linux-base 4.12 kernel: debconf
debconf 1.5 admin
pahole 1.30 utils: libdw1t64
libdw1t64 0.192 libs
libssl3t64 3.5 libs
`

func TestTheClosureIsWhatAnSDKNeedsAndNoMore(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, archive(common+`
linux-headers-amd64 6.12.1-1 kernel: linux-headers-6.12.1-amd64 (= 6.12.1-1)
linux-headers-6.12.1-amd64 6.12.1-1 kernel: linux-headers-6.12.1-common, linux-kbuild-6.12.1, gcc-14
linux-headers-6.12.1-common 6.12.1-1 kernel
linux-kbuild-6.12.1 6.12.1-1 kernel
linux-image-amd64 6.12.1-1 kernel: linux-image-6.12.1-amd64
linux-image-6.12.1-amd64 6.12.1-1 kernel
`))
	// A security update brings a new kernel.
	index.Add(debian.SecurityArchive, archive(`
linux-headers-amd64 6.12.10-1 kernel: linux-headers-6.12.10-amd64 (= 6.12.10-1)
linux-headers-6.12.10-amd64 6.12.10-1 kernel: linux-base, linux-headers-6.12.10-common (= 6.12.10-1), linux-image-6.12.10-amd64 (= 6.12.10-1) | other, linux-kbuild-6.12.10, gcc-14
linux-headers-6.12.10-common 6.12.10-1 kernel
linux-kbuild-6.12.10 6.12.10-1 kernel: libc6, libssl3t64, pahole
linux-image-amd64 6.12.10-1 kernel: linux-image-6.12.10-amd64 (= 6.12.10-1)
linux-image-6.12.10-amd64 6.12.10-1 kernel: kmod, linux-base, initramfs-tools | linux-initramfs-tool
`))
	lock, err := Resolve(index, "trixie", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if lock.KernelRelease != "6.12.10-amd64" {
		t.Errorf("kernel release %s", lock.KernelRelease)
	}
	want := map[Part][]string{
		Headers: {
			"linux-headers-6.12.10-amd64 6.12.10-1 debian-security",
			"linux-headers-6.12.10-common 6.12.10-1 debian-security",
			"linux-kbuild-6.12.10 6.12.10-1 debian-security",
		},
		Toolchain: {
			"binutils-x86-64-linux-gnu 2.44 debian", "cpp-14-x86-64-linux-gnu 14.2 debian", "gcc-14 14.2 debian",
			"gcc-14-x86-64-linux-gnu 14.2 debian", "libbinutils 2.44 debian", "libc6 2.41 debian", "libctf0 2.44 debian",
			"libdw1t64 0.192 debian", "libgcc-s1 14.2 debian", "libgmp10 6.3 debian", "libmpfr6 4.2 debian", "pahole 1.30 debian",
		},
		Make: {"busybox-static 1.37 debian", "make 4.4 debian"},
		Boot: {"linux-image-6.12.10-amd64 6.12.10-1 debian-security"},
	}
	if diff := cmp.Diff(want, parts(lock)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// From 7.2 the image package is empty and leads to two others; before 6.12 the compiler comes by an empty package too.
func TestEmptyPackagesAreFollowedAndLeftOut(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, archive(common+`
linux-headers-amd64 7.2-1 kernel: linux-base, linux-headers-7.2-amd64 (= 7.2-1)
linux-headers-7.2-amd64 7.2-1 kernel: linux-headers-7.2-common, linux-kbuild-7.2, linux-compiler-gcc-14-x86
linux-headers-7.2-common 7.2-1 kernel
linux-kbuild-7.2 7.2-1 kernel
linux-compiler-gcc-14-x86 7.2-1 kernel: gcc-14
linux-image-amd64 7.2-1 kernel: linux-image-7.2-amd64
linux-image-7.2-amd64 7.2-1 kernel: linux-binary-7.2-amd64 (= 7.2-1), linux-modules-7.2-amd64
linux-binary-7.2-amd64 7.2-1 kernel
linux-modules-7.2-amd64 7.2-1 kernel: kmod
`))
	lock, err := Resolve(index, "forky", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	got := parts(lock)
	if diff := cmp.Diff([]string{"linux-binary-7.2-amd64 7.2-1 debian", "linux-modules-7.2-amd64 7.2-1 debian"}, got[Boot]); diff != "" {
		t.Errorf("boot (-want +got):\n%s", diff)
	}
	names := strings.Join(got[Toolchain], "\n")
	if strings.Contains(names, "linux-compiler") || !strings.Contains(names, "gcc-14 14.2") {
		t.Errorf("toolchain:\n%s", names)
	}
}

func TestASuiteWithoutAKernelIsAnErrorThatNamesThePackage(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, archive(common))
	_, err := Resolve(index, "trixie", "riscv64")
	if err == nil || !strings.Contains(err.Error(), "trixie has no package linux-headers-riscv64") {
		t.Errorf("error %v", err)
	}
}

func TestAPackageIsLockedAloneInItsNewestVersion(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, archive("jool-dkms 4.1.12-1 net: dkms, make\ndkms 3.0 kernel\nmake 4.4 devel"))
	index.Add(debian.SecurityArchive, archive("jool-dkms 4.1.13-1 net: dkms, make"))
	lock, err := ResolvePackage(index, "trixie", "amd64", "jool-dkms")
	if err != nil {
		t.Fatal(err)
	}
	want := map[Part][]string{Source: {"jool-dkms 4.1.13-1 debian-security"}}
	if diff := cmp.Diff(want, parts(lock)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if lock.KernelRelease != "" {
		t.Errorf("kernel release %s", lock.KernelRelease)
	}
}

func TestAPackageThatASuiteDoesNotHaveIsAnError(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, archive("jool-dkms 4.1.13-1 net"))
	for name, want := range map[string]string{
		"moon-dkms": "trixie has no package moon-dkms for amd64 in its component main",
		"jool":      "trixie has no package jool for amd64 in its component main; it has jool-dkms",
	} {
		if _, err := ResolvePackage(index, "trixie", "amd64", name); err == nil || err.Error() != want {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
