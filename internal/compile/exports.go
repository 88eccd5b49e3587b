package compile

import (
	"debug/elf"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// Marks of an export, each followed by the symbol's name. An object has
// __ksymtab_ entries of its own before Linux 6.5, and labels in the section
// .export_symbol since (include/linux/export.h of 6.1 and 6.12). One that is
// compiled trimmed has markers for those that are left out, too.
const (
	ksymtabMark      = "__ksymtab_"
	exportSymbolMark = "__export_symbol_"
	markerMark       = "__ksym_marker_"
)

// symbolGet is the function that symbol_get calls.
const symbolGet = "__symbol_get"

// exports is what an object says about the symbols that it exports.
type exports struct {
	names []string // sorted
	// local are exports of symbols that nobody outside the object can see, in
	// objects that Kbuild checks for that before modpost (scripts/
	// check-local-export of Linux 6.1).
	local []string
	// marked are those that an object compiled trimmed exports, or would if they
	// were needed.
	marked []string
	// asks says whether the object calls the function of symbol_get.
	asks bool
}

// readExports reads an object's exports.
func readExports(file string) (exports, error) {
	f, err := elfobj.Open(file)
	if err != nil {
		return exports{}, err
	}
	defer f.Close()
	table, err := f.Symbols()
	if err != nil {
		return exports{}, err
	}
	var e exports
	var ksymtab, labels []string
	for s := range table.All() {
		name, err := table.Name(s)
		if err != nil {
			return exports{}, err
		}
		if !s.Defined() {
			e.asks = e.asks || name == symbolGet
			continue
		}
		if rest, is := strings.CutPrefix(name, ksymtabMark); is {
			ksymtab = append(ksymtab, strings.Clone(rest))
		} else if rest, is := strings.CutPrefix(name, exportSymbolMark); is {
			labels = append(labels, strings.Clone(rest))
		} else if rest, is := strings.CutPrefix(name, markerMark); is {
			e.marked = append(e.marked, strings.Clone(rest))
		}
	}
	sort.Strings(labels)
	if len(labels) > 0 || len(ksymtab) == 0 {
		e.names = slices.Compact(labels)
		return e, nil
	}
	sort.Strings(ksymtab)
	e.names = slices.Compact(ksymtab)
	e.local, err = localOf(table, e.names)
	return e, err
}

// localOf returns those of the names that are defined, but never globally.
func localOf(table elfobj.Symbols, names []string) ([]string, error) {
	local := map[string]bool{}
	for s := range table.All() {
		name, err := table.Name(s)
		if err != nil {
			return nil, err
		}
		if _, exported := slices.BinarySearch(names, name); !exported {
			continue
		}
		switch s.Bind() {
		case elf.STB_GLOBAL, elf.STB_WEAK:
			local[name] = false
		default:
			if _, known := local[name]; !known {
				local[strings.Clone(name)] = true
			}
		}
	}
	var found []string
	for _, name := range names {
		if local[name] {
			found = append(found, name)
		}
	}
	return found, nil
}

// checkLocalExports fails as Kbuild of Linux 6.1 does if a local symbol is
// exported.
func (j *job) checkLocalExports(object string, e exports) error {
	for _, name := range e.local {
		fmt.Fprintf(j.Messages, "%s: error: local symbol %s was exported\n", j.workspacePath(object), name)
	}
	if len(e.local) > 0 {
		return &ExitError{"check-local-export", 1}
	}
	return nil
}
