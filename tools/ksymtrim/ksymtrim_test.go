package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
)

const probe = "../../internal/ksymscan/testdata/"

// ksymtrim runs the program and returns what it prints.
func ksymtrim(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = run(args, &out, &errs)
	return out.String(), errs.String(), err
}

func must(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, err := ksymtrim(t, args...)
	if err != nil {
		t.Fatalf("ksymtrim %s: %v", strings.Join(args, " "), err)
	}
	return stdout, stderr
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFromObjectsToTheirSlices(t *testing.T) {
	for _, tc := range []struct{ kernel, format, want string }{
		{"6.1", "autoksyms", "/*\n * Automatically generated file; DO NOT EDIT.\n */\n\n#define __KSYM_ksym_asm 1\n#define __KSYM_ksym_plain 1\n"},
		{"6.12", "list", "ksym_asm\nksym_plain\n"},
		{"7.2", "list", "ksym_asm\nksym_plain\n"},
	} {
		t.Run(tc.kernel, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			must(t, "scan", "--object", "m/probe.o="+probe+tc.kernel+"/ksymprobe.o", "--module", "m/probe", "--label", "//m:probe", "--out", file("probe.ksyms"))
			must(t, "scan", "--object", "m/user.o="+probe+tc.kernel+"/user.o", "--module", "m/user", "--label", "//m:user", "--out", file("user.ksyms"))
			keep := write(t, file("keep"), "# for a module that is not here\nksym_asm\n")
			must(t, "needed", "--ksyms", file("probe.ksyms"), "--ksyms", file("user.ksyms"), "--keep", keep+"=//m:keep", "--out", file("needed"))

			must(t, "slice", "--needed", file("needed"), "--ksyms", file("probe.ksyms"), "--format", tc.format, "--out", file("slice"), "--dropped", file("dropped"))
			if diff := cmp.Diff(tc.want, read(t, file("slice"))); diff != "" {
				t.Errorf("slice (-want +got):\n%s", diff)
			}
			const dropped = "Ksym_Plain\n__ksym_plain\n_ksym_plain\nksym_asm_gpl\nksym_data\nksym_gpl\nksym_gpl_in_namespace\n" +
				"ksym_in_namespace\nksym_read_config_byte\nksym_read_config_word\n"
			if diff := cmp.Diff(dropped, read(t, file("dropped"))); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDiffSaysWhatChangedAndWhy(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	must(t, "scan", "--object", "m/user.o="+probe+"6.12/user.o", "--module", "m/user", "--label", "//m:user", "--out", file("user.ksyms"))
	must(t, "needed", "--keep", write(t, file("keep"), "gone\n_printk\n")+"=keep.txt", "--out", file("before"))
	must(t, "needed", "--ksyms", file("user.ksyms"), "--modversions", "--out", file("after"))
	stdout, _ := must(t, "diff", "--before", file("before"), "--after", file("after"))
	want := `KSYMS symbols: before=2, after=10, changed=10
+ __fentry__: imported by //m:user
+ __symbol_get: imported by //m:user
+ __symbol_put: imported by //m:user
+ __x86_indirect_thunk_rbp: imported by //m:user
+ __x86_return_thunk: imported by //m:user
- gone: was on the list keep.txt:1
+ ksym_late: asked for by symbol_get() in //m:user
+ ksym_perhaps: weakly imported by //m:user
+ ksym_plain: imported by //m:user
+ module_layout: wanted by CONFIG_MODVERSIONS
`
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	stdout, _ = must(t, "diff", "--before", file("after"), "--after", file("after"))
	if want := "KSYMS symbols: before=10, after=10, changed=0\n"; stdout != want {
		t.Errorf("no change: %q, want %q", stdout, want)
	}
}

func TestReportIsWrittenAsTextJSONAndAPage(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	must(t, "scan", "--object", "m/probe.o="+probe+"6.12/ksymprobe.o", "--module", "m/probe", "--label", "//m:probe", "--out", file("probe.ksyms"))
	must(t, "scan", "--object", "m/user.o="+probe+"6.12/user.o", "--module", "m/user", "--label", "//m:user", "--out", file("user.ksyms"))
	kernel := write(t, file("Module.symvers"), "0x00000000\t__fentry__\tvmlinux\tEXPORT_SYMBOL\t\n0x00000000\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n")
	must(t, "needed", "--ksyms", file("probe.ksyms"), "--ksyms", file("user.ksyms"), "--symvers", kernel+"=@kernel", "--out", file("needed"))
	args := []string{"report", "--needed", file("needed"), "--ksyms", file("probe.ksyms"), "--symvers", kernel}

	stdout, _ := must(t, args...)
	for _, want := range []string{
		"1 module, 12 exported symbols: 1 needed, 11 unused.",
		"__fentry__                vmlinux      EXPORT_SYMBOL",
		"imported by //m:user",
		"m/user (//m:user)\n",
		"//m:probe: 11 of 12\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	if strings.Contains(stdout, "kfree") {
		t.Error("kfree, which is not of the set and which nobody uses, is reported")
	}
	if stdout, _ := must(t, append(args, "--all-outside")...); !strings.Contains(stdout, "kfree") {
		t.Error("kfree is not reported with --all-outside")
	}

	must(t, append(args, "--title", "a <set>", "--text", file("report.txt"), "--json", file("report.json"), "--html", file("report.html"))...)
	for name, want := range map[string]string{
		"report.txt": "a <set>\n", "report.json": `"title": "a <set>"`, "report.html": "<title>a &lt;set&gt;: export report</title>",
	} {
		if !strings.Contains(read(t, file(name)), want) {
			t.Errorf("no %q in %s", want, name)
		}
	}
}

func TestUnknownNameOnAKeepListWarnsWithTheNearest(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	must(t, "scan", "--object", probe+"6.12/ksymprobe.o", "--module", "m/probe", "--out", file("probe.ksyms"))
	_, stderr := must(t, "needed", "--ksyms", file("probe.ksyms"), "--keep", write(t, file("keep"), "ksym_gpl\n\nksym_plan\n")+"=android/list", "--out", file("needed"))
	want := "WARNING: ksymtrim: android/list:3: \"ksym_plan\" is exported by nobody: did you mean ksym_plain, "
	if !strings.HasPrefix(stderr, want) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("warnings %q, want one beginning with %q", stderr, want)
	}
}

func TestModuleThatAsksForUnknownNamesIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "x.ksyms")
	must(t, "scan", "--object", "m/getter.o=../../internal/symbolget/testdata/x86-gcc14.o", "--module", "m/getter", "--label", "//m:getter", "--out", out)
	_, stderr := must(t, "needed", "--ksyms", out, "--out", filepath.Join(dir, "needed"))
	want := "WARNING: ksymtrim: //m:getter: m/getter.o: undecoded_result calls __symbol_get() with a name that is not known (the name is the result of make_name at .text+"
	if !strings.Contains(stderr, want) {
		t.Errorf("warnings:\n%s\nwant %q", stderr, want)
	}
}

func TestNeededSymbolWithTwoExportersIsAnErrorThatNamesBoth(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	for _, m := range []string{"a", "b"} {
		must(t, "scan", "--object", m+"/"+m+".o="+probe+"6.12/exporter.o", "--module", m+"/"+m, "--label", "//"+m, "--out", file(m+".ksyms"))
	}
	keep := write(t, file("keep"), "ksym_gpl\n")
	_, _, err := ksymtrim(t, "needed", "--ksyms", file("a.ksyms"), "--ksyms", file("b.ksyms"), "--keep", keep, "--out", file("needed"))
	want := `needed: symbol "ksym_gpl" is exported by two modules, //a (a/a) and //b (b/b): `
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	// What nobody needs may have two.
	must(t, "needed", "--ksyms", file("a.ksyms"), "--ksyms", file("b.ksyms"), "--out", file("needed"))

	kernel := write(t, file("Module.symvers"), "0x00000000\tksym_gpl\tvmlinux\tEXPORT_SYMBOL_GPL\t\n")
	_, _, err = ksymtrim(t, "needed", "--ksyms", file("a.ksyms"), "--symvers", kernel+"=@kernel", "--keep", keep, "--out", file("needed"))
	want = `needed: symbol "ksym_gpl" is exported by two modules, //a (a/a) and @kernel (vmlinux): `
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	// A module goes before one of the same symbols in the kernel's tree.
	tree := write(t, file("tree.symvers"), "0x00000000\tksym_gpl\tdrivers/a\tEXPORT_SYMBOL_GPL\t\n")
	must(t, "needed", "--ksyms", file("a.ksyms"), "--symvers", tree, "--keep", keep, "--out", file("needed"))
	set, err := ksyms.ReadNeededFile(file("needed"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Symbols {
		if p := s.Providers; s.Name == "ksym_gpl" && (len(p) != 1 || p[0].Label != "//a") {
			t.Errorf("providers of %s: %v, want //a alone", s.Name, p)
		}
	}
	if !slices.Contains(needed.Names(set), "ksym_gpl") {
		t.Error("ksym_gpl, on the keep-list, is not needed")
	}
}

// summaries scans the two objects of the probe, and writes a kernel's
// Module.symvers.
func summaries(t *testing.T, dir string) (probeKsyms, userKsyms, kernel string) {
	t.Helper()
	file := func(name string) string { return filepath.Join(dir, name) }
	must(t, "scan", "--object", "m/probe.o="+probe+"6.12/ksymprobe.o", "--module", "m/probe", "--label", "//m:probe", "--out", file("probe.ksyms"))
	must(t, "scan", "--object", "m/user.o="+probe+"6.12/user.o", "--module", "m/user", "--label", "//m:user", "--out", file("user.ksyms"))
	var lines string
	for _, name := range []string{"__fentry__", "__symbol_get", "__symbol_put", "_printk", "kfree", "ksym_late", "module_layout"} {
		lines += "0x00000000\t" + name + "\tvmlinux\tEXPORT_SYMBOL\t\n"
	}
	return file("probe.ksyms"), file("user.ksyms"), write(t, file("Module.symvers"), lines) + "=@kernel"
}

func TestListOfWhatModulesTakeFromTheirKernel(t *testing.T) {
	dir := t.TempDir()
	probeKsyms, userKsyms, kernel := summaries(t, dir)
	out, uses := filepath.Join(dir, "list"), filepath.Join(dir, "uses")
	args := []string{"list", "--ksyms", probeKsyms, "--ksyms", userKsyms, "--kernel", kernel, "--modversions",
		"--keep", write(t, filepath.Join(dir, "base"), "kfree\nnot_here\n") + "=//abi:base", "--out", out, "--uses", uses}
	_, stderr := must(t, append(args, "--format", "android")...)
	if want := "WARNING: ksymtrim: //abi:base:2: \"not_here\" is exported by nobody\n"; stderr != want {
		t.Errorf("warnings %q, want %q", stderr, want)
	}
	// What the probe exports is not the kernel's: ksym_plain, ksym_perhaps.
	const android = `[abi_symbol_list]
# commonly used symbols
  __fentry__
  ksym_late
  module_layout
  _printk
  __symbol_get
  __symbol_put

# listed by //abi:base
  kfree
`
	if diff := cmp.Diff(android, read(t, out)); diff != "" {
		t.Errorf("Android's format (-want +got):\n%s", diff)
	}
	must(t, append(args, "--format", "kbuild")...)
	const kbuild = "__fentry__\n__symbol_get\n__symbol_put\n_printk\nkfree\nksym_late\nmodule_layout\n"
	if diff := cmp.Diff(kbuild, read(t, out)); diff != "" {
		t.Errorf("Kbuild's format (-want +got):\n%s", diff)
	}
	set, err := ksyms.ReadNeededFile(uses)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Fields(kbuild), needed.Names(set)); diff != "" {
		t.Errorf("names of --uses (-want +got):\n%s", diff)
	}
}

func TestModuleMayTakeWhatIsOnAListAlone(t *testing.T) {
	dir := t.TempDir()
	probeKsyms, userKsyms, kernel := summaries(t, dir)
	must(t, "list", "--ksyms", userKsyms, "--kernel", kernel, "--format", "kbuild", "--out", filepath.Join(dir, "all"))
	all := read(t, filepath.Join(dir, "all"))
	out := filepath.Join(dir, "ok")
	allow := func(list string) (string, error) {
		t.Helper()
		_, stderr, err := ksymtrim(t, "allow", "--ksyms", userKsyms, "--kernel", kernel, "--modversions", "--label", "//m:user",
			"--list", write(t, filepath.Join(dir, "abi"), list)+"=//abi:kmi", "--out", out)
		return stderr, err
	}
	if stderr, err := allow(all); err != nil || stderr != "" {
		t.Errorf("with all on the list: %v\n%s", err, stderr)
	}
	if read(t, out) != "" {
		t.Error("the file that says that all is well is not empty")
	}
	if err := os.Remove(out); err != nil {
		t.Fatal(err)
	}
	stderr, err := allow(strings.Replace(all, "_printk\n", "", 1))
	want := `ERROR: //m:user imports "_printk", which is not on the list of symbols that it may take from the kernel, //abi:kmi
  //m:user: do without, or have it put on the list; where a kernel_symbol_list_test keeps the list, ` + "`bazel run` its .update\n"
	if diff := cmp.Diff(want, stderr); diff != "" || err == nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the file that says that all is well was written")
	}
	// The probe is the one that exports ksym_plain.
	must(t, "allow", "--ksyms", probeKsyms, "--kernel", kernel, "--label", "//m:probe", "--list", filepath.Join(dir, "all"), "--out", out)
}

func TestScanOfManyObjectsDoesNotDependOnTheirOrder(t *testing.T) {
	dir := t.TempDir()
	objects := []string{"user.o", "exporter.o", "lib.a", "ksymprobe.ko"}
	var want string
	for i := range objects {
		args := []string{"scan", "--as-modules", "--out", filepath.Join(dir, "out")}
		for j := range objects {
			args = append(args, "--object", probe+"7.2/"+objects[(i+j)%len(objects)])
		}
		params := write(t, filepath.Join(dir, "params"), strings.Join(args, "\n")+"\n")
		must(t, "@"+params)
		got := read(t, filepath.Join(dir, "out"))
		if i == 0 {
			want = got
		}
		if got != want {
			t.Errorf("order %d gives other bytes", i)
		}
	}
}

func TestWrongUseIsExplained(t *testing.T) {
	for _, tc := range []struct {
		args string
		want string
	}{
		{"", "no verb: one of scan, needed, slice, split, diff, report, list, allow"},
		{"trim", `no verb "trim": one of scan`},
		{"scan --out x", "scan: --object or --source, and --out are needed"},
		{"scan --object a.o --kernel-style 5.4 --out x", `scan: --kernel-style: "5.4" is not auto, 6.1, 6.12 or 7.2`},
		{"scan --object missing.o --out x", "scan: open missing.o: no such file"},
		{"scan a.o", `scan: argument "a.o" is not a flag`},
		{"slice --needed x --out y --format json", `slice: --format "json" is not autoksyms or list`},
		{"diff --before x", "diff: --before and --after are needed"},
		{"report --needed x", "report: --needed and --ksyms are needed"},
		{"list --ksyms x", "list: --out is needed"},
		{"list --ksyms x --kernel y --out z --format json", `list: --format: "json" is not android or kbuild`},
		{"list --ksyms x --out z --format kbuild", "list: --ksyms and --kernel are needed"},
		{"allow --ksyms x --kernel y --list z", "allow: --list, --label and --out are needed"},
	} {
		_, _, err := ksymtrim(t, strings.Fields(tc.args)...)
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("ksymtrim %s: error %v, want %q", tc.args, err, tc.want)
		}
	}
}

