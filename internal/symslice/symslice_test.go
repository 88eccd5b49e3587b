package symslice

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func module(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "m.ksyms")
	err := ksyms.WriteFile(file, &ksympb.Ksyms{Objects: []*ksympb.Object{{
		Path:        "m.o",
		ExportStyle: ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL,
		Exports:     []*ksympb.Export{{Name: "mine"}},
		Imports:     []string{"_printk", "nowhere"},
		WeakImports: []string{"perhaps"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheSliceHasTheLinesOfTheModulesSymbolsInOrder(t *testing.T) {
	dir := t.TempDir()
	kernel := write(t, dir, "Module.symvers", "0x01\tother\tvmlinux\tEXPORT_SYMBOL\t\n0x02\tperhaps\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n0x03\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n0x04\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n")
	dep := write(t, dir, "dep.symvers", "0x05\tmine\tdep\tEXPORT_SYMBOL\t\n0x06\t_printk\tdep\tEXPORT_SYMBOL\t")
	index := write(t, dir, "index", "nowhere\t//x:z\nnowhere\t//x:y\nother\t//x:y\n")
	run := func(modversions bool) (string, string) {
		r := Request{
			Ksyms:       module(t, dir),
			Symvers:     []string{kernel, dep + "=@@//x:dep"},
			Index:       []string{index},
			Modversions: modversions,
			Out:         filepath.Join(dir, "out"),
			Hints:       filepath.Join(dir, "hints"),
		}
		if err := Run(r); err != nil {
			t.Fatal(err)
		}
		out, err1 := os.ReadFile(r.Out)
		hints, err2 := os.ReadFile(r.Hints)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		return string(out), string(hints)
	}
	const (
		perhaps = "0x02\tperhaps\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n"
		layout  = "0x03\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
		rest    = "0x04\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n0x05\tmine\tdep\tEXPORT_SYMBOL\t\n0x06\t_printk\tdep\tEXPORT_SYMBOL\t\n"
	)
	if out, hints := run(false); out != perhaps+rest || hints != "nowhere\t//x:y\nnowhere\t//x:z\n" {
		t.Errorf("slice:\n%s\nhints:\n%s", out, hints)
	}
	if out, _ := run(true); out != perhaps+layout+rest {
		t.Errorf("slice with CRCs:\n%s", out)
	}
}

func TestDepIsUnusedIfTheModuleUsesNoneOfItsSymbols(t *testing.T) {
	dir := t.TempDir()
	symvers := func(name, symbol string) string {
		return write(t, dir, name, "0x01\t"+symbol+"\t"+name+"\tEXPORT_SYMBOL\t\n") + "=//:" + name
	}
	r := Request{
		Ksyms: module(t, dir),
		// The module exports `mine` itself.
		Symvers: []string{symvers("used", "_printk"), symvers("weakly", "perhaps"), symvers("unused", "other"), symvers("rival", "mine"), symvers("indirect", "else")},
		Direct:  []string{"//:used", "//:weakly", "//:unused", "//:rival"},
		Out:     filepath.Join(dir, "out"),
		Unused:  filepath.Join(dir, "unused"),
	}
	if err := Run(r); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(r.Unused)
	if err != nil || string(got) != "//:unused\n//:rival\n" {
		t.Errorf("unused: %q, %v", got, err)
	}
}

func TestSeveralModulesAreCutForAsOneIs(t *testing.T) {
	dir := t.TempDir()
	kernel := write(t, dir, "Module.symvers", "0x01\tother\tvmlinux\tEXPORT_SYMBOL\t\n0x02\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n0x03\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n")
	second := filepath.Join(dir, "n.ksyms")
	if err := ksyms.WriteFile(second, &ksympb.Ksyms{Objects: []*ksympb.Object{{Path: "n.o", Imports: []string{"other"}}}}); err != nil {
		t.Fatal(err)
	}
	modules := []Module{{module(t, dir), filepath.Join(dir, "m")}, {second, filepath.Join(dir, "n")}}
	for _, modversions := range []bool{false, true} {
		if err := RunEach(kernel, modules, modversions); err != nil {
			t.Fatal(err)
		}
		var cut []string
		for _, m := range modules {
			if err := Run(Request{Ksyms: m.Ksyms, Symvers: []string{kernel}, Modversions: modversions, Out: filepath.Join(dir, "alone")}); err != nil {
				t.Fatal(err)
			}
			each, err1 := os.ReadFile(m.Out)
			alone, err2 := os.ReadFile(filepath.Join(dir, "alone"))
			if err1 != nil || err2 != nil || string(each) != string(alone) || len(each) == 0 {
				t.Errorf("modversions %t: %s: %q with others, %q alone (%v, %v)", modversions, m.Ksyms, each, alone, err1, err2)
			}
			cut = append(cut, string(each))
		}
		if cut[0] == cut[1] {
			t.Errorf("both modules have %q", cut[0])
		}
	}
	if err := RunEach(write(t, dir, "bad", "no table\n"), modules, false); err == nil || !strings.Contains(err.Error(), "bad:1: ") {
		t.Errorf("error %v, want one that names the line", err)
	}
}

func TestABadLineIsNamed(t *testing.T) {
	dir := t.TempDir()
	r := Request{Ksyms: module(t, dir), Out: filepath.Join(dir, "out"), Hints: filepath.Join(dir, "hints")}
	r.Symvers = []string{write(t, dir, "bad.symvers", "0x1\ta\tvmlinux\tEXPORT_SYMBOL\t\nwhat is this\n")}
	if err := Run(r); err == nil || !strings.Contains(err.Error(), "bad.symvers:2: offset 0x1d") {
		t.Errorf("error: %v", err)
	}
	r.Symvers, r.Index = nil, []string{write(t, dir, "bad.index", "a //x\n")}
	if err := Run(r); err == nil || !strings.Contains(err.Error(), "bad.index:1") {
		t.Errorf("error: %v", err)
	}
}

func TestWithoutLabel(t *testing.T) {
	for arg, want := range map[string]string{
		"a/b.symvers":              "a/b.symvers",
		"a/b.symvers=//x:y":        "a/b.symvers",
		"a=c/b.symvers=@@repo//:y": "a=c/b.symvers",
	} {
		if got, _ := cutLabel(arg); got != want {
			t.Errorf("%q: %q, want %q", arg, got, want)
		}
	}
}

func FuzzSymvers(f *testing.F) {
	f.Add([]byte("0x1\ta\tvmlinux\tEXPORT_SYMBOL\t\n"))
	f.Add([]byte("a\t//x:y\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		wanted := map[string]bool{"a": true}
		appendSymvers(nil, "fuzz", data, func(symbol string) bool { return wanted[symbol] })
		appendHints(nil, "fuzz", data, wanted)
	})
}
