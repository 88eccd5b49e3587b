// Ksym answers questions about exported symbols at the terminal, from what
// Bazel has built:
//
//	bazel run @rules_kbuild//tools/ksym -- who-uses SYMBOL
//	bazel run @rules_kbuild//tools/ksym -- exports MODULE
//	bazel run @rules_kbuild//tools/ksym -- why SYMBOL
//	bazel run @rules_kbuild//tools/ksym -- diff A B
//
// It builds nothing: it reads the .ksyms files and needed sets that are in the
// workspace's bazel-bin (or, what bazel-bin has no answer for, of its other
// configurations), or in the folders and files that --dir and --file name. This
// makes them:
//
//	bazel build --output_groups=ksyms,needed //...
//
// A module is called by its name, path or label. A and B of diff are needed
// sets: files, perhaps below bazel-bin, or labels of kernel_module_set targets.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/ksymquery"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

func main() {
	if err := run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "ksym:", err)
		}
		os.Exit(1)
	}
}

const usage = `usage: ksym [--dir FOLDER]... [--file FILE]... QUESTION
  who-uses SYMBOL   which modules import it, strongly or weakly, ask for it by symbol_get(), or name it in klp relocations
  exports MODULE    what a module exports, and who uses it
  why SYMBOL        which module sets keep it, and for whom
  diff A B          what changed between two needed sets
It answers from bazel-bin, where ` + "`" + ksymquery.BuildFirst + "`" + ` puts what it reads.
`

// questions are what can be asked, but for diff.
var questions = map[string]func(string) ksymquery.Answer{
	"who-uses": ksymquery.WhoUses,
	"exports":  ksymquery.Exports,
	"why":      ksymquery.Why,
}

// A place is where to look: folders and files.
type place struct {
	dirs, files []string
	// cwd is the folder that a person stands in, which `bazel run` leaves;
	// workspace the root of the workspace, empty if it is to be found from there.
	cwd, workspace string
	stderr         io.Writer // for warnings
}

func run(args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	at := place{cwd: getenv("BUILD_WORKING_DIRECTORY"), workspace: getenv("BUILD_WORKSPACE_DIRECTORY"), stderr: stderr}
	flags := flag.NewFlagSet("ksym", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	flags.Func("dir", "a `folder` to look in, instead of bazel-bin (repeated)", func(v string) error {
		at.dirs = append(at.dirs, at.path(v))
		return nil
	})
	flags.Func("file", "a .ksyms `file` or needed set to read, instead of bazel-bin (repeated)", func(v string) error {
		at.files = append(at.files, at.path(v))
		return nil
	})
	var words []string
	for len(args) > 0 { // flags may come after words too
		if err := flags.Parse(args); err != nil {
			return err
		}
		if args = flags.Args(); len(args) > 0 {
			words = append(words, args[0])
			args = args[1:]
		}
	}
	if len(words) == 0 {
		fmt.Fprint(stderr, usage)
		return fmt.Errorf("no question")
	}
	verb, words := words[0], words[1:]
	question, known := questions[verb]
	var text string
	var err error
	switch {
	case verb == "diff" && len(words) == 2:
		text, err = at.diff(words[0], words[1])
	case verb == "diff":
		return fmt.Errorf("diff wants two needed sets")
	case !known:
		return fmt.Errorf("no question %q: one of who-uses, exports, why, diff", verb)
	case len(words) != 1:
		return fmt.Errorf("%s wants one name, not %d", verb, len(words))
	default:
		text, err = at.ask(question(words[0]))
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, text)
	return err
}

// path is a path that a person gave.
func (at *place) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(at.cwd, p)
}

// builds reads the outputs.
func (at *place) builds() ([]*ksymquery.Build, error) {
	outputs, err := at.outputs()
	if err != nil {
		return nil, err
	}
	var builds []*ksymquery.Build
	for _, out := range outputs {
		b := ksymquery.Load(out)
		for _, err := range b.Skipped {
			if out.Named {
				return nil, err
			}
			fmt.Fprintf(at.stderr, "WARNING: ksym: left out: %v\n", err)
		}
		builds = append(builds, b)
	}
	return builds, nil
}

func (at *place) outputs() ([]ksymquery.Outputs, error) {
	var all []ksymquery.Outputs
	for _, dir := range at.dirs {
		// bazel-bin is a link, which a walk would not follow.
		resolved, err := filepath.EvalSymlinks(dir)
		if err != nil {
			return nil, err
		}
		found, err := ksymquery.Find(resolved)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no .ksyms file in %s: build the modules first, with `%s`", dir, ksymquery.BuildFirst)
		}
		all = append(all, ksymquery.Outputs{Name: dir, Dir: resolved, Files: found})
	}
	if len(at.files) > 0 {
		all = append(all, ksymquery.Outputs{Name: "the files given", Files: at.files, Named: true})
	}
	if len(all) > 0 {
		return all, nil
	}
	workspace := at.workspace
	if workspace == "" {
		var err error
		if workspace, err = ksymquery.Workspace(at.path(".")); err != nil {
			return nil, err
		}
	}
	return ksymquery.FindInWorkspace(workspace)
}

func (at *place) ask(question ksymquery.Answer) (string, error) {
	builds, err := at.builds()
	if err != nil {
		return "", err
	}
	return ksymquery.Ask(builds, question)
}

func (at *place) diff(before, after string) (string, error) {
	old, err := at.set(before)
	if err != nil {
		return "", err
	}
	now, err := at.set(after)
	if err != nil {
		return "", err
	}
	return needed.Diff(old, now), nil
}

// set returns the needed set that a person means: a file, or what the outputs
// have of that name.
func (at *place) set(name string) (*ksympb.NeededSet, error) {
	file := at.path(name)
	if !strings.Contains(name, "//") {
		if _, err := os.Stat(file); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return ksyms.ReadNeededFile(file)
		}
	}
	builds, err := at.builds()
	if err != nil {
		return nil, err
	}
	set, in := builds[0].SetCalled(name), []string(nil)
	if set != nil {
		return set, nil
	}
	for _, b := range builds[1:] {
		if other := b.SetCalled(name); other != nil {
			set = other
			in = append(in, b.Name)
		}
	}
	switch {
	case set == nil:
		return nil, ksymquery.NoSet(builds, name)
	case len(in) > 1:
		return nil, fmt.Errorf("%s is built in several configurations (%s): name its needed.ksyms, or one of them with --dir", name, strings.Join(in, ", "))
	}
	return set, nil
}
