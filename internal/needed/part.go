package needed

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/symsort"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A claim says that a symbol is needed, whether a module uses it or not.
type claim struct {
	name string
	kind ksympb.Reason_Kind
	user uint32
}

// A part of a needed set is what it says of the names in one span.
type part struct {
	symbols []*symbol // sorted
	exports int       // how many are exported, needed or not
}

// A symbol that is needed, and who exports it.
type symbol struct {
	ksympb.NeededSymbol
	provider *ksympb.Provider
	inSet    bool             // the provider is of the set
	rival    *ksympb.Provider // another one that exports it too, and must not

	// Most are needed for one reason and exported by one: that is in one piece of
	// memory.
	reason    ksympb.Reason
	reasons   [1]*ksympb.Reason
	providers [1]*ksympb.Provider
}

// become makes it the symbol of a name that users need for a reason.
func (s *symbol) become(name string, kind ksympb.Reason_Kind, users []uint32) {
	s.reason.Kind, s.reason.Users = kind, users
	s.reasons[0] = &s.reason
	s.Name, s.Reasons = name, s.reasons[:]
}

// partOf works out a part. The users of objects are their indexes.
func partOf(in Input, claims []claim, s span) (part, error) {
	c := collector{numbers: make(map[string]uint32, s.guess(in.Objects))}
	c.addImports(in.Objects, s)
	for i, o := range in.Objects {
		if ksyms.IsModule(o) {
			c.addAll(s.names(o.WeakImports), ksympb.Reason_KIND_WEAK_IMPORT, uint32(i))
		}
		c.addAll(s.names(o.SymbolGets), ksympb.Reason_KIND_SYMBOL_GET, uint32(i))
		for _, k := range o.KlpSymbols {
			if s.has(k.Name) {
				c.add(k.Name, ksympb.Reason_KIND_KLP_RELOCATION, uint32(i))
				c.klp = append(c.klp, klpUse{k, uint32(i)})
			}
		}
	}
	for _, claim := range claims {
		if s.has(claim.name) {
			c.add(claim.name, claim.kind, claim.user)
		}
	}
	exports := c.findExporters(in, s)
	c.dropKlp(in)
	p := part{symbols: c.sorted(), exports: exports}
	for _, symbol := range p.symbols {
		switch {
		case symbol.rival != nil:
			return part{}, rivals(symbol)
		case symbol.provider != nil && !utf8.ValidString(symbol.provider.Module):
			return part{}, fmt.Errorf("%s: module %q, which exports %q, is not called by UTF-8 text", symbol.provider.Label, symbol.provider.Module, symbol.Name)
		case symbol.provider != nil:
			symbol.providers[0] = symbol.provider
			symbol.Providers = symbol.providers[:]
		}
	}
	return p, nil
}

// A collector collects symbols that are needed.
type collector struct {
	numbers  map[string]uint32 // of names, in all
	all      []*symbol
	imported []*symbol // the first of all, sorted
	klp      []klpUse
}

// symbol returns the symbol of a name, or nil.
func (c *collector) symbol(name string) *symbol {
	if n, known := c.numbers[name]; known {
		return c.all[n]
	}
	return nil
}

// sorted returns the symbols that are needed, sorted.
func (c *collector) sorted() []*symbol {
	others := c.all[len(c.imported):]
	sorter := symsort.Sorter[*symbol]{Name: func(s *symbol) string { return s.Name }}
	sorter.Sort(others)
	list := make([]*symbol, 0, len(c.all))
	for _, s := range c.imported {
		for len(others) > 0 && others[0].Name < s.Name {
			list = append(list, others[0])
			others = others[1:]
		}
		list = append(list, s)
	}
	list = append(list, others...)
	// Of a klp relocation's symbols some were dropped.
	return slices.DeleteFunc(list, func(s *symbol) bool { return len(s.Reasons) == 0 })
}

// A klpUse is a klp symbol and its user.
type klpUse struct {
	*ksympb.KlpSymbol
	user uint32
}

// dropKlp takes back that symbols are needed by klp relocations that cannot
// mean an export. Most are such: klp relocations are for what an object keeps to
// itself, and another object may export a symbol of the same name. Where nothing
// is known about exports, all stay.
func (c *collector) dropKlp(in Input) {
	if len(c.klp) == 0 || !exportsKnown(in) {
		return
	}
	for _, use := range c.klp {
		s := c.symbol(use.Name)
		if !s.exportedBy(use.Object) {
			s.drop(ksympb.Reason_KIND_KLP_RELOCATION, use.user)
		}
	}
}

func exportsKnown(in Input) bool {
	return slices.ContainsFunc(in.Outside, func(f Symvers) bool { return len(f.Entries) > 0 }) ||
		slices.ContainsFunc(in.Objects, func(o *ksympb.Object) bool { return len(o.Exports) > 0 })
}

