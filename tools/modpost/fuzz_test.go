package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// Further flags of FuzzRun.
const (
	asVmlinux   = 256 // the object is vmlinux.o
	exportsOnly = 512
)

// FuzzRun feeds modpost objects that a compiler did not make. Whatever they
// are, there is a result, or an error that names file and offset.
func FuzzRun(f *testing.F) {
	seeds, err := filepath.Glob("testdata/checks/*.o")
	if err != nil {
		f.Fatal(err)
	}
	real, err := filepath.Glob("testdata/real/*/alpha.o")
	if err != nil || len(seeds) == 0 || len(real) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range append(seeds, real...) {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint16(0))
		f.Add(data[:len(data)*2/3], uint16(7))
		f.Add(data, uint16(asVmlinux|2))
		f.Add(data, uint16(exportsOnly))
	}
	dump := modpost.Dump{Label: "@linux//:sdk", Entries: []symvers.Entry{
		{Name: "_printk", Module: symvers.Vmlinux, Export: symvers.ExportSymbol, CRC: 1},
		{Name: "exns", Module: "lib/exporter", Export: symvers.ExportSymbolGPL, Namespace: "NSA"},
	}}
	f.Fuzz(func(t *testing.T, data []byte, flags uint16) {
		object, err := elfobj.New("x.o", data)
		if err != nil {
			return
		}
		for _, release := range []string{"6.1", "6.12", "7.2"} {
			style, err := modpost.StyleOf(release)
			if err != nil {
				t.Fatal(err)
			}
			o := modpost.Options{
				Style: style, External: flags&1 != 0, Modversions: flags&2 != 0, BasicVersions: flags&4 != 0, ExtendedVersions: flags&8 != 0,
				TrimUnused: flags&16 != 0, MismatchesFail: flags&32 != 0, UndefinedOK: flags&64 != 0, Label: "//:x",
				ExportsOnly: flags&exportsOnly != 0, NoModules: flags&128 != 0,
			}
			in := modpost.Input{
				Path: "x", Object: object,
				CRCs:       modpost.CRCsOf([]modpost.File{{Name: "x.symversions", Data: []byte("#SYMVER ex 0x1\n")}}),
				Srcversion: modpost.SrcversionOf(nil, nil),
			}
			if flags&asVmlinux != 0 {
				in.Path = symvers.Vmlinux
			}
			result, err := modpost.Run(o, []modpost.Dump{dump}, []modpost.Input{in})
			if err != nil {
				if !strings.HasPrefix(err.Error(), "x.o: offset 0x") {
					t.Errorf("%s: error %q names no file and offset", release, err)
				}
				continue
			}
			if (result.Failed || o.ExportsOnly) != (result.ModC[0] == nil) {
				t.Errorf("%s: failed is %v with a .mod.c of %d bytes", release, result.Failed, len(result.ModC[0]))
			}
		}
	})
}
