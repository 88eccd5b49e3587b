package kbuildoracle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// layOut writes the Kbuild files of a set whose modules are in the packages
// given, for a kernel that trims in modpost or not.
func layOut(t *testing.T, modpost bool, modules ...Module) (*Build, error) {
	t.Helper()
	write := func(file, text string) string {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	b := &Build{Root: t.TempDir(), manifest: &Manifest{Objtree: "usr/src/linux", Set: &Set{Label: "//:set"}}}
	text := ""
	if modpost {
		text = "ifdef CONFIG_TRIM_UNUSED_KSYMS\n"
	}
	write(filepath.Join(b.Root, "usr/src/linux/scripts/Makefile.modpost"), text)
	given := t.TempDir()
	for _, m := range modules {
		m.Kbuild = filepath.Join(given, m.Kbuild)
		if _, err := os.Stat(m.Kbuild); err != nil {
			write(m.Kbuild, "# "+filepath.Base(m.Kbuild)+"\n")
		}
		b.manifest.Modules = append(b.manifest.Modules, m)
	}
	return b, b.sources()
}

func kbuildFile(t *testing.T, b *Build, dir string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.Root, "w", dir, "Kbuild"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestASetOfSeveralPackagesIsOneTree(t *testing.T) {
	b, err := layOut(t, true,
		Module{Package: "x/fs/fat", Name: "vfat", Kbuild: "vfat"},
		Module{Package: "x/fs/fat", Name: "msdos", Kbuild: "msdos"},
		Module{Package: "x/fsx", Name: "y", Kbuild: "y"})
	if err != nil {
		t.Fatal(err)
	}
	if b.top != "x" {
		t.Errorf("M is %q, want x", b.top)
	}
	for dir, want := range map[string]string{
		"x":        trimInModpost + "obj-m += fs/fat/\nobj-m += fsx/\n",
		"x/fs/fat": "# vfat\n# msdos\n",
		"x/fsx":    "# y\n",
	} {
		if diff := cmp.Diff(want, kbuildFile(t, b, dir)); diff != "" {
			t.Errorf("%s/Kbuild (-want +got):\n%s", dir, diff)
		}
	}
}

func TestASetOfOnePackageIsBuiltThere(t *testing.T) {
	b, err := layOut(t, false, Module{Package: "x/fs", Name: "y", Kbuild: "y"})
	if err != nil {
		t.Fatal(err)
	}
	if got := kbuildFile(t, b, "x/fs"); b.top != "x/fs" || got != "# y\n" {
		t.Errorf("M is %q with Kbuild %q, want x/fs with %q", b.top, got, "# y\n")
	}
}

func TestOfAMakefileOfTheKernelsTheModulesOfTheSetAreMade(t *testing.T) {
	b, err := layOut(t, false,
		Module{Package: "net", Name: "x_tables", Kbuild: "Makefile", Makefile: true},
		Module{Package: "net", Name: "nf_nat", Kbuild: "Makefile", Makefile: true})
	if err != nil {
		t.Fatal(err)
	}
	got := kbuildFile(t, b, "net")
	if !strings.HasPrefix(got, "# Makefile\n\nobj-m := $(filter x_tables.o nf_nat.o,$(obj-m))\n") || strings.Count(got, "$(filter") != 1 {
		t.Errorf("Kbuild:\n%s", got)
	}
}

func TestAPackageAboveOthersOfTheSetIsRefused(t *testing.T) {
	_, err := layOut(t, false,
		Module{Package: "net/netfilter/ipvs", Name: "ip_vs", Kbuild: "a"},
		Module{Package: "net/netfilter", Name: "x_tables", Kbuild: "b"})
	if err == nil || !strings.Contains(err.Error(), `"net/netfilter"`) {
		t.Errorf("error %v, want one that names net/netfilter", err)
	}
}
