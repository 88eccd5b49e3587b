package ksyms_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func hello() *ksympb.Object {
	return &ksympb.Object{
		Path: "examples/hello/hello.o", Label: "//examples/hello", Module: "examples/hello/hello",
		ExportStyle: ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL,
		Exports:     []*ksympb.Export{{Name: "hello_a", GplOnly: true, Namespace: "NS"}, {Name: "hello_b"}},
		Imports:     []string{"_printk", "kmalloc"}, WeakImports: []string{"perhaps"}, SymbolGets: []string{"later"}, ExportParts: []string{"lock", "trace"},
		UndecodedSymbolGets: []*ksympb.UndecodedSymbolGet{{Function: "f", Section: ".text", Offset: 3, Reason: "r"}},
		KlpSymbols:          []*ksympb.KlpSymbol{{Object: "ext4", Name: "x"}, {Object: "vmlinux", Name: "cmdline_proc_show"}},
	}
}

func world() *ksympb.Object {
	return &ksympb.Object{Path: "lib/lib.a", Member: "world.o", Imports: []string{"memcpy"}}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	want := &ksympb.Ksyms{Format: ksyms.Format, Objects: []*ksympb.Object{hello(), world()}}
	path := filepath.Join(t.TempDir(), "x.ksyms")
	if err := ksyms.WriteFile(path, &ksympb.Ksyms{Objects: []*ksympb.Object{world(), hello()}}); err != nil {
		t.Fatal(err)
	}
	got, err := ksyms.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBytesDoNotDependOnOrderOrRepetition(t *testing.T) {
	sorted, err := ksyms.Marshal(&ksympb.Ksyms{Objects: []*ksympb.Object{hello(), world()}})
	if err != nil {
		t.Fatal(err)
	}
	mixed := hello()
	mixed.Exports[0], mixed.Exports[1] = mixed.Exports[1], mixed.Exports[0]
	mixed.Exports = append(mixed.Exports, &ksympb.Export{Name: "hello_b"})
	mixed.Imports = []string{"kmalloc", "_printk", "kmalloc"}
	mixed.KlpSymbols = []*ksympb.KlpSymbol{{Object: "vmlinux", Name: "cmdline_proc_show"}, {Object: "ext4", Name: "x"}, {Object: "ext4", Name: "x"}}
	got, err := ksyms.Marshal(&ksympb.Ksyms{Objects: []*ksympb.Object{world(), mixed, world()}})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sorted, got) {
		t.Errorf("different bytes for the same content:\n%q\n%q", sorted, got)
	}
}

func TestMergeTakesAnObjectThatOccursTwiceOnce(t *testing.T) {
	a := &ksympb.Ksyms{Objects: []*ksympb.Object{hello()}}
	b := &ksympb.Ksyms{Objects: []*ksympb.Object{world(), hello()}}
	got, err := ksyms.Merge(b, a)
	if err != nil {
		t.Fatal(err)
	}
	want := &ksympb.Ksyms{Format: ksyms.Format, Objects: []*ksympb.Object{hello(), world()}}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMergeRefusesTwoSummariesOfOneObject(t *testing.T) {
	other := hello()
	other.Label, other.Imports = "//other", nil
	_, err := ksyms.Merge(&ksympb.Ksyms{Objects: []*ksympb.Object{hello()}}, &ksympb.Ksyms{Objects: []*ksympb.Object{other}})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"examples/hello/hello.o", "//examples/hello", "//other"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %s", err, want)
		}
	}
}

