package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func fat(extra ...string) *ksympb.Object {
	o := &ksympb.Object{
		Path: "fs/fat/fat.o", Module: "fs/fat/fat", Label: "//fs/fat:fat",
		Exports: []*ksympb.Export{{Name: "fat_attach", GplOnly: true}, {Name: "fat_detach", Namespace: "FAT"}, {Name: "fat_get"}},
		Imports: []string{"printk"},
	}
	for _, name := range extra {
		o.Exports = append(o.Exports, &ksympb.Export{Name: name})
	}
	return o
}

func vfat() *ksympb.Object {
	return &ksympb.Object{
		Path: "fs/fat/vfat.o", Module: "fs/fat/vfat", Label: "//fs/fat:vfat",
		Imports: []string{"fat_attach", "printk"}, WeakImports: []string{"fat_detach"},
	}
}

func getter() *ksympb.Object {
	return &ksympb.Object{
		Path: "external/vendor/get-ter.o", Module: "external/vendor/get-ter", Label: "@vendor//:get-ter",
		Imports: []string{"fat_attach"}, SymbolGets: []string{"fat_get"},
	}
}

func writeKsyms(t *testing.T, file string, objects ...*ksympb.Object) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := ksyms.WriteFile(file, &ksympb.Ksyms{Objects: objects}); err != nil {
		t.Fatal(err)
	}
}

func writeNeeded(t *testing.T, file string, keep string, objects ...*ksympb.Object) {
	t.Helper()
	in := needed.Input{Objects: objects}
	if keep != "" {
		in.Keep = []needed.KeepList{{Name: "//:keep", Entries: []keeplist.Entry{{Name: keep, Line: 4}}}}
	}
	set, _, err := needed.Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := ksyms.WriteNeededFile(file, set); err != nil {
		t.Fatal(err)
	}
}

// workspace makes a workspace in which modules were built, and returns its
// root and the folder of the configurations.
func workspace(t *testing.T) (root, bazelOut string) {
	t.Helper()
	dir := t.TempDir()
	root, bazelOut = filepath.Join(dir, "workspace"), filepath.Join(dir, "output", "bazel-out")
	bin := filepath.Join(bazelOut, "k8-fastbuild", "bin")
	writeKsyms(t, filepath.Join(bin, "fs/fat/fat.ksyms"), fat())
	writeKsyms(t, filepath.Join(bin, "fs/fat/vfat.ksyms"), vfat())
	writeKsyms(t, filepath.Join(bin, "external/vendor/get-ter.ksyms"), getter())
	writeNeeded(t, filepath.Join(bin, "fs/set/needed.ksyms"), "", fat(), vfat())
	// What tests have among their files is not looked at.
	writeKsyms(t, filepath.Join(bin, "fs/fat/test.runfiles/_main/fs/fat/fat.ksyms"), fat("fat_stale"))
	// Nor is what was built for tools.
	writeKsyms(t, filepath.Join(bazelOut, "k8-opt-exec-ST-1", "bin", "tool.ksyms"), fat("fat_tool"))
	for _, d := range []string{root, filepath.Join(root, "fs", "fat")} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "MODULE.bazel"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(bin, filepath.Join(root, "bazel-bin")); err != nil {
		t.Fatal(err)
	}
	return root, bazelOut
}

// ksym runs the program as `bazel run` does, from a folder of the workspace.
func ksym(t *testing.T, root string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	env := map[string]string{"BUILD_WORKSPACE_DIRECTORY": root, "BUILD_WORKING_DIRECTORY": filepath.Join(root, "fs")}
	var out, errs bytes.Buffer
	err = run(args, func(name string) string { return env[name] }, &out, &errs)
	return out.String(), errs.String(), err
}

