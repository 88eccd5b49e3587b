package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/bootlog"
	"github.com/rules-kbuild/rules_kbuild/internal/qemu"
)

// A test is one boot and what it is judged by.
type test struct {
	machine    qemu.Machine
	checks     bootlog.Checks
	seconds    int
	consoleLog string
	show       bool
}

// tail is the number of the console's last lines that a failure shows.
const tail = 40

// run boots, judges and writes the result to out; it reports whether the test
// passed. A signal ends the boot, and with it the test.
func (t *test) run(out io.Writer, signals <-chan os.Signal) bool {
	file, err := os.Create(t.consoleLog)
	if err != nil {
		fmt.Fprintln(out, "FAIL:", err)
		return false
	}
	defer file.Close()
	var console bytes.Buffer
	writers := []io.Writer{file, &console}
	if t.show {
		writers = append(writers, out)
	}

	begin := time.Now()
	err = t.boot(io.MultiWriter(writers...), signals)
	took := time.Since(begin).Round(100 * time.Millisecond)
	log := bootlog.Parse(console.Bytes())
	var problems []bootlog.Problem
	if err != nil {
		problems = append(problems, bootlog.Problem{Text: err.Error()})
	}
	if err == nil || console.Len() > 0 { // else QEMU did not run: that is all
		problems = append(problems, log.Check(t.checks)...)
	}
	if len(problems) == 0 {
		fmt.Fprintf(out, "PASS: booted, loaded, checked and powered off in %v; %d expected lines seen\n", took, len(t.checks.Expect))
		return true
	}
	report(out, problems, log, t.consoleLog)
	return false
}

// boot runs the machine. The error says what ended it from outside, if
// anything did.
func (t *test) boot(console io.Writer, signals <-chan os.Signal) error {
	limit, why, err := t.limit()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	timer := time.AfterFunc(limit, func() {
		cancel(fmt.Errorf("the time limit of %v (%s) passed", limit, why))
	})
	defer timer.Stop()
	go func() {
		select {
		case s := <-signals:
			cancel(fmt.Errorf("stopped by a signal: %v", s))
		case <-ctx.Done():
		}
	}()
	return t.machine.Run(ctx, console)
}

// margin is what is left of Bazel's own time limit to write the result in.
const margin = 5 * time.Second

// limit returns the time limit and which attribute of the test sets it: its
// own, or Bazel's if that would end the test without a word about why.
func (t *test) limit() (time.Duration, string, error) {
	limit := time.Duration(t.seconds) * time.Second
	if limit <= 0 {
		return 0, "", errors.New("timeout_s must be positive")
	}
	bazel, err := strconv.Atoi(os.Getenv("TEST_TIMEOUT"))
	if d := time.Duration(bazel)*time.Second - margin; err == nil && d > 0 && d < limit {
		return d, "from `timeout` or `size`, shorter than `timeout_s`", nil
	}
	return limit, "`timeout_s`", nil
}

// report writes why the test failed, the end of the console, and where the
// whole of it is.
func report(out io.Writer, problems []bootlog.Problem, log *bootlog.Log, file string) {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "FAIL: %s\n", p.Text)
		for _, d := range p.Detail {
			fmt.Fprintf(&b, "    %s\n", d)
		}
	}
	if last := log.Tail(tail); len(last) > 0 {
		fmt.Fprintf(&b, "\nThe console ends with:\n    %s\n", strings.Join(last, "\n    "))
	} else {
		b.WriteString("\nThe console is empty.\n")
	}
	fmt.Fprintf(&b, "\nThe whole console: %s\n", whereabouts(file))
	_, _ = io.WriteString(out, b.String())
}

// whereabouts says where a user finds the console's file after the test: in a
// sandbox its path is not the one it is kept at.
func whereabouts(file string) string {
	target := os.Getenv("TEST_TARGET")
	if target == "" || os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR") == "" {
		return file
	}
	target = strings.TrimLeft(target, "@")
	if repo, path, ok := strings.Cut(target, "//"); ok {
		target = strings.Trim("external/"+repo+"/"+path, "/")
		if repo == "" {
			target = path
		}
	}
	dir := strings.ReplaceAll(strings.TrimPrefix(target, ":"), ":", "/")
	return "console.log in bazel-testlogs/" + dir + "/test.outputs (or in outputs.zip there)"
}
