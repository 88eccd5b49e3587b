package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
)

// sourceArgs makes in the folder out, from the .cmd files of a module of the
// working directory, what the compile and header actions of the rules hand over.
func sourceArgs(t *testing.T, out, module string) []string {
	t.Helper()
	var args []string
	var texts []srcversion.Text
	seen := map[string]bool{}
	for _, object := range splitLines(readFile(t, module+".mod")) {
		object = path.Clean(object)
		cmd := readFile(t, cmdFile(object))
		o, ok := modpost.ParseCmdSources([]byte(cmd))
		if !ok {
			t.Fatalf("%s: no source", cmdFile(object))
		}
		deps, local := "", o.Local()
		for _, f := range append([]string{o.Source}, o.Headers...) {
			deps += path.Join("w", f) + "\t" + f + "\n"
			if !seen[f] && (f == o.Source || slices.Contains(local, f)) {
				seen[f] = true
				texts = append(texts, srcversion.Text{Path: path.Join("w", f), Data: srcversion.Filter(nil, []byte(readFile(t, f)))})
			}
		}
		file := path.Join(out, strings.ReplaceAll(object, "/", "-")+".deps")
		writeFile(t, file, deps)
		args = append(args, "--deps", file, "--symversions", cmdFile(object))
	}
	file := path.Join(out, "texts")
	writeFile(t, file, string(srcversion.AppendTexts(nil, texts)))
	return append(args, "--sources_text", file)
}

func TestDepWithoutAUsedSymbolOrHeaderIsWarnedOf(t *testing.T) {
	workDir(t, "checks")
	writeFile(t, "unused", "//a:headers_used\n//a:nothing_used\n")
	writeFile(t, "x.deps", "w/x.c\nw/a/used.h\t../a/used.h\n")
	var stderr bytes.Buffer
	err := modpostArgs([]string{
		"--style", "6.12", "--module", "hello", "--label", "//:hello", "--object", "nsok.o", "--deps", "x.deps", "--unused", "unused",
		"--dep_header", "//a:headers_used=w/a/used.h", "--dep_header", "//a:nothing_used=w/a/other.h", "-w",
		"--symvers", "vm.symvers=@linux//:sdk", "--mod_c", "out.mod.c", "--symvers_out", "out.symvers",
	}, &stderr)
	want := "WARNING: modpost: //:hello: deps: //a:nothing_used is not used: the module uses no symbol of it and includes none of its headers; buildozer 'remove deps //a:nothing_used' //:hello\n"
	if err != nil || !strings.Contains(stderr.String(), want) || strings.Contains(stderr.String(), "headers_used is") {
		t.Errorf("error %v, messages:\n%s\nwant %q", err, stderr.String(), want)
	}
}

