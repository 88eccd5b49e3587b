package needed_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func reasons(t *testing.T, in needed.Input) map[string]string {
	t.Helper()
	set, _, err := needed.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range set.Symbols {
		got[s.Name] = needed.Explain(set, s)
	}
	return got
}

func TestWhatKeepsASymbol(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   needed.Input
		want map[string]string
	}{
		{
			"imports, strong and weak",
			needed.Input{Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Imports: []string{"x"}, WeakImports: []string{"y"}}}},
			map[string]string{"x": "imported by a", "y": "weakly imported by a"},
		},
		{
			"symbol_get, of the kernel's own objects too",
			needed.Input{Objects: []*ksympb.Object{
				{Path: "kvm.o", Module: "arch/x86/kvm/kvm", Label: "//kvm", SymbolGets: []string{"vfio_file_set_kvm"}},
				{Path: "fs/unicode/core.o", Module: "vmlinux", SymbolGets: []string{"utf8_data_table"}},
			}},
			map[string]string{"vfio_file_set_kvm": "asked for by symbol_get() in //kvm", "utf8_data_table": "asked for by symbol_get() in fs/unicode/core.o"},
		},
		{
			"not what the kernel's objects or parts of a module leave undefined: that is linked",
			needed.Input{Objects: []*ksympb.Object{
				{Path: "lib/lib.a", Member: "x.o", Module: "vmlinux", Imports: []string{"x"}},
				{Path: "part.o", Imports: []string{"y"}},
			}},
			map[string]string{},
		},
		{
			"not __this_module, which each module has",
			needed.Input{Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Imports: []string{"__this_module"}}}},
			map[string]string{},
		},
		{
			"a keep-list and CONFIG_MODVERSIONS",
			needed.Input{Modversions: true, Keep: []needed.KeepList{{Name: "//:keep", Entries: []keeplist.Entry{{Name: "x", Line: 7}}}}},
			map[string]string{"module_layout": "wanted by CONFIG_MODVERSIONS", "x": "on the list //:keep:7"},
		},
		{
			"an export that a klp relocation names, of that object alone",
			needed.Input{Objects: []*ksympb.Object{
				{Path: "p.o", Module: "lib/the-provider", Exports: []*ksympb.Export{{Name: "x"}, {Name: "y"}, {Name: "z"}}},
				{Path: "l.o", Module: "l", Label: "//l", KlpSymbols: []*ksympb.KlpSymbol{
					{Object: "the_provider", Name: "x"}, {Object: "other", Name: "y"}, {Object: "the_provider", Name: "internal"}}},
			}},
			map[string]string{"x": "named by a klp relocation of //l"},
		},
		{
			"all that klp relocations name, if nothing is known about exports",
			needed.Input{Objects: []*ksympb.Object{{Path: "l.o", Module: "l", KlpSymbols: []*ksympb.KlpSymbol{{Object: "vmlinux", Name: "x"}}}}},
			map[string]string{"x": "named by a klp relocation of l"},
		},
		{
			"names that differ in underscores or case are different",
			needed.Input{Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Imports: []string{"_x", "X"}}}},
			map[string]string{"_x": "imported by a", "X": "imported by a"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, reasons(t, tc.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestModuleOfTheSetGoesBeforeOneOfAModuleSymvers(t *testing.T) {
	in := needed.Input{
		Objects: []*ksympb.Object{
			{Path: "a.o", Module: "a", Label: "//a", Exports: []*ksympb.Export{{Name: "x"}}},
			{Path: "b.o", Module: "b", Imports: []string{"x", "y"}},
		},
		Outside: []needed.Symvers{
			{Name: "kernel", Entries: []symvers.Entry{{Name: "x", Module: "drivers/a"}, {Name: "y", Module: "drivers/y"}}},
			{Name: "vendor", Entries: []symvers.Entry{{Name: "y", Module: "vendor/y"}}},
		},
	}
	set, _, err := needed.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	var got []*ksympb.Provider
	for _, s := range set.Symbols {
		got = append(got, s.Providers...)
	}
	want := []*ksympb.Provider{{Module: "a", Label: "//a"}, {Module: "vendor/y", Label: "vendor"}}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("providers (-want +got):\n%s", diff)
	}
}

func TestManyUnknownNamesAreCountedNotAllExplained(t *testing.T) {
	list := needed.KeepList{Name: "list"}
	for i := range 1000 {
		list.Entries = append(list.Entries, keeplist.Entry{Name: fmt.Sprintf("unknown_%d", i), Line: i + 1})
	}
	in := needed.Input{
		Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Exports: []*ksympb.Export{{Name: "unknown_x"}}}},
		Keep:    []needed.KeepList{list},
	}
	_, warnings, err := needed.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `list:1: "unknown_0" is exported by nobody: did you mean unknown_x?`; warnings[0] != want {
		t.Errorf("first warning %q, want %q", warnings[0], want)
	}
	last := warnings[len(warnings)-1]
	if len(warnings) > 100 || !strings.HasPrefix(last, "950 more names") {
		t.Errorf("%d warnings, the last %q", len(warnings), last)
	}
}

