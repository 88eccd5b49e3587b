// Command launch is what dev/bazel runs: it finds or sets up a Bazel for this machine and passes its arguments to it.
//
// Where the machine has a Bazel of 7.4 or newer (or Bazelisk) whose module registry answers, that is the one. Elsewhere a Debian root
// folder with Bazel is made, in the user's cache folder, once.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/foreground"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintf(os.Stderr, "dev/bazel: %v\n", err)
		if code == 0 {
			code = 1
		}
	}
	os.Exit(code)
}

func run(args []string) (int, error) {
	if len(args) < 1 {
		return 2, errors.New("launch wants the checkout's folder as its first argument; run dev/bazel")
	}
	l, err := newLauncher(args[0])
	if err != nil {
		return 1, err
	}
	argv, err := l.command()
	if err != nil {
		return 1, err
	}
	args = args[1:]
	if summary := newSummary(args); summary != nil {
		args = summary.arguments(args)
		defer summary.print()
	}
	return wait(append(argv, args...))
}

// wait runs a command with the terminal's input and output and returns its exit code.
func wait(argv []string) (int, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := foreground.Run(cmd)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if code := exit.ExitCode(); code > 0 {
			return code, nil
		}
		return 1, err
	}
	return 0, err
}
