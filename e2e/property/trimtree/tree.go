// Package trimtree makes trees of modules with exports between them, and random edits of them, for tests of trimming. It knows what
// trimming has to leave from the tree alone, without an object or a tool.
package trimtree

import (
	"fmt"
	"slices"
	"strings"
)

// A Tree is modules, those that are a trimmed set among them.
type Tree struct {
	// Modules are in an order in which each imports from those before it.
	Modules []*Module
	// Keep are the lines of the set's keep-list.
	Keep []string
	// Trim says whether the set is trimmed.
	Trim bool

	symbols, modules int // how many names were given out
}

// A Role is what a module is to the set.
type Role int

// The roles of modules.
const (
	InSet   Role = iota
	User         // not in the set, but in its also_used_by
	Outside      // neither
)

// A Module is one module.
type Module struct {
	Name  string
	Role  Role
	Units []*Unit
}

// A Unit is one source of a module.
type Unit struct {
	// Exports are what the unit defines and exports.
	Exports []Export
	// Imports are what it refers to: exports of other modules and of the module's other units, and the kernel's.
	Imports []Import
	// Code is a number that the unit's code has in it.
	Code int
}

// An Export is an exported symbol.
type Export struct {
	Name string
	GPL  bool
	// Signature is a number that the symbol's type, and so its CRC, has in it.
	Signature int
}

// An Import is a use of a symbol.
type Import struct {
	Name string
	How  How
}

// How is a way to use a symbol.
type How int

// The ways to use a symbol.
const (
	Strong    How = iota // as any function
	Weak                 // declared weak
	SymbolGet            // by symbol_get()
)

// KernelSymbols are symbols of the kernel that modules of a tree may use.
var KernelSymbols = []string{"dump_stack", "msleep", "schedule", "yield"}

// Stem returns the name of a unit's source, without suffix.
func (m *Module) Stem(unit int) string {
	if len(m.Units) == 1 {
		return m.Name
	}
	return m.Name + "_" + string(rune('a'+unit))
}

// Exports returns all that the module exports.
func (m *Module) Exports() []Export {
	var all []Export
	for _, u := range m.Units {
		all = append(all, u.Exports...)
	}
	return all
}

// Imports returns what the module imports when its units are linked, those of symbol_get() included.
func (m *Module) Imports() []Import {
	own := map[string]bool{}
	for _, e := range m.Exports() {
		own[e.Name] = true
	}
	var all []Import
	for _, u := range m.Units {
		for _, i := range u.Imports {
			if i.How == SymbolGet || !own[i.Name] {
				all = append(all, i)
			}
		}
	}
	return all
}

// With returns the modules of these roles.
func (t *Tree) With(roles ...Role) []*Module {
	var modules []*Module
	for _, m := range t.Modules {
		if slices.Contains(roles, m.Role) {
			modules = append(modules, m)
		}
	}
	return modules
}

// Exporters returns for each exported symbol the module that exports it.
func (t *Tree) Exporters() map[string]*Module {
	exporters := map[string]*Module{}
	for _, m := range t.Modules {
		for _, e := range m.Exports() {
			exporters[e.Name] = m
		}
	}
	return exporters
}

// Deps returns the modules that export what m imports, in the tree's order, given what Exporters returns.
func (t *Tree) Deps(m *Module, exporters map[string]*Module) []*Module {
	wanted := map[*Module]bool{}
	for _, i := range m.Imports() {
		if i.How != SymbolGet {
			wanted[exporters[i.Name]] = true
		}
	}
	var deps []*Module
	for _, other := range t.Modules {
		if wanted[other] {
			deps = append(deps, other)
		}
	}
	return deps
}

// Needed returns the symbols that have to stay exported, those of the kernel among them: what the set's modules and its users import or
// ask for, and what is on the keep-list.
func (t *Tree) Needed() map[string]bool {
	needed := map[string]bool{}
	for _, m := range t.With(InSet, User) {
		for _, i := range m.Imports() {
			needed[i.Name] = true
		}
	}
	for _, line := range t.Keep {
		line, _, _ = strings.Cut(line, "#")
		if name := strings.TrimSpace(line); name != "" {
			needed[name] = true
		}
	}
	return needed
}

// Kept returns the exports that the module has when the set is built, sorted.
func (t *Tree) Kept(m *Module) []string {
	needed := t.Needed()
	var names []string
	for _, e := range m.Exports() {
		if needed[e.Name] || !t.Trim || m.Role != InSet {
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	return names
}

// Broken returns the strong imports that nobody exports, as lines for a person: such a tree does not build.
func (t *Tree) Broken() []string {
	exporters := t.Exporters()
	var broken []string
	for _, m := range t.Modules {
		for _, i := range m.Imports() {
			if i.How == Strong && exporters[i.Name] == nil && !slices.Contains(KernelSymbols, i.Name) {
				broken = append(broken, fmt.Sprintf("%s imports %s", m.Name, i.Name))
			}
		}
	}
	return broken
}

// Clone returns a tree that shares nothing with this one.
func (t *Tree) Clone() *Tree {
	other := *t
	other.Keep = slices.Clone(t.Keep)
	other.Modules = nil
	for _, m := range t.Modules {
		module := *m
		module.Units = nil
		for _, u := range m.Units {
			unit := *u
			unit.Exports, unit.Imports = slices.Clone(u.Exports), slices.Clone(u.Imports)
			module.Units = append(module.Units, &unit)
		}
		other.Modules = append(other.Modules, &module)
	}
	return &other
}