func TestNamesOfAnotherKernelAreNotSuggested(t *testing.T) {
	in := needed.Input{
		Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Exports: []*ksympb.Export{{Name: "usb_register"}, {Name: "kfree"}}}},
		Keep:    []needed.KeepList{{Name: "list", Entries: []keeplist.Entry{{Name: "completely_different", Line: 1}}}},
	}
	_, warnings, err := needed.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`list:1: "completely_different" is exported by nobody`}, warnings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A needed set could not hold it.
func TestModuleWhoseNameIsNoTextIsAnErrorThatNamesTheFile(t *testing.T) {
	in := needed.Input{
		Objects: []*ksympb.Object{{Path: "a.o", Module: "a", Imports: []string{"x"}}},
		Outside: []needed.Symvers{{Name: "vendor.symvers", Entries: []symvers.Entry{{Name: "x", Module: "v\x80"}, {Name: "y", Module: "w\x80"}}}},
	}
	_, _, err := needed.Compute(in)
	if want := `vendor.symvers: module "v\x80", which exports "x", is not called by UTF-8 text`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestTheSetDoesNotDependOnHowManyProcessorsThereAre(t *testing.T) {
	in := needed.Input{Keep: []needed.KeepList{{Name: "list", Entries: []keeplist.Entry{{Name: "symbol_7"}, {Name: "aaa"}, {Name: "zzz"}}}}}
	for i := range 1500 {
		o := &ksympb.Object{Path: fmt.Sprintf("%04d.o", i), Module: fmt.Sprintf("m%04d", i), Exports: []*ksympb.Export{{Name: fmt.Sprintf("symbol_%d", i)}}}
		for k := 1; k < 2000; k *= 3 {
			o.Imports = append(o.Imports, fmt.Sprintf("symbol_%d", (i+k)%1500), fmt.Sprintf("%c_kernel", 'a'+i%26))
		}
		slices.Sort(o.Imports)
		o.Imports = slices.Compact(o.Imports)
		in.Objects = append(in.Objects, o)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want *ksympb.NeededSet
	var wantWarnings []string
	for _, processors := range []int{1, 2, 5, 64} {
		runtime.GOMAXPROCS(processors)
		set, warnings, err := needed.Compute(in)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want, wantWarnings = set, warnings
			continue
		}
		if diff := cmp.Diff(want, set, protocmp.Transform()); diff != "" {
			t.Errorf("%d processors (-1 +%d):\n%s", processors, processors, diff)
		}
		if diff := cmp.Diff(wantWarnings, warnings); diff != "" {
			t.Errorf("warnings with %d processors (-1 +%d):\n%s", processors, processors, diff)
		}
	}
	if len(want.Symbols) != 1500+26+2 || len(wantWarnings) != 2 {
		t.Errorf("%d symbols, %d warnings", len(want.Symbols), len(wantWarnings))
	}
}

func TestAnExportThatASourceNamesIsOnlyThatOfTheKernelIfNobodyElseHasIt(t *testing.T) {
	set, _, err := needed.Compute(needed.Input{Objects: []*ksympb.Object{
		{Path: "lib/both.o", Module: "vmlinux", ExportStyle: ksympb.ExportStyle_EXPORT_STYLE_SOURCE_TEXT, Exports: []*ksympb.Export{{Name: "own"}, {Name: "perhaps"}}},
		{Path: "a.o", Module: "a", Imports: []string{"own", "perhaps"}},
		{Path: "b.o", Module: "b", ExportStyle: ksympb.ExportStyle_EXPORT_STYLE_KSYMTAB_SECTIONS, Exports: []*ksympb.Export{{Name: "perhaps"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range set.Symbols {
		for _, p := range s.Providers {
			got[s.Name] += p.Module
		}
	}
	if diff := cmp.Diff(map[string]string{"own": "vmlinux", "perhaps": "b"}, got); diff != "" {
		t.Errorf("exporters (-want +got):\n%s", diff)
	}
}
