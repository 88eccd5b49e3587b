package compile

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

// busybox is an SDK's, or the machine's.
func busybox(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("BUSYBOX"); path != "" {
		path, err := runfiles.Rlocation(path)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	path, err := exec.LookPath("busybox")
	if err != nil {
		t.Skip("needs a busybox: bazel test //internal/compile/...")
	}
	return path
}

// generation makes w/m/out.h.
func generation(t *testing.T, lines ...string) (Generation, *strings.Builder) {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "VERSION")
	if err := os.WriteFile(source, []byte("1.2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	return Generation{
		Common:  Common{Cwd: "w/m", Vars: template.Vars{}, Messages: &said},
		Busybox: busybox(t),
		Files:   []Input{{"w/m/VERSION", source}},
		Lines:   lines,
		Outs:    []Input{{"w/m/out.h", filepath.Join(dir, "out.h")}},
	}, &said
}

func TestShellCommandsOfAMakefileMakeAFile(t *testing.T) {
	g, said := generation(t, "v=$(cat %{root}/w/m/VERSION)", "echo \"#define V $v\" | sed s/1/2/ > out.h")
	if err := Generate(g); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	data, err := os.ReadFile(g.Outs[0].File)
	if err != nil || string(data) != "#define V 2.2\n" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestCommandsSeeNoProgramOfTheMachine(t *testing.T) {
	g, said := generation(t, "command -v go gcc python3 && exit 1", "echo > out.h")
	if err := Generate(g); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestACommandThatFailsOrMakesNothingIsAnError(t *testing.T) {
	g, said := generation(t, "cat missing > out.h", "echo never")
	if err := Generate(g); err == nil || !strings.Contains(said.String(), "missing") || strings.Contains(said.String(), "never") {
		t.Errorf("error %v, and it says %q", err, said)
	}
	g, _ = generation(t, "true")
	if err := Generate(g); err == nil || !strings.Contains(err.Error(), "the command made no w/m/out.h") {
		t.Errorf("error %v", err)
	}
}
