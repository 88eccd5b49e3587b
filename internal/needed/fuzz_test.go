package needed_test

import (
	"slices"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Whatever the files say, there is a needed set that can be written and read
// again, or an error.
func FuzzCompute(f *testing.F) {
	seed, err := ksyms.Marshal(&ksympb.Ksyms{Objects: []*ksympb.Object{
		{Path: "a.o", Module: "lib/a-b", Label: "//a", Exports: []*ksympb.Export{{Name: "x"}, {Name: "y", GplOnly: true, Namespace: "N"}}},
		{
			Path: "b.o", Module: "b", Imports: []string{"x", "printk"}, WeakImports: []string{"y"}, SymbolGets: []string{"z"},
			UndecodedSymbolGets: []*ksympb.UndecodedSymbolGet{{Function: "f", Section: ".text", Offset: 3, Reason: "r"}},
			KlpSymbols:          []*ksympb.KlpSymbol{{Object: "a_b", Name: "y"}, {Object: "vmlinux", Name: "printk"}},
		},
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed, []byte("0x00000000\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n"), []byte("x\nxx # unknown\n"), true)
	f.Add(seed, []byte("0x00000000\tx\tvmlinux\tEXPORT_SYMBOL\t\n"), []byte(""), false)
	f.Fuzz(func(t *testing.T, summaries, outside, list []byte, modversions bool) {
		k, err := ksyms.Unmarshal("x.ksyms", summaries)
		if err != nil {
			return
		}
		entries, err := symvers.Parse("Module.symvers", outside)
		if err != nil {
			return
		}
		keep, err := keeplist.Parse("keep", list)
		if err != nil {
			return
		}
		in := needed.Input{
			Objects: k.Objects, Modversions: modversions,
			Outside: []needed.Symvers{{Name: "@kernel", Entries: entries}},
			Keep:    []needed.KeepList{{Name: "keep", Entries: keep}},
		}
		set, _, err := needed.Compute(in)
		if err != nil {
			return
		}
		data, err := ksyms.MarshalNeeded(set)
		if err != nil {
			t.Fatalf("the set cannot be written: %v", err)
		}
		again, err := ksyms.UnmarshalNeeded("needed", data)
		if err != nil {
			t.Fatalf("the set cannot be read: %v", err)
		}
		if text := needed.Diff(set, again); text[:len("KSYMS")] != "KSYMS" || len(needed.Names(again)) != len(again.Symbols) {
			t.Errorf("read again it is another:\n%s", text)
		}
		needed.Diff(&ksympb.NeededSet{}, again)
		kept, dropped := needed.Split(needed.Names(again), k.Objects)
		for _, n := range kept {
			if slices.Contains(dropped, n) {
				t.Errorf("%q is kept and dropped", n)
			}
		}
		needed.Autoksyms(kept)
	})
}
