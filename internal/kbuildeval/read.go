package kbuildeval

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// printed is what one run of Kbuild printed, sorted by what it is. Keys are
// workspace paths of what is made.
type printed struct {
	run       *run
	root      string              // workspace path of M
	cwd       string              // the absolute folder that commands run in
	compiles  map[string][]string // object to the command that compiles it
	links     map[string][]string // composite object to its ld command
	objtools  map[string]bool     // objects that objtool runs on
	parts     map[string][]string // module without suffix to the objects of its .mod
	orders    map[string][]string // folder to the lines of its modules.order: modules without suffix, folders with a slash
	generated []*Generated
	recipes   []string // of generated, as make printed them
}

// readRun adds the modules of one run of Kbuild to a tree.
func (x *run) readRun(tree *Tree, root, text string) error {
	p := &printed{
		run: x, root: root, cwd: path.Join(x.scratch, x.SDK.Cwd),
		compiles: map[string][]string{}, links: map[string][]string{}, objtools: map[string]bool{},
		parts: map[string][]string{}, orders: map[string][]string{},
	}
	if x.SDK.Cwd == "%{M}" {
		p.cwd = path.Join(x.scratch, "w", root)
	}
	for _, s := range maketrace.Steps(text) {
		p.step(s)
	}
	var modules []*Module
	for _, module := range p.order(root, map[string]bool{}) {
		m, err := p.module(module)
		if err != nil {
			return err
		}
		modules = append(modules, m)
	}
	p.generate()
	if err := p.findHeaders(modules); err != nil {
		return err
	}
	tree.Generated = append(tree.Generated, p.generated...)
	tree.Modules = append(tree.Modules, modules...)
	return nil
}

// path returns the workspace path of a path in a command.
func (p *printed) path(name string) (string, bool) {
	if !path.IsAbs(name) {
		name = path.Join(p.cwd, name)
	}
	return p.run.inWorkspace(name)
}

func (p *printed) step(s maketrace.Step) {
	target, inside := p.path(s.Target)
	if !inside || s.Phony {
		return
	}
	switch base := path.Base(target); {
	case strings.HasSuffix(base, ".o"):
		p.object(target, maketrace.Commands(s.Recipe))
	case strings.HasSuffix(base, ".mod"):
		p.parts[strings.TrimSuffix(target, ".mod")] = maketrace.Listed(path.Dir(target), maketrace.Commands(s.Recipe))
	case base == "modules.order":
		for _, words := range maketrace.Commands(s.Recipe) {
			p.orderLine(path.Dir(target), words)
		}
	case base == "Module.symvers", strings.HasSuffix(base, ".a"), strings.HasSuffix(base, ".mod.c"):
		// What Kbuild has for every folder.
	default:
		if len(maketrace.Commands(s.Recipe)) > 0 {
			p.generated = append(p.generated, p.generatedBy(target, s))
			p.recipes = append(p.recipes, s.Recipe)
		}
	}
}

// object reads the recipe of an object.
func (p *printed) object(target string, all [][]string) {
	for _, words := range all {
		output := maketrace.After(words, "-o")
		made, inside := p.path(output)
		switch {
		case output != "" && inside && made == target && slices.Contains(words, "-c"):
			p.compiles[target] = words
		case output != "" && inside && made == target && slices.Contains(words, "-r"):
			p.links[target] = words
		case strings.HasPrefix(path.Base(words[0]), "objtool"):
			p.objtools[target] = true
		}
	}
}

// orderLine reads a command of a modules.order's recipe: `echo M/x.o`, or
// `cat M/sub/modules.order`.
func (p *printed) orderLine(dir string, words []string) {
	for _, w := range words[1:] {
		name, inside := p.path(w)
		if !inside {
			continue
		}
		ext := path.Ext(name)
		switch {
		case words[0] == "cat" && path.Base(name) == "modules.order":
			p.orders[dir] = append(p.orders[dir], path.Dir(name)+"/")
		case words[0] == "echo" && (ext == ".o" || ext == ".ko"):
			p.orders[dir] = append(p.orders[dir], strings.TrimSuffix(name, ext))
		}
	}
}

// order returns the modules of a folder's modules.order, those of the folders
// below it where they stand in it.
func (p *printed) order(dir string, seen map[string]bool) []string {
	if dir == "." {
		dir = ""
	}
	if seen[dir] {
		return nil
	}
	seen[dir] = true
	key := dir
	if key == "" {
		key = "."
	}
	var modules []string
	for _, entry := range p.orders[key] {
		if below, found := strings.CutSuffix(entry, "/"); found {
			modules = append(modules, p.order(below, seen)...)
		} else if !slices.Contains(modules, entry) {
			modules = append(modules, entry)
		}
	}
	return modules
}

// module puts a module together, given its workspace path without suffix.
func (p *printed) module(name string) (*Module, error) {
	dir, base := path.Split(name)
	m := &Module{Name: base, Dir: strings.TrimSuffix(dir, "/"), Root: p.root}
	parts := p.parts[name]
	composite := len(parts) != 1 || parts[0] != name+".o"
	if len(parts) == 0 {
		return nil, fmt.Errorf("%s: Kbuild of %s lists the module %s, but says nothing of what it is made of", OrTop(p.root), p.run.kernel(), name)
	}
	for _, object := range parts {
		u, err := p.unit(m, object, composite)
		if err != nil {
			return nil, err
		}
		m.Units = append(m.Units, u)
	}
	if composite {
		d := p.run.diff(p.run.SDK.Templates["ld"], p.links[name+".o"], p.vars(m, name, ""))
		for _, o := range d.inserted {
			m.Link = append(m.Link, p.spell(m.Dir, o.word))
		}
	}
	return m, nil
}

// recipeLines are a recipe's lines, without those that only tell what is done.
func recipeLines(recipe string) []string {
	var lines []string
	for _, line := range maketrace.LogicalLines(recipe) {
		line = strings.TrimSpace(line)
		if line != "" && line != ":" {
			lines = append(lines, line)
		}
	}
	return lines
}
