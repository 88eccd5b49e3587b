package trimtree

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// New makes a tree of n modules.
func New(r *rand.Rand, n int) *Tree {
	t := &Tree{Trim: true}
	for range n {
		t.addModule(r)
	}
	for range n / 8 {
		t.addKeepLine(r)
	}
	return t
}

// Edit changes something of the tree, at random, and says what. A tree that builds still does, unless broken is true: then an export
// may go while others still import it.
func (t *Tree) Edit(r *rand.Rand, broken bool) string {
	for {
		if said := t.try(r, broken); said != "" {
			return said
		}
	}
}

// try makes an edit, or returns "" if there is nothing to edit in that way.
func (t *Tree) try(r *rand.Rand, broken bool) string {
	m := t.Modules[r.IntN(len(t.Modules))]
	u := m.Units[r.IntN(len(m.Units))]
	switch n := r.IntN(100); {
	case n < 20:
		return t.addImport(r, m, u)
	case n < 34:
		return dropImport(r, m, u)
	case n < 42:
		return t.addExport(r, m, u)
	case n < 50:
		return t.dropExport(r, m, u, broken && r.IntN(6) == 0)
	case n < 57:
		return t.addKeepLine(r)
	case n < 62:
		return t.dropKeepLine(r)
	case n < 69:
		return t.changeRole(r, m)
	case n < 73:
		return t.addModule(r)
	case n < 76:
		return t.dropModule(m)
	case n < 82:
		return t.renameSymbol(r, m, u)
	case n < 85:
		old := m.Name
		m.Name = t.moduleName()
		return fmt.Sprintf("rename module %s to %s", old, m.Name)
	case n < 91:
		u.Code++
		return fmt.Sprintf("change the code of %s", m.Name)
	case n < 95:
		return changeExport(r, m, u)
	case n < 96:
		t.Trim = !t.Trim
		return fmt.Sprintf("set trim to %v", t.Trim)
	default:
		return "touch " + m.Name
	}
}

// Touched returns the name of the module whose files an edit only touched, or "".
func Touched(edit string) string {
	name, ok := strings.CutPrefix(edit, "touch ")
	if !ok {
		return ""
	}
	return name
}

// symbolName gives out a name that the tree never had. Many differ from another in an underscore or a letter's case only.
func (t *Tree) symbolName(r *rand.Rand) string {
	const forms = 6
	n := t.symbols
	t.symbols++
	form := []string{"pt_%d", "_pt_%d", "__pt_%d", "Pt_%d", "pt__%d", "pt_%d_"}[n%forms]
	return fmt.Sprintf(form, n/forms)
}

func (t *Tree) moduleName() string {
	t.modules++
	return fmt.Sprintf([]string{"mod%d", "mod-x%d", "mod_%d"}[t.modules%3], t.modules)
}

func (t *Tree) addModule(r *rand.Rand) string {
	m := &Module{Name: t.moduleName()}
	if r.IntN(5) == 0 {
		m.Role = User + Role(r.IntN(2))
	}
	for range 1 + r.IntN(2) {
		m.Units = append(m.Units, &Unit{Code: r.IntN(100)})
	}
	t.Modules = append(t.Modules, m)
	for range r.IntN(6) {
		t.addExport(r, m, m.Units[r.IntN(len(m.Units))])
	}
	for range r.IntN(6) {
		t.addImport(r, m, m.Units[r.IntN(len(m.Units))])
	}
	return "add module " + m.Name
}

// dropModule takes a module away, and what others import from it.
func (t *Tree) dropModule(m *Module) string {
	if len(t.With(InSet)) < 3 {
		return ""
	}
	t.Modules = slices.DeleteFunc(t.Modules, func(other *Module) bool { return other == m })
	for _, e := range m.Exports() {
		t.dropImportsOf(e.Name)
	}
	return "remove module " + m.Name
}

func (t *Tree) dropImportsOf(name string) {
	for _, m := range t.Modules {
		for _, u := range m.Units {
			u.Imports = slices.DeleteFunc(u.Imports, func(i Import) bool { return i.Name == name })
		}
	}
}

func (t *Tree) changeRole(r *rand.Rand, m *Module) string {
	role := Role(r.IntN(3))
	if role == m.Role || m.Role == InSet && len(t.With(InSet)) < 3 {
		return ""
	}
	m.Role = role
	return fmt.Sprintf("%s is %s now", m.Name, []string{"in the set", "a user of the set", "outside"}[role])
}

