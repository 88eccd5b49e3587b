package kbuildeval

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

const (
	compileTemplate = "gcc -nostdinc %{nostdinc} -I./include -D__KERNEL__ -O2 -pg -Wall %{ccflags} %{cflags_obj} -DMODULE -DKBUILD_MODNAME=\"%{modname}\" -c -o %{obj}.o %{obj}.c"
	compileCommand  = "gcc -Wp,-MMD,/s/w/m/.a.o.d -nostdinc -I/s/w/m/compat -I./include -D__KERNEL__ -O3 -Wall -I/s/w/m/../inc -DX -DMODULE -DKBUILD_MODNAME=\"a_b\" -c -o /s/w/m/a.o /s/w/m/a.c"
)

func TestOptionsOfAMakefileAreWhatKbuildHasNot(t *testing.T) {
	x := &run{scratch: "/s"}
	vars := template.Vars{"root": "/s", "obj": "/s/w/m/a", "modname": "a_b"}
	got := x.diff(strings.Fields(compileTemplate), strings.Fields(compileCommand), vars)
	want := difference{
		inserted: []option{
			{"-Wp,-MMD,/s/w/m/.a.o.d", "%{nostdinc}"},
			{"-I/s/w/m/compat", "%{nostdinc}"},
			{"-O3", "%{ccflags}"},
			{"-I/s/w/m/../inc", "%{ccflags}"},
			{"-DX", "%{ccflags}"},
		},
		removed: []string{"-O2", "-pg"},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(difference{}, option{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOptionsAreSpelledAsAMakefileDoes(t *testing.T) {
	absolute := &kbuildsdk.SDK{Objtree: "usr/src/k", Cwd: "usr/src/k", Src: "%{M}", Templates: map[string][]string{"cc": {"%{root}/usr/src/common/include/linux/kconfig.h"}}}
	relative := &kbuildsdk.SDK{Objtree: "usr/src/k", Cwd: "%{M}", Src: "./.", Templates: absolute.Templates}
	for _, tc := range []struct {
		sdk             *kbuildsdk.SDK
		dir, word, want string
	}{
		{absolute, "m", "-I/s/w/m/inc", "-I$(src)/inc"},
		{absolute, "m", "-I/s/w/m", "-I$(src)"},
		{absolute, "m", "-I/s/w/model", "-I$(repository)/model"},
		{absolute, "m/sub", "-I/s/w/m/inc", "-I$(M)/inc"},
		{absolute, "m/sub", "-I/s/w/m/sub/../inc", "-I$(src)/../inc"},
		{absolute, "m", "-I/s/usr/src/common/drivers/gpu", "-I$(srctree)/drivers/gpu"},
		{absolute, "m", "-I/s/usr/src/k/include", "-I$(objtree)/include"},
		{absolute, "m", "-DDIR=\"/s/w/m\"", "-DDIR=\"$(src)\""},
		{relative, "m", "-I././../inc", "-I$(src)/../inc"},
		{relative, "m", "-I./.", "-I$(src)"},
		{relative, "m/sub", "-I./sub/inc", "-I$(src)/inc"},
		{relative, "m", "-I/s/w/m/inc", "-I$(M)/inc"},
		{relative, "m", "-I../inc", "-I../inc"},
	} {
		p := &printed{run: &run{Request: Request{SDK: tc.sdk}, scratch: "/s"}, root: "m"}
		if got := p.spell(tc.dir, tc.word); got != tc.want {
			t.Errorf("%s in %s with src %s: %s, want %s", tc.word, tc.dir, tc.sdk.Src, got, tc.want)
		}
	}
}

func TestPathsAreRelativeAsAMakefileNamesThem(t *testing.T) {
	for _, tc := range []struct{ dir, name, want string }{
		{"", "a/b", "a/b"},
		{"a", "a/b", "b"},
		{"a/b", "a/c/d", "../c/d"},
		{"a/b", "c", "../../c"},
		{"ab", "a/c", "../a/c"},
	} {
		if got := relative(tc.dir, tc.name); got != tc.want {
			t.Errorf("relative(%q, %q) = %q, want %q", tc.dir, tc.name, got, tc.want)
		}
	}
}

func TestReleasesCompareByTheirNumbers(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"6.12.117+deb13-amd64", "6.9", 1},
		{"6.1.0-50-amd64", "6.12", -1},
		{"4.4", "4.4", 0},
		{"7.2.12", "7.2", 1},
	} {
		if got := compareReleases(tc.a, tc.b); got != tc.want {
			t.Errorf("%s against %s: %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}
