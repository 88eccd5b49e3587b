package exporttext

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// Macros are those that export, or ask for symbols by symbol_get, in some files.
type Macros struct {
	exporting map[string]bool // to whether they export their first argument, or names that have it in them, and nothing else
	asking    map[string]bool
	invoked   map[string]bool     // names of files that export, or ask, outside of definitions
	replaced  map[string][]string // names that are others once the preprocessor has seen them
}

// A File is one of the files that sources include, or are. Comments must be gone
// from its text.
type File struct {
	Path   string
	Text   []byte
	Source bool // what it defines is its own
}

// exports are the macros of the kernel that export their first argument; those
// with underscores are for other macros (include/linux/export.h of Linux 6.1).
var exports = []string{
	"EXPORT_SYMBOL", "EXPORT_SYMBOL_GPL", "EXPORT_SYMBOL_NS", "EXPORT_SYMBOL_NS_GPL", "_EXPORT_SYMBOL", "__EXPORT_SYMBOL",
}

// asks are the macros and functions of the kernel that ask for a symbol while it
// runs (include/linux/module.h of Linux 6.1).
var asks = []string{"symbol_get", "symbol_request", "__symbol_get", "__symbol_get_gpl"}

// FindMacros looks at all files that some sources include, and at the sources.
func FindMacros(files []File) *Macros {
	m := &Macros{exporting: map[string]bool{}, asking: map[string]bool{}, invoked: map[string]bool{}, replaced: map[string][]string{}}
	defined := m.findUsers(files, exports, m.exporting)
	m.findUsers(files, asks, m.asking)
	m.findTelling(defined)
	m.findInvoked(files)
	m.findReplaced(files)
	return m
}

// A definition of a macro.
type definition struct {
	params []string
	body   string
}

// findUsers adds to set the names, and each macro whose body has one of the set
// in it. It returns the definitions of those, by name.
func (m *Macros) findUsers(files []File, names []string, set map[string]bool) map[string][]definition {
	defined := map[string][]definition{}
	for _, name := range names {
		set[name] = false
	}
	for fresh := names; len(fresh) > 0; {
		var found []string
		for _, f := range files {
			if f.Source || !slices.ContainsFunc(fresh, func(name string) bool { return bytes.Contains(f.Text, []byte(name)) }) {
				continue
			}
			for _, macro := range csource.Macros(f.Text) {
				if slices.Contains(names, macro.Name) {
					continue
				}
				params, body, _ := csource.Definition(f.Text, macro)
				if !mentions(body, fresh) {
					continue
				}
				defined[macro.Name] = append(defined[macro.Name], definition{params, body})
				if _, known := set[macro.Name]; !known {
					set[macro.Name] = false
					found = append(found, macro.Name)
				}
			}
		}
		fresh = found
	}
	return defined
}

func mentions(text string, names []string) bool {
	found := false
	csource.EachName([]byte(text), func(name []byte, _ int, _ bool) {
		found = found || slices.Contains(names, string(name))
	})
	return found
}

// findTelling finds the macros of which a call tells what they export.
func (m *Macros) findTelling(defined map[string][]definition) {
	for _, name := range exports {
		m.exporting[name] = true
	}
	for again := true; again; {
		again = false
		for name, definitions := range defined {
			if m.exporting[name] || !strings.Contains(name, string(mark)) || slices.ContainsFunc(definitions, m.hides) {
				continue
			}
			m.exporting[name], again = true, true
		}
	}
}

// hides says whether a definition may export something that its first argument is
// no part of.
func (m *Macros) hides(d definition) bool {
	body := []byte(d.body)
	hides := len(d.params) == 0
	csource.EachName(body, func(name []byte, rest int, _ bool) {
		tells, exports := m.exporting[string(name)]
		if !exports || hides {
			return
		}
		symbol, _ := csource.Argument(body[rest:])
		hides = !tells || !mentions(string(symbol), d.params[:1])
	})
	return hides
}