func (t *Tree) addImport(r *rand.Rand, m *Module, u *Unit) string {
	how := Strong
	switch r.IntN(8) {
	case 0:
		how = Weak
	case 1:
		how = SymbolGet
	}
	name := ""
	switch at := slices.Index(t.Modules, m); {
	case how == Strong && r.IntN(6) == 0:
		name = KernelSymbols[r.IntN(len(KernelSymbols))]
	case how == SymbolGet:
		name = pick(r, t.Modules[r.IntN(len(t.Modules))].Exports())
	default:
		name = pick(r, t.Modules[r.IntN(at+1)].Exports())
	}
	own := slices.ContainsFunc(u.Exports, func(e Export) bool { return e.Name == name })
	twice := slices.ContainsFunc(m.Imports(), func(i Import) bool { return i.Name == name }) ||
		slices.ContainsFunc(u.Imports, func(i Import) bool { return i.Name == name })
	if name == "" || own || twice {
		return ""
	}
	u.Imports = append(u.Imports, Import{name, how})
	return fmt.Sprintf("%s %s %s", m.Name, []string{"imports", "weakly imports", "asks by symbol_get for"}[how], name)
}

func pick(r *rand.Rand, exports []Export) string {
	if len(exports) == 0 {
		return ""
	}
	return exports[r.IntN(len(exports))].Name
}

func dropImport(r *rand.Rand, m *Module, u *Unit) string {
	if len(u.Imports) == 0 {
		return ""
	}
	at := r.IntN(len(u.Imports))
	name := u.Imports[at].Name
	u.Imports = slices.Delete(u.Imports, at, at+1)
	return fmt.Sprintf("%s no longer uses %s", m.Name, name)
}

func (t *Tree) addExport(r *rand.Rand, m *Module, u *Unit) string {
	name := t.symbolName(r)
	u.Exports = append(u.Exports, Export{Name: name, GPL: r.IntN(2) == 0, Signature: 1})
	return fmt.Sprintf("%s exports %s", m.Name, name)
}

// dropExport takes an export away, and with it all imports unless they are to be left behind.
func (t *Tree) dropExport(r *rand.Rand, m *Module, u *Unit, leave bool) string {
	if len(u.Exports) == 0 {
		return ""
	}
	at := r.IntN(len(u.Exports))
	name := u.Exports[at].Name
	u.Exports = slices.Delete(u.Exports, at, at+1)
	if !leave {
		t.dropImportsOf(name)
	}
	return fmt.Sprintf("%s no longer exports %s", m.Name, name)
}

func changeExport(r *rand.Rand, m *Module, u *Unit) string {
	if len(u.Exports) == 0 {
		return ""
	}
	e := &u.Exports[r.IntN(len(u.Exports))]
	if r.IntN(2) == 0 {
		e.GPL = !e.GPL
		return fmt.Sprintf("%s: %s is for the GPL only: %v", m.Name, e.Name, e.GPL)
	}
	e.Signature++
	return fmt.Sprintf("%s: %s has another type", m.Name, e.Name)
}

// renameSymbol renames an export and its uses; lines of the keep-list stay in one of two cases.
func (t *Tree) renameSymbol(r *rand.Rand, m *Module, u *Unit) string {
	if len(u.Exports) == 0 {
		return ""
	}
	e := &u.Exports[r.IntN(len(u.Exports))]
	old := e.Name
	e.Name = t.symbolName(r)
	for _, other := range t.Modules {
		for _, unit := range other.Units {
			for i := range unit.Imports {
				if unit.Imports[i].Name == old {
					unit.Imports[i].Name = e.Name
				}
			}
		}
	}
	if r.IntN(2) == 0 {
		for i, line := range t.Keep {
			if strings.TrimSpace(line) == old {
				t.Keep[i] = e.Name
			}
		}
	}
	return fmt.Sprintf("%s: rename %s to %s", m.Name, old, e.Name)
}

func (t *Tree) addKeepLine(r *rand.Rand) string {
	line := ""
	switch r.IntN(8) {
	case 0:
		line = fmt.Sprintf("# remark %d", r.IntN(100))
	case 1:
		line = fmt.Sprintf("pt_nobody_%d", r.IntN(100))
	case 2:
		line = KernelSymbols[r.IntN(len(KernelSymbols))]
	default:
		line = pick(r, t.Modules[r.IntN(len(t.Modules))].Exports())
		if line == "" {
			return ""
		}
		line = strings.Replace([]string{"NAME", "  NAME ", "NAME # promised"}[r.IntN(3)], "NAME", line, 1)
	}
	t.Keep = slices.Insert(t.Keep, r.IntN(len(t.Keep)+1), line)
	return fmt.Sprintf("add %q to the keep-list", line)
}

func (t *Tree) dropKeepLine(r *rand.Rand) string {
	if len(t.Keep) == 0 {
		return ""
	}
	at := r.IntN(len(t.Keep))
	line := t.Keep[at]
	t.Keep = slices.Delete(t.Keep, at, at+1)
	return fmt.Sprintf("drop %q from the keep-list", line)
}
