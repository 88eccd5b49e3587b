package property

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/relobj"
	"github.com/rules-kbuild/rules_kbuild/e2e/property/trimtree"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// kbuild makes what Kbuild would make of the tree, built from nothing: without slices, each object compiled with the whole autoksyms.h
// (before 6.5), and one modpost over all modules. Which symbols are needed it knows from the tree. The result has the modules' .mod.c, .ko
// and Module.symvers by the names that the rules' have, untrimmed and in the set.
//
// Unlike Kbuild's own, its needed symbols include weak imports, names of symbol_get() and what users outside of the set import.
func kbuild(l line, t *trimtree.Tree, kernel []symvers.Entry) (map[string][]byte, error) {
	files := map[string][]byte{}
	untrimmed, err := modpostAll(l, t, t.Modules, modpostOptions(l.release), nil, kernel, files, "")
	if err != nil || !t.Trim {
		files["set/Module.symvers"] = symvers.Format(ofModules(untrimmed, t.With(trimtree.InSet)))
		return files, err
	}
	options := modpostOptions(l.release)
	var header *string
	if l.compiled {
		names := slices.Sorted(maps.Keys(t.Needed()))
		text := string(needed.Autoksyms(names))
		header = &text
	} else {
		options.TrimUnused = true
		options.Whitelist = slices.Sorted(maps.Keys(whitelist(t)))
	}
	dump := append(slices.Clone(kernel), ofModules(untrimmed, t.With(trimtree.Outside, trimtree.User))...)
	trimmed, err := modpostAll(l, t, t.With(trimtree.InSet), options, header, dump, files, "set/")
	files["set/Module.symvers"] = symvers.Format(trimmed)
	return files, err
}

// whitelist is what modpost -t cannot know from the set's modules: what users import, what is on the keep-list, and, before 6.14, what
// symbol_get() asks for.
func whitelist(t *trimtree.Tree) map[string]bool {
	none := t.Clone()
	for _, m := range none.Modules {
		for _, u := range m.Units {
			if m.Role == trimtree.InSet {
				u.Imports = slices.DeleteFunc(u.Imports, func(i trimtree.Import) bool { return i.How != trimtree.SymbolGet })
			}
		}
	}
	return none.Needed()
}

func ofModules(entries []symvers.Entry, modules []*trimtree.Module) []symvers.Entry {
	var some []symvers.Entry
	for _, e := range entries {
		if slices.ContainsFunc(modules, func(m *trimtree.Module) bool { return e.Module == "m/"+m.Name }) {
			some = append(some, e)
		}
	}
	return some
}

// modpostAll compiles modules, links them and runs modpost over all of them.
func modpostAll(l line, t *trimtree.Tree, modules []*trimtree.Module, options modpost.Options, header *string, dump []symvers.Entry, files map[string][]byte, to string) ([]symvers.Entry, error) {
	text := sources(t)
	var inputs []modpost.Input
	var objects [][]byte
	for _, m := range modules {
		object, crcs, err := compileAll(l, m, text, header)
		if err != nil {
			return nil, err
		}
		f, err := elfobj.New(m.Name, object)
		if err != nil {
			return nil, err
		}
		objects = append(objects, object)
		inputs = append(inputs, modpost.Input{Path: "m/" + m.Name, Object: f, CRCs: func() (map[string]uint32, error) { return crcs, nil }})
	}
	options.External = true
	result, err := modpost.Run(options, []modpost.Dump{{Entries: dump}}, inputs)
	if err != nil {
		return nil, err
	}
	if result.Failed {
		return nil, fmt.Errorf("%v", result.Messages)
	}
	for i, m := range modules {
		base := to + "m/" + m.Name
		files[base+".mod.c"] = result.ModC[i]
		object, _ := programs["KernelModC"](nil, [][]byte{result.ModC[i]})
		ko, _ := programs["KernelModuleLink"](nil, [][]byte{objects[i], object[0]})
		files[base+".ko"] = ko[0]
	}
	return result.Symvers, nil
}

// compileAll compiles a module's units and links them.
func compileAll(l line, m *trimtree.Module, text map[string]string, header *string) ([]byte, map[string]uint32, error) {
	var objects [][]byte
	all := map[string]uint32{}
	for i := range m.Units {
		o, crcs, err := read(l.release, []byte(text["m/"+m.Stem(i)+".c"]), header)
		if err != nil {
			return nil, nil, err
		}
		objects = append(objects, relobj.Compile(o))
		maps.Copy(all, crcs)
	}
	if len(objects) == 1 {
		return objects[0], all, nil
	}
	linked, err := relobj.Link(objects...)
	return linked, all, err
}
