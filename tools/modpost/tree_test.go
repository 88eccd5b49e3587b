package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symslice"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// TestBuiltKernelTree compares the actions' files with those that Kbuild left
// in a kernel tree after `make vmlinux modules`. Such a tree is large; it is
// compared where KERNEL_TREE names one:
//
//	KERNEL_TREE=/tmp/linux-source-6.1 go test ./tools/modpost -run BuiltKernelTree -v
//
// If the tree's exports are trimmed by modpost (6.5 and later), what stays is
// worked out by the tree's objects, as KernelNeeded does.
func TestBuiltKernelTree(t *testing.T) {
	dir := os.Getenv("KERNEL_TREE")
	if dir == "" {
		t.Skip("set KERNEL_TREE to a kernel tree after make vmlinux modules")
	}
	tree := kernelTree{out: t.TempDir(), trimmed: map[string][]string{}, ksyms: map[string]*ksympb.Object{}}
	t.Chdir(dir)
	tree.read(t)
	tree.scan(t)

	start := time.Now()
	args := append(tree.trimmed["vmlinux"], "--vmlinux", "vmlinux.o", "--export_c", tree.path("export.c"), "--symvers_out", tree.path("symvers"))
	if slices.Contains(tree.flags, "-m") {
		for object := range strings.Lines(readFile(t, ".vmlinux.objs")) {
			args = append(args, "--symversions", cmdFile(strings.TrimSpace(object)))
		}
	}
	tree.action(t, args...)
	t.Logf("vmlinux.o: %v", time.Since(start).Round(time.Millisecond))
	if diff := cmp.Diff(readFile(t, ".vmlinux.export.c"), readFile(t, tree.path("export.c"))); diff != "" {
		t.Errorf(".vmlinux.export.c: -Kbuild +tools/modpost\n%s", diff)
	}

	all := readFile(t, tree.path("symvers"))
	ofVmlinux := strings.Count(all, "\n")
	for _, m := range tree.modules {
		tree.action(t, append(tree.module(t, m), "--symvers_out", tree.path("symvers"))...)
		all += readFile(t, tree.path("symvers"))
	}
	writeFile(t, tree.path("Module.symvers"), all)
	if diff := cmp.Diff(readFile(t, "Module.symvers"), all); diff != "" {
		t.Errorf("Module.symvers: -Kbuild +tools/modpost\n%s", diff)
	}

	for _, m := range tree.modules {
		lines, err := symslice.Cut(&ksympb.Ksyms{Objects: []*ksympb.Object{tree.ksyms[m]}}, []symslice.File{{Name: "Module.symvers", Data: []byte(all)}}, slices.Contains(tree.flags, "-m"))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, tree.path("slice"), string(lines))
		tree.action(t, append(tree.module(t, m), "--symvers", tree.path("slice"), "--mod_c", tree.path("mod.c"))...)
		if diff := cmp.Diff(readFile(t, m+".mod.c"), readFile(t, tree.path("mod.c"))); diff != "" {
			t.Errorf("%s.mod.c: -Kbuild +tools/modpost\n%s", m, diff)
		}
	}
	t.Logf("flags %q: %d lines of Module.symvers, %d of vmlinux; %d .mod.c", tree.flags, strings.Count(all, "\n"), ofVmlinux, len(tree.modules))
}

// A kernelTree is a built tree, which is the working directory.
type kernelTree struct {
	out     string   // folder for what the test makes
	release string   // of the kernel
	flags   []string // of modpost, without those about files and trimming
	trims   bool     // modpost trims exports
	modules []string // paths without suffix, in modpost's order
	ksyms   map[string]*ksympb.Object
	trimmed map[string][]string // the arguments that trim vmlinux and each module
}

func (k *kernelTree) path(name string) string { return filepath.Join(k.out, name) }

// read reads what Kbuild's modpost was run with.
func (k *kernelTree) read(t *testing.T) {
	k.release = strings.TrimSpace(readFile(t, "include/config/kernel.release"))
	_, command, _ := strings.Cut(readFile(t, ".Module.symvers.cmd"), "scripts/mod/modpost ")
	command, _, _ = strings.Cut(command, "\n")
	for words := strings.Fields(command); len(words) > 0; words = words[1:] {
		switch words[0] {
		case "-o", "-T", "-u":
			words = words[1:]
		case "vmlinux.o":
		case "-t":
			k.trims = true
		default:
			k.flags = append(k.flags, words[0])
		}
	}
	for line := range strings.Lines(readFile(t, "modules.order")) {
		line = strings.TrimSpace(line)
		k.modules = append(k.modules, strings.TrimSuffix(line, filepath.Ext(line)))
	}
}

// scan scans the tree's objects and, if its exports are trimmed, writes the
// lists of those that stay.
func (k *kernelTree) scan(t *testing.T) {
	var objects []*ksympb.Object
	for _, m := range append([]string{"vmlinux"}, k.modules...) {
		start := time.Now()
		found, err := ksymscan.File(m+".o", ksymscan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		found[0].Module = m
		k.ksyms[m] = found[0]
		objects = append(objects, found[0])
		if o := found[0]; m == "vmlinux" || len(o.SymbolGets)+len(o.UndecodedSymbolGets) > 0 {
			t.Logf("%s.o: %d exports, symbol_get of %q, undecoded %v, scanned in %v", m, len(o.Exports), o.SymbolGets, o.UndecodedSymbolGets, time.Since(start).Round(time.Millisecond))
		}
	}
	if !k.trims {
		return
	}
	set := k.needed(t, objects)
	// Kbuild's modpost does not see those, before 6.14.
	kbuild := make([]*ksympb.Object, len(objects))
	for i, o := range objects {
		kbuild[i] = &ksympb.Object{Path: o.Path, Module: o.Module, Exports: o.Exports, Imports: o.Imports, WeakImports: o.WeakImports}
	}
	for _, m := range append([]string{"vmlinux"}, k.modules...) {
		kept, _ := needed.Split(needed.Names(set), []*ksympb.Object{k.ksyms[m]})
		less, _ := needed.Split(needed.Names(k.needed(t, kbuild)), []*ksympb.Object{k.ksyms[m]})
		for _, name := range kept {
			if !slices.Contains(less, name) {
				t.Logf("%s: symbol_get keeps %s, which Kbuild trims", m, name)
			}
		}
		list := k.path("kept-" + strings.ReplaceAll(m, "/", "-"))
		writeFile(t, list, string(needed.Lines(less)))
		k.trimmed[m] = []string{"--trim", list}
	}
}

func (k *kernelTree) needed(t *testing.T, objects []*ksympb.Object) *ksympb.NeededSet {
	merged, err := ksyms.Merge(&ksympb.Ksyms{Objects: slices.Clone(objects)})
	if err != nil {
		t.Fatal(err)
	}
	set, warnings, err := needed.Compute(needed.Input{Objects: merged.Objects, Modversions: slices.Contains(k.flags, "-m")})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		t.Log(w)
	}
	return set
}

// module returns the arguments that say what a module is made of.
func (k *kernelTree) module(t *testing.T, m string) []string {
	args := append(slices.Clone(k.trimmed[m]), "--module", m, "--object", m+".o", "--mod", m+".mod")
	return append(args, sourceArgs(t, k.out, m)...)
}

func (k *kernelTree) action(t *testing.T, args ...string) {
	t.Helper()
	var stderr bytes.Buffer
	if code := run(slices.Concat([]string{"--release", k.release}, k.flags, args), &stderr); code != 0 {
		t.Fatalf("exit status %d: %s", code, &stderr)
	}
	if stderr.Len() > 0 {
		fmt.Print(&stderr)
	}
}
