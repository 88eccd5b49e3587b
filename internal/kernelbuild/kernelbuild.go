// Package kernelbuild writes the BUILD files of a kernel's source tree, a package
// a folder, from what make says of it (kernelgraph).
package kernelbuild

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// A Request is a tree to write BUILD files for.
type Request struct {
	Top   string // the tree, which is the top of the repository, on this machine
	Graph *kernelgraph.Graph
	Image string // what a boot loader loads: arch/x86/boot/bzImage
	Rules string // the repository of the rules: @rules_kbuild
	Src   string // canonical folder of the tree: usr/src/linux
	SDK   string // label of the SDK whose compiler is used: @linux_6_1//:sdk

	// Config is the repository of what Kconfig makes (kerneltree.Configured):
	// @linux_config.
	Config string

	Modules  *ModuleBuild            // how modules outside of the tree are built
	Programs *kerneltree.Description // the programs that commands run

	// Edited: the sources are links to files that people edit. What is written
	// has to hold whatever they come to include or export.
	Edited bool
}

// Write writes the BUILD files.
func Write(r Request) error {
	w := &writer{Request: r, packages: map[string]*pkg{}}
	if r.Graph.Archives[builtinArchive] == nil {
		return fmt.Errorf("make makes no %s, the archive of all that is built in: kernels before 6.1 are not supported", builtinArchive)
	}
	goals := []string{"vmlinux", r.Image}
	for _, file := range []string{"modules.builtin", "modules.builtin.modinfo"} {
		if r.Graph.Recipes[file] != nil {
			goals = append(goals, file)
		}
	}
	w.roots = headerFolders(r.Graph)
	if err := w.findIncluded(goals); err != nil {
		return err
	}
	for _, recipe := range w.recipes() {
		if recipe.Unfit != nil {
			return recipe.Unfit
		}
	}
	w.findMade()
	w.bases = chooseBases(w.objects())
	w.choosePackages()
	if err := errors.Join(w.copyPrivate(), w.writeHeaderOptions()); err != nil {
		return err
	}
	if err := w.rules(); err != nil {
		return err
	}
	for _, dir := range slices.Sorted(maps.Keys(w.packages)) {
		text, err := w.packages[dir].text(dir, r.Rules)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.Top, dir, "BUILD.bazel"), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

type writer struct {
	Request
	needed   map[string]bool // targets that the goals need
	packages map[string]*pkg // by folder; `` is the top
	bases    map[string][]string
	roots    []string            // folders of headers, which no package may lie in
	included map[string]*closure // by object: what its source includes
	mentions map[string][]string // what headers define, to the exports of modules that it mentions

	// made are headers in those folders that the build makes, and all sources may
	// include; leading are the targets that they are made of, and they themselves.
	made    []string
	leading map[string]bool
}

// builtinArchive has all that is built in.
const builtinArchive = "vmlinux.a"

// need marks all steps that lead to the goals and to the modules.
func (w *writer) need(goals []string) error {
	w.needed = map[string]bool{}
	var visit func(target string)
	visit = func(target string) {
		if w.needed[target] {
			return
		}
		if inputs := w.inputs(target); len(inputs) > 0 || w.Graph.Recipes[target] != nil || w.Graph.Archives[target] != nil {
			w.needed[target] = true
			visitAll(visit, inputs)
		}
	}
	for _, goal := range goals {
		visit(goal)
		if !w.needed[goal] {
			return fmt.Errorf("make does not say how to make %s", goal)
		}
	}
	for _, m := range w.Graph.Modules {
		visitAll(visit, m.Objects)
		visitAll(visit, scripts(m.Final))
		visitAll(visit, w.linkedToAll(finalOf(m)))
	}
	return nil
}

func visitAll(visit func(string), targets []string) {
	for _, t := range targets {
		visit(t)
	}
}

// objects are the needed objects, in order.
func (w *writer) objects() []*kernelgraph.Object {
	var all []*kernelgraph.Object
	for _, p := range slices.Sorted(maps.Keys(w.Graph.Objects)) {
		if w.needed[p] {
			all = append(all, w.Graph.Objects[p])
		}
	}
	return all
}

// choosePackages makes a package of every folder that something is made in.
func (w *writer) choosePackages() {
	w.pkg("")
	for target := range w.needed {
		w.pkg(w.folder(target))
	}
	for _, m := range w.Graph.Modules {
		w.pkg(w.folder(m.Path))
	}
}

func (w *writer) pkg(dir string) *pkg {
	p := w.packages[dir]
	if p == nil {
		p = &pkg{}
		w.packages[dir] = p
	}
	return p
}

// folder is the package that a file is made in: its folder, or one above it.
func (w *writer) folder(file string) string {
	dir := folder(file)
	for w.inHeaders(dir) {
		dir = folder(dir)
	}
	return dir
}

func folder(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return ""
}

// below is a path of the tree from a folder that it lies in.
func below(dir, file string) string {
	return strings.TrimPrefix(strings.TrimPrefix(file, dir), "/")
}

// source says whether a file or folder is of the tree.
func (w *writer) source(file string) bool {
	_, err := os.Stat(filepath.Join(w.Top, file))
	return err == nil
}

// read returns a file of the tree, empty if there is none.
func (w *writer) read(file string) string {
	data, _ := os.ReadFile(filepath.Join(w.Top, file))
	return string(data)
}

// label returns the label of a file of the tree, or that the build makes, as it
// is written in the package of a folder.
func (w *writer) label(from, file string) string {
	if l := w.configLabel(file); l != "" {
		return l
	}
	dir := folder(file)
	for w.packages[dir] == nil {
		dir = folder(dir)
	}
	name := below(dir, file)
	if dir == from {
		return ":" + name
	}
	if !w.needed[file] && w.source(file) {
		w.packages[dir].exported = append(w.packages[dir].exported, name)
	}
	return "//" + dir + ":" + name
}

func (w *writer) allLabels(from string, files []string) []string {
	var labels []string
	for _, f := range files {
		labels = append(labels, w.label(from, f))
	}
	return labels
}
