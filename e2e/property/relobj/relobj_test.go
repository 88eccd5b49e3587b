package relobj

import (
	"bytes"
	"debug/elf"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

var sample = Object{
	Modinfo:     []string{"license=GPL", "description=A sample"},
	Code:        []int{7},
	Defines:     []string{"inner"},
	Exports:     []Export{{Name: "plain"}, {Name: "for_gpl", GPL: true}, {Name: "gone", Dropped: true}, {Name: "_plain"}},
	Imports:     []string{"_printk", "other"},
	WeakImports: []string{"perhaps"},
	SymbolGets:  []string{"late", "later"},
}

var styles = map[string]Style{"6.1": Ksymtab, "6.12": ExportSymbol, "7.2": NoTrimSymbol}

func TestEachStyleIsReadAsTheCompilersOwn(t *testing.T) {
	for line, style := range styles {
		o := sample
		o.Style = style
		found, err := ksymscan.Bytes("sample.o", Compile(o), ksymscan.Options{Style: ksymscan.Style(line)})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		want := ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL
		if style == Ksymtab {
			want = ksympb.ExportStyle_EXPORT_STYLE_KSYMTAB_SECTIONS
		}
		got := found[0]
		if len(found) != 1 || got.ExportStyle != want {
			t.Errorf("%s: %d objects, exports in %v", line, len(found), got.ExportStyle)
		}
		var exports []Export
		for _, e := range got.Exports {
			exports = append(exports, Export{Name: e.Name, GPL: e.GplOnly})
		}
		for _, d := range []string{
			cmp.Diff([]Export{{Name: "_plain"}, {Name: "for_gpl", GPL: true}, {Name: "plain"}}, exports),
			cmp.Diff([]string{"__symbol_get", "_printk", "other"}, got.Imports),
			cmp.Diff([]string{"perhaps"}, got.WeakImports),
			cmp.Diff([]string{"late", "later"}, got.SymbolGets),
		} {
			if d != "" {
				t.Errorf("%s: (-want +got):\n%s", line, d)
			}
		}
		if len(got.UndecodedSymbolGets) != 0 {
			t.Errorf("%s: undecoded: %v", line, got.UndecodedSymbolGets)
		}
	}
}

func TestModpostTakesTheObjectForAModule(t *testing.T) {
	for line, style := range styles {
		o := sample
		o.Style = style
		s, err := modpost.StyleOf(line)
		if err != nil {
			t.Fatal(err)
		}
		f, err := elfobj.New("sample.o", Compile(o))
		if err != nil {
			t.Fatal(err)
		}
		kernel := modpost.Dump{}
		for _, name := range []string{"_printk", "other", "__symbol_get"} {
			kernel.Entries = append(kernel.Entries, symvers.Entry{Name: name, Module: "vmlinux", Export: symvers.ExportSymbol})
		}
		result, err := modpost.Run(modpost.Options{Style: s}, []modpost.Dump{kernel}, []modpost.Input{{Path: "sample", Object: f}})
		if err != nil {
			t.Fatal(err)
		}
		if len(result.Messages) != 0 {
			t.Errorf("%s: %v", line, result.Messages)
		}
		var exports []string
		for _, e := range result.Symvers {
			exports = append(exports, e.Name+" "+e.Export)
		}
		slices.Sort(exports)
		want := []string{"_plain EXPORT_SYMBOL", "for_gpl EXPORT_SYMBOL_GPL", "plain EXPORT_SYMBOL"}
		if diff := cmp.Diff(want, exports); diff != "" {
			t.Errorf("%s: exports (-want +got):\n%s", line, diff)
		}
	}
}

func TestGosOwnReaderAgrees(t *testing.T) {
	f, err := elf.NewFile(bytes.NewReader(Compile(sample)))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	undefined := map[string]elf.SymBind{}
	for _, s := range symbols {
		if s.Section == elf.SHN_UNDEF {
			undefined[s.Name] = elf.ST_BIND(s.Info)
		}
	}
	want := map[string]elf.SymBind{"_printk": elf.STB_GLOBAL, "other": elf.STB_GLOBAL, "__symbol_get": elf.STB_GLOBAL, "perhaps": elf.STB_WEAK}
	if diff := cmp.Diff(want, undefined); diff != "" {
		t.Errorf("undefined symbols (-want +got):\n%s", diff)
	}
}

func TestALinkedObjectImportsNothingThatItDefines(t *testing.T) {
	one := Compile(Object{Exports: []Export{{Name: "a"}}, Imports: []string{"b", "c"}, Code: []int{1}, Modinfo: []string{"license=GPL"}})
	two := Compile(Object{Exports: []Export{{Name: "b", Dropped: true}}, Imports: []string{"a"}, WeakImports: []string{"c", "d"}, Code: []int{2}})
	linked, err := Link(one, two)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Describe(linked)
	if err != nil {
		t.Fatal(err)
	}
	want := Object{
		Modinfo: []string{"license=GPL"}, Code: []int{1, 2},
		Exports: []Export{{Name: "a"}, {Name: "b", Dropped: true}}, Imports: []string{"c"}, WeakImports: []string{"d"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Link(one, []byte("no object")); err == nil {
		t.Error("what is no object was linked")
	}
}