func encode(t testing.TB, k *ksympb.Ksyms) []byte {
	t.Helper()
	data, err := proto.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestBadFilesAreRefused(t *testing.T) {
	with := func(change func(o *ksympb.Object)) []byte {
		o := hello()
		change(o)
		return encode(t, &ksympb.Ksyms{Format: ksyms.Format, Objects: []*ksympb.Object{o}})
	}
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "x.ksyms: format \"\""},
		{"text", []byte("#define __KSYM_x 1\n"), "x.ksyms: not a .ksyms file"},
		{"another format", encode(t, &ksympb.Ksyms{Format: "rules_kbuild.needed.v1"}), `x.ksyms: format "rules_kbuild.needed.v1"`},
		{"no path", with(func(o *ksympb.Object) { o.Path = "" }), "no path"},
		{"an import with a space", with(func(o *ksympb.Object) { o.Imports[0] = "a b" }), `import: symbol "a b"`},
		{"an export without a name", with(func(o *ksympb.Object) { o.Exports[0].Name = "" }), "empty name"},
		{"a label that is not text", append(with(func(*ksympb.Object) {}), 0x12, 8, 0x0a, 1, 'x', 0x1a, 3, 'a', 0xff, 'b'), `object x: "a\xffb" is not UTF-8`},
		{"a label that is not text, and another after it", append(with(func(*ksympb.Object) {}), 0x12, 11, 0x0a, 1, 'x', 0x1a, 1, 0xff, 0x1a, 3, 'a', 'b', 'c'), `object x: "\xff" is not UTF-8`},
		{"a klp symbol of no object", with(func(o *ksympb.Object) { o.KlpSymbols[1].Object = "" }), "klp relocation: a symbol with an empty name"},
		{"two exports of one name", with(func(o *ksympb.Object) { o.Exports[1].Name = "hello_a" }), `symbol "hello_a" is exported twice`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ksyms.Unmarshal("x.ksyms", tc.data)
			if err == nil || !strings.HasPrefix(err.Error(), "x.ksyms: ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

var (
	discardUnknown = proto.UnmarshalOptions{DiscardUnknown: true}
	deterministic  = proto.MarshalOptions{Deterministic: true}
)

func FuzzUnmarshal(f *testing.F) {
	f.Add(encode(f, &ksympb.Ksyms{Format: ksyms.Format, Objects: []*ksympb.Object{hello(), world()}}))
	f.Add([]byte{})
	// An object that has its module twice, the first time not as text.
	f.Add(append(encode(f, &ksympb.Ksyms{Format: ksyms.Format}), 0x12, 9, 0x0a, 1, 'x', 0x22, 1, 0x8e, 0x22, 1, 'm'))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := ksyms.Unmarshal("fuzz", data)
		general := new(ksympb.Ksyms)
		var asGeneral []byte // what the general decoder makes of it
		generalErr := discardUnknown.Unmarshal(data, general)
		if generalErr == nil && general.Format == ksyms.Format {
			asGeneral, generalErr = ksyms.Marshal(general)
		}
		if err != nil {
			if asGeneral != nil && generalErr == nil {
				t.Errorf("the general decoder takes it, ours says: %v", err)
			}
			return
		}
		once, err := ksyms.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		if generalErr != nil || !bytes.Equal(once, asGeneral) {
			t.Errorf("the general decoder makes another of it (%v)", generalErr)
		}
		if want, err := deterministic.Marshal(k); err != nil || !bytes.Equal(once, want) {
			t.Errorf("the general encoder writes other bytes (%v)", err)
		}
		again, err := ksyms.Unmarshal("fuzz", once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := ksyms.Marshal(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("written and read again it is another: %v", err)
		}
	})
}

func TestNeededSetIsWrittenSortedWithItsUsersOnce(t *testing.T) {
	set := &ksympb.NeededSet{
		Users: []*ksympb.User{{Name: "b"}, {Name: "a", Label: "//a"}, {Name: "b"}},
		Symbols: []*ksympb.NeededSymbol{
			{Name: "y", Reasons: []*ksympb.Reason{{Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{0}}, {Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{2, 1}}}},
			{Name: "x", Reasons: []*ksympb.Reason{{Kind: ksympb.Reason_KIND_KEEP_LIST, Users: []uint32{2}}, {Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{1}}}},
		},
	}
	data, err := ksyms.MarshalNeeded(set)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ksyms.UnmarshalNeeded("needed", data)
	if err != nil {
		t.Fatal(err)
	}
	want := &ksympb.NeededSet{
		Format: ksyms.NeededFormat,
		Users:  []*ksympb.User{{Name: "a", Label: "//a"}, {Name: "b"}},
		Symbols: []*ksympb.NeededSymbol{
			{Name: "x", Reasons: []*ksympb.Reason{{Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{0}}, {Kind: ksympb.Reason_KIND_KEEP_LIST, Users: []uint32{1}}}},
			{Name: "y", Reasons: []*ksympb.Reason{{Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{0, 1}}}},
		},
	}
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBadNeededSetsAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name string
		set  *ksympb.NeededSet
		want string
	}{
		{"no reason", &ksympb.NeededSet{Symbols: []*ksympb.NeededSymbol{{Name: "x"}}}, `symbol "x": it is needed for no reason`},
		{"a user that is not there", &ksympb.NeededSet{Symbols: []*ksympb.NeededSymbol{{Name: "x", Reasons: []*ksympb.Reason{{Users: []uint32{3}}}}}},
			`symbol "x": a reason names user 3 of 0`},
		{"a symbol twice", &ksympb.NeededSet{
			Users:   []*ksympb.User{{Name: "a"}},
			Symbols: []*ksympb.NeededSymbol{{Name: "x", Reasons: []*ksympb.Reason{{Users: []uint32{0}}}}, {Name: "x", Reasons: []*ksympb.Reason{{Users: []uint32{0}}}}},
		}, `symbol "x" occurs twice`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.set.Format = ksyms.NeededFormat
			data, err := proto.Marshal(tc.set)
			if err != nil {
				t.Fatal(err)
			}
			_, err = ksyms.UnmarshalNeeded("needed", data)
			if err == nil || err.Error() != "needed: "+tc.want {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func FuzzUnmarshalNeeded(f *testing.F) {
	set := &ksympb.NeededSet{
		Users: []*ksympb.User{{Name: "list:1"}, {Name: "a", Label: "//a"}},
		Symbols: []*ksympb.NeededSymbol{{
			Name:      "x",
			Providers: []*ksympb.Provider{{Module: "vmlinux"}},
			Reasons:   []*ksympb.Reason{{Kind: ksympb.Reason_KIND_KEEP_LIST, Users: []uint32{0}}, {Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{1, 0}}},
		}},
	}
	seed, err := ksyms.MarshalNeeded(set)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := ksyms.UnmarshalNeeded("fuzz", data)
		general := new(ksympb.NeededSet)
		var asGeneral []byte // what the general decoder makes of it
		generalErr := discardUnknown.Unmarshal(data, general)
		if generalErr == nil && general.Format == ksyms.NeededFormat {
			asGeneral, generalErr = ksyms.MarshalNeeded(general)
		}
		if err != nil {
			if asGeneral != nil && generalErr == nil {
				t.Errorf("the general decoder takes it, ours says: %v", err)
			}
			return
		}
		once, err := ksyms.MarshalNeeded(n)
		if err != nil {
			t.Fatal(err)
		}
		if generalErr != nil || !bytes.Equal(once, asGeneral) {
			t.Errorf("the general decoder makes another of it (%v)", generalErr)
		}
		if want, err := deterministic.Marshal(n); err != nil || !bytes.Equal(once, want) {
			t.Errorf("the general encoder writes other bytes (%v)", err)
		}
		again, err := ksyms.UnmarshalNeeded("fuzz", once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := ksyms.MarshalNeeded(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("written and read again it is another: %v", err)
		}
	})
}

// Several processors read a large file.
func TestReadFileReadsWhatIsThere(t *testing.T) {
	for _, objects := range []int{0, 1, 1 << 15} {
		var k ksympb.Ksyms
		for i := range objects {
			o := hello()
			o.Path = fmt.Sprintf("examples/hello/hello%05d.o", i)
			k.Objects = append(k.Objects, o)
		}
		data, err := ksyms.Marshal(&k)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ksyms.Unmarshal("", data)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.ksyms")
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		got, err := ksyms.ReadFile(path)
		if err != nil || !proto.Equal(got, want) {
			t.Errorf("%d bytes of %d objects: read %d objects (%v)", len(data), objects, len(got.GetObjects()), err)
		}
	}
	if _, err := ksyms.ReadFile(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
