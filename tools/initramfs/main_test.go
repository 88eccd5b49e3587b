package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cavaliergopher/cpio"
	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// needy imports from greet; see internal/kmod/testdata.
const (
	greet = "../../internal/kmod/testdata/greet.ko"
	needy = "../../internal/kmod/testdata/needy.ko"
)

// file writes a file for a test and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// packed runs the tool and returns the files of the archive that it writes.
func packed(t *testing.T, args ...string) map[string]string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.cpio")
	if err := run(append([]string{"--out", out}, args...)); err != nil {
		t.Fatal(err)
	}
	archive, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	r := cpio.NewReader(bytes.NewReader(archive))
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if h.Mode.IsRegular() {
			files["/"+h.Name] = string(data)
		}
	}
}

func TestTheArchiveHoldsThePlanAndWhatItNames(t *testing.T) {
	args := file(t, "args", strings.Join([]string{
		"--module", needy, "--module", greet, "--param=greet=whom=a  b", "--load_error", "needy=ENODEV",
		"--script", file(t, "check.sh", "echo ok"), "--busybox", file(t, "busybox", "the shell"),
		"--data=w/x.txt=" + file(t, "x.txt", "some data"),
	}, "\n"))
	files := packed(t, "--init", file(t, "init", "the init"), "@"+args)
	plan, err := bootplan.Decode([]byte(files[bootplan.Path]))
	if err != nil {
		t.Fatal(err)
	}
	want := &bootplan.Plan{
		Modules: []bootplan.Module{
			{Name: "greet", File: "/boottest/modules/greet.ko", Params: "whom=a  b", Unload: true},
			{Name: "needy", File: "/boottest/modules/needy.ko", LoadError: "ENODEV", Unload: true},
		},
		Script: true,
	}
	if diff := cmp.Diff(want, plan); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]string{
		"/init": "the init", "/boottest/script": "echo ok", "/bin/busybox": "the shell", "/data/w/x.txt": "some data",
	} {
		if files[path] != want {
			t.Errorf("%s is %q, want %q", path, files[path], want)
		}
	}
	ko, err := os.ReadFile(greet)
	if err != nil || files["/boottest/modules/greet.ko"] != string(ko) {
		t.Error("greet.ko is not there as it was", err)
	}
}

func TestModulesOfTheKernelStayLoaded(t *testing.T) {
	tree := t.TempDir()
	ko, err := os.ReadFile(greet)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(tree, "greet.ko"), ko, 0o644); err != nil {
		t.Fatal(err)
	}
	init := file(t, "init", "")
	for _, c := range []struct {
		args []string
		want map[string]bool // name to Unload
	}{
		{[]string{"--module", needy}, map[string]bool{"greet": false, "needy": true}},
		{[]string{"--module", needy, "--keep"}, map[string]bool{"greet": false, "needy": false}},
		{[]string{"--need", "greet"}, map[string]bool{"greet": false}},
	} {
		files := packed(t, append(c.args, "--init", init, "--modules_dir", tree)...)
		plan, err := bootplan.Decode([]byte(files[bootplan.Path]))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, m := range plan.Modules {
			got[m.Name] = m.Unload
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q: %s", c.args, diff)
		}
	}
}

func TestCommandLinesThatMakeNoArchiveAreErrors(t *testing.T) {
	init := file(t, "init", "")
	for _, c := range []struct{ args, want string }{
		{"", "--init and --out are needed"},
		{"--init INIT --out OUT more", `unexpected argument "more"`},
		{"--init INIT --out OUT --script INIT", "--script and --busybox go together: busybox's sh runs the script"},
		{"--init INIT --out OUT --module GREET --param gret=n=1", "module_params names gret, which this test does not load"},
		{"--init INIT --out OUT --load_error greet=ENODEV", "load_errors names greet, which this test does not load"},
		{"--init INIT --out OUT --need video", "the test needs the kernel's module video, but its SDK brings no modules"},
		{"--init /nowhere --out OUT", "open /nowhere: no such file or directory"},
	} {
		text := strings.NewReplacer("INIT", init, "OUT", filepath.Join(t.TempDir(), "out"), "GREET", greet).Replace(c.args)
		err := run(strings.Fields(text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.args, err, c.want)
		}
	}
}
