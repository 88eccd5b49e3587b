package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A vmlinuxCase is a line of checks/vmlinux-cases and what the kernel's own
// modpost did with it.
type vmlinuxCase struct {
	name    string
	flags   []string // that the line's modpost has
	object  string   // that vmlinux.o is a copy of
	modules []string
	said    string
	failed  bool
	files   map[string]string
}

// eachVmlinuxCase goes to a folder with the objects of each case of each line.
func eachVmlinuxCase(t *testing.T, test func(t *testing.T, line string, c vmlinuxCase)) {
	cases := readFile(t, "testdata/checks/vmlinux-cases")
	crcs := strings.TrimSpace(readFile(t, "testdata/checks/crcs"))
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernels {
		for line := range strings.Lines(cases) {
			fields := strings.Split(strings.TrimRight(line, "\n"), "|")
			if strings.HasPrefix(line, "#") || len(fields) != 4 {
				continue
			}
			c := vmlinuxCase{name: fields[0], flags: append([]string{"-M"}, strings.Fields(fields[1])...), object: fields[2], modules: strings.Fields(fields[3])}
			if slices.Contains(c.flags, "!M") {
				c.flags = without(without(c.flags, "!M"), "-M")
			}
			if k.line == "6.1" {
				c.flags = without(without(without(without(c.flags, "-t"), "-M"), "-u"), "keep")
			}
			t.Run(k.line+"/"+c.name, func(t *testing.T) {
				t.Chdir(t.TempDir())
				checks := filepath.Join(testdata, "checks")
				writeFile(t, "keep", readFile(t, filepath.Join(checks, "keep")))
				writeFile(t, "vmlinux.o", readFile(t, filepath.Join(checks, c.object+".o")))
				writeFile(t, ".vmlinux.objs", c.object+".o\n")
				for _, o := range append([]string{c.object}, c.modules...) {
					for _, suffix := range []string{".o", ".S"} {
						writeFile(t, o+suffix, readFile(t, filepath.Join(checks, o+suffix)))
					}
					writeFile(t, o+".mod", o+".o\n")
					writeFile(t, cmdFile(o+".o"), "source_"+o+".o := "+o+".S\n\ndeps_"+o+".o := \\\n\n#SYMVER "+strings.ReplaceAll(crcs, "\n", "\n#SYMVER ")+"\n")
				}
				c.said, _, c.files = sections(readFile(t, filepath.Join(checks, "expect", k.line, c.name)))
				if c.said, c.failed = strings.CutSuffix(c.said, "exit 1\n"); !c.failed {
					c.said = strings.TrimSuffix(c.said, "exit 0\n")
				}
				test(t, k.line, c)
			})
		}
	}
}

func TestVmlinuxAndModulesGetWhatTheKernelsModpostWrites(t *testing.T) {
	eachVmlinuxCase(t, func(t *testing.T, line string, c vmlinuxCase) {
		list := ""
		for _, m := range c.modules {
			list += m + ".o\n"
		}
		writeFile(t, "list", list)
		var stderr bytes.Buffer
		// Kbuild puts vmlinux.o among the flags.
		args := slices.Concat([]string{"--style", line, "vmlinux.o", "-o", "Module.symvers", "-T", "list"}, c.flags)
		if code := run(args, &stderr); (code == 0) == c.failed {
			t.Errorf("exit status %d", code)
		}
		if diff := cmp.Diff(c.said, stderr.String()); diff != "" {
			t.Errorf("messages: -the kernel's modpost +tools/modpost\n%s", diff)
		}
		if c.failed {
			return // Some mismatches are found after Kbuild has written files.
		}
		for file, text := range c.files {
			if diff := cmp.Diff(text, readFile(t, file)); diff != "" {
				t.Errorf("%s: -the kernel's modpost +tools/modpost\n%s", file, diff)
			}
		}
	})
}