func TestAnswers(t *testing.T) {
	root, _ := workspace(t)
	for _, tc := range []struct{ question, want string }{
		{"who-uses fat_attach", `fat_attach is exported by //fs/fat:fat (fs/fat/fat), GPL only
  imported by @vendor//:get-ter
  imported by //fs/fat:vfat
`},
		{"who-uses fat_detach", `fat_detach is exported by //fs/fat:fat (fs/fat/fat), namespace FAT
  weakly imported by //fs/fat:vfat
`},
		{"who-uses fat_get", `fat_get is exported by //fs/fat:fat (fs/fat/fat)
  asked for by symbol_get() in @vendor//:get-ter
`},
		{"who-uses printk", `printk is exported by no module that is built: by the kernel, or by nobody
  imported by //fs/fat:fat
  imported by //fs/fat:vfat
`},
		{"exports fat", `//fs/fat:fat (fs/fat/fat) exports 3 symbols
  fat_attach  GPL only       used by @vendor//:get-ter, //fs/fat:vfat
  fat_detach  namespace FAT  used by //fs/fat:vfat
  fat_get                    used by @vendor//:get-ter
`},
		{"exports //fs/fat:vfat", "//fs/fat:vfat (fs/fat/vfat) exports 0 symbols\n"},
		{"why fat_attach", `fat_attach is exported by //fs/fat:fat (fs/fat/fat), GPL only
  //fs:set keeps it: imported by //fs/fat:vfat
`},
		{"why fat_get", `fat_get is exported by //fs/fat:fat (fs/fat/fat)
  //fs:set does not need it
`},
	} {
		t.Run(tc.question, func(t *testing.T) {
			got, _, err := ksym(t, root, strings.Fields(tc.question)...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAModuleIsCalledByNamePathOrLabel(t *testing.T) {
	root, _ := workspace(t)
	for _, name := range []string{"fat", "fat.ko", "fs/fat/fat", "fs/fat/fat.ko", "fs/fat/fat.o", "//fs/fat", "//fs/fat:fat", "@@//fs/fat"} {
		if got, _, err := ksym(t, root, "exports", name); err != nil || !strings.HasPrefix(got, "//fs/fat:fat (fs/fat/fat) exports 3 ") {
			t.Errorf("exports %s: %q, %v", name, got, err)
		}
	}
	if got, _, err := ksym(t, root, "exports", "get_ter"); err != nil || !strings.HasPrefix(got, "@vendor//:get-ter ") {
		t.Errorf("exports get_ter, the kernel's name of get-ter: %q, %v", got, err)
	}
}

func TestDiffOfNeededSets(t *testing.T) {
	root, bazelOut := workspace(t)
	writeNeeded(t, filepath.Join(root, "fs", "earlier"), "fat_get", vfat())
	want := `KSYMS symbols: before=4, after=3, changed=1
- fat_get: was on the list //:keep:4
`
	// A file is found from the folder that one stands in.
	for _, after := range []string{"//fs:set", "@@//fs:set", "fs/set/needed.ksyms", filepath.Join(bazelOut, "k8-fastbuild/bin/fs/set/needed.ksyms")} {
		got, _, err := ksym(t, root, "diff", "earlier", after)
		if err != nil {
			t.Errorf("diff earlier %s: %v", after, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("diff earlier %s (-want +got):\n%s", after, diff)
		}
	}
}

func TestKlpRelocationIsAUseOfThatObjectsSymbol(t *testing.T) {
	root, bazelOut := workspace(t)
	writeKsyms(t, filepath.Join(bazelOut, "k8-fastbuild", "bin", "fs/patch.ksyms"), &ksympb.Object{
		Path: "fs/patch.o", Module: "fs/patch", Label: "//fs:patch",
		KlpSymbols: []*ksympb.KlpSymbol{{Object: "fat", Name: "fat_get"}, {Object: "ext4", Name: "fat_detach"}, {Object: "vmlinux", Name: "internal"}},
	})
	for _, tc := range []struct{ question, want string }{
		{"who-uses fat_get", `fat_get is exported by //fs/fat:fat (fs/fat/fat)
  asked for by symbol_get() in @vendor//:get-ter
  named by a klp relocation of //fs:patch
`},
		{"who-uses fat_detach", `fat_detach is exported by //fs/fat:fat (fs/fat/fat), namespace FAT
  weakly imported by //fs/fat:vfat
`},
		{"who-uses internal", `internal is exported by no module that is built: by the kernel, or by nobody
  named by a klp relocation of //fs:patch
`},
	} {
		got, _, err := ksym(t, root, strings.Fields(tc.question)...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.question, diff)
		}
	}
}

func TestOtherConfigurationsAnswerWhatBazelBinCannot(t *testing.T) {
	root, bazelOut := workspace(t)
	other := func(config string, o *ksympb.Object) {
		writeKsyms(t, filepath.Join(bazelOut, config, "bin", "x.ksyms"), o)
	}
	other("k8-fastbuild-ST-1", &ksympb.Object{Path: "x.o", Module: "x", Exports: []*ksympb.Export{{Name: "x_new"}, {Name: "x_same"}}})
	other("k8-fastbuild-ST-2", &ksympb.Object{Path: "x.o", Module: "x", Exports: []*ksympb.Export{{Name: "x_same"}}})
	for _, tc := range []struct{ question, want string }{
		{"who-uses x_same", "x_same is exported by x\n  no module that is built uses it\n"},
		{"exports x", "In k8-fastbuild-ST-1:\nx exports 2 symbols\n  x_new     unused\n  x_same    unused\n\n" +
			"In k8-fastbuild-ST-2:\nx exports 1 symbol\n  x_same    unused\n"},
	} {
		got, _, err := ksym(t, root, strings.Fields(tc.question)...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.question, diff)
		}
	}
}

func TestFilesOfEarlierVersionsAreLeftOutWithAWarning(t *testing.T) {
	root, bazelOut := workspace(t)
	stale := filepath.Join(bazelOut, "k8-fastbuild", "bin", "stale.ksyms")
	if err := os.WriteFile(stale, []byte("\x0a\x03old"), 0o666); err != nil {
		t.Fatal(err)
	}
	// Another target made the same object, before it was renamed.
	renamed := fat()
	renamed.Label = "//fs/fat:old"
	writeKsyms(t, filepath.Join(bazelOut, "k8-fastbuild", "bin", "fs/fat/old.ksyms"), renamed)
	got, stderr, err := ksym(t, root, "who-uses", "fat_get")
	if err != nil {
		t.Fatal(err)
	}
	if want := "WARNING: ksym: left out: " + stale + `: format "old"`; !strings.HasPrefix(stderr, want) {
		t.Errorf("warning %q, want %q", stderr, want)
	}
	want := "fat_get is exported by //fs/fat:fat (fs/fat/fat)\nfat_get is exported by //fs/fat:old (fs/fat/fat)\n  asked for by symbol_get() in @vendor//:get-ter\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFoldersAndFilesInPlaceOfBazelBin(t *testing.T) {
	root, bazelOut := workspace(t)
	link := filepath.Join(root, "bazel-bin")
	vfatFile := filepath.Join(bazelOut, "k8-fastbuild/bin/fs/fat/vfat.ksyms")
	for _, args := range [][]string{
		{"--dir", link, "who-uses", "fat_attach"},
		{"who-uses", "--dir", "../bazel-bin", "fat_attach"},
	} {
		if got, _, err := ksym(t, root, args...); err != nil || strings.Count(got, "\n") != 3 {
			t.Errorf("ksym %s: %q, %v", strings.Join(args, " "), got, err)
		}
	}
	got, _, err := ksym(t, root, "who-uses", "fat_attach", "--file", vfatFile)
	want := "fat_attach is exported by no module that is built: by the kernel, or by nobody\n  imported by //fs/fat:vfat\n"
	if err != nil || got != want {
		t.Errorf("with --file: %q, %v, want %q", got, err, want)
	}
}

func TestWithoutBazelRunTheWorkspaceIsFoundFromHere(t *testing.T) {
	root, _ := workspace(t)
	t.Chdir(filepath.Join(root, "fs", "fat"))
	var out bytes.Buffer
	if err := run([]string{"exports", "vfat"}, func(string) string { return "" }, &out, &out); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(root))
	err := run([]string{"exports", "vfat"}, func(string) string { return "" }, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "is in no Bazel workspace") {
		t.Errorf("outside of a workspace: %v", err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	root, _ := workspace(t)
	empty := t.TempDir()
	unbuilt := filepath.Join(empty, "unbuilt")
	if err := os.MkdirAll(filepath.Join(empty, "bazel-out/k8-fastbuild/bin"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(unbuilt, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(empty, "bazel-out/k8-fastbuild/bin"), filepath.Join(unbuilt, "bazel-bin")); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ root, question, want string }{
		{empty, "who-uses x", empty + " has no bazel-bin with outputs: build the modules first, with `bazel build --output_groups=ksyms,needed //...`"},
		{unbuilt, "who-uses x", "no .ksyms file in " + filepath.Join(empty, "bazel-out/k8-fastbuild/bin") + ": build the modules first, with `bazel build --output_groups=ksyms,needed //...`"},
		{root, "who-uses fat_atach", `no module that is built exports or uses "fat_atach": did you mean fat_attach, fat_detach?`},
		{root, "why fat_gets", `no module that is built exports or uses "fat_gets": did you mean fat_get?`},
		{root, "exports vfet", `no module "vfet" is built: did you mean vfat?`},
		{root, "who-uses unheard_of", "no module that is built exports or uses \"unheard_of\": if one should, run `bazel build --output_groups=ksyms,needed //...`"},
		{root, "exports nothing_like_it", "no module \"nothing_like_it\" is built: run `bazel build --output_groups=ksyms,needed //...`"},
		{root, "exports //drivers/nothing", "no module \"//drivers/nothing\" is built: run `bazel build --output_groups=ksyms //drivers/nothing`"},
		{root, "diff //fs:set //fs:other", "//fs:other is no needed set that is built, as //fs:set is: run `bazel build --output_groups=needed //fs:other`"},
		{root, "diff //fs:set other", "other is no file and no needed set that is built, as //fs:set is: name a needed.ksyms, or the label of a kernel_module_set with trim = True"},
		{root, "why fat_get --file nowhere.ksyms", "open " + filepath.Join(root, "fs/nowhere.ksyms") + ": no such file or directory"},
		{root, "diff one", "diff wants two needed sets"},
		{root, "who-uses a b", "who-uses wants one name, not 2"},
		{root, "who fat_get", `no question "who": one of who-uses, exports, why, diff`},
		{root, "", "no question"},
	} {
		_, _, err := ksym(t, tc.root, strings.Fields(tc.question)...)
		if err == nil || err.Error() != tc.want {
			t.Errorf("%s: error %v, want %q", tc.question, err, tc.want)
		}
	}
	// A file that is no needed set.
	_, _, err := ksym(t, root, "diff", "../bazel-bin/fs/fat/fat.ksyms", "//fs:set")
	if err == nil || !strings.Contains(err.Error(), `fat.ksyms: format "rules_kbuild.ksyms.v1", "rules_kbuild.needed.v1" expected`) {
		t.Errorf("diff of a module's summary: %v", err)
	}
	// A file that a person names has to be right: it is not left out.
	_, _, err = ksym(t, root, "why", "fat_get", "--file", "../MODULE.bazel")
	if err == nil || !strings.HasPrefix(err.Error(), filepath.Join(root, "MODULE.bazel")+": ") {
		t.Errorf("why of what is no .ksyms file: %v", err)
	}
	// A workspace with modules and no set.
	if err := os.RemoveAll(filepath.Join(root, "bazel-bin", "fs", "set")); err != nil {
		t.Fatal(err)
	}
	_, _, err = ksym(t, root, "diff", "//fs:set", "//fs:set")
	if want := "//fs:set is no needed set that is built: run `bazel build --output_groups=needed //fs:set`"; err == nil || err.Error() != want {
		t.Errorf("diff without a set: %v, want %q", err, want)
	}
	_, _, err = ksym(t, root, "why", "fat_get")
	if err == nil || !strings.HasPrefix(err.Error(), "no needed.ksyms is built, of a kernel_module_set with trim = True: run `bazel build ") {
		t.Errorf("why without a set: %v", err)
	}
}

// cpuTime is the processor time that the test has used: other work on the
// machine does not change it much.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestAnAnswerFromAWholeKernelTakesLessThanASecond(t *testing.T) {
	root, bazelOut := workspace(t)
	for i := range 4000 {
		o := getter()
		o.Path = strings.Repeat("x", i%40+1) + strings.Repeat("y", i/40+1) + ".o"
		o.Module, o.Label = strings.TrimSuffix(o.Path, ".o"), ""
		writeKsyms(t, filepath.Join(bazelOut, "k8-fastbuild/bin", strings.Repeat("d", i%40+1), o.Module+".ksyms"), o)
	}
	start := cpuTime(t)
	got, _, err := ksym(t, root, "who-uses", "fat_get")
	if err != nil {
		t.Fatal(err)
	}
	if took := cpuTime(t) - start; took > time.Second {
		t.Errorf("the answer from 4003 files took %v of processor time", took)
	}
	if n := strings.Count(got, "\n"); n != 4002 {
		t.Errorf("%d lines, want 4002", n)
	}
}
