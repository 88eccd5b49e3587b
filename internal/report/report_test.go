package report_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/report"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// small is a set of four modules, of which one is alone, with a symbol for each
// way of being kept.
func small() report.Input {
	objects := []*ksympb.Object{
		{
			Path: "fat.o", Module: "kernel/fs/fat/fat", Label: "//fs/fat",
			Exports: []*ksympb.Export{
				{Name: "fat_attach", GplOnly: true}, {Name: "fat_build", Namespace: "FAT"}, {Name: "fat_get"},
				{Name: "fat_listed"}, {Name: "fat_perhaps"}, {Name: "fat_unused"},
			},
			Imports: []string{"load_nls", "printk"},
		},
		{
			Path: "msdos.o", Module: "kernel/fs/fat/msdos", Label: "//fs/fat:msdos",
			Imports: []string{"fat_attach", "printk"}, SymbolGets: []string{"fat_get"},
			UndecodedSymbolGets: []*ksympb.UndecodedSymbolGet{{Function: "probe", Section: ".text", Offset: 16, Reason: "the name is the result of kasprintf"}},
		},
		{
			Path: "vfat.o", Module: "kernel/fs/fat/vfat",
			Exports: []*ksympb.Export{{Name: "vfat_unused", GplOnly: true}},
			Imports: []string{"fat_attach", "fat_build", "gone"}, WeakImports: []string{"fat_perhaps"},
		},
		{Path: "lonely.o", Module: "lib/lonely", Imports: []string{"printk"}},
	}
	outside := []needed.Symvers{{Name: "@kernel", Entries: []symvers.Entry{
		{Name: "load_nls", Module: "fs/nls/nls_base", Export: "EXPORT_SYMBOL"},
		{Name: "printk", Module: "vmlinux", Export: "EXPORT_SYMBOL"},
		{Name: "schedule", Module: "vmlinux", Export: "EXPORT_SYMBOL"},
	}}}
	set, _, err := needed.Compute(needed.Input{
		Objects: objects, Outside: outside,
		Keep: []needed.KeepList{{Name: "//:keep", Entries: []keeplist.Entry{{Name: "fat_listed", Line: 3}}}},
	})
	if err != nil {
		panic(err)
	}
	return report.Input{Title: "//:set", Needed: set, Objects: objects, Outside: outside}
}

