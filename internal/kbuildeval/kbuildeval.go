// Package kbuildeval has GNU make and a kernel's Kbuild say what a tree of
// Makefiles builds: which modules, of which sources, with which options.
//
// Nothing is compiled, and no Makefile is parsed here: make runs Kbuild with
// -n, in a copy of the tree, and what it prints is read. What an outer Makefile
// or a dkms.conf does before it calls Kbuild is done for real in that copy.
package kbuildeval

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// A Request says what to evaluate.
type Request struct {
	SDK       *kbuildsdk.SDK
	Kernel    string   // the kernel's name in messages; empty: its release
	Workspace string   // absolute folder of the repository; paths in a Tree are relative to it
	Dir       string   // the folder to evaluate, relative to Workspace; empty for its top
	Variables []string // NAME=value, for make's command line
}

// A Tree is what Kbuild makes of a folder for one kernel.
type Tree struct {
	// SrcIsM says that $(src) is spelled like $(M) for modules in M itself.
	SrcIsM bool
	// Skipped says why nothing is built for this kernel, where dkms.conf
	// excludes it; else it is empty.
	Skipped string
	// Modules are in the order of modules.order, root after root.
	Modules []*Module
	// Generated are the files that recipes would make of others, besides
	// those that Kbuild has for every module.
	Generated []*Generated
}

// A Module is a module that Kbuild makes.
type Module struct {
	Name  string // base name
	Dir   string // workspace path of the folder that the .ko is made in
	Root  string // workspace path of M
	Units []*Unit
	Link  []string // options of the link of its objects: ldflags-y
}

// A Unit is one source of a module and the object that Kbuild makes of it.
// Options are as rules_kbuild's copts have them: $(src), $(M), $(srctree) and
// $(repository) stand for folders.
type Unit struct {
	Stem     string   // object path without suffix, relative to the module's Dir
	Source   string   // workspace path
	Asm      bool     // assembly
	NoStdinc []string // options where NOSTDINC_FLAGS is, before the kernel's headers
	Options  []string // options where ccflags-y and CFLAGS_x.o are (asflags-y, AFLAGS_x.o)
	Removed  []string // options of Kbuild's own that the Makefile takes away
	Modname  string   // KBUILD_MODNAME where it is not the module's name, as of a source that modules share
	Headers  []string // workspace paths of the tree's files that it includes
}

// An Error is what make says of a tree that it cannot evaluate.
type Error struct {
	Dir     string // workspace path
	Kernel  string
	Message string // make's lines, with paths of the workspace
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: Kbuild of %s cannot be evaluated:\n%s", OrTop(e.Dir), e.Kernel, indent(e.Message))
}

// OrTop is a workspace path in messages.
func OrTop(dir string) string {
	if dir == "" {
		return "the top folder"
	}
	return dir
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// Evaluate evaluates a folder: by the commands of its dkms.conf, if it has
// one, else as Kbuild's M.
func Evaluate(r Request) (*Tree, error) {
	scratch, err := os.MkdirTemp("", "kbuild")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	if scratch, err = filepath.EvalSymlinks(scratch); err != nil {
		return nil, err
	}
	run, err := newRun(r, scratch)
	if err != nil {
		return nil, err
	}
	tree := &Tree{SrcIsM: r.SDK.Src == "%{M}"}
	build := &Builder{SDK: r.SDK, Objtree: run.objtree(), Dir: run.dir(), Variables: r.Variables, Environment: run.environment()}
	commands, skipped, err := build.Commands()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", OrTop(r.Dir), err)
	}
	if tree.Skipped = skipped; skipped != "" {
		return tree, nil
	}
	for _, c := range commands {
		if err := run.command(c); err != nil {
			return nil, err
		}
	}
	return tree, run.read(tree)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