// exportedBy says whether the object that a klp relocation names exports the
// symbol.
func (s *symbol) exportedBy(object string) bool {
	return s.provider != nil && klp.IsObject(s.provider.Module, object) || s.rival != nil && klp.IsObject(s.rival.Module, object)
}

// drop takes back that a user needs the symbol for a reason.
func (s *symbol) drop(kind ksympb.Reason_Kind, user uint32) {
	for i, r := range s.Reasons {
		if r.Kind != kind {
			continue
		}
		if at := slices.Index(r.Users, user); at >= 0 {
			r.Users = slices.Delete(r.Users, at, at+1)
		}
		if len(r.Users) == 0 {
			s.Reasons = slices.Delete(s.Reasons, i, i+1)
		}
		return
	}
}

func (c *collector) addAll(names []string, kind ksympb.Reason_Kind, user uint32) {
	for _, n := range names {
		c.add(n, kind, user)
	}
}

func (c *collector) add(name string, kind ksympb.Reason_Kind, user uint32) {
	if name == ownModule {
		return
	}
	s := c.symbol(name)
	if s == nil {
		s = new(symbol)
		s.become(name, kind, []uint32{user})
		c.numbers[name] = uint32(len(c.all))
		c.all = append(c.all, s)
		return
	}
	for _, r := range s.Reasons {
		if r.Kind == kind {
			r.Users = append(r.Users, user)
			return
		}
	}
	s.Reasons = append(s.Reasons, &ksympb.Reason{Kind: kind, Users: []uint32{user}})
}

// findExporters finds who exports the symbols, and returns how many names of the
// span are exported. As for modpost with -e, a module of the set goes before one
// of a Module.symvers file, and of two of those the later; but nothing goes
// before the kernel itself.
func (c *collector) findExporters(in Input, s span) int {
	count := 0
	for _, file := range in.Outside {
		for _, e := range file.Entries {
			if !s.has(e.Name) {
				continue
			}
			count++
			symbol := c.symbol(e.Name)
			if symbol == nil {
				continue
			}
			p := &ksympb.Provider{Module: e.Module, Label: file.Name}
			if old := symbol.provider; old != nil && old.Module != e.Module && (old.Module == symvers.Vmlinux || e.Module == symvers.Vmlinux) {
				symbol.rival = p
				continue
			}
			symbol.provider, symbol.rival = p, nil
		}
	}
	for _, o := range in.Objects {
		exports := s.exports(o.Exports)
		if len(exports) == 0 {
			continue
		}
		count += len(exports)
		if o.ExportStyle == ksympb.ExportStyle_EXPORT_STYLE_SOURCE_TEXT {
			continue
		}
		module := o.Module
		if module == "" {
			module = ksyms.Name(o)
		}
		p := &ksympb.Provider{Module: module, Label: o.Label}
		for _, e := range exports {
			symbol := c.symbol(e.Name)
			if symbol == nil {
				continue
			}
			switch old := symbol.provider; {
			case old == nil, old.Module == module && !symbol.inSet:
			case old.Module == module:
				continue // a part of the same module
			case symbol.inSet, old.Module == symvers.Vmlinux:
				if symbol.rival == nil {
					symbol.rival = p
				}
				continue
			}
			symbol.provider, symbol.inSet, symbol.rival = p, true, nil
		}
	}
	c.findSources(in, s)
	return count
}

// findSources says of the symbols that nothing else exports which source's object
// will.
func (c *collector) findSources(in Input, s span) {
	for _, o := range in.Objects {
		if o.ExportStyle != ksympb.ExportStyle_EXPORT_STYLE_SOURCE_TEXT {
			continue
		}
		found := func(symbol *symbol) {
			if symbol != nil && symbol.provider == nil {
				symbol.provider, symbol.inSet = &ksympb.Provider{Module: o.Module, Label: o.Label}, true
			}
		}
		for _, e := range s.exports(o.Exports) {
			found(c.symbol(e.Name))
		}
		for _, symbol := range c.all {
			if slices.ContainsFunc(o.ExportParts, func(part string) bool { return strings.Contains(symbol.Name, part) }) {
				found(symbol)
			}
		}
	}
}

// unknownNames warns of names on keep-lists that nobody exports, unless nobody
// exports anything.
func unknownNames(in Input, set *ksympb.NeededSet, claims []claim, spans []span, parts []part) []string {
	exports := 0
	for _, p := range parts {
		exports += p.exports
	}
	var unknown []unknownName
	for _, c := range claims {
		if exports == 0 || c.kind != ksympb.Reason_KIND_KEEP_LIST {
			continue
		}
		p := parts[slices.IndexFunc(spans, func(s span) bool { return s.has(c.name) })]
		at, found := slices.BinarySearchFunc(p.symbols, c.name, func(s *symbol, name string) int { return strings.Compare(s.Name, name) })
		if found && p.symbols[at].provider == nil {
			unknown = append(unknown, unknownName{c.name, set.Users[c.user].Name})
		}
	}
	return explainUnknown(unknown, in)
}
