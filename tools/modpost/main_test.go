package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// workDir makes a folder with a copy of the testdata folders and goes there.
func workDir(t *testing.T, folders ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range folders {
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", f))); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sections splits a file of `== NAME` headings and what follows them.
func sections(text string) (before string, names []string, texts map[string]string) {
	texts = map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if heading, ok := strings.CutPrefix(line, "== "); ok {
			name = strings.TrimSpace(heading)
			names = append(names, name)
		} else if name == "" {
			before += line
		} else {
			texts[name] += line
		}
	}
	return before, names, texts
}

var kernels = []struct {
	line  string
	flags []string // that Kbuild passes for an external module
}{
	{"6.1", []string{"-m", "-e"}},
	{"6.12", []string{"-M", "-m", "-e"}},
	{"7.2", []string{"-M", "-e"}},
}

var realModules = []string{"alpha", "beta-x", "delta", "sub/gamma"}

// realFolder makes the folder that Kbuild ran modpost in, and takes away what
// modpost wrote there.
func realFolder(t *testing.T, line string) map[string]string {
	t.Helper()
	workDir(t, "src", "real/"+line)
	_, _, cmds := sections(readFile(t, "cmds"))
	for name, text := range cmds {
		writeFile(t, name, text)
	}
	want := map[string]string{}
	for _, name := range append([]string{"Module.symvers"}, realModules...) {
		if name != "Module.symvers" {
			name += ".mod.c"
		}
		want[name] = readFile(t, name)
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

func TestRealModulesGetWhatTheKernelsModpostWrites(t *testing.T) {
	for _, k := range kernels {
		t.Run(k.line, func(t *testing.T) {
			want := realFolder(t, k.line)
			writeFile(t, "modules.order", strings.Join(realModules, ".o\n")+".o\n")
			var stderr bytes.Buffer
			args := append([]string{"--release", k.line, "-i", "kernel.symvers", "-T", "modules.order", "-o", "Module.symvers"}, k.flags...)
			if code := run(args, &stderr); code != 0 {
				t.Fatalf("modpost exits with %d: %s", code, &stderr)
			}
			for name, text := range want {
				if name == "Module.symvers" {
					// Kbuild's order was that of modules.order, with sub first.
					text = sorted(text)
				}
				got := readFile(t, name)
				if name == "Module.symvers" {
					got = sorted(got)
				}
				if diff := cmp.Diff(text, got); diff != "" {
					t.Errorf("%s: -the kernel's modpost +tools/modpost\n%s", name, diff)
				}
			}
		})
	}
}

func sorted(text string) string {
	l := strings.SplitAfter(text, "\n")
	// Few lines: an insertion sort keeps this short.
	for i := range l {
		for j := i; j > 0 && l[j] < l[j-1]; j-- {
			l[j], l[j-1] = l[j-1], l[j]
		}
	}
	return strings.Join(l, "")
}

// actionArgs are the arguments for one module whose files are in the folder
// that realFolder made.
func actionArgs(t *testing.T, module string, deps ...string) []string {
	t.Helper()
	args := []string{"-e", "--module", module, "--object", module + ".o", "--mod", module + ".mod",
		"--mod_c", module + ".mod.c", "--symvers_out", module + ".symvers", "--symvers", "kernel.symvers=@linux//:sdk"}
	for _, d := range deps {
		args = append(args, "--symvers", d+".symvers=//:"+d)
	}
	return args
}

func TestOneModuleAtATimeGivesTheSameFiles(t *testing.T) {
	for _, k := range kernels {
		t.Run(k.line, func(t *testing.T) {
			want := realFolder(t, k.line)
			got := ""
			for _, m := range []struct {
				name string
				deps []string
			}{{"alpha", nil}, {"beta-x", []string{"alpha"}}, {"delta", nil}} {
				args := append(actionArgs(t, m.name, m.deps...), "--release", k.line+".1-test", "--label", "//:"+m.name)
				args = append(args, k.flags...)
				args = append(args, sourceArgs(t, ".", m.name)...)
				var stderr bytes.Buffer
				if code := run(args, &stderr); code != 0 {
					t.Fatalf("modpost of %s exits with %d: %s", m.name, code, &stderr)
				}
				if diff := cmp.Diff(want[m.name+".mod.c"], readFile(t, m.name+".mod.c")); diff != "" {
					t.Errorf("%s.mod.c: -the kernel's modpost +tools/modpost\n%s", m.name, diff)
				}
				got += readFile(t, m.name+".symvers")
			}
			if diff := cmp.Diff(sorted(want["Module.symvers"]), sorted(got)); diff != "" {
				t.Errorf("Module.symvers of all: -the kernel's modpost +tools/modpost\n%s", diff)
			}
		})
	}
}

func TestChecksSayWhatTheKernelsModpostSays(t *testing.T) {
	cases := readFile(t, "testdata/checks/cases")
	crcs := readFile(t, "testdata/checks/crcs")
	testdata, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernels {
		workDir(t, "checks")
		objects, err := filepath.Glob("*.o")
		if err != nil || len(objects) == 0 {
			t.Fatalf("no objects: %v", err)
		}
		for _, o := range objects {
			writeFile(t, strings.TrimSuffix(o, ".o")+".mod", o+"\n")
			writeFile(t, "."+o+".cmd", "source_"+o+" := x.c\n\n#SYMVER "+strings.ReplaceAll(strings.TrimSpace(crcs), "\n", "\n#SYMVER ")+"\n")
		}
		for line := range strings.Lines(cases) {
			fields := strings.Split(strings.TrimSpace(line), "|")
			if strings.HasPrefix(line, "#") || len(fields) != 3 {
				continue
			}
			name := strings.TrimSpace(fields[0])
			t.Run(k.line+"/"+name, func(t *testing.T) {
				writeFile(t, "list", strings.ReplaceAll(fields[2], " ", ".o\n")+".o\n")
				var stderr bytes.Buffer
				args := append([]string{"--style", k.line, "-i", "vm.symvers", "-o", "Module.symvers", "-T", "list", "-M"}, strings.Fields(fields[1])...)
				if k.line == "6.1" {
					// That modpost has no -t, nor -M.
					args = without(without(args, "-t"), "-M")
				}
				code := run(args, &stderr)
				expected, err := os.ReadFile(filepath.Join(testdata, "checks/expect", k.line, name))
				if err != nil {
					t.Fatal(err)
				}
				said, _, files := sections(string(expected))
				if said, failed := strings.CutSuffix(said, "exit 1\n"); failed {
					if code != 1 {
						t.Errorf("exit status %d, want 1", code)
					}
					got := stderr.String()
					if name == "mismatches-fatal-extable" {
						// The kernel's modpost ends at the first of these.
						got = got[:min(len(got), len(said))]
					}
					if diff := cmp.Diff(said, got); diff != "" {
						t.Errorf("messages: -the kernel's modpost +tools/modpost\n%s", diff)
					}
					return
				}
				if diff := cmp.Diff(strings.TrimSuffix(said, "exit 0\n"), stderr.String()); diff != "" || code != 0 {
					t.Errorf("exit status %d, messages: -the kernel's modpost +tools/modpost\n%s", code, diff)
				}
				for file, text := range files {
					if diff := cmp.Diff(text, readFile(t, file)); diff != "" {
						t.Errorf("%s: -the kernel's modpost +tools/modpost\n%s", file, diff)
					}
				}
			})
		}
		t.Chdir(filepath.Dir(testdata))
	}
}

func without(args []string, flag string) []string {
	var kept []string
	for _, a := range args {
		if a != flag {
			kept = append(kept, a)
		}
	}
	return kept
}
