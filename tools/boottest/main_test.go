package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Set for this program, they make it a QEMU that writes a file to its console
// and then, if asked to, does not end.
const (
	fakeConsole = "BOOTTEST_FAKE_CONSOLE"
	fakeHang    = "BOOTTEST_FAKE_HANG"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(fakeConsole); file != "" {
		fakeQEMU(file)
	}
	os.Exit(m.Run())
}

func fakeQEMU(file string) {
	if !slices.Contains(os.Args, "-no-reboot") {
		fmt.Fprintln(os.Stderr, "qemu: this would reboot for ever")
		os.Exit(1)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "qemu: could not load kernel:", err)
		os.Exit(1)
	}
	_, _ = os.Stdout.Write(text)
	if os.Getenv(fakeHang) != "" {
		time.Sleep(time.Hour)
	}
	os.Exit(0)
}

// newTest makes a test of a command line, with a QEMU that writes console.
func newTest(t *testing.T, console string, hang bool, args ...string) *test {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "fake")
	if err := os.WriteFile(file, []byte(console), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv(fakeConsole, file)
	if hang {
		t.Setenv(fakeHang, "1")
	}
	t.Setenv("TEST_TARGET", "//examples/hello:boot_test")
	t.Setenv("TEST_UNDECLARED_OUTPUTS_DIR", dir)
	t.Setenv("TEST_TIMEOUT", "")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	argv := append([]string{filepath.Join(dir, "boot_test"), "--qemu", self, "--kernel", "/vmlinuz", "--initramfs", "/x.cpio"}, args...)
	test, err := parse(argv)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

const good = `[    0.000000] Linux version 6.12
[    1.000000] boottest: started
[    1.100000] boottest: loading hello
[    1.200000] hello: loaded
[    1.300000] boottest: unloading hello
[    1.400000] hello: unloaded
[    1.500000] boottest: PASSED
[    1.600000] reboot: Power down
`

func TestABootThatShowsWhatIsExpectedPasses(t *testing.T) {
	test := newTest(t, good, false, "--expect", "hello: loaded", "--expect", "re:un.oaded")
	var out bytes.Buffer
	if !test.run(&out, nil) {
		t.Fatalf("it failed:\n%s", &out)
	}
	if got := out.String(); !strings.HasPrefix(got, "PASS: ") || !strings.Contains(got, "2 expected lines seen") {
		t.Errorf("it says %q", got)
	}
	kept, err := os.ReadFile(filepath.Join(os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR"), "console.log"))
	if err != nil || string(kept) != good {
		t.Errorf("console.log: %v: %q", err, kept)
	}
}

func TestAFailureSaysWhatIsMissingAndWhereTheConsoleIs(t *testing.T) {
	test := newTest(t, good, false, "--expect", "hello: count 3", "--forbid", "unloaded")
	var out bytes.Buffer
	if test.run(&out, nil) {
		t.Fatalf("it passed:\n%s", &out)
	}
	const want = `FAIL: the kernel log has lines that it must not have
        6  hello: unloaded
FAIL: the kernel log has no line with "hello: count 3"

The console ends with:
        1  Linux version 6.12
        2  boottest: started
        3  boottest: loading hello
        4  hello: loaded
        5  boottest: unloading hello
        6  hello: unloaded
        7  boottest: PASSED
        8  reboot: Power down

The whole console: console.log in bazel-testlogs/examples/hello/boot_test/test.outputs (or in outputs.zip there)
`
	if got := out.String(); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
}

func TestAMachineThatHangsIsStoppedAtTheTimeLimit(t *testing.T) {
	cut, _, _ := strings.Cut(good, "[    1.200000]")
	test := newTest(t, cut, true, "--timeout_s", "1")
	var out bytes.Buffer
	begin := time.Now()
	if test.run(&out, nil) {
		t.Fatalf("it passed:\n%s", &out)
	}
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, want := range []string{
		"FAIL: the time limit of 1s (`timeout_s`) passed\n",
		`the last that it said was "loading hello"`,
		"    3  boottest: loading hello\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
}

func TestTheConsoleIsShownIfAskedFor(t *testing.T) {
	for _, show := range []bool{false, true} {
		test := newTest(t, good, false, fmt.Sprintf("--show=%v", show))
		var out bytes.Buffer
		if !test.run(&out, nil) {
			t.Fatalf("it failed:\n%s", &out)
		}
		if got := strings.Contains(out.String(), good); got != show {
			t.Errorf("--show=%v: the console is shown: %v", show, got)
		}
	}
}

func TestASignalStopsTheMachine(t *testing.T) {
	test := newTest(t, good, true)
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGTERM
	var out bytes.Buffer
	if test.run(&out, signals) {
		t.Fatalf("it passed:\n%s", &out)
	}
	if want := "FAIL: stopped by a signal: terminated\n"; !strings.HasPrefix(out.String(), want) {
		t.Errorf("it says %q, want %q first", &out, want)
	}
}

func TestBazelsOwnLimitComesFirstIfItIsShorter(t *testing.T) {
	test := newTest(t, good, false)
	for _, c := range []struct {
		bazel string
		want  time.Duration
	}{{"", 120 * time.Second}, {"60", 55 * time.Second}, {"300", 120 * time.Second}, {"3", 120 * time.Second}} {
		t.Setenv("TEST_TIMEOUT", c.bazel)
		if got, _, err := test.limit(); err != nil || got != c.want {
			t.Errorf("TEST_TIMEOUT=%s: limit %v, %v, want %v", c.bazel, got, err, c.want)
		}
	}
}

func TestWhatQEMUSaysIsTheReasonIfItDoesNotRun(t *testing.T) {
	test := newTest(t, good, false)
	t.Setenv(fakeConsole, "/nowhere")
	var out bytes.Buffer
	if test.run(&out, nil) {
		t.Fatalf("it passed:\n%s", &out)
	}
	if want := "qemu: could not load kernel: open /nowhere"; !strings.Contains(out.String(), want) || strings.Count(out.String(), "FAIL") != 1 {
		t.Errorf("it says %q, want %q alone", &out, want)
	}
}

func TestArgumentsAreReadFromTheFileBesideTheProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "boot_test")
	args := "--qemu=/q\n--kernel=/k\n--initramfs=/i\n--cmdline=a  b\n--expect=@x\n--memory_mb=64\n"
	if err := os.WriteFile(program+".args", []byte(args), 0o644); err != nil {
		t.Fatal(err)
	}
	test, err := parse([]string{program, "--memory_mb=128"})
	if err != nil {
		t.Fatal(err)
	}
	m := test.machine
	if m.Program != "/q" || m.Kernel != "/k" || m.Initramfs != "/i" || m.Cmdline != "a  b" || m.MemoryMB != 128 || len(test.checks.Expect) != 1 {
		t.Errorf("got %+v", test)
	}
}

func TestCommandLinesThatMakeNoTestAreErrors(t *testing.T) {
	for _, args := range []string{"", "--qemu=/q --kernel=/k", "--qemu=/q --kernel=/k --initramfs=/i more", "--expect=", "--forbid=re:("} {
		if _, err := parse(append([]string{"/nowhere/boot_test"}, strings.Fields(args)...)); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}