func newReport(t *testing.T, in report.Input) *report.Report {
	t.Helper()
	r, err := report.New(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestText(t *testing.T) {
	want := `//:set

4 modules, 7 exported symbols: 5 needed, 2 unused. 3 symbols from elsewhere.

Symbols, by the number of modules that use them

uses  symbol       exported by         type               kept because
3     printk       vmlinux             EXPORT_SYMBOL      imported by //fs/fat, //fs/fat:msdos, lib/lonely
2     fat_attach   kernel/fs/fat/fat   EXPORT_SYMBOL_GPL  imported by //fs/fat:msdos, kernel/fs/fat/vfat
1     gone         -                   -                  imported by kernel/fs/fat/vfat
1     load_nls     fs/nls/nls_base     EXPORT_SYMBOL      imported by //fs/fat
1     fat_build    kernel/fs/fat/fat   EXPORT_SYMBOL FAT  imported by kernel/fs/fat/vfat
1     fat_get      kernel/fs/fat/fat   EXPORT_SYMBOL      asked for by symbol_get() in //fs/fat:msdos
1     fat_perhaps  kernel/fs/fat/fat   EXPORT_SYMBOL      weakly imported by kernel/fs/fat/vfat
0     fat_listed   kernel/fs/fat/fat   EXPORT_SYMBOL      on the list //:keep:3
0     fat_unused   kernel/fs/fat/fat   EXPORT_SYMBOL      unused
0     vfat_unused  kernel/fs/fat/vfat  EXPORT_SYMBOL_GPL  unused

Modules, what they use and from whom (a number after a symbol: the modules that use it)

kernel/fs/fat/fat (//fs/fat)
  from fs/nls/nls_base: load_nls 1
  from vmlinux: printk 3

kernel/fs/fat/msdos (//fs/fat:msdos)
  from kernel/fs/fat/fat: fat_attach 2, fat_get 1
  from vmlinux: printk 3
  symbol_get of a name that is not known: probe at .text+0x10: the name is the result of kasprintf

kernel/fs/fat/vfat
  from kernel/fs/fat/fat: fat_attach 2, fat_build 1, fat_perhaps 1
  from nobody that is known: gone 1

lib/lonely
  from vmlinux: printk 3

Exports that nobody uses

//fs/fat: 1 of 6
  fat_unused

kernel/fs/fat/vfat: 1 of 1
  vfat_unused
`
	if diff := cmp.Diff(want, string(newReport(t, small()).Text())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAllOutsideIsReportedWhenAskedFor(t *testing.T) {
	in := small()
	in.AllOutside = true
	r := newReport(t, in)
	found := false
	for _, s := range r.Symbols {
		if s.Name == "schedule" {
			found = true
			if diff := cmp.Diff(&report.Symbol{Name: "schedule", Exporters: []string{"vmlinux"}, Export: "EXPORT_SYMBOL"}, s); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
	if !found {
		t.Error("schedule, which nobody uses of vmlinux, is not in the report")
	}
	if want := newReport(t, small()).Totals; r.Totals != want {
		t.Errorf("totals %+v, want %+v: they count the exports of the set", r.Totals, want)
	}
}

func TestJSONIsTheReport(t *testing.T) {
	r := newReport(t, small())
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got report.Report
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, &got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, want := range []string{`"format": "rules_kbuild.report.v1"`, `"how": "symbol_get"`, `"label": "//fs/fat:msdos"`, `"place": "provider"`} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %s in:\n%s", want, data)
		}
	}
}

func TestKernelObjectsAreOneModule(t *testing.T) {
	objects := []*ksympb.Object{
		{Path: "fs/unicode/core.o", Module: "vmlinux", Label: "//fs/unicode", SymbolGets: []string{"utf8_data_table"}},
		{Path: "lib/kfree.o", Module: "vmlinux", Label: "//lib", Exports: []*ksympb.Export{{Name: "kfree"}}},
		{Path: "utf8data.o", Module: "fs/unicode/utf8data", Exports: []*ksympb.Export{{Name: "utf8_data_table", GplOnly: true}}},
	}
	set, _, err := needed.Compute(needed.Input{Objects: objects})
	if err != nil {
		t.Fatal(err)
	}
	r := newReport(t, report.Input{Needed: set, Objects: objects})
	want := []*report.Module{
		{Name: "fs/unicode/utf8data", Place: report.InSet, Exports: []string{"utf8_data_table"}, Users: []string{"vmlinux"}},
		{
			Name: "vmlinux", Place: report.InSet, Exports: []string{"kfree"}, Unused: []string{"kfree"},
			Providers: []*report.Use{{Module: "fs/unicode/utf8data", Symbols: []string{"utf8_data_table"}}},
		},
	}
	if diff := cmp.Diff(want, r.Modules); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestKlpRelocationIsAUseByTheLivepatchModule(t *testing.T) {
	objects := []*ksympb.Object{
		{Path: "p.o", Module: "p", Exports: []*ksympb.Export{{Name: "x"}}},
		{Path: "patch.o", Module: "patch", Label: "//patch", KlpSymbols: []*ksympb.KlpSymbol{{Object: "p", Name: "x"}}},
	}
	set, _, err := needed.Compute(needed.Input{Objects: objects})
	if err != nil {
		t.Fatal(err)
	}
	r := newReport(t, report.Input{Needed: set, Objects: objects})
	want := []*report.Symbol{{
		Name: "x", Exporters: []string{"p"}, Export: "EXPORT_SYMBOL", Needed: true, Uses: 1,
		Keepers: []*report.Keeper{{How: report.Klp, Name: "patch", Label: "//patch", Module: "patch"}},
	}}
	if diff := cmp.Diff(want, r.Symbols); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := "x       p            EXPORT_SYMBOL  named by a klp relocation of //patch\n"; !bytes.Contains(r.Text(), []byte(want)) {
		t.Errorf("no %q in:\n%s", want, r.Text())
	}
}

func TestModulesOutsideTheSetThatUseItAreUsers(t *testing.T) {
	exporter := &ksympb.Object{Path: "a.o", Module: "a", Exports: []*ksympb.Export{{Name: "x"}}}
	user := &ksympb.Object{Path: "b.o", Module: "b", Label: "@vendor//b", Imports: []string{"x"}}
	set, _, err := needed.Compute(needed.Input{Objects: []*ksympb.Object{exporter, user}})
	if err != nil {
		t.Fatal(err)
	}
	r := newReport(t, report.Input{Needed: set, Objects: []*ksympb.Object{exporter}})
	want := &report.Module{Name: "b", Label: "@vendor//b", Place: report.User, Providers: []*report.Use{{Module: "a", Symbols: []string{"x"}}}}
	if diff := cmp.Diff(want, r.Modules[1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := (report.Totals{Modules: 1, Exports: 1, Needed: 1}); r.Totals != want {
		t.Errorf("totals %+v, want %+v", r.Totals, want)
	}
}

func TestWhatIsWrittenDoesNotDependOnTheOrderOfObjects(t *testing.T) {
	write := func(in report.Input) string {
		r := newReport(t, in)
		json, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		return string(r.Text()) + string(json) + string(page(t, in))
	}
	want := write(small())
	for seed := range uint64(10) {
		in := small()
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(in.Objects), func(i, j int) { in.Objects[i], in.Objects[j] = in.Objects[j], in.Objects[i] })
		in.Needed = proto.Clone(in.Needed).(*ksympb.NeededSet)
		if got := write(in); got != want {
			t.Fatalf("another order of the objects gives another report:\n%s", cmp.Diff(want, got))
		}
	}
}
