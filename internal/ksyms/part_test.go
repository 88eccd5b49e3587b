package ksyms_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func manyObjects(n int) []*ksympb.Object {
	var objects []*ksympb.Object
	for i := range n {
		objects = append(objects, &ksympb.Object{
			Path: fmt.Sprintf("o/%03d.o", i*7%n), Module: "m",
			Exports: []*ksympb.Export{{Name: fmt.Sprintf("export_%d", i)}},
			Imports: []string{"kmalloc", fmt.Sprintf("import_%d", i), "_printk"},
		})
	}
	return objects
}

func TestPartsMakeTheSameFileWhicheverObjectsAreInThem(t *testing.T) {
	want, err := ksyms.Marshal(&ksympb.Ksyms{Objects: manyObjects(300)})
	if err != nil {
		t.Fatal(err)
	}
	for _, split := range []int{1, 2, 7} {
		parts := make([]*ksyms.Part, split)
		for i := range parts {
			parts[i] = new(ksyms.Part)
		}
		for i, o := range manyObjects(300) {
			if err := parts[i%split].Add(o); err != nil {
				t.Fatal(err)
			}
		}
		// One object is in two parts.
		if err := parts[0].Add(manyObjects(300)[split]); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.ksyms")
		if err := ksyms.WriteParts(path, parts...); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%d parts make another file", split)
		}
	}
}

func TestAPartKeepsNothingOfWhatAnObjectIsScannedFrom(t *testing.T) {
	want, err := ksyms.Marshal(&ksympb.Ksyms{Objects: []*ksympb.Object{hello()}})
	if err != nil {
		t.Fatal(err)
	}
	// The strings are parts of memory that the next file is read into.
	memory := []byte(strings.Join([]string{"hello_a", "NS", "hello_b", "_printk", "kmalloc", "perhaps", "later"}, "\x00"))
	text := unsafe.String(&memory[0], len(memory))
	part := func(s string) string { return text[strings.Index(text, s):][:len(s)] }
	o := hello()
	o.Exports[0].Name, o.Exports[0].Namespace, o.Exports[1].Name = part("hello_a"), part("NS"), part("hello_b")
	o.Imports, o.WeakImports, o.SymbolGets = []string{part("_printk"), part("kmalloc")}, []string{part("perhaps")}, []string{part("later")}
	var p ksyms.Part
	if err := p.Add(o); err != nil {
		t.Fatal(err)
	}
	clear(memory)
	o.Exports, o.Imports = nil, nil
	path := filepath.Join(t.TempDir(), "x.ksyms")
	if err := ksyms.WriteParts(path, &p); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the file is %q, want %q", got, want)
	}
}

func TestPartsWithTwoSummariesOfOneObjectAreRefused(t *testing.T) {
	var a, b ksyms.Part
	other := hello()
	other.Label, other.Imports = "//other", nil
	for p, o := range map[*ksyms.Part]*ksympb.Object{&a: hello(), &b: other} {
		if err := p.Add(o); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "x.ksyms")
	err := ksyms.WriteParts(path, &a, &b)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{path, "examples/hello/hello.o", "//examples/hello", "//other"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %s", err, want)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was written all the same")
	}
}
