package toolchain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func linked(t *testing.T, tools map[string]string, loader string) (*Toolchain, string) {
	t.Helper()
	kit, err := New(tools, loader, []string{"tree/lib"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := kit.Link(dir); err != nil {
		t.Fatal(err)
	}
	return kit, dir
}

func absolute(t *testing.T, p string) string {
	t.Helper()
	a, err := filepath.Abs(p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAToolOfTheTreeIsStartedByItsLoader(t *testing.T) {
	kit, dir := linked(t, map[string]string{"./tools/objtool/objtool": "tree/objtool.real"}, "tree/ld.so")
	got, err := kit.Command([]string{"./tools/objtool/objtool", "--orc", "x.o"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{dir + "/ld.so", "--inhibit-cache", "--library-path", dir + "/lib0", "--argv0", "objtool", absolute(t, "tree/objtool.real"), "--orc", "x.o"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if to, err := os.Readlink(dir + "/lib0"); err != nil || to != absolute(t, "tree/lib") {
		t.Errorf("lib0 leads to %q, %v", to, err)
	}
}

func TestAToolOfTheMachineRunsAsItIs(t *testing.T) {
	kit, _ := linked(t, map[string]string{"gcc": "/usr/bin/gcc-12"}, "tree/ld.so")
	got, err := kit.Compiler([]string{"gcc", "-c"}, "-O2")
	if diff := cmp.Diff([]string{"/usr/bin/gcc-12", "-O2", "-c"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestWithoutALoaderToolsRunAsTheyAre(t *testing.T) {
	kit, _ := linked(t, map[string]string{"ld": "tree/ld"}, "")
	got, err := kit.Command([]string{"ld", "-r"})
	if diff := cmp.Diff([]string{absolute(t, "tree/ld"), "-r"}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestTheCompilerFindsItsOwnPrograms(t *testing.T) {
	kit, dir := linked(t, map[string]string{"gcc-14": "tree/gcc", "cc1": "tree/libexec/cc1", "as": "tree/x86-as"}, "tree/ld.so")
	got, err := kit.Compiler([]string{"gcc-14", "-c"}, "-O2")
	if err != nil {
		t.Fatal(err)
	}
	loading := dir + "/ld.so,--inhibit-cache,--library-path," + dir + "/lib0"
	want := []string{dir + "/ld.so", "--inhibit-cache", "--library-path", dir + "/lib0", "--argv0", "gcc-14", absolute(t, "tree/gcc"), "-B" + dir + "/", "-wrapper", loading, "-O2", "-c"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if to, err := os.Readlink(dir + "/as"); err != nil || to != absolute(t, "tree/x86-as") {
		t.Errorf("as leads to %q, %v", to, err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	kit, _ := linked(t, map[string]string{"gcc": "tree/gcc", "as": "tree/as"}, "tree/ld.so")
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"pahole", "-J"}, `no tool "pahole"`},
		{[]string{"gcc", "-c"}, `no tool "cc1"`},
		{nil, "empty command"},
	} {
		if _, err := kit.Compiler(tt.words); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.words, err, tt.want)
		}
	}
}

func TestShellTakesPlainPathsOnly(t *testing.T) {
	kit, dir := linked(t, map[string]string{"objcopy": "tree/objcopy"}, "tree/ld.so")
	got, err := kit.Shell("objcopy")
	want := dir + "/ld.so --inhibit-cache --library-path " + dir + "/lib0 --argv0 objcopy " + dir + "/objcopy"
	if got != want || err != nil {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	kit.links = "/tmp/a b"
	if _, err := kit.Shell("objcopy"); err == nil {
		t.Error("a path with a space was accepted")
	}
}

func TestLinkRefusesAFolderThatOptionsCannotName(t *testing.T) {
	kit, err := New(nil, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := kit.Link("/tmp/a,b"); err == nil {
		t.Error("a folder with a comma was accepted")
	}
}
