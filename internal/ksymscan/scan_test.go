package ksymscan_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

var kernels = []string{"6.1", "6.12", "7.2"}

func scanOne(t *testing.T, path string) *ksympb.Object {
	t.Helper()
	objects, err := ksymscan.File(path, ksymscan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(objects) != 1 {
		t.Fatalf("%s: %d summaries", path, len(objects))
	}
	return objects[0]
}

func export(name string) *ksympb.Export    { return &ksympb.Export{Name: name} }
func exportGPL(name string) *ksympb.Export { return &ksympb.Export{Name: name, GplOnly: true} }

// What testdata/src/exporter.c and assembly.S export.
var (
	exportsOfC = []*ksympb.Export{
		export("Ksym_Plain"), exportGPL("__ksym_plain"), export("_ksym_plain"), export("ksym_data"), exportGPL("ksym_gpl"),
		{Name: "ksym_gpl_in_namespace", GplOnly: true, Namespace: "KSYM_NS"}, {Name: "ksym_in_namespace", Namespace: "KSYM_NS"},
		export("ksym_plain"), exportGPL("ksym_read_config_byte"), exportGPL("ksym_read_config_word"),
	}
	exportsOfAssembly = []*ksympb.Export{export("ksym_asm"), exportGPL("ksym_asm_gpl")}
)

func exportsOfBoth() []*ksympb.Export {
	both := slices.Concat(exportsOfC, exportsOfAssembly)
	slices.SortFunc(both, func(a, b *ksympb.Export) int { return strings.Compare(a.Name, b.Name) })
	return both
}

func TestExportsOfEachKernelsObjects(t *testing.T) {
	for _, kernel := range kernels {
		compiled := ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL
		if kernel == "6.1" {
			compiled = ksympb.ExportStyle_EXPORT_STYLE_KSYMTAB_SECTIONS
		}
		for _, tc := range []struct {
			object string
			want   []*ksympb.Export
			style  ksympb.ExportStyle
		}{
			{"exporter.o", exportsOfC, compiled},
			{"assembly.o", exportsOfAssembly, compiled},
			{"user.o", nil, ksympb.ExportStyle_EXPORT_STYLE_NONE},
			{"ksymprobe.o", exportsOfBoth(), compiled},
			{"ksymprobe.ko", exportsOfBoth(), ksympb.ExportStyle_EXPORT_STYLE_LINKED_TABLE},
		} {
			t.Run(kernel+"/"+tc.object, func(t *testing.T) {
				o := scanOne(t, filepath.Join("testdata", kernel, tc.object))
				if diff := cmp.Diff(tc.want, o.Exports, protocmp.Transform()); diff != "" {
					t.Errorf("exports (-want +got):\n%s", diff)
				}
				if o.ExportStyle != tc.style {
					t.Errorf("style %v, want %v", o.ExportStyle, tc.style)
				}
			})
		}
	}
}

// The undefined symbols that nm prints for the linked modules.
var importsOfModule = map[string][]string{
	"6.1":  {"__fentry__", "__symbol_get", "__symbol_put", "__x86_indirect_thunk_rbp", "__x86_return_thunk", "_printk"},
	"6.12": {"__fentry__", "__symbol_get", "__symbol_put", "__x86_indirect_thunk_rbp", "__x86_return_thunk", "_printk"},
	"7.2":  {"__fentry__", "__symbol_get", "__symbol_put", "__x86_indirect_thunk_rbp", "__x86_return_thunk", "_printk"},
}

func TestImportsOfEachKernelsObjects(t *testing.T) {
	for _, kernel := range kernels {
		for object, own := range map[string][]string{"user.o": {"ksym_plain"}, "ksymprobe.o": nil} {
			t.Run(kernel+"/"+object, func(t *testing.T) {
				o := scanOne(t, filepath.Join("testdata", kernel, object))
				want := slices.Concat(importsOfModule[kernel], own)
				slices.Sort(want)
				if diff := cmp.Diff(want, o.Imports); diff != "" {
					t.Errorf("imports (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]string{"ksym_perhaps"}, o.WeakImports); diff != "" {
					t.Errorf("weak imports (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestSymbolGetNamesOfEachKernelsObjects(t *testing.T) {
	for _, kernel := range kernels {
		// Kernel 7.2 leaves the names out of the .ko: there it is the call alone.
		for _, object := range []string{"user.o", "ksymprobe.o", "ksymprobe.ko"} {
			t.Run(kernel+"/"+object, func(t *testing.T) {
				o := scanOne(t, filepath.Join("testdata", kernel, object))
				if diff := cmp.Diff([]string{"ksym_late"}, o.SymbolGets); diff != "" {
					t.Errorf("symbol_get names (-want +got):\n%s", diff)
				}
				if len(o.UndecodedSymbolGets) != 0 {
					t.Errorf("undecoded: %v", o.UndecodedSymbolGets)
				}
			})
		}
	}
}

// A kernel whose exports are trimmed may not export __symbol_get.
func TestSymbolGetNamesOfVmlinuxAreFoundThoughItDefinesAndDoesNotExportTheFunction(t *testing.T) {
	o := scanOne(t, "../symbolget/testdata/x86-vmlinux.o")
	if len(o.Exports) != 0 || len(o.SymbolGets) < 20 || len(o.UndecodedSymbolGets) == 0 {
		t.Errorf("%d exports, %d names, %d undecoded; want none, 20 or more, and some", len(o.Exports), len(o.SymbolGets), len(o.UndecodedSymbolGets))
	}
}

// Before its klp relocations are made a livepatch module has undefined symbols
// for them, which are nobody's to export.
func TestWhatKlpRelocationsNameIsNoImport(t *testing.T) {
	for _, object := range []string{"before.o", "after.o"} {
		o := scanOne(t, filepath.Join("../klp/testdata", object))
		encoded, err := ksyms.Marshal(&ksympb.Ksyms{Objects: []*ksympb.Object{o}}) // sorted, each once
		if err != nil {
			t.Fatal(err)
		}
		k, err := ksyms.Unmarshal("x.ksyms", encoded)
		if err != nil {
			t.Fatal(err)
		}
		want := []*ksympb.KlpSymbol{
			{Object: "trim_provider", Name: "trim_internal.isra.0"}, {Object: "trim_provider", Name: "trim_klp"},
			{Object: "vmlinux", Name: "saved_command_line_len"}, {Object: "vmlinux", Name: "state_show"},
		}
		if diff := cmp.Diff(want, k.Objects[0].KlpSymbols, protocmp.Transform()); diff != "" {
			t.Errorf("%s: klp symbols (-want +got):\n%s", object, diff)
		}
		if imports := slices.Concat(o.Imports, o.WeakImports); len(imports) != 0 {
			t.Errorf("%s: imports %q, want none", object, imports)
		}
	}
}

func TestKlpSymbolThatTheKernelWouldRefuseIsAnError(t *testing.T) {
	data, err := os.ReadFile("../klp/testdata/before.o")
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Replace(data, []byte(".state_show,2\x00"), []byte(".state_show_2\x00"), 1)
	_, err = ksymscan.Bytes("x.o", data, ksymscan.Options{})
	want := `x.o: the klp symbol ".klp.sym.vmlinux.state_show_2" is not called .klp.sym.OBJECT.NAME,POSITION: the kernel would refuse the module`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestMembersOfAnArchiveAreScannedOneByOne(t *testing.T) {
	for _, kernel := range kernels {
		path := filepath.Join("testdata", kernel, "lib.a")
		objects, err := ksymscan.File(path, ksymscan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, o := range objects {
			got = append(got, ksyms.Name(o))
			alone := scanOne(t, filepath.Join("testdata", kernel, o.Member))
			if diff := cmp.Diff(alone, o, protocmp.Transform(), protocmp.IgnoreFields(alone, "path", "member")); diff != "" {
				t.Errorf("member %d of %s differs from the object alone (-object +member):\n%s", i, path, diff)
			}
		}
		if diff := cmp.Diff([]string{path + "(exporter.o)", path + "(assembly.o)"}, got); diff != "" {
			t.Errorf("members (-want +got):\n%s", diff)
		}
	}
}

// A Scanner reads of a file only parts, and into memory that has those of the
// file before; bytes in memory are all there.
func TestAScannerSeesOfAFileWhatIsInItsBytes(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/*/*.o", "testdata/*/*.ko", "testdata/*/*.a", "../klp/testdata/*.o"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 12 {
		t.Fatalf("only %d files to scan: %v", len(files), files)
	}
	path := filepath.Join(t.TempDir(), "x.o")
	var scanner ksymscan.Scanner
	same := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		want, wantErr := ksymscan.Bytes(path, data, ksymscan.Options{})
		seen := 0
		err := scanner.File(path, func(o *ksympb.Object) error {
			if seen++; seen > len(want) && wantErr == nil {
				t.Errorf("%s: one summary more than the %d of its bytes", what, len(want))
			} else if seen <= len(want) {
				if diff := cmp.Diff(want[seen-1], o, protocmp.Transform()); diff != "" {
					t.Errorf("%s, summary %d (-bytes +file):\n%s", what, seen, diff)
				}
			}
			return nil
		})
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			t.Errorf("%s: error %v, from bytes %v", what, err, wantErr)
		}
		if seen < len(want) {
			t.Errorf("%s: %d summaries, %d of its bytes", what, seen, len(want))
		}
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		same(file, data)
		// With more than is read at first after it, and before its tables.
		same(file+" with a long end", append(bytes.Clone(data), make([]byte, 100_000)...))
		for i := range 16 {
			cut := len(data) * i / 16
			same(fmt.Sprintf("%s, its first %d bytes", file, cut), data[:cut])
			broken := bytes.Clone(data)
			for at := i; at < len(broken); at += 997 {
				broken[at] ^= 0x41
			}
			same(fmt.Sprintf("%s, broken from byte %d on", file, i), broken)
		}
	}
}

func TestEmptyObjectHasAnEmptySummary(t *testing.T) {
	objects, err := ksymscan.Bytes("empty.o", nil, ksymscan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]*ksympb.Object{{Path: "empty.o"}}, objects, protocmp.Transform()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFilesThatAreNoRelocatableObjectAreRefused(t *testing.T) {
	executable, err := os.ReadFile("testdata/6.12/exporter.o")
	if err != nil {
		t.Fatal(err)
	}
	object := slices.Clone(executable)
	executable[16] = 2 // ET_EXEC
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"text", []byte("int main;\n"), "x.o: offset"},
		{"an executable", executable, "x.o: an ELF file of type ET_EXEC"},
		{"bitcode", []byte("BC\xc0\xde5\x14"), "x.o: LLVM bitcode"},
		{"half an object", object[:len(object)/2], "x.o: offset"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ksymscan.Bytes("x.o", tc.data, ksymscan.Options{})
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestObjectOfALaterKernelIsRefusedWhereOneBefore65IsExpected(t *testing.T) {
	_, err := ksymscan.File("testdata/6.12/exporter.o", ksymscan.Options{Style: ksymscan.Linux61})
	if err == nil || !strings.Contains(err.Error(), "another kernel's headers") {
		t.Errorf("error %v", err)
	}
	if _, err := ksymscan.File("testdata/6.1/exporter.o", ksymscan.Options{Style: ksymscan.Linux61}); err != nil {
		t.Error(err)
	}
}

func TestUnknownLicenceIsAnError(t *testing.T) {
	data, err := os.ReadFile("testdata/6.12/exporter.o")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("GPL\x00KSYM_NS\x00"))
	if at < 0 {
		t.Fatal("exporter.o has no export with the licence GPL and a namespace")
	}
	data[at] = 'L'
	_, err = ksymscan.Bytes("x.o", data, ksymscan.Options{})
	if err == nil || !strings.Contains(err.Error(), `unknown license "LPL" of the export of "ksym_gpl_in_namespace"`) {
		t.Errorf("error %v", err)
	}
}

func FuzzScan(f *testing.F) {
	objects, err := filepath.Glob("testdata/*/*.[oa]")
	if err != nil || len(objects) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range append(objects, "../klp/testdata/before.o", "../klp/testdata/after.o", "../symbolget/testdata/x86-vmlinux.o") {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, err := ksymscan.Bytes("fuzz.o", data, ksymscan.Options{})
		if err != nil {
			return
		}
		// What a scan returns may be refused (a name with a space), not crash.
		encoded, err := ksyms.Marshal(&ksympb.Ksyms{Objects: objects})
		if err != nil {
			return
		}
		if _, err := ksyms.Unmarshal("fuzz.ksyms", encoded); err != nil {
			t.Errorf("the summary cannot be read again: %v", err)
		}
	})
}
