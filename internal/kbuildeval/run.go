package kbuildeval

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

//go:embed front.sh
var front string

// A run is an evaluation under way, in a scratch folder:
//
//	bin/    the SDK's programs, and the front of make
//	runs/   what Kbuild printed
//	usr/    the SDK's tree: its folders are real, what is in them is linked
//	w/      the workspace: a copy of the folder to evaluate, links to all beside it
//
// The SDK's own folder will not do for Kbuild: Bazel's names of repositories
// have a ~ in them, for which GNU make starts a shell where it would do without,
// and that changes PWD.
type run struct {
	Request
	programs *kbuildsdk.Programs
	scratch  string
	said     bytes.Buffer // what the last command wrote to standard error
	told     bytes.Buffer // and to standard output
}

// Front writes to a folder of programs a make that finds the kernel's build
// folder where others would have it (/lib/modules/...), and a uname that knows
// the release. If runs is a folder, Kbuild is run with -n, and what it prints
// goes there.
func Front(bin string, sdk *kbuildsdk.SDK, objtree, runs string) error {
	make := filepath.Join(bin, "make")
	text := strings.NewReplacer(
		"@MAKE@", kbuildsdk.Quote(sdk.MakeCommand(make)),
		"@OBJTREE@", kbuildsdk.Quote([]string{objtree}),
		"@RUNS@", kbuildsdk.Quote([]string{runs}),
	).Replace(front)
	for file, text := range map[string]string{
		make:                        text,
		filepath.Join(bin, "uname"): "#!/bin/sh\n[ \"$1\" = -r ] && exec echo " + kbuildsdk.Quote([]string{sdk.Release}) + "\nPATH=${PATH#*:} exec uname \"$@\"\n",
	} {
		if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
			return err
		}
	}
	return nil
}

// kernel is the kernel's name in messages.
func (x *run) kernel() string {
	if x.Kernel != "" {
		return x.Kernel
	}
	return "linux " + x.SDK.Release
}

// objtree is the kernel's build folder on this machine.
func (x *run) objtree() string { return filepath.Join(x.scratch, x.SDK.Objtree) }

// dir is the copy of the folder that is evaluated.
func (x *run) dir() string { return filepath.Join(x.scratch, "w", x.Dir) }

// environment is what commands are run with.
func (x *run) environment() []string {
	return x.programs.Environment("PWD="+x.dir(), "HOME="+x.scratch, "TMPDIR="+filepath.Join(x.scratch, "tmp"))
}

// command runs a shell command in the folder. A failure of it counts if Kbuild was
// not reached or failed: what an outer Makefile does with the modules, which
// were not built, does not matter.
func (x *run) command(line string) error {
	before := len(x.recorded())
	x.said.Reset()
	x.told.Reset()
	cmd := exec.Command("/bin/sh", "-c", line)
	cmd.Dir = x.dir()
	cmd.Env = x.environment()
	cmd.Stdout, cmd.Stderr = &x.told, &x.said
	err := cmd.Run()
	failed := false
	for _, n := range x.recorded()[before:] {
		if errors, _ := os.ReadFile(x.recordedFile(n, "err")); bytes.Contains(errors, []byte("make: *** ")) {
			failed = true
		}
	}
	if err == nil || len(x.recorded()) > before && !failed {
		return nil
	}
	message := explain(x.clean(errorLines(x.said.String())))
	if message == "" {
		message = x.clean(lastLines(x.told.String(), 10)) + "\n" + line + ": " + err.Error()
	}
	return &Error{Dir: x.Dir, Kernel: x.kernel(), Message: message}
}

// recorded are the numbers of the runs of Kbuild.
func (x *run) recorded() []int {
	var numbers []int
	for n := 1; exists(x.recordedFile(n, "args")); n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

func (x *run) recordedFile(n int, what string) string {
	return filepath.Join(x.scratch, "runs", strconv.Itoa(n)+"."+what)
}

// lastLines are the last n lines of a text.
func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// errorLines are the lines of make's messages that say what is wrong, without
// those by which each make above tells of the one below.
func errorLines(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.Contains(line, "*** [") || strings.Contains(line, ": Entering directory") || strings.Contains(line, ": Leaving directory") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// noRule is what GNU make says of an object whose source is missing.
var noRule = regexp.MustCompile(`No rule to make target '(?:.*/)?([^/']+)\.o', needed by '([^']+)\.o'`)

// explain adds to make's message what it means of Kbuild.
func explain(message string) string {
	if m := noRule.FindStringSubmatch(message); m != nil {
		return message + fmt.Sprintf("\nA Makefile lists %s.o for %s, but there is neither %s.c nor %s.S.", m[1], path.Base(m[2]), m[1], m[1])
	}
	return message
}

// clean replaces the folders of this evaluation in a text for people.
func (x *run) clean(text string) string {
	text = strings.ReplaceAll(text, x.scratch+"/w/", "")
	text = strings.ReplaceAll(text, x.scratch+"/w", ".")
	return strings.ReplaceAll(text, x.scratch, "")
}

// inWorkspace returns the workspace path of an absolute path in the copy.
func (x *run) inWorkspace(absolute string) (string, bool) {
	top := x.scratch + "/w"
	absolute = path.Clean(absolute)
	if absolute == top {
		return "", true
	}
	return strings.CutPrefix(absolute, top+"/")
}

// read reads what Kbuild printed in all runs.
func (x *run) read(tree *Tree) error {
	if len(x.recorded()) == 0 {
		return &Error{Dir: x.Dir, Kernel: x.kernel(), Message: "its Makefile never ran the kernel's Kbuild (make -C " + "/lib/modules/" + x.SDK.Release + "/build M=...)"}
	}
	for _, n := range x.recorded() {
		args, err := os.ReadFile(x.recordedFile(n, "args"))
		if err != nil {
			return err
		}
		printed, err := os.ReadFile(x.recordedFile(n, "out"))
		if err != nil {
			return err
		}
		root, err := x.root(strings.Split(string(args), "\n"))
		if err != nil {
			return err
		}
		if err := x.readRun(tree, root, string(printed)); err != nil {
			return err
		}
	}
	return nil
}

// root returns the workspace path of the M among make's arguments.
func (x *run) root(args []string) (string, error) {
	for _, arg := range args {
		if m, found := strings.CutPrefix(arg, "M="); found {
			if !filepath.IsAbs(m) {
				m = filepath.Join(x.dir(), m)
			}
			if root, inside := x.inWorkspace(m); inside {
				return root, nil
			}
			return "", fmt.Errorf("%s: Kbuild is run on M=%s, which is outside of it: have its Makefile pass M=$(CURDIR), or give the variable with `# gazelle:kbuild_make NAME=VALUE`", OrTop(x.Dir), m)
		}
	}
	return "", fmt.Errorf("%s: Kbuild is run without M=: have its Makefile pass M=$(CURDIR)", OrTop(x.Dir))
}
