package kerneltree

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// The programs of the tests' SDK are scripts that say how they are called. The
// loader starts what it is told to; busybox is programs of the machine.
const (
	loader  = "#!/bin/sh\nwhile [ \"$1\" != --argv0 ]; do shift; done\nprogram=$3\nshift 3\nexec \"$program\" \"$@\"\n"
	saying  = "#!/bin/sh\necho \"${0##*/} $*\"\n"
	busybox = "#!/bin/sh\n[ \"$1\" = --list ] && printf 'sed\\nsh\\n'\n[ \"$1\" = --install ] && ln -s $(command -v sh) $(command -v env) $(command -v grep) \"$3\"\n:\n"
	makes   = "#!/bin/sh\necho \"$0 $*\"; env | grep -v '^_=\\|^SHLVL='\n[ \"$1\" != -j3 ]\n"
	sdkText = `{
  "release": "6.12.1", "arch": "x86", "objtree": "o", "tree": "tree", "make": "make/make", "busybox": "make/busybox",
  "programs": "bin", "tools": {"as": "bin/x-as", "cc1": "libexec/cc1", "objtool": "tree/objtool", "gcc-14": "bin/x-gcc-14"},
  "loader": "lib/ld.so", "library_path": ["lib"], "templates": {"cc": ["gcc-14"], "ld": ["x-ld"]}
}`
)