// In actions, vmlinux.o and each module are on their own: what modules export
// comes first, then each is checked against all of it.
func TestOneActionForVmlinuxAndTwoForEachModuleGiveTheSameFiles(t *testing.T) {
	eachVmlinuxCase(t, func(t *testing.T, line string, c vmlinuxCase) {
		want := c.files["Module.symvers"]
		action := func(args ...string) (said string, code int) {
			var stderr bytes.Buffer
			code = run(slices.Concat([]string{"--release", line + ".1-test"}, c.flags, args), &stderr)
			return stderr.String(), code
		}
		var kept []string
		if slices.Contains(c.flags, "-t") {
			names := ""
			for l := range strings.Lines(want) {
				names += strings.Split(l, "\t")[1] + "\n"
			}
			writeFile(t, "kept", names)
			kept = []string{"--trim", "kept"}
			c.flags = without(without(without(c.flags, "-t"), "-u"), "keep")
		}
		said, code := action(append([]string{"--vmlinux", "vmlinux.o", "--symversions", cmdFile(c.object + ".o"), "--export_c", "export.c", "--symvers_out", "vmlinux.symvers"}, kept...)...)
		if c.failed && len(c.modules) == 0 {
			if code != 1 || said != c.said {
				t.Errorf("exit status %d, messages: -the kernel's modpost +tools/modpost\n%s", code, cmp.Diff(c.said, said))
			}
			for _, file := range []string{"export.c", "vmlinux.symvers"} {
				if _, err := os.Stat(file); err == nil {
					t.Errorf("%s was written in spite of errors", file)
				}
			}
			return
		}
		if code != 0 {
			t.Fatalf("vmlinux.o: exit status %d: %s", code, said)
		}
		if diff := cmp.Diff(c.files[".vmlinux.export.c"], readFile(t, "export.c")); diff != "" && !c.failed {
			t.Errorf(".vmlinux.export.c: -the kernel's modpost +tools/modpost\n%s", diff)
		}
		all := readFile(t, "vmlinux.symvers")
		var saidLater strings.Builder
		saidLater.WriteString(said)
		files := map[string]string{}
		for _, m := range c.modules {
			of := append([]string{"--module", m, "--object", m + ".o", "--symversions", cmdFile(m + ".o")}, kept...)
			said, code := action(append(of, "--symvers_out", m+".symvers")...)
			if code != 0 || said != "" {
				t.Fatalf("exports of %s: exit status %d: %s", m, code, said)
			}
			all += readFile(t, m+".symvers")
		}
		writeFile(t, "all.symvers", all)
		if diff := cmp.Diff(want, all); diff != "" && !c.failed {
			t.Errorf("Module.symvers of all: -the kernel's modpost +tools/modpost\n%s", diff)
		}
		for _, m := range c.modules {
			of := append([]string{"--module", m, "--object", m + ".o", "--symversions", cmdFile(m + ".o"), "--symvers", "all.symvers"}, kept...)
			if slices.Contains(c.flags, "-a") {
				of = append(of, sourceArgs(t, ".", m)...)
			}
			said, code := action(append(of, "--mod_c", m+".out.c")...)
			saidLater.WriteString(said)
			if c.failed && code == 1 {
				continue
			}
			if code != 0 || c.failed {
				t.Fatalf("%s: exit status %d: %s", m, code, said)
			}
			files[m+".mod.c"] = readFile(t, m+".out.c")
		}
		for name, text := range files {
			if diff := cmp.Diff(c.files[name], text); diff != "" {
				t.Errorf("%s: -the kernel's modpost +tools/modpost\n%s", name, diff)
			}
		}
		if !sameLines(c.said, saidLater.String()) {
			t.Errorf("messages: -the kernel's modpost +tools/modpost\n%s", cmp.Diff(c.said, saidLater.String()))
		}
	})
}

// sameLines says whether two texts have the same lines, once sorted: actions
// say what one run says, but for a module at a time.
func sameLines(a, b string) bool {
	return slices.Equal(slices.Sorted(strings.Lines(a)), slices.Sorted(strings.Lines(b)))
}

func TestUndefinedSymbolOfATreesModuleIsNotAskedForInDeps(t *testing.T) {
	workDir(t, "checks")
	var stderr bytes.Buffer
	code := run([]string{"--style", "6.12", "--label", "//k:undef", "--module", "drivers/undef", "--object", "undef.o", "--mod_c", "out.c"}, &stderr)
	want := "undefined!\n  //k:undef: neither vmlinux nor another module of the kernel's tree exports it; export it where it is defined, or turn on the option that builds that\n"
	if code != 1 || !strings.Contains(stderr.String(), want) {
		t.Errorf("exit status %d, %q; want %q", code, stderr.String(), want)
	}
}

func TestVmlinuxFlagsThatDoNotGoTogether(t *testing.T) {
	workDir(t, "checks")
	writeFile(t, "vmlinux.o", readFile(t, "kernel.o"))
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--vmlinux", "vmlinux.o", "--symvers_out", "out"}, "--vmlinux needs --export_c and --symvers_out"},
		{[]string{"--vmlinux", "vmlinux.o", "--symvers_out", "out", "--export_c", "c", "--module", "m"}, "--module, --object, --mod, --mod_c, --symvers, --deps and --sources_text are for modules"},
		{[]string{"--vmlinux", "vmlinux.o", "--symvers_out", "out", "--export_c", "c", "-e"}, "-e is for modules that are not of the kernel's tree"},
		{[]string{"--vmlinux", "none.o", "--symvers_out", "out", "--export_c", "c"}, "open none.o: no such file or directory"},
		{[]string{"--vmlinux", "vmlinux.o", "--symvers_out", "out", "--export_c", "c", "--style", "6.1", "--trim", "keep"}, "before 6.5 exports are in the objects"},
		{[]string{"--module", "vmlinux", "--object", "vmlinux.o", "--symvers_out", "out"}, "give vmlinux.o with --vmlinux"},
		{[]string{"--module", "x", "--object", "x-user.o"}, "one module needs --module, --object and --mod_c, --symvers_out or both"},
	} {
		var stderr bytes.Buffer
		code := run(append([]string{"--style", "6.12"}, tt.args...), &stderr)
		if code != 1 || !strings.Contains(stderr.String(), tt.want) {
			t.Errorf("%q: exit status %d, %q; want %q", tt.args, code, stderr.String(), tt.want)
		}
	}
}
