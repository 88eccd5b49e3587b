package ksymquery

import (
	"bytes"
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A Build is what one folder of outputs tells.
type Build struct {
	Name    string
	Objects []*ksympb.Object // sorted by path and label
	Sets    []Set
	// Skipped says which files could not be read, and why. Folders of outputs
	// keep what earlier builds made, perhaps by other versions of the tools.
	Skipped []error
}

// A Set is a needed set. Name is its file.
type Set struct {
	Name   string
	Needed *ksympb.NeededSet
}

// label returns the label of the kernel_module_set that made the set: the rule
// writes it to NAME/needed.ksyms in its package. It is empty if the file is
// called otherwise, or is of another repository, whose name is not in its path.
func (s Set) label() string {
	dir, file := path.Split(s.Name)
	if file != "needed.ksyms" || dir == "" || strings.HasPrefix(dir, "external/") || path.IsAbs(dir) {
		return ""
	}
	pkg, target := path.Split(strings.TrimSuffix(dir, "/"))
	return "//" + strings.TrimSuffix(pkg, "/") + ":" + target
}

// called names the set for a person: by its label, or its file.
func (s Set) called() string { return cmp.Or(s.label(), s.Name) }

// Load reads the files of a folder of outputs.
func Load(out Outputs) *Build {
	type result struct {
		ksyms  *ksympb.Ksyms
		needed *ksympb.NeededSet
		err    error
	}
	results := make([]result, len(out.Files))
	parallel.Ranges(len(out.Files), 1, func(i, _ int) error {
		r := &results[i]
		file := filepath.Join(out.Dir, filepath.FromSlash(out.Files[i]))
		data, err := os.ReadFile(file)
		switch {
		case err != nil:
			r.err = err
		case isNeeded(data):
			r.needed, r.err = ksyms.UnmarshalNeeded(file, data)
		default:
			r.ksyms, r.err = ksyms.Unmarshal(file, data)
		}
		return nil // one file that cannot be read does not hide the others
	})
	b := &Build{Name: out.Name}
	for i, r := range results {
		switch {
		case r.err != nil:
			b.Skipped = append(b.Skipped, r.err)
		case r.needed != nil:
			b.Sets = append(b.Sets, Set{out.Files[i], r.needed})
		default:
			b.Objects = append(b.Objects, r.ksyms.Objects...)
		}
	}
	slices.SortStableFunc(b.Objects, func(x, y *ksympb.Object) int {
		return cmp.Or(strings.Compare(ksyms.Name(x), ksyms.Name(y)), strings.Compare(x.Label, y.Label))
	})
	b.Objects = slices.CompactFunc(b.Objects, func(x, y *ksympb.Object) bool { return proto.Equal(x, y) })
	return b
}

// isNeeded says whether data is a needed set: its first field says so.
func isNeeded(data []byte) bool {
	return bytes.HasPrefix(data, append([]byte{1<<3 | 2, byte(len(ksyms.NeededFormat))}, ksyms.NeededFormat...))
}

// call names an object for a person: by label and module, or one of them.
func call(o *ksympb.Object) string {
	if o.Label == "" {
		return ksyms.ModuleName(o)
	}
	return o.Label
}

// isCalled says whether a person means the object by name: the module's name or
// path, the object's path, or the label in any of its forms.
func isCalled(o *ksympb.Object, name string) bool {
	module := ksyms.ModuleName(o)
	base := strings.TrimSuffix(strings.TrimSuffix(name, ".ko"), ".o")
	canonical := func(s string) string { return strings.ReplaceAll(s, "-", "_") }
	if name == o.Path || base == module || canonical(base) == canonical(path.Base(module)) {
		return true
	}
	return o.Label != "" && canonicalLabel(name) == canonicalLabel(o.Label)
}

// isLabel says whether a name that a person gives is a label.
func isLabel(name string) bool { return strings.Contains(name, "//") }

// canonicalLabel writes a label of the main repository in its long form:
// //a:b for @@//a:b and //a/b:b for //a/b.
func canonicalLabel(label string) string {
	label = strings.TrimPrefix(strings.TrimPrefix(label, "@@//"), "//")
	if i := strings.LastIndexByte(label, ':'); i < 0 {
		label += ":" + path.Base(label)
	}
	return label
}

// exporters returns the objects that export a symbol, with how they do.
func (b *Build) exporters(symbol string) (objects []*ksympb.Object, exports []*ksympb.Export) {
	for _, o := range b.Objects {
		i, found := slices.BinarySearchFunc(o.Exports, symbol, func(e *ksympb.Export, name string) int { return cmp.Compare(e.Name, name) })
		if found {
			objects = append(objects, o)
			exports = append(exports, o.Exports[i])
		}
	}
	return objects, exports
}

// A use is how an object uses a symbol.
type use struct {
	verb   string
	object *ksympb.Object
}

// users returns the uses of a symbol by modules.
func (b *Build) users(symbol string) []use {
	var all []use
	for _, o := range b.Objects {
		for _, list := range []struct {
			verb  string
			names []string
		}{{"imported by", o.Imports}, {"weakly imported by", o.WeakImports}, {"asked for by symbol_get() in", o.SymbolGets}} {
			if _, found := slices.BinarySearch(list.names, symbol); found {
				all = append(all, use{list.verb, o})
			}
		}
		for _, k := range o.KlpSymbols {
			if k.Name == symbol && b.isOf(symbol, k.Object) {
				all = append(all, use{"named by a klp relocation of", o})
			}
		}
	}
	return all
}

// isOf says whether a symbol can be the one of the object that a klp relocation
// names: not if modules that are built export it, and the object is none of
// them.
func (b *Build) isOf(symbol, object string) bool {
	exporters, _ := b.exporters(symbol)
	return len(exporters) == 0 || slices.ContainsFunc(exporters, func(o *ksympb.Object) bool { return klp.IsObject(ksyms.ModuleName(o), object) })
}

// names returns all names of symbols that the build knows, sorted.
func (b *Build) names() []string {
	var names []string
	for _, o := range b.Objects {
		for _, e := range o.Exports {
			names = append(names, e.Name)
		}
		names = append(names, o.Imports...)
		names = append(names, o.WeakImports...)
		names = append(names, o.SymbolGets...)
		for _, k := range o.KlpSymbols {
			names = append(names, k.Name)
		}
	}
	for _, s := range b.Sets {
		for _, n := range s.Needed.Symbols {
			names = append(names, n.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