// fake makes an SDK and a tree to be prepared.
func fake(t *testing.T) (dir string, sdk *kbuildsdk.SDK) {
	top := t.TempDir()
	fill(t, top, map[string]string{
		"sdk/sdk.json": sdkText, "sdk/lib/ld.so": loader, "sdk/make/make": makes, "sdk/make/busybox": busybox,
		"sdk/bin/x-gcc-14": saying, "sdk/bin/gcc-14": "->x-gcc-14", "sdk/bin/x-as": saying, "sdk/bin/x-ld": saying, "sdk/bin/nm": saying,
		"sdk/libexec/cc1": saying, "sdk/libexec/collect2": saying,
		"tree/.host/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2":    loader,
		"tree/.host/usr/lib/gcc/x86_64-linux-gnu/14/libgcc.a":     "",
		"tree/.host/usr/lib/x86_64-linux-gnu/libz.a":              "",
		"tree/.host/usr/lib/x86_64-linux-gnu/perl-base/strict.pm": "",
		"tree/.host/bin/dash":                                     "\x7fELF",
		"tree/.host/usr/bin/flex":                                 "\x7fELF",
		"tree/.host/usr/bin/pahole":                               "\x7fELF",
		"tree/.host/usr/bin/perl":                                 "\x7fELF",
		"tree/.host/usr/bin/zcat":                                 saying,
	})
	sdk, err := kbuildsdk.Open(filepath.Join(top, "sdk/sdk.json"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(top, "tree"), sdk
}

func newFake(t *testing.T) *Tree {
	dir, sdk := fake(t)
	tree, err := New(dir, sdk, Identity{Timestamp: "now", User: "me", Host: "here", Version: "7"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

func TestADescriptionSaysHowProgramsAreRun(t *testing.T) {
	tree := newFake(t)
	d, err := ReadDescription(tree.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(sortedKeys(d.Programs), " "), "as cc cc1 collect2 dash flex gcc gcc-14 hostcc ld make nm pahole perl sh x-as x-gcc-14 x-ld"; got != want {
		t.Errorf("programs %s, want %s", got, want)
	}
	hosted := []string{"-B%{tree}/.host/usr/lib/gcc/x86_64-linux-gnu/14/", "--sysroot=%{tree}/.host"}
	for name, want := range map[string]Program{
		"gcc-14": {Path: "%{sdk}/bin/x-gcc-14", Loader: "sdk", Argv0: "%{sdk}/bin/gcc-14", Options: []string{"-B%{bin}/"}, Hosted: hosted},
		"hostcc": {
			Path: "%{sdk}/bin/x-gcc-14", Loader: "sdk", Argv0: "%{sdk}/bin/gcc-14",
			Options: append([]string{"-B%{bin}/"}, append(hosted, "-static")...),
			Last:    []string{"-g0", "-ffile-prefix-map=%{tree}/=", "-lz"},
		},
		"pahole":   {Path: "%{tree}/.host/usr/bin/pahole", Loader: "host", Last: []string{"-j1"}},
		"as":       {Path: "%{sdk}/bin/x-as", Loader: "sdk", Argv0: "%{sdk}/bin/as"},
		"ld":       {Path: "%{sdk}/bin/x-ld", Loader: "sdk", Argv0: "%{sdk}/bin/ld"},
		"collect2": {Path: "%{sdk}/libexec/collect2", Loader: "sdk"},
		"flex":     {Path: "%{tree}/.host/usr/bin/flex", Loader: "host", Environment: map[string]string{"M4": "%{bin}/m4"}},
		"perl":     {Path: "%{tree}/.host/usr/bin/perl", Loader: "host", Environment: map[string]string{"PERL5LIB": "%{tree}/.host/usr/lib/x86_64-linux-gnu/perl-base"}},
		"sh":       {Path: "%{tree}/.host/bin/dash", Loader: "host"},
	} {
		if diff := cmp.Diff(want, d.Programs[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	want := map[string]string{"ARCH": "x86", "CC": "gcc-14", "CROSS_COMPILE": "x-", "HOSTCC": "hostcc"}
	if diff := cmp.Diff(want, d.Variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if data, _ := os.ReadFile(filepath.Join(tree.Dir, DescriptionFile)); strings.Contains(string(data), filepath.Dir(tree.Dir)) {
		t.Errorf("the description names a folder of this machine:\n%s", data)
	}
}

func TestTheCompilerGetsTheHostsHeadersOnlyForItsPrograms(t *testing.T) {
	tree := newFake(t)
	sysroot := "--sysroot=" + tree.Dir + "/.host"
	for _, test := range []struct {
		words  []string
		hosted bool
	}{
		{[]string{"gcc-14", "-nostdinc", "-c", "x.c"}, false},
		{[]string{"gcc-14", "-c", "x y.c"}, true},
		{[]string{"hostcc", "x.c"}, true},
	} {
		out, err := exec.Command(filepath.Join(tree.Bin(), test.words[0]), test.words[1:]...).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), sysroot) != test.hosted || !strings.Contains(string(out), strings.Join(test.words[1:], " ")) {
			t.Errorf("%v: the compiler is called by %s", test.words, out)
		}
	}
}

func TestMakeSeesNothingOfTheMachine(t *testing.T) {
	t.Setenv("MAKEFLAGS", "-k")
	t.Setenv("CFLAGS", "-O3")
	tree := newFake(t)
	out, err := tree.Make("-n", "vmlinux")
	if err != nil {
		t.Fatal(err)
	}
	first, environment, _ := strings.Cut(out, "\n")
	if want := "ARCH=x86 CC=gcc-14 CROSS_COMPILE=x- HOSTCC=hostcc SHELL=" + tree.Bin() + "/sh -n vmlinux"; !strings.HasSuffix(first, want) {
		t.Errorf("make is called by %s, want %s", first, want)
	}
	for _, line := range strings.Split(strings.TrimSpace(environment), "\n") {
		name, value, _ := strings.Cut(line, "=")
		want, known := map[string]string{
			"KBUILD_BUILD_HOST": "here", "KBUILD_BUILD_TIMESTAMP": "now", "KBUILD_BUILD_USER": "me", "KBUILD_BUILD_VERSION": "7",
			"LC_ALL": "C", "TZ": "UTC", "PWD": tree.Dir, "PATH": tree.Bin() + ":" + tree.Bin() + "/applets", "TMPDIR": tree.scratch + "/tmp",
		}[name]
		if !known || value != want {
			t.Errorf("make's environment has %q of %q", line, out)
		}
	}
	tree.Jobs = 3
	if _, err := tree.Make("prepare"); err == nil || !strings.HasPrefix(err.Error(), "make prepare: exit status 1:\n") || !strings.Contains(err.Error(), " SHELL=sh prepare\n") {
		t.Errorf("error %v", err)
	}
}

// goOn is a writer that lets the make of a fake tree end, which waits for it.
type goOn struct {
	file string
	got  strings.Builder
}

func (w *goOn) Write(p []byte) (int, error) {
	w.got.Write(p)
	return len(p), os.WriteFile(w.file, nil, 0o666)
}

func TestOutputGetsWhatMakeWritesWhileItRuns(t *testing.T) {
	dir, sdk := fake(t)
	file := filepath.Join(t.TempDir(), "go")
	fill(t, filepath.Dir(dir), map[string]string{
		"sdk/make/make": "#!/bin/sh\necho first\nn=0\nwhile [ ! -e " + file + " ]; do n=$((n + 1)); [ $n -lt 500 ] || exit 1; /bin/sleep 0.02; done\necho second\n",
	})
	tree, err := New(dir, sdk, Identity{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	w := &goOn{file: file}
	tree.Output = w
	out, err := tree.Make("all")
	if err != nil {
		t.Fatal("make has not seen that its first line was read: ", err)
	}
	if want := "first\nsecond\n"; out != want || w.got.String() != want {
		t.Errorf("Make returns %q and Output gets %q, want %q", out, w.got.String(), want)
	}
}

func TestAFinishedTreeNamesNoFolder(t *testing.T) {
	tree := newFake(t)
	fill(t, tree.Dir, map[string]string{
		"tools/.x.o.cmd":      "cmd := " + tree.Dir + "/x.c",
		"scripts/.x.o.cmd":    "cmd := x.c",
		".config.old":         "",
		"include/generated.h": "",
	})
	if err := tree.Finish(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, file := range files(t, tree.Dir) {
		if !strings.HasPrefix(file, ".host/") {
			got = append(got, file)
		}
	}
	if diff := cmp.Diff([]string{"include/generated.h", "kernel.json", "scripts/.x.o.cmd"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	fill(t, tree.Dir, map[string]string{"scripts/conf": "\x7fELF " + tree.Bin() + "/gcc"})
	if err := tree.Finish(); err == nil || !strings.HasPrefix(err.Error(), "scripts/conf holds the name of a folder of this machine") {
		t.Errorf("error %v", err)
	}
}

func TestAnotherCompilersLibrariesAreAnError(t *testing.T) {
	dir, sdk := fake(t)
	fill(t, dir, map[string]string{".host/usr/lib/gcc/x86_64-linux-gnu/12/libgcc.a": ""})
	if _, err := New(dir, sdk, Identity{}); err == nil || !strings.Contains(err.Error(), `2 packages libgcc-N-dev are in the lock's part "host"`) {
		t.Errorf("error %v", err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".host/usr/lib/gcc/x86_64-linux-gnu/14")); err != nil {
		t.Fatal(err)
	}
	if _, err := New(dir, sdk, Identity{}); err == nil || !strings.Contains(err.Error(), "the compiler of the toolchain is gcc-14, and the lock has libgcc-12-dev") {
		t.Errorf("error %v", err)
	}
}
