package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A kernelEdit is a change of a kernel's sources or configuration.
type kernelEdit struct {
	name     string
	changes  []change
	option   string   // a line of .config; empty: none
	trimmed  bool     // of the trimmed kernel alone
	all      bool     // make compiles everything: of the untrimmed kernel alone
	compiles []string // the objects that depend on it
}

// A change is text of a file of the sources that is there once, and what takes
// its place.
type change struct{ file, old, new string }

// editGoal is our time over make's.
const editGoal = 1. / 5

// kernelEdits are made one after the other, each undone before the next. That of
// a header is the last of its kernel, since make then compiles everything.
var kernelEdits = []kernelEdit{
	{name: "nothing"},
	{
		name: "a function in fs/fat",
		changes: []change{{
			"fs/fat/misc.c",
			"\"Filesystem has been set read-only\"",
			"\"filesystem is read-only from here on\"",
		}},
		compiles: []string{"fs/fat/misc.o"},
	},
	{
		name:     "an option that three files read",
		option:   "# CONFIG_BLOCK_LEGACY_AUTOLOAD is not set",
		compiles: []string{"block/bdev.o", "block/genhd.o", "drivers/block/loop.o"},
	},
	{
		name: "a comment in list.h",
		changes: []change{{
			"include/linux/list.h",
			" * Circular doubly linked list implementation.\n",
			" * A doubly linked list that goes in a circle.\n",
		}},
		all: true,
	},
	{
		name: "a module uses one more export",
		changes: []change{{
			"fs/fat/misc.c",
			"#include <linux/iversion.h>\n",
			"#include <linux/iversion.h>\n#include <linux/lcm.h>\n",
		}, {
			"fs/fat/misc.c",
			"\tif (opts->errors == FAT_ERRORS_PANIC)\n",
			"\tif (opts->errors == FAT_ERRORS_PANIC + (lcm(report, 2) == 1))\n",
		}},
		trimmed:  true,
		compiles: []string{"fs/fat/misc.o", "lib/math/lcm.o"},
	},
}

// edits edits a kernel that both have built, and has both build it again. It
// prints what was compiled, and which actions ran besides; the link of vmlinux,
// which both must do, is among them.
func (s *kernelSpace) edits(target string, build *makeTree) error {
	var edits []kernelEdit
	for _, e := range kernelEdits {
		if trimmed := target == trimmedKernel; trimmed && !e.all || !trimmed && !e.trimmed {
			edits = append(edits, e)
		}
	}
	for i, e := range edits {
		err := s.measure(e, target, build)
		if err == nil {
			err = s.undo(e, target, build, i == len(edits)-1)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	return nil
}

// measure makes an edit in both trees and builds.
func (s *kernelSpace) measure(e kernelEdit, target string, build *makeTree) error {
	compiled := 0
	again := false
	var log []spawn
	err := compareBest(1, e.name, editGoal,
		side{"make", func() (taken, error) {
			if err := e.apply(build.Dir, build.SetConfig); err != nil {
				return taken{}, err
			}
			return timed(func() error {
				out, err := build.Make("all")
				compiled = strings.Count(out, "\n  CC ") + strings.Count(out, "\n  AS ")
				if err != nil && e.trimmed {
					// Kbuild's own failure, which e2e/kernel/cramfs replays.
					again = true
					out, err = build.Make("all")
					compiled += strings.Count(out, "\n  CC ")
				}
				return err
			})
		}},
		side{"rules_kbuild", func() (taken, error) {
			if err := e.apply(filepath.Join(s.dir, kernelSources), s.setOption); err != nil {
				return taken{}, err
			}
			var t taken
			var err error
			log, err = s.logged(func(options ...string) error {
				t, err = s.timed(func() error { return s.quietBuild(s.flags(target, options...)...) })
				return err
			})
			return t, err
		}})
	if err != nil {
		return err
	}
	fmt.Printf("  make compiles %d files", compiled)
	if again {
		fmt.Print(", and fails at first: it is run twice")
	}
	fmt.Printf("\n  rules_kbuild runs %s\n", summary(log))
	got := s.compiledObjects(log)
	if !slices.Equal(got, e.compiles) {
		fmt.Printf("  it compiles %s; the objects that depend on the edit are %s\n", strings.Join(got, " "), strings.Join(e.compiles, " "))
	}
	return nil
}

// undo takes an edit back in both trees, and builds them; make's not after the
// last edit.
func (s *kernelSpace) undo(e kernelEdit, target string, build *makeTree, last bool) error {
	back := e
	back.changes = nil
	for _, c := range e.changes {
		back.changes = append(back.changes, change{c.file, c.new, c.old})
	}
	if e.option != "" {
		back.option = strings.TrimSpace(unedited)
	}
	err := errors.Join(
		back.apply(build.Dir, build.SetConfig),
		back.apply(filepath.Join(s.dir, kernelSources), s.setOption),
		s.quietBuild(s.flags(target)...),
	)
	if err != nil || last {
		return err
	}
	return build.all()
}

// apply makes the edit in a tree.
func (e *kernelEdit) apply(dir string, setOption func(...string) error) error {
	if e.option != "" {
		return setOption(e.option)
	}
	for _, c := range e.changes {
		file := filepath.Join(dir, c.file)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if n := strings.Count(string(text), c.old); n != 1 {
			return fmt.Errorf("%s has %d places that read %q, want one", file, n, c.old)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// setOption writes the fragment that is edited.
func (s *kernelSpace) setOption(lines ...string) error {
	return os.WriteFile(filepath.Join(s.dir, kernelOptions), []byte(strings.Join(lines, "\n")+"\n"), 0o666)
}

// logged returns the actions that a build has executed, without those that came
// from a cache.
func (s *kernelSpace) logged(build func(options ...string) error) ([]spawn, error) {
	file := filepath.Join(s.dir, "execution.json")
	defer os.Remove(file)
	if err := build("--execution_log_json_file="+file, "--noexecution_log_sort"); err != nil {
		return nil, err
	}
	log, err := readLog(file)
	return slices.DeleteFunc(log, func(a spawn) bool { return a.CacheHit }), err
}

// summary counts actions by their kind.
func summary(log []spawn) string {
	count := map[string]int{}
	for _, a := range log {
		count[a.Mnemonic]++
	}
	var parts []string
	for kind, n := range count {
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// inTree matches the part of an output's path that is before its path in the tree.
var inTree = regexp.MustCompile(`^.*?/bin/(external/[^/]+/|trimmed/)(_trim/|_guess/|_modules/)?`)

// compiledObjects are the objects that were compiled of the kernel's sources, in
// order. Those that KernelTrim has passed on are not among them.
func (s *kernelSpace) compiledObjects(log []spawn) []string {
	var objects []string
	for _, a := range log {
		if a.Mnemonic != "KernelCompile" && a.Mnemonic != "KernelTrim" {
			continue
		}
		for _, out := range a.ListedOutputs {
			if strings.HasSuffix(out, ".o") && !(a.Mnemonic == "KernelTrim" && s.passedOn(out)) {
				objects = append(objects, inTree.ReplaceAllString(out, ""))
			}
		}
	}
	slices.Sort(objects)
	return slices.Compact(objects)
}

// passedOn says whether an object of a trimmed kernel is the one that was there
// before.
func (s *kernelSpace) passedOn(object string) bool {
	info, err := os.Stat(filepath.Join(s.execRoot, strings.TrimSuffix(object, ".o")+".dropped"))
	return err == nil && info.Size() == 0
}