// findInvoked finds the files that export, or ask, where they are included. That
// __symbol_get is declared does not count.
func (m *Macros) findInvoked(files []File) {
	var names [][]byte
	for name := range m.exporting {
		if !strings.Contains(name, string(mark)) {
			names = append(names, []byte(name))
		}
	}
	for name := range m.asking {
		names = append(names, []byte(name))
	}
	names = append(names, mark)
	for _, f := range files {
		if !slices.ContainsFunc(names, func(name []byte) bool { return bytes.Contains(f.Text, name) }) {
			continue
		}
		csource.EachName(f.Text, func(name []byte, rest int, directive bool) {
			if directive || !m.knows(name) || bytes.HasPrefix(name, []byte("__symbol_get")) {
				return
			}
			if _, called := csource.Argument(f.Text[rest:]); called {
				m.invoked[f.Path] = true
			}
		})
	}
}

func (m *Macros) knows(name []byte) bool {
	_, exports := m.exporting[string(name)]
	_, asks := m.asking[string(name)]
	return exports || asks
}

// findReplaced finds which of the names that are exported are macros that stand
// for another name. Those that stand for something else, such as a number where an
// option is off, cannot be exported then.
func (m *Macros) findReplaced(files []File) {
	named := map[string]bool{}
	for _, f := range files {
		if m.invoked[f.Path] || f.Source {
			e := Named(f.Text)
			for _, name := range slices.Concat(e.Names, e.Parts) {
				named[name] = true
			}
		}
	}
	for _, f := range files {
		csource.EachMacro(f.Text, func(name []byte, rest int) {
			if !named[string(name)] || rest < len(f.Text) && f.Text[rest] == '(' {
				return
			}
			_, body, _ := csource.Definition(f.Text, csource.Macro{Name: string(name), Rest: rest})
			if body != string(name) && csource.IsName([]byte(body)) {
				m.replaced[string(name)] = append(m.replaced[string(name)], body)
			}
		})
	}
}

// Invoked says whether a file exports a symbol, or asks for one, other than by
// what it defines.
func (m *Macros) Invoked(path string) bool { return m.invoked[path] }

// Exports says whether a text has a macro in it that exports.
func (m *Macros) Exports(text []byte) bool {
	found := false
	csource.EachName(text, func(name []byte, _ int, _ bool) {
		_, exports := m.exporting[string(name)]
		found = found || exports
	})
	return found
}

// Tells says whether Named has all that a source exports, with the names that Others
// returns, and whether it asks for no symbol. What it includes must not be Invoked.
func (m *Macros) Tells(text []byte) bool {
	mine := ownMacros(text)
	defined, calls := 0, 0
	for _, definitions := range mine {
		defined += len(definitions)
		for _, o := range definitions {
			calls += len(o.calls)
		}
	}
	// In directives, nothing else may be than those definitions and their calls.
	tells := true
	csource.EachName(text, func(name []byte, _ int, directive bool) {
		switch {
		case directive && len(mine[string(name)]) > 0:
			defined--
		case !m.knows(name):
		case directive:
			calls--
		default:
			tells = tells && m.exporting[string(name)]
		}
	})
	if !tells || defined != 0 || calls != 0 {
		return false
	}
	eachNamed(text, func(macro string, symbol []byte) {
		if !m.knows([]byte(macro)) {
			return
		}
		isPart := !slices.Contains(exports, macro)
		tells = tells && m.exporting[macro] && csource.IsName(symbol) && !(isPart && len(m.replaced[string(symbol)]) > 0)
	})
	return tells
}

// Others are the names that a source may export besides those that it names, since
// these are macros that stand for them.
func (m *Macros) Others(text []byte) []string {
	others := map[string]bool{}
	var add func(names []string)
	add = func(names []string) {
		for _, name := range names {
			if !others[name] {
				others[name] = true
				add(m.replaced[name])
			}
		}
	}
	named := Named(text).Names
	add(named)
	for _, name := range named {
		delete(others, name)
	}
	return slices.Sorted(maps.Keys(others))
}
