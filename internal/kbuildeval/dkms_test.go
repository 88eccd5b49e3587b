package kbuildeval

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// builder is of a tree with a dkms.conf, for linux 6.12.
func builder(t *testing.T, conf string) *Builder {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, dkmsConf), []byte(conf), 0o666); err != nil {
		t.Fatal(err)
	}
	return &Builder{
		SDK:     &kbuildsdk.SDK{Release: "6.12.117+deb13-amd64", Arch: "x86", Objtree: "usr/src/k"},
		Objtree: "/k",
		Dir:     dir,
	}
}

func TestCommandsAreThoseThatDKMSWouldRun(t *testing.T) {
	for _, tc := range []struct {
		name, conf string
		want       []string
	}{
		{
			"MAKE with DKMS's variables",
			"PACKAGE_NAME=lamp\nPACKAGE_VERSION=1\nMAKE[0]=\"make -C ${kernel_source_dir} M=${dkms_tree}/${PACKAGE_NAME}/${PACKAGE_VERSION}/build/src KVER=$kernelver\"\n",
			[]string{"make KERNELRELEASE=6.12.117+deb13-amd64 -C /k M=DIR/src KVER=6.12.117+deb13-amd64"},
		},
		{
			"the names that DKMS has for the package",
			"PACKAGE_NAME=lamp\nPACKAGE_VERSION=1\nMAKE=\"make M=$dkms_tree/$module/$module_version/build\"\n",
			[]string{"make KERNELRELEASE=6.12.117+deb13-amd64 M=DIR"},
		},
		{"no MAKE", "PACKAGE_NAME=lamp\nPACKAGE_VERSION=1\n", []string{"make KERNELRELEASE=6.12.117+deb13-amd64 -C '/k' M='DIR'"}},
		{"PRE_BUILD first", "PRE_BUILD=configure\nMAKE=\"make all\"\n", []string{"./configure", "make KERNELRELEASE=6.12.117+deb13-amd64 all"}},
		{
			"the MAKE that matches the kernel",
			"MAKE[0]=\"make old\"\nMAKE[1]=\"make new\"\nMAKE_MATCH[1]=\"^6\\.1[0-9]\"\n",
			[]string{"make KERNELRELEASE=6.12.117+deb13-amd64 new"},
		},
		{"conditions of a shell", "if [ \"${kernelver%%.*}\" -ge 6 ]; then MAKE='make six'; fi\nfalse\n", []string{"make KERNELRELEASE=6.12.117+deb13-amd64 six"}},
	} {
		b := builder(t, tc.conf)
		got, skipped, err := b.Commands()
		if err != nil || skipped != "" {
			t.Errorf("%s: skipped %q, error %v", tc.name, skipped, err)
		}
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], b.Dir, "DIR")
		}
		if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestKernelsThatDKMSExcludesAreSkipped(t *testing.T) {
	for conf, want := range map[string]string{
		"BUILD_EXCLUSIVE_KERNEL_MIN=6.13":    "BUILD_EXCLUSIVE_KERNEL_MIN is 6.13",
		"BUILD_EXCLUSIVE_KERNEL_MAX=6.11.99": "BUILD_EXCLUSIVE_KERNEL_MAX is 6.11.99",
		"BUILD_EXCLUSIVE_KERNEL='^5\\.'":     `BUILD_EXCLUSIVE_KERNEL is "^5\\."`,
		"BUILD_EXCLUSIVE_KERNEL_MIN=6.9":     "",
	} {
		commands, skipped, err := builder(t, conf+"\n").Commands()
		if err != nil || skipped != want || (len(commands) == 0) != (want != "") {
			t.Errorf("%s: skipped %q (%v), commands %q, want %q", conf, skipped, err, commands, want)
		}
	}
}

func TestWhatCannotBeDoneOfADKMSConfIsAnError(t *testing.T) {
	for conf, want := range map[string]string{
		"PATCH[0]=fix.patch":               "dkms.conf: PATCH[0]=fix.patch changes the sources for linux 6.12.117+deb13-amd64, which is not supported",
		"MAKE=\"make X=$dkms_tree/other\"": "dkms.conf: a command uses a folder of DKMS's own: make X=$dkms_tree/other",
		"MAKE='unclosed":                   "without closing quote",
	} {
		_, _, err := builder(t, conf+"\n").Commands()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", conf, err, want)
		}
	}
}
