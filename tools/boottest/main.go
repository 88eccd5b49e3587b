// Boottest is the program of a kernel_boot_test: it boots a kernel in QEMU with
// the initramfs that tools/initramfs made and judges what the console says.
//
//	boottest --qemu PROGRAM --kernel VMLINUZ --initramfs CPIO [--memory_mb N]
//	    [--timeout_s N] [--cmdline TEXT] [--expect PATTERN]... [--any_order]
//	    [--forbid PATTERN]... [--allow PATTERN]... [--console_log FILE] [--show]
//
// A pattern is a text that a line contains, or `re:` and a regular expression.
// Arguments are also read from the file that lies beside the program and has
// its name with `.args` appended, one a line: Bazel gives a test none. Relative
// paths are looked for in the runfiles first.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/bootlog"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/qemu"
)

func main() {
	t, err := parse(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "boottest:", err)
		os.Exit(2)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if !t.run(os.Stdout, signals) {
		os.Exit(1)
	}
}

// parse makes a test of the command line: the program's name and its
// arguments, before which those in the .args file come.
func parse(argv []string) (*test, error) {
	beside, err := params.Expand([]string{"@" + argv[0] + ".args"})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	args, err := params.Expand(argv[1:])
	if err != nil {
		return nil, err
	}
	t := &test{machine: qemu.Machine{MemoryMB: 256}, seconds: 120}
	forbid := append([]string(nil), bootlog.DefaultForbid...)
	for _, text := range forbid {
		if err := addPattern(&t.checks.Forbid)(text); err != nil {
			return nil, err
		}
	}
	f := flag.NewFlagSet("boottest", flag.ContinueOnError)
	f.StringVar(&t.machine.Program, "qemu", "", "QEMU for the kernel's architecture")
	f.StringVar(&t.machine.Kernel, "kernel", "", "boot image")
	f.StringVar(&t.machine.Initramfs, "initramfs", "", "cpio archive")
	f.IntVar(&t.machine.MemoryMB, "memory_mb", t.machine.MemoryMB, "memory of the machine, in MiB")
	f.StringVar(&t.machine.Cmdline, "cmdline", "", "appended to the kernel's command line")
	f.IntVar(&t.seconds, "timeout_s", t.seconds, "time limit, in seconds")
	f.StringVar(&t.consoleLog, "console_log", consoleLog(), "where to keep the console")
	f.BoolVar(&t.show, "show", os.Getenv("TEST_TARGET") == "", "show the console as it comes; the default outside of Bazel")
	f.BoolVar(&t.checks.AnyOrder, "any_order", false, "the expected lines may come in any order")
	f.Func("expect", "pattern of a line that must be there (repeated)", addPattern(&t.checks.Expect))
	f.Func("forbid", "pattern of a line that must not be there (repeated)", addPattern(&t.checks.Forbid))
	f.Func("allow", "pattern of a line that may be there although a --forbid matches it (repeated)", addPattern(&t.checks.Allow))
	if err := f.Parse(append(beside, args...)); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	for _, path := range []*string{&t.machine.Program, &t.machine.Kernel, &t.machine.Initramfs} {
		if *path == "" {
			return nil, fmt.Errorf("--qemu, --kernel and --initramfs are needed")
		}
		*path = locate(*path)
	}
	return t, nil
}

func addPattern(list *[]bootlog.Pattern) func(string) error {
	return func(text string) error {
		p, err := bootlog.ParsePattern(text)
		*list = append(*list, p)
		return err
	}
}

// consoleLog returns where the console is kept by default: among the outputs
// that Bazel keeps of a test.
func consoleLog() string {
	dir := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR")
	if dir == "" {
		return "console.log"
	}
	return filepath.Join(dir, "console.log")
}

// locate finds a file in the runfiles; a path that is not there stays as it is.
func locate(path string) string {
	if filepath.IsAbs(path) || strings.HasPrefix(path, ".") {
		return path
	}
	if found, err := runfiles.Rlocation(path); err == nil {
		if _, err := os.Stat(found); err == nil {
			return found
		}
	}
	return path
}
