package compile

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCCWritesTheObjectAndWhatWasRead(t *testing.T) {
	u, messages := unit(t, object(t, "none.o"))
	u.Symversions = u.Out + ".symversions"
	u.GenksymsCPP = []string{"tool", "faketool", "fail", "3"}
	u.Genksyms = []string{"tool", "faketool", "fail", "3"}
	u.Objtool = []string{"tool", "faketool", "append", "%{obj}.o", "objtool was here"}
	if err := CC(u); err != nil {
		t.Fatal(err, messages)
	}
	if got, want := contentOf(t, u.Out), object(t, "none.o")+"objtool was here"; got != want {
		t.Errorf("object of %d bytes, want %d", len(got), len(want))
	}
	if got := contentOf(t, u.Deps); got != "w/hello/hello.c\thello.c\nw/hello/x.h\t./x.h\nw/sub/y.h\t/w/hello/../sub/y.h\nw/hello/x.h\tx.h\n" {
		t.Errorf("files read:\n%s", got)
	}
	if got := contentOf(t, u.Symversions); got != "" {
		t.Errorf("CRCs of an object that exports nothing: %q", got)
	}
	if left, _ := filepath.Glob(os.Getenv("TMPDIR") + "/*"); left != nil {
		t.Errorf("left behind: %q", left)
	}
}

