// Package needed works out which symbols must stay exported, and why.
//
// Kbuild builds, looks at what modules use, edits a header and builds again.
// Here the same question is answered from symbol summaries alone: needed is
// what modules import, strongly or weakly, what they and the kernel ask for by
// symbol_get(), what exports their klp relocations name, what keep-lists name,
// and what the kernel itself wants.
package needed

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Input is what a needed set is made of.
type Input struct {
	// Objects of the set and of its users: those with a Module are modules or
	// parts of the kernel, the others belong to none.
	Objects []*ksympb.Object
	// Outside are the exports of providers that are not trimmed here.
	Outside []Symvers
	Keep    []KeepList
	// Modversions says that the kernel has CONFIG_MODVERSIONS, which lets every
	// module import module_layout.
	Modversions bool
}

// Symvers is a Module.symvers file. Name is what to call it in messages.
type Symvers struct {
	Name    string
	Entries []symvers.Entry
}

// KeepList is a keep-list. Name is what to call it in messages.
type KeepList struct {
	Name    string
	Entries []keeplist.Entry
}

// Compute returns the needed set and warnings for a person to read: names on
// keep-lists that nobody exports, and uses of symbol_get() whose names are not
// known. A needed symbol that two modules export is an error.
// The set's lists are in the order of the input.
func Compute(in Input) (*ksympb.NeededSet, []string, error) {
	exporters := exportersOf(in)
	b := newBuilder(len(in.Objects))
	var warnings []string
	for _, o := range in.Objects {
		user := b.user(who(o), o.Label)
		add := func(kind ksympb.Reason_Kind, names []string) {
			for _, n := range names {
				b.add(n, kind, user)
			}
		}
		if isUser(o) {
			add(ksympb.Reason_KIND_IMPORT, o.Imports)
			add(ksympb.Reason_KIND_WEAK_IMPORT, o.WeakImports)
		}
		add(ksympb.Reason_KIND_SYMBOL_GET, o.SymbolGets)
		for _, k := range o.KlpSymbols {
			if mayExport(exporters, k) {
				b.add(k.Name, ksympb.Reason_KIND_KLP_RELOCATION, user)
			}
		}
		for _, u := range o.UndecodedSymbolGets {
			warnings = append(warnings, fmt.Sprintf("%s%s: %s calls __symbol_get() with a name that is not known (%s at %s+%#x): put the names that it can ask for on a keep-list",
				inLabel(o.Label), ksyms.Name(o), u.Function, u.Reason, u.Section, u.Offset))
		}
	}
	if in.Modversions {
		b.add("module_layout", ksympb.Reason_KIND_KERNEL, b.user("CONFIG_MODVERSIONS", ""))
	}
	var unknown []unknownName
	for _, list := range in.Keep {
		for _, e := range list.Entries {
			where := fmt.Sprintf("%s:%d", list.Name, e.Line)
			b.add(e.Name, ksympb.Reason_KIND_KEEP_LIST, b.user(where, ""))
			if len(exporters) > 0 && exporters[e.Name] == nil {
				unknown = append(unknown, unknownName{e.Name, where})
			}
		}
	}
	warnings = append(warnings, explainUnknown(unknown, exporters)...)
	for _, s := range b.set.Symbols {
		if e := exporters[s.Name]; e != nil {
			if e.rival != nil {
				return nil, nil, rivals(s.Name, e)
			}
			if !utf8.ValidString(e.provider.Module) {
				return nil, nil, fmt.Errorf("%s: module %q, which exports %q, is not called by UTF-8 text", e.provider.Label, e.provider.Module, s.Name)
			}
			s.Providers = []*ksympb.Provider{e.provider}
		}
	}
	return b.set, warnings, nil
}

// mayExport says whether the symbol that a klp relocation names can be an
// export. Most are not: klp relocations are for what an object keeps to itself,
// and another object may export a symbol of the same name.
func mayExport(exporters map[string]*exporter, k *ksympb.KlpSymbol) bool {
	e := exporters[k.Name]
	if e == nil {
		return len(exporters) == 0 // nothing is known about exports
	}
	return klp.IsObject(e.provider.Module, k.Object) || e.rival != nil && klp.IsObject(e.rival.Module, k.Object)
}

