package sdklock

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// kernelArchive has an SDK, a kernel's sources, and what building them takes.
func kernelArchive() []debian.Paragraph {
	text := common + `
linux-headers-amd64 6.12.1-1 kernel: linux-headers-6.12.1-amd64
linux-headers-6.12.1-amd64 6.12.1-1 kernel: gcc-14
linux-image-amd64 6.12.1-1 kernel
linux-source-6.12 6.12.1-1 kernel: binutils, xz-utils
libc6-dev 2.41 libdevel: libc6, libc-dev-bin, linux-libc-dev, libcrypt-dev
libc-dev-bin 2.41 libdevel
libcrypt-dev 4.4 libdevel
linux-libc-dev 6.12.1-1 libdevel
libelf-dev 0.192 libdevel: libelf1t64, zlib1g-dev, libzstd-dev
libelf1t64 0.192 libs
zlib1g-dev 1.3 libdevel: zlib1g, libc6-dev
zlib1g 1.3 libs
libzstd-dev 1.5 libdevel: libzstd1
libzstd1 1.5 libs
libssl-dev 3.5 libdevel: libssl3t64
python3-minimal 3.13 python: python3.13-minimal, dpkg
python3.13-minimal 3.13 python: libpython3.13-minimal, libexpat1
libpython3.13-minimal 3.13 python
libexpat1 2.7 libs
coreutils 9.7 utils: libacl1
libacl1 2.3 libs: libc6
dpkg 1.22 admin
debconf2 1.5 admin
`
	for _, program := range hostPrograms {
		if !strings.Contains(text, "\n"+program+" ") {
			text += program + " 1.0 utils: debconf2, libc6\n"
		}
	}
	return archive(text)
}

func TestAKernelsSourcesAreLockedWithWhatBuildingThemTakes(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, kernelArchive())
	lock, err := Subject{Package: "linux-source-6.12", Kernel: true}.Resolve(index, "trixie", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	got := parts(lock)
	if diff := cmp.Diff([]string{"linux-source-6.12 6.12.1-1 debian"}, got[Source]); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
	// Libraries to link with come without their shared ones, and programs with those that they load.
	var others []string
	for _, p := range got[Host] {
		if name := strings.Fields(p)[0]; strings.HasPrefix(name, "lib") || strings.HasPrefix(name, "linux") || strings.HasPrefix(name, "zlib") || strings.HasPrefix(name, "python") {
			others = append(others, name)
		}
	}
	want := []string{
		"libacl1", "libc6", "libc6-dev", "libdw1t64", "libelf-dev", "libexpat1", "libgcc-14-dev", "libgcc-s1", "libpython3.13-minimal",
		"libssl-dev", "libzstd-dev", "linux-libc-dev", "python3-minimal", "python3.13-minimal", "zlib1g-dev",
	}
	if diff := cmp.Diff(want, others); diff != "" {
		t.Errorf("host (-want +got):\n%s", diff)
	}
	if n := len(got[Host]) - len(others); n < len(hostPrograms)-1 {
		t.Errorf("%d programs of %d", n, len(hostPrograms))
	}
	text, err := lock.Format()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(text); err != nil {
		t.Errorf("the lock is not read: %v", err)
	}
}

func TestTheCompilersLibraryIsLockedWhateverItsPackageIsCalled(t *testing.T) {
	for compiler, want := range map[string]string{"gcc-14": "", "gcc-14-x86-64-linux-gnu": "", "clang-19": "trixie's kernels for amd64 are compiled by no package gcc-N"} {
		paragraphs := kernelArchive()
		for _, p := range paragraphs {
			if p["Package"] == "linux-headers-6.12.1-amd64" {
				p["Depends"] = compiler
			}
		}
		index := &Index{}
		index.Add(debian.MainArchive, append(paragraphs, archive("clang-19 19.1 devel")...))
		lock, err := ResolveKernel(index, "trixie", "amd64", "linux-source-6.12")
		switch {
		case want != "":
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v", compiler, err)
			}
		case err != nil:
			t.Errorf("%s: %v", compiler, err)
		case !strings.Contains(strings.Join(parts(lock)[Host], "\n"), "libgcc-14-dev"):
			t.Errorf("%s: no libgcc-14-dev in %s", compiler, parts(lock)[Host])
		}
	}
}

func TestAKernelThatCannotBeLockedIsAnError(t *testing.T) {
	index := &Index{}
	index.Add(debian.MainArchive, append(kernelArchive(), archive("jool-dkms 4.1.13-1 net")...))
	for name, want := range map[string]string{
		"linux-source-7.9": "trixie has no package linux-source-7.9 for amd64 in its component main",
		"jool-dkms":        "jool-dkms does not carry a kernel's sources; those that do are called linux-source-VERSION, and a driver is locked with --package",
	} {
		if _, err := ResolveKernel(index, "trixie", "amd64", name); err == nil || err.Error() != want {
			t.Errorf("%s: error %v", name, err)
		}
	}
	delete(index.packages, "flex")
	if _, err := ResolveKernel(index, "trixie", "amd64", "linux-source-6.12"); err == nil || !strings.Contains(err.Error(), "trixie has no package flex") {
		t.Errorf("without flex: error %v", err)
	}
}