func TestAutoconfIsAtItsPlaceBesideThePack(t *testing.T) {
	u, messages := unit(t, "")
	const text = "#define CONFIG_X 1\n"
	u.Autoconf = Input{Canonical: "w/hello/include/generated/autoconf.h", File: filepath.Join(t.TempDir(), "x.autoconf.h")}
	if err := os.WriteFile(u.Autoconf.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	none := object(t, "none.o")
	if err := os.WriteFile(u.SourceFile, []byte(none), 0o600); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	u.Compiler = append(u.Compiler, "cat", "include/generated/autoconf.h", copied)
	if err := CC(u); err != nil {
		t.Fatal(err, messages)
	}
	if got := contentOf(t, copied); got != text {
		t.Errorf("autoconf.h is %q, want %q", got, text)
	}
	u.Autoconf.Canonical = "w/hello/x.h"
	if err := CC(u); err == nil || !strings.Contains(err.Error(), "w/hello/x.h is in the pack, too") {
		t.Errorf("error %v", err)
	}
}

func TestCCFailsAsTheCompilerDoes(t *testing.T) {
	u, _ := unit(t, "")
	u.Compiler = []string{"tool", "faketool", "fail", "4"}
	err := CC(u)
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Code != 4 {
		t.Errorf("error %v, want exit code 4", err)
	}
	if _, err := os.Stat(u.Out); err == nil {
		t.Error("an object was written")
	}
}

func TestMessagesHaveThePathsThatTheUserKnows(t *testing.T) {
	u, messages := unit(t, object(t, "none.o"))
	u.Compiler = append(u.Compiler,
		"say", "hello.c:3:1: error: x",
		"say", "In file included from ./x.h:1,",
		"say", "                 from %{root}/w/hello/hello.c:2:",
		"say", "%{root}/usr/src/linux/include/a.h:1: note",
		"say", "  3 | hello.c: not a path",
		"say", "none.c:1: nor this",
	)
	if err := CC(u); err != nil {
		t.Fatal(err)
	}
	want := `hello/hello.c:3:1: error: x
In file included from hello/x.h:1,
                 from hello/hello.c:2:
/usr/src/linux/include/a.h:1: note
  3 | hello.c: not a path
none.c:1: nor this
`
	if diff := cmp.Diff(want, messages.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMissingHeaderIsExplained(t *testing.T) {
	for _, tt := range []struct{ name, said, want string }{
		{"of the workspace", "hello.c:1:10: fatal error: z.h: No such file or directory", "hello/hello.c: z.h is neither one of this kernel's headers nor in srcs or hdrs of the target or of its deps: add it there"},
		{"of the kernel", "%{root}/usr/src/linux/a.h:1:10: fatal error: z.h: No such file or directory", "hello/hello.c: z.h, which /usr/src/linux/a.h includes, is neither one of this kernel's headers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, messages := unit(t, "")
			u.Compiler = []string{"tool", "faketool", "say", tt.said, "fail", "1"}
			if err := CC(u); err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(messages.String(), tt.want) {
				t.Errorf("%s\nwant: %s", messages, tt.want)
			}
		})
	}
}

func TestCRCsComeFromGenksyms(t *testing.T) {
	for _, tt := range []struct{ name, source, object, want string }{
		{"C: the preprocessed source", "hello.c", "export_symbol.o", "crc preprocessed\n"},
		{"assembly: the prototypes and the exports, sorted", "hello.S", "export_symbol.o", "crc in #include <linux/kernel.h>\ncrc in EXPORT_SYMBOL(foo);\ncrc in EXPORT_SYMBOL(local);\ncrc in EXPORT_SYMBOL(zoo);\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, messages := unit(t, object(t, tt.object))
			u.Source = "w/hello/" + tt.source
			u.Compiler = []string{"tool", "faketool", "compile", tt.source, "%{obj}.o"}
			u.AsmPreamble = []string{"linux/kernel.h"}
			u.Symversions = u.Out + ".symversions"
			u.GenksymsCPP = []string{"tool", "-Wp,-MMD,/m/.x.d", "faketool", "print", "preprocessed"}
			if tt.source == "hello.S" {
				u.GenksymsCPP = []string{"tool", "faketool", "stdin", "in"}
			}
			u.Genksyms = []string{"tool", "faketool", "stdin", "crc"}
			if err := CC(u); err != nil {
				t.Fatal(err, messages)
			}
			if diff := cmp.Diff(tt.want, contentOf(t, u.Symversions)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnExportedLocalSymbolFailsWhereKbuildChecks(t *testing.T) {
	u, messages := unit(t, object(t, "ksymtab.o"))
	err := CC(u)
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Code != 1 {
		t.Errorf("error %v, want exit code 1", err)
	}
	if got := messages.String(); got != "hello/hello.o: error: local symbol bar was exported\n" {
		t.Errorf("messages: %s", got)
	}
}

func TestCommandsFindNothingOfTheMachineInTheirEnvironment(t *testing.T) {
	t.Setenv("C_INCLUDE_PATH", "/usr/include")
	u, messages := unit(t, object(t, "none.o"))
	u.Compiler = append(u.Compiler, "environment")
	if err := CC(u); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(messages.String()), "\n")
	for i, line := range lines {
		name, value, _ := strings.Cut(line, "=")
		lines[i] = name
		// Messages say workspace paths: this is the folder of the command.
		if name == "PWD" && value != "hello" {
			t.Errorf("PWD is %s, not hello", value)
		}
	}
	if diff := cmp.Diff([]string{"LC_ALL", "PATH", "PWD", "TMPDIR"}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRelocatableLinksTheListedObjects(t *testing.T) {
	dir := t.TempDir()
	c, messages := common(t, "usr/src/linux", "%{root}/w/hello/hello")
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	l := Link{
		Common:  c,
		Objects: []Input{{"w/hello/b.o", write("1", "b")}, {"w/hello/sub/a.o", write("2", "a")}},
		Linker:  []string{"tool", "faketool", "list", "@%{obj}.mod", "%{obj}.o"},
		Objtool: []string{"tool", "faketool", "append", "%{obj}.o", "+"},
		Out:     filepath.Join(dir, "out.o"),
	}
	if err := Relocatable(l); err != nil {
		t.Fatal(err, messages)
	}
	if got := contentOf(t, l.Out); got != "ba+" {
		t.Errorf("linked %q", got)
	}
	l.Objects[0].Canonical = "w/hello/hello.o"
	if err := Relocatable(l); err == nil || !strings.Contains(err.Error(), "w/hello/hello.o") {
		t.Errorf("a part of the module's own name: %v", err)
	}
}

func TestModuleAddsBTFOfTheKernels(t *testing.T) {
	dir := t.TempDir()
	c, messages := common(t, "usr/src/linux", "%{root}/w/hello/hello")
	vmlinux := filepath.Join(dir, "vmlinux")
	if err := os.WriteFile(vmlinux, []byte("kernel"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := Final{
		Common:  c,
		Objects: []Input{{"w/hello/hello.o", vmlinux}},
		Files:   []Input{{"usr/src/linux/module.lds", vmlinux}},
		Vmlinux: vmlinux,
		Linker:  []string{"tool", "faketool", "cat", "module.lds", "%{obj}.ko"},
		BTF: [][]string{
			{"tool", "-b", "vmlinux", "faketool", "cat", "vmlinux", "%{obj}.ko"},
			{"LLVM_OBJCOPY=tool", "tool", "faketool", "environment", "append", "%{obj}.ko", "+BTF"},
		},
		Out: filepath.Join(dir, "out.ko"),
	}
	if err := Module(f); err != nil {
		t.Fatal(err, messages)
	}
	if got := contentOf(t, f.Out); got != "kernel+BTF" {
		t.Errorf("module: %q", got)
	}
	if !strings.Contains(messages.String(), "LLVM_OBJCOPY="+c.Tools["tool"]) {
		t.Errorf("environment:\n%s", messages)
	}
}

func TestPaholeRunsOneThreadUnlessItsOutputIsOrdered(t *testing.T) {
	for _, tt := range []struct{ words, want string }{
		{"pahole -J -j --btf_features=var x.ko", "pahole -J --btf_features=var x.ko"},
		{"pahole -J -j8 x.ko", "pahole -J x.ko"},
		{"pahole -J -j --btf_features=+reproducible_build x.ko", "pahole -J -j --btf_features=+reproducible_build x.ko"},
		{"resolve_btfids -j x.ko", "resolve_btfids -j x.ko"},
	} {
		if got := strings.Join(reproducible(strings.Fields(tt.words)), " "); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.words, got, tt.want)
		}
	}
}

// A process that is told to stop leaves nothing behind.
func TestASignalStopsTheCommandAndRemovesItsFolder(t *testing.T) {
	if os.Getenv("SLEEPING_CC") != "" {
		c, _ := common(t, "w/hello", "hello")
		j, err := newJob(c)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("root", j.root.Path)
		j.run("tool", []string{c.Tools["tool"], "faketool", "sleep"}, nil, nil)
		t.Fatal("it did not stop")
	}
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestASignalStopsTheCommandAndRemovesItsFolder$")
		cmd.Env = append(os.Environ(), "SLEEPING_CC=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var root string
		if _, err := fmt.Fscanf(out, "root %s\n", &root); err != nil {
			t.Fatal(err)
		}
		tasks := fmt.Sprintf("/proc/%d/task", cmd.Process.Pid)
		waitFor(t, "the command", func() bool { return hasChildren(tasks) })
		if _, err := os.Stat(root + "/w/hello"); err != nil {
			t.Fatal(err)
		}
		cmd.Process.Signal(sig)
		err = cmd.Wait()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 128+int(sig) {
			t.Errorf("%v: ended with %v", sig, err)
		}
		if _, err := os.Lstat(root); !os.IsNotExist(err) {
			t.Errorf("%v: %s is left behind (%v)", sig, root, err)
		}
	}
}

func hasChildren(tasks string) bool {
	lists, _ := filepath.Glob(tasks + "/*/children")
	for _, list := range lists {
		if text, err := os.ReadFile(list); err == nil && len(text) > 0 {
			return true
		}
	}
	return false
}

func waitFor(t *testing.T, what string, ready func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ready() {
			return
		}
	}
	t.Fatalf("%s: not there after 30 seconds", what)
}
