package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
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
// prints what was compiled, and which actions ran besides; what the link of vmlinux
// takes, which both must do, and the ratio without it.
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
	var make, ours linked
	var actions []kernelAction
	err := compareBest(1, e.name, editGoal,
		side{"make", func() (taken, error) {
			if err := e.apply(build.Dir, build.SetConfig); err != nil {
				return taken{}, err
			}
			var err error
			make.taken, err = timed(func() error {
				var out string
				var err error
				out, make.link, err = build.linking()
				compiled = strings.Count(out, "\n  CC ") + strings.Count(out, "\n  AS ")
				if err != nil && e.trimmed {
					// Kbuild's own failure, which e2e/kernel/cramfs replays.
					again = true
					out, make.link, err = build.linking()
					compiled += strings.Count(out, "\n  CC ")
				}
				return err
			})
			return make.taken, err
		}},
		side{"rules_kbuild", func() (taken, error) {
			if err := e.apply(filepath.Join(s.dir, kernelSources), s.setOption); err != nil {
				return taken{}, err
			}
			var err error
			actions, err = s.ran(target, func(options ...string) error {
				var err error
				ours.taken, err = s.timed(func() error { return s.quietBuild(s.flags(target, options...)...) })
				return err
			})
			ours.link = linkTime(actions)
			return ours.taken, err
		}})
	if err != nil {
		return err
	}
	fmt.Print(apart(make, ours, compileTime(actions), again))
	fmt.Printf("  make compiles %d files", compiled)
	if again {
		fmt.Print(", and fails at first: it is run twice")
	}
	fmt.Printf("\n  rules_kbuild runs %s\n", summary(actions))
	got := compiledObjects(actions)
	if !slices.Equal(got, e.compiles) {
		fmt.Printf("  it compiles %s; the objects that depend on the edit are %s\n", strings.Join(got, " "), strings.Join(e.compiles, " "))
	}
	return nil
}

// A linked is what a side takes in all, and since it has begun to link vmlinux; 0
// if it does not.
type linked struct {
	taken
	link time.Duration
}

// apart is a line that says how much of an edit is what both must do: our compiles,
// the links, and the ratio without the links. again says that make is run twice; its
// link is then that of the second run. No line, if there is none of it.
func apart(make, ours linked, compiles time.Duration, again bool) string {
	if compiles == 0 && make.link == 0 && ours.link == 0 {
		return ""
	}
	line := fmt.Sprintf("  rules_kbuild: %.1f s of compiles", compiles.Seconds())
	if make.link > 0 || ours.link > 0 {
		line += "; " + ours.said() + "; make: " + make.said()
		if again {
			line += " in its second run"
		}
	}
	if make.link > 0 && ours.link > 0 {
		a, b := (make.clock - make.link).Seconds(), (ours.clock - ours.link).Seconds()
		line += fmt.Sprintf("; without the links make %.1f s, rules_kbuild %.1f s, ratio %.2f", a, b, b/a)
	}
	return line + "\n"
}

func (l linked) said() string {
	if l.link == 0 {
		return "no link"
	}
	return fmt.Sprintf("link %.1f s", l.link.Seconds())
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