// Most edits of a file change what it refers to, which the linker resolves.
func TestScanOfTheKernelsObjectsLeavesOutWhatTheyImport(t *testing.T) {
	for module, want := range map[string]bool{"vmlinux": false, "drivers/user": true} {
		out := filepath.Join(t.TempDir(), "out")
		must(t, "scan", "--module", module, "--object", probe+"7.2/user.o", "--out", out)
		k, err := ksyms.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		o := k.Objects[0]
		if got := len(o.Imports)+len(o.WeakImports) > 0; got != want || len(o.SymbolGets) == 0 {
			t.Errorf("module %s: imports %q, weak %q, symbol_get of %q", module, o.Imports, o.WeakImports, o.SymbolGets)
		}
	}
}

func TestASourceStandsForAnObjectThatIsNotThereYet(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	source := write(t, file("probe.c"), "EXPORT_SYMBOL(ksym_plain);\n#ifdef NEVER\nEXPORT_SYMBOL_GPL(_printk); /* EXPORT_SYMBOL(ksym_late); */\n#endif\nEXPORT_SYMBOL(ksym_gpl);\nEXPORT_TRACE(ksym_called);\n")
	must(t, "scan", "--source", "lib/probe.o="+source, "--module", "vmlinux", "--label=@linux//:tree", "--out", file("vmlinux.ksyms"))
	must(t, "scan", "--object", "m/user.o="+probe+"6.1/user.o", "--module", "m/user", "--label", "//m:user", "--out", file("user.ksyms"))
	_, stderr := must(t, "needed", "--ksyms", file("vmlinux.ksyms"), "--ksyms", file("user.ksyms"), "--keep", write(t, file("keep"), "ksym_gpl\nksym_gpk\n__trace_ksym_called\n"), "--out", file("needed"))
	if strings.Count(stderr, "exported by nobody") != 1 || !strings.Contains(stderr, "ksym_gpk") {
		t.Errorf("of the keep-list, only ksym_gpk is unknown: %q", stderr)
	}
	must(t, "split", "--needed", file("needed"), "--source", write(t, file("alias.c"), "EXPORT_SYMBOL(gpl);\n")+",ksym_gpl,other", "--source-autoksyms", file("alias.h"))
	if got := read(t, file("alias.h")); !strings.HasSuffix(got, "\n\n#define __KSYM_ksym_gpl 1\n") {
		t.Errorf("slice of a source that names ksym_gpl by a macro: %q", got)
	}
	must(t, "split", "--needed", file("needed"),
		"--object", probe+"6.1/ksymprobe.o", "--autoksyms", file("object.h"), "--dropped", file("object.dropped"),
		"--source", source, "--source-autoksyms", file("source.h"))
	const begin, kept = "/*\n * Automatically generated file; DO NOT EDIT.\n */\n\n", "#define __KSYM_ksym_gpl 1\n#define __KSYM_ksym_plain 1\n"
	if diff := cmp.Diff(begin+"#define __KSYM___trace_ksym_called 1\n#define __KSYM__printk 1\n"+kept, read(t, file("source.h"))); diff != "" {
		t.Errorf("slice of the source (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(begin+kept, read(t, file("object.h"))); diff != "" {
		t.Errorf("slice of the object (-want +got):\n%s", diff)
	}
}

func TestTheSetIsCutForWhatSummariesTellOf(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	object, source := probe+"6.1/ksymprobe.o", write(t, file("probe.c"), "EXPORT_SYMBOL(ksym_plain);\nEXPORT_SYMBOL_GPL(_printk);\n")
	must(t, "scan", "--object", "lib/ksymprobe.o="+object, "--source", "lib/probe.o="+source, "--module", "vmlinux", "--out", file("vmlinux.ksyms"))
	must(t, "scan", "--object", "m/user.o="+probe+"6.1/user.o", "--module", "m/user", "--out", file("user.ksyms"))
	must(t, "needed", "--ksyms", file("vmlinux.ksyms"), "--ksyms", file("user.ksyms"), "--keep", write(t, file("keep"), "ksym_gpl\n"), "--out", file("needed"))
	must(t, "split", "--needed", file("needed"),
		"--object", object, "--autoksyms", file("object.h"), "--dropped", file("object.dropped"),
		"--source", source, "--source-autoksyms", file("source.h"))
	summaries := []string{"--ksyms", file("vmlinux.ksyms"), "--ksyms", file("user.ksyms")}
	of := []string{
		"--autoksyms-of", "lib/ksymprobe.o=" + file("of.object.h"), "--dropped-of", "lib/ksymprobe.o=" + file("of.object.dropped"),
		"--autoksyms-of", "lib/probe.o=" + file("of.source.h"), "--keep-list-of", "lib/probe.o=" + file("of.source.keep"),
		"--keep-list-of", "lib/ksymprobe.o=" + file("of.both.keep"), "--keep-list-of", "lib/probe.o=" + file("of.both.keep"),
	}
	must(t, slices.Concat([]string{"slice", "--needed", file("needed"), "--format", "list", "--out", file("kept")}, summaries)...)
	for _, set := range [][]string{{"--needed", file("needed")}, {"--kept", file("kept")}} {
		must(t, slices.Concat([]string{"split"}, set, summaries, of)...)
		for _, name := range []string{"object.h", "object.dropped", "source.h"} {
			want := read(t, file(name))
			if diff := cmp.Diff(want, read(t, file("of."+name))); diff != "" || want == "" {
				t.Errorf("%s: %s (-as read +by summaries):\n%s", set[0], name, diff)
			}
		}
		if diff := cmp.Diff("_printk\nksym_plain\n", read(t, file("of.source.keep"))); diff != "" {
			t.Errorf("%s: what stays of the source (-want +got):\n%s", set[0], diff)
		}
		if diff := cmp.Diff("_printk\nksym_gpl\nksym_plain\n", read(t, file("of.both.keep"))); diff != "" {
			t.Errorf("%s: what stays of both (-want +got):\n%s", set[0], diff)
		}
	}
	_, _, err := ksymtrim(t, slices.Concat([]string{"split", "--needed", file("needed"), "--dropped-of", "lib/gone.o=" + file("gone")}, summaries)...)
	if err == nil || err.Error() != "split: lib/gone.o: none of the --ksyms has a summary of it" {
		t.Errorf("of what no summary tells: %v", err)
	}
}

func TestAModuleIsCompiledAgainOnlyIfTheGuessAtItsExportsWasWrong(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	exporter := write(t, file("fat.c"), "EXPORT_SYMBOL(ksym_plain);\nEXPORT_SYMBOL(ksym_gpl);\n")
	user := write(t, file("vfat.c"), "int x = ksym_gpl(); /* ksym_plain */\n")
	must(t, "needed", "--source", "fs/fat="+exporter, "--source", "fs/vfat="+user, "--out", file("expected"))
	must(t, "split", "--needed", file("expected"), "--source", exporter, "--source-autoksyms", file("guess.h"))
	if got := read(t, file("guess.h")); !strings.Contains(got, "ksym_gpl") || strings.Contains(got, "ksym_plain") {
		t.Errorf("what vfat mentions is guessed to stay: %q", got)
	}
	caller := write(t, file("msdos.c"), "int x = plain(1);\n")
	must(t, "needed", "--source", "fs/fat="+exporter, "--source", "fs/msdos="+caller, "--mentions", write(t, file("mentions"), "plain ksym_plain other\n"), "--out", file("mentioned"))
	must(t, "split", "--needed", file("mentioned"), "--source", exporter, "--source-autoksyms", file("mentioned.h"))
	if got := read(t, file("mentioned.h")); !strings.Contains(got, "ksym_plain") || strings.Contains(got, "ksym_gpl") {
		t.Errorf("what msdos mentions by a header's macro is guessed to stay: %q", got)
	}
	off := write(t, file("off.c"), "#ifdef CONFIG_OFF\nint y = ksym_plain();\n#endif\n")
	must(t, "needed", "--source", "fs/fat="+exporter, "--source", "fs/vfat="+user, "--source", "fs/off="+off, "--autoconf", write(t, file("autoconf.h"), "#define CONFIG_ON 1\n"), "--out", file("taken"))
	must(t, "split", "--needed", file("taken"), "--source", exporter, "--source-autoksyms", file("taken.h"))
	if got := read(t, file("taken.h")); got != read(t, file("guess.h")) {
		t.Errorf("what an option leaves out is not guessed to stay: %q", got)
	}
	for _, tt := range []struct{ keep, dropped string }{
		{"ksym_gpl", ""},
		{"ksym_plain", "#define __KSYM_ksym_gpl 1\n#define __KSYM_ksym_plain 1\n"},
	} {
		must(t, "needed", "--keep", write(t, file("keep"), tt.keep+"\n"), "--out", file("needed"))
		must(t, "split", "--needed", file("needed"), "--guessed", exporter, "--guess", file("guess.h"), "--guessed-autoksyms", file("final.h"), "--guessed-dropped", file("dropped"))
		if got := read(t, file("final.h")); !strings.Contains(got, "__KSYM_"+tt.keep+" ") {
			t.Errorf("needed is %s: slice %q", tt.keep, got)
		}
		if diff := cmp.Diff(tt.dropped, read(t, file("dropped"))); diff != "" {
			t.Errorf("needed is %s: what differs from the guess (-want +got):\n%s", tt.keep, diff)
		}
	}
}
