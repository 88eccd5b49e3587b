// Package symbolget finds the names that an object asks for at run time with
// symbol_get().
//
// symbol_get(x) leaves no undefined symbol x: it calls __symbol_get("x"). An
// object of a kernel from 6.14 on says the names in the section
// `.no_trim_symbol` (include/linux/module.h). In every object, this package
// also finds the calls by their relocations and works out from the
// instructions before a call, on all ways that lead to it, which string the
// first argument is. A call with an argument that it cannot work out is
// reported as undecoded, with the reason.
package symbolget

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

const (
	// Function is the function that symbol_get() calls.
	Function = "__symbol_get"
	// Section is the section with the names that symbol_get() was used with.
	Section = ".no_trim_symbol"
)

// Found is what an object asks for. Its strings are copies.
type Found struct {
	Names     []string // sorted, each once
	Undecoded []*ksympb.UndecodedSymbolGet
}

// Defined returns the index of a defined symbol __symbol_get, which vmlinux.o
// and the object that the function is compiled to have, or 0.
func Defined(syms *elfobj.Symbols) (uint32, error) {
	if !syms.MayName(Function) {
		return 0, nil
	}
	for s := range syms.All() {
		if !s.Defined() || s.Bind() == elf.STB_LOCAL {
			continue
		}
		name, err := syms.Name(s)
		if err != nil {
			return 0, err
		}
		if name == Function {
			return uint32(s.Index), nil
		}
	}
	return 0, nil
}

// Find returns the names of the object. getter is the index of the symbol
// __symbol_get, or 0 if the object has none.
func Find(f *elfobj.File, getter uint32) (Found, error) {
	var found Found
	if s := f.Section(Section); s != nil {
		names, err := sectionNames(f, s)
		if err != nil {
			return found, err
		}
		found.Names = names
	}
	if getter != 0 {
		o, err := newObject(f)
		if err != nil {
			return found, err
		}
		o.find(getter, &found)
	}
	slices.Sort(found.Names)
	found.Names = slices.Compact(found.Names)
	return found, nil
}

// sectionNames reads NUL-terminated names with any number of NULs between.
func sectionNames(f *elfobj.File, s *elfobj.Section) ([]string, error) {
	text := f.Text(s)
	if text != "" && text[len(text)-1] != 0 {
		return nil, f.Errorf(s.Offset+s.Size, "section %s ends within a name", Section)
	}
	var names []string
	for name := range strings.SplitSeq(text, "\x00") {
		if name == "" {
			continue
		}
		if !isName(name) {
			return nil, f.Errorf(s.Offset, "section %s holds %.40q, which is no symbol's name", Section, name)
		}
		names = append(names, strings.Clone(name))
	}
	return names, nil
}

// isName says whether a string can be the name of a symbol.
func isName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_', c == '.', c == '$', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return s != ""
}

// A site is a relocation to __symbol_get.
type site struct {
	section *elfobj.Section // that it changes
	rel     elfobj.Reloc
}

// find looks at every relocation to the symbol getter.
func (o *object) find(getter uint32, found *Found) {
	self := o.syms.At(int(getter))
	var sites []site
	for i := range o.relocSections {
		rs := &o.relocSections[i]
		if rs.Target.Flags&elf.SHF_ALLOC == 0 || aboutCode(rs.Target.Name) {
			continue
		}
		code := rs.Target.Flags&elf.SHF_EXECINSTR != 0
		for j := range rs.Len() {
			if rs.Symbol(j) == getter || self.Defined() && code && o.callsTo(self, rs.At(j)) {
				sites = append(sites, site{rs.Target, rs.At(j)})
			}
		}
	}
	// All functions are asked about first: then what refers to them is read once.
	for _, s := range sites {
		o.functionAt(int32(s.section.Index), s.rel.Offset)
	}
	for _, s := range sites {
		o.ask(s, found)
	}
}

// callsTo says whether the relocation of a call leads to a defined symbol by
// way of its section.
func (o *object) callsTo(s elfobj.Symbol, rel elfobj.Reloc) bool {
	if o.arch == nil {
		return false
	}
	sym := o.syms.At(int(rel.Symbol))
	if sym.Section != s.Section || sym.Type() != elf.STT_SECTION {
		return false
	}
	bias, ok := o.arch.branchBias(rel.Type)
	return ok && uint64(rel.Addend+bias) == s.Value
}

// ask adds what one use of __symbol_get asks for.
func (o *object) ask(s site, found *Found) {
	section, rel := s.section, s.rel
	function := section.Name
	undecoded := func(reason string) {
		found.Undecoded = append(found.Undecoded, &ksympb.UndecodedSymbolGet{
			Function: strings.Clone(function), Section: strings.Clone(section.Name), Offset: rel.Offset, Reason: reason,
		})
	}
	if section.Flags&elf.SHF_EXECINSTR == 0 {
		undecoded("its address is kept in data")
		return
	}
	fn := o.functionAt(int32(section.Index), rel.Offset)
	if fn != nil {
		function = fn.name
	}
	switch {
	case o.arch == nil:
		undecoded(fmt.Sprintf("calls on %v are not decoded", o.f.Machine))
		return
	case fn == nil:
		undecoded("the call is in no function")
		return
	}
	o.decode(fn)
	at, ok := fn.find(rel.Offset)
	if !ok {
		undecoded(fn.whyBad())
		return
	}
	switch in := &fn.insns[at]; in.flow {
	case flowCall, flowJump, flowCond:
	default:
		undecoded("its address is taken")
		return
	}
	names, reason := o.trace(fn, at, o.arch.argument())
	for _, n := range names {
		found.Names = append(found.Names, strings.Clone(n))
	}
	if reason != "" {
		undecoded(strings.Clone(reason))
	}
}