// isUser says whether an object's undefined symbols are resolved by the module
// loader: those of the kernel's own objects, and of a part of a module, are
// resolved when it is linked.
func isUser(o *ksympb.Object) bool {
	return o.Module != "" && o.Module != symvers.Vmlinux
}

// who names the user in a reason.
func who(o *ksympb.Object) string {
	if o.Module != "" && o.Module != symvers.Vmlinux {
		return o.Module
	}
	return ksyms.Name(o)
}

func inLabel(label string) string {
	if label == "" {
		return ""
	}
	return label + ": "
}

// A builder collects a needed set.
type builder struct {
	set     *ksympb.NeededSet
	symbols map[string]*ksympb.NeededSymbol
	free    []oneReason
}

// oneReason is a symbol that is needed for one reason, as most are, in one
// piece of memory.
type oneReason struct {
	symbol  ksympb.NeededSymbol
	reason  ksympb.Reason
	reasons [1]*ksympb.Reason
	users   [4]uint32
}

// newBuilder makes a builder for that many objects, each of which is guessed to
// need some symbols that no other does.
func newBuilder(objects int) *builder {
	return &builder{
		set:     &ksympb.NeededSet{Format: ksyms.NeededFormat, Users: make([]*ksympb.User, 0, objects)},
		symbols: make(map[string]*ksympb.NeededSymbol, 5*objects),
	}
}

// user returns the index of a new user.
func (b *builder) user(name, label string) uint32 {
	b.set.Users = append(b.set.Users, &ksympb.User{Name: name, Label: label})
	return uint32(len(b.set.Users) - 1)
}

func (b *builder) add(name string, kind ksympb.Reason_Kind, user uint32) {
	if name == "__this_module" {
		return // every module has its own
	}
	s := b.symbols[name]
	if s == nil {
		if len(b.free) == 0 {
			b.free = make([]oneReason, 64)
		}
		one := &b.free[0]
		b.free = b.free[1:]
		one.reason.Kind = kind
		one.users[0] = user
		one.reason.Users = one.users[:1]
		one.reasons[0] = &one.reason
		s = &one.symbol
		s.Name, s.Reasons = name, one.reasons[:]
		b.symbols[name] = s
		b.set.Symbols = append(b.set.Symbols, s)
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

// An exporter is who exports a symbol.
type exporter struct {
	provider *ksympb.Provider
	inSet    bool
	rival    *ksympb.Provider // another one that exports it too, and must not
}

// exportersOf finds who exports which symbol. As for modpost with -e, a module
// of the set goes before one of a Module.symvers file, and of two of those the
// later; but nothing goes before the kernel itself.
func exportersOf(in Input) map[string]*exporter {
	n := 0
	for _, file := range in.Outside {
		n += len(file.Entries)
	}
	for _, o := range in.Objects {
		n += len(o.Exports)
	}
	all := make(map[string]*exporter, n)
	for _, file := range in.Outside {
		for _, e := range file.Entries {
			p := &ksympb.Provider{Module: e.Module, Label: file.Name}
			if old := all[e.Name]; old != nil && old.provider.Module != e.Module &&
				(old.provider.Module == symvers.Vmlinux || e.Module == symvers.Vmlinux) {
				old.rival = p
				continue
			}
			all[e.Name] = &exporter{provider: p}
		}
	}
	for _, o := range in.Objects {
		module := o.Module
		if module == "" {
			module = ksyms.Name(o)
		}
		for _, e := range o.Exports {
			p := &ksympb.Provider{Module: module, Label: o.Label}
			old := all[e.Name]
			switch {
			case old == nil, old.provider.Module == module && !old.inSet:
			case old.provider.Module == module:
				continue // a part of the same module
			case old.inSet, old.provider.Module == symvers.Vmlinux:
				if old.rival == nil {
					old.rival = p
				}
				continue
			}
			all[e.Name] = &exporter{provider: p, inSet: true}
		}
	}
	return all
}

func rivals(name string, e *exporter) error {
	call := func(p *ksympb.Provider) string {
		if p.Label == "" {
			return p.Module
		}
		return fmt.Sprintf("%s (%s)", p.Label, p.Module)
	}
	both := []string{call(e.provider), call(e.rival)}
	slices.Sort(both)
	return fmt.Errorf("symbol %q is exported by two modules, %s: keep one of them out of the set, or rename the symbol in one", name, strings.Join(both, " and "))
}