func TestMessagesSayWhatKbuildCannotKnow(t *testing.T) {
	workDir(t, "checks")
	writeFile(t, "unlabelled.symvers", "0x1\tex\tone/one\tEXPORT_SYMBOL\tN\n")
	writeFile(t, "hints", "ex\t//one:one\num0\t//drivers/um:um\num1\t//a:a\num1\t//b:b\n")
	writeFile(t, "exporter.symvers", "0x01020304\tex\tlib/exporter\tEXPORT_SYMBOL\t\n0x000000ff\texgpl\tlib/exporter\tEXPORT_SYMBOL_GPL\t\n"+
		"0xfffffff1\texns\tlib/exporter\tEXPORT_SYMBOL\tNSA\n0x00000001\texns2\tlib/exporter\tEXPORT_SYMBOL_GPL\tNSB\n"+
		"0x00000002\tmn1\tlib/exporter\tEXPORT_SYMBOL_GPL\tmodule:modnsuser,other*\n0x00000002\tmn2\tlib/exporter\tEXPORT_SYMBOL_GPL\tmodule:zzz\n")
	writeFile(t, "broken.symvers", "0x01020304\tex\tlib/exporter\tEXPORT_SYMBOL\t\n0x01020304 ex\n")
	writeFile(t, "cut.o", readFile(t, "ns.o")[:500])
	for _, tt := range []struct {
		name, style, object string
		args                []string
		want                string
	}{
		{"an undefined symbol names the target that exports it", "6.12", "undefmany", nil,
			`ERROR: modpost: "um0" [examples/hello/hello.ko] undefined!
  //examples/hello:hello: //drivers/um:um exports "um0"; add it to deps: buildozer 'add deps //drivers/um:um' //examples/hello:hello
ERROR: modpost: "um1" [examples/hello/hello.ko] undefined!
  //examples/hello:hello: each of //a:a, //b:b exports "um1"; add one of them to deps
ERROR: modpost: "um2" [examples/hello/hello.ko] undefined!
  //examples/hello:hello: neither the kernel nor a target in deps exports it; define it, or add the target that exports it to deps
`},
		{"a misspelt symbol names the one that is meant", "6.12", "undef", []string{"--symvers", "near.symvers"},
			`ERROR: modpost: "undef1" [examples/hello/hello.ko] undefined!
  //examples/hello:hello: neither the kernel nor a target in deps exports it; the nearest name is "under1"
`},
		{"a GPL-only symbol in a proprietary module names licence and exporter", "6.12", "emptylic", nil,
			`ERROR: modpost: GPL-incompatible module hello.ko uses GPL-only symbol 'exgpl'
  //examples/hello:hello: its MODULE_LICENSE is "(empty)"; exporter.ko (//lib:exporter) exports the symbol with EXPORT_SYMBOL_GPL
`},
		{"the kernel's own GPL-only symbol says so", "6.1", "prop", nil,
			`ERROR: modpost: GPL-incompatible module hello.ko uses GPL-only symbol 'printk_gpl'
  //examples/hello:hello: its MODULE_LICENSE is "Proprietary"; the kernel itself exports the symbol with EXPORT_SYMBOL_GPL
`},
		{"the label of an exporter can come from the hints", "6.12", "longsym", []string{"--symvers", "unlabelled.symvers"},
			`ERROR: modpost: module hello uses symbol ex from namespace N, but does not import it.
  //examples/hello:hello: add MODULE_IMPORT_NS(N); to one of its sources; the symbol is from one.ko (//one:one)
`},
		{"a missing licence says what to add", "6.12", "nolic", nil,
			`ERROR: modpost: missing MODULE_LICENSE() in examples/hello/hello.o
  //examples/hello:hello: add MODULE_LICENSE("GPL"), or the licence that it has, to one of its sources
`},
		{"a missing namespace import says what to add", "6.12", "ns", nil,
			`ERROR: modpost: module hello uses symbol exns from namespace NSA, but does not import it.
  //examples/hello:hello: add MODULE_IMPORT_NS(NSA); to one of its sources; the symbol is from exporter.ko (//lib:exporter)
`},
		{"a namespace is a string from 6.13 on", "7.2", "ns", nil,
			`ERROR: modpost: module hello uses symbol exns from namespace NSA, but does not import it.
  //examples/hello:hello: add MODULE_IMPORT_NS("NSA"); to one of its sources; the symbol is from exporter.ko (//lib:exporter)
`},
		{"a symbol for other modules names them", "7.2", "modnsuser", nil,
			`ERROR: modpost: module hello uses symbol mn1 from namespace module:modnsuser,other*, but does not import it.
  //examples/hello:hello: exporter.ko (//lib:exporter) exports it for these modules only: modnsuser,other*
`},
		{"a duplicate of a kernel export says how to end it", "6.12", "dupvm", nil,
			`ERROR: modpost: examples/hello/hello: '_printk' exported twice. Previous export was in vmlinux
  //examples/hello:hello: rename _printk, or use the one of the kernel itself
`},
		{"an exported static function says what to take away", "6.12", "strange", nil,
			`ERROR: modpost: examples/hello/hello: local symbol 'st4' was exported
  //examples/hello:hello: take away static from st4, or its EXPORT_SYMBOL
`},
		{"a broken symvers file names file, line and offset", "6.12", "ns", []string{"--symvers", "broken.symvers"},
			`ERROR: modpost: parse error in symbol dump file
  broken.symvers:2: offset 0x2a: a line needs five columns with tabs between them: CRC, symbol, module, export type, namespace
`},
		{"a truncated object names file and offset", "6.12", "cut", nil, `ERROR: modpost: cut.o: offset `},
		{"an object that is not there is named", "6.12", "none", nil, "ERROR: modpost: open none.o: no such file or directory\n"},
		{"an unknown kernel is refused", "5.10", "ns", nil, `ERROR: modpost: kernel release "5.10": the oldest line whose conventions are known is 6.1
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			writeFile(t, "near.symvers", "0x01020304\tunder1\tvmlinux\tEXPORT_SYMBOL\t\n")
			args := []string{"-e", "--style", tt.style, "--label", "//examples/hello:hello", "--module", "examples/hello/hello", "--object", tt.object + ".o",
				"--hints", "hints", "--symvers", "vm.symvers=@linux//:sdk", "--symvers", "exporter.symvers=//lib:exporter", "--mod_c", "out.mod.c", "--symvers_out", "out.symvers"}
			var stderr bytes.Buffer
			if code := run(append(args, tt.args...), &stderr); code != 1 {
				t.Errorf("exit status %d, want 1", code)
			}
			if !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("messages: -want +got\n%s", cmp.Diff(tt.want, stderr.String()))
			}
			if _, err := os.Stat("out.mod.c"); err == nil {
				t.Error("a .mod.c was written for a module with errors")
			}
		})
	}
}

func TestLivepatchModuleSaysSoInItsSourcesAndItsMod(t *testing.T) {
	for _, tt := range []struct {
		name, object, mod string
		code              int
		want              string
	}{
		{"both say so", "klp", "klp.o\nLIVEPATCH\n", 0, ""},
		{"neither says so", "exporter", "exporter.o\n", 0, ""},
		{"only the .mod", "exporter", "exporter.o\nLIVEPATCH\n", 1, `ERROR: modpost: m/patch.mod marks a livepatch module, but no MODULE_INFO(livepatch, "Y") is in m/patch.o
  //m:patch: add MODULE_INFO(livepatch, "Y"); to one of its sources, without which the kernel refuses to enable the patch; or take livepatch = True away
`},
		{"only the sources", "klp", "klp.o\n", 0, `WARNING: modpost: m/patch.o is a livepatch module, but its .mod does not say so
  //m:patch: set livepatch = True, which also checks that the kernel can load it
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			workDir(t, "checks")
			writeFile(t, "x.mod", tt.mod)
			var stderr bytes.Buffer
			code := run([]string{"-e", "--style", "7.2", "--label", "//m:patch", "--module", "m/patch", "--object", tt.object + ".o", "--mod", "x.mod",
				"--symvers", "vm.symvers", "--mod_c", "out.mod.c", "--symvers_out", "out.symvers"}, &stderr)
			if code != tt.code {
				t.Errorf("exit status %d, want %d", code, tt.code)
			}
			if diff := cmp.Diff(tt.want, stderr.String()); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamespaceThatIsNoStringIsAnError(t *testing.T) {
	realFolder(t, "6.1")
	data := []byte(readFile(t, "alpha.o"))
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	changed := ""
	for i, s := range syms {
		if strings.HasPrefix(s.Name, "__kstrtabns_") {
			binary.LittleEndian.PutUint16(data[f.SectionByType(elf.SHT_SYMTAB).Offset+24*uint64(i+1)+6:], uint16(elf.SHN_ABS))
			changed = s.Name
			break
		}
	}
	writeFile(t, "x.o", string(data))
	var stderr bytes.Buffer
	code := run([]string{"--release", "6.1", "-e", "--module", "alpha", "--object", "x.o", "--symvers", "kernel.symvers", "--mod_c", "out.mod.c", "--symvers_out", "out.symvers"}, &stderr)
	want := `ERROR: modpost: x.o: offset 0x0: symbol "` + changed + `", which should stand for a string, is in no section` + "\n"
	if code != 1 || stderr.String() != want {
		t.Errorf("exit status %d, %q, want %q", code, &stderr, want)
	}
}

func TestDeviceTableInASectionWithoutBytesIsAnError(t *testing.T) {
	workDir(t, "checks")
	data := []byte(readFile(t, "badtable.o"))
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(syms, func(s elf.Symbol) bool { return strings.HasSuffix(s.Name, "_device_table") })
	headers := binary.LittleEndian.Uint64(data[40:])
	binary.LittleEndian.PutUint32(data[headers+64*uint64(syms[i].Section)+4:], uint32(elf.SHT_NULL))
	writeFile(t, "x.o", string(data))
	var stderr bytes.Buffer
	code := run([]string{"--release", "6.1", "-e", "--module", "x", "--object", "x.o", "--mod_c", "out.mod.c", "--symvers_out", "out.symvers"}, &stderr)
	if want := `symbol "` + syms[i].Name + `" (offset 0x0, size `; code != 1 || !strings.Contains(stderr.String(), want) || !strings.Contains(stderr.String(), "(0x0 bytes)") {
		t.Errorf("exit status %d, %q, want %q", code, &stderr, want)
	}
}

func TestTrimListLimitsTheExports(t *testing.T) {
	workDir(t, "checks")
	writeFile(t, "stay", "exdata\nexns\nnot_exported\n")
	writeFile(t, "args", "-e\n--release\n7.2.12+deb14-amd64\n--module\nexporter\n--object\nexporter.o\n--trim\nstay\n--mod_c\nout.mod.c\n--symvers_out\nout.symvers\n")
	var stderr bytes.Buffer
	if code := run([]string{"@args"}, &stderr); code != 0 {
		t.Fatalf("exit status %d: %s", code, &stderr)
	}
	wantSymvers := "0x00000000\texns\texporter\tEXPORT_SYMBOL\tNSA\n0x00000000\texdata\texporter\tEXPORT_SYMBOL\t\n"
	if diff := cmp.Diff(wantSymvers, readFile(t, "out.symvers")); diff != "" {
		t.Errorf("symvers: -want +got\n%s", diff)
	}
	wantLines := "\nKSYMTAB_FUNC(exns, \"NSA\");\nSYMBOL_FLAGS(exns, 0x00);\nKSYMTAB_DATA(exdata, \"\");\nSYMBOL_FLAGS(exdata, 0x00);\n\nMODULE_INFO(depends"
	if got := readFile(t, "out.mod.c"); !strings.Contains(got, wantLines) {
		t.Errorf(".mod.c has not just the kept exports:\n%s", got)
	}
}
