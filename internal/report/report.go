// Package report tells what becomes of exports: who keeps each one, which
// nobody uses, and which modules serve which with what. It is what
// scripts/export_report.pl of kernels before 7.2 was for, with what that
// could not see: weak imports, symbol_get(), klp relocations and keep-lists.
//
// A Report is made of a needed set and of the summaries of what exports; Text,
// JSON and HTML write it. What they write is a function of the Report alone.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Input is what a Report is made of.
type Input struct {
	// Title is what the report is about, such as the label of the set.
	Title  string
	Needed *ksympb.NeededSet
	// Objects are those whose exports are reported, used or not: the modules of
	// the set.
	Objects []*ksympb.Object
	// Outside are the exports of providers outside the set, for the licences
	// and namespaces of those that are needed.
	Outside []needed.Symvers
	// AllOutside reports those of Outside that nobody needs too.
	AllOutside bool
}

// A Report is the answer. Its JSON form is what `ksymtrim report --json`
// writes.
type Report struct {
	Format string `json:"format"` // Format
	Title  string `json:"title"`
	Totals Totals `json:"totals"`
	// Modules are sorted by name, Symbols likewise.
	Modules []*Module `json:"modules"`
	Symbols []*Symbol `json:"symbols"`
}

// Format is what the JSON form says of itself.
const Format = "rules_kbuild.report.v1"

// Totals count the exports of the set.
type Totals struct {
	Modules int `json:"modules"` // modules of the set
	Exports int `json:"exports"` // symbols that they export
	Needed  int `json:"needed"`  // of those, the ones that must stay
	Unused  int `json:"unused"`  // the others
	Taken   int `json:"taken"`   // needed symbols that others export, or nobody
}

// A Place says what a module has to do with the set.
type Place string

// The places of modules.
const (
	InSet    Place = "set"      // one of those whose exports are reported
	User     Place = "user"     // uses symbols, and is not of the set
	Provider Place = "provider" // exports what the set needs, and is not of the set
)

// A Module is one that exports or uses symbols: a loadable module, `vmlinux`,
// or an object that is of neither.
type Module struct {
	Name  string `json:"name"` // as in Module.symvers
	Label string `json:"label,omitempty"`
	Place Place  `json:"place"`
	// Exports are the names of its symbols that are in the report, Unused those
	// of them that nobody needs. Both are sorted.
	Exports []string `json:"exports,omitempty"`
	Unused  []string `json:"unused,omitempty"`
	// Providers are the modules that it uses, that with most symbols first.
	Providers []*Use `json:"providers,omitempty"`
	// Users are the names of modules that use it, sorted.
	Users []string `json:"users,omitempty"`
	// Undecoded are its uses of symbol_get() whose names are not known.
	Undecoded []string `json:"undecoded,omitempty"`
}

// A Use is what one module takes from another.
type Use struct {
	// Module is the provider's name; empty for symbols whose exporter is not
	// known.
	Module string `json:"module"`
	// Symbols are sorted by the number of modules that use them, the most used
	// first, then by name.
	Symbols []string `json:"symbols"`
}

// A Symbol is one that is exported, or needed, or both.
type Symbol struct {
	Name string `json:"name"`
	// Exporters are names of modules. There is more than one only if nobody
	// needs the symbol, and none if nobody is known to export it.
	Exporters []string `json:"exporters,omitempty"`
	// Export is EXPORT_SYMBOL or EXPORT_SYMBOL_GPL; empty if not known.
	Export    string `json:"export,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Needed    bool   `json:"needed"`
	// Uses is the number of modules that use it, however they do.
	Uses    int       `json:"uses"`
	Keepers []*Keeper `json:"keepers,omitempty"`
}

// A Keeper is one that keeps a symbol.
type Keeper struct {
	How How `json:"how"`
	// Name is the module's name, the place on a keep-list, or the option.
	Name  string `json:"name"`
	Label string `json:"label,omitempty"`
	// Module is the name of the module that Name is or is a part of, if any.
	Module string `json:"module,omitempty"`
}

// How says in which way a symbol is kept.
type How string

// The ways, in the order in which they are told.
const (
	Import     How = "import"
	WeakImport How = "weak import"
	SymbolGet  How = "symbol_get"
	KeepList   How = "keep-list"
	Kernel     How = "kernel"
	Klp        How = "klp relocation"
)

var hows = map[ksympb.Reason_Kind]How{
	ksympb.Reason_KIND_IMPORT:         Import,
	ksympb.Reason_KIND_WEAK_IMPORT:    WeakImport,
	ksympb.Reason_KIND_SYMBOL_GET:     SymbolGet,
	ksympb.Reason_KIND_KEEP_LIST:      KeepList,
	ksympb.Reason_KIND_KERNEL:         Kernel,
	ksympb.Reason_KIND_KLP_RELOCATION: Klp,
}

// byModule says whether this way of keeping a symbol is a module's use of it.
func (h How) byModule() bool { return h == Import || h == WeakImport || h == SymbolGet || h == Klp }

// New makes the report.
func New(in Input) (*Report, error) {
	b := &builder{
		report:  &Report{Format: Format, Title: in.Title},
		modules: make(map[string]*Module),
		symbols: make(map[string]*Symbol),
		owners:  make(map[string]string),
		uses:    make(map[[2]string]*Use),
	}
	for _, o := range in.Objects {
		b.object(o)
	}
	if err := b.needed(in.Needed); err != nil {
		return nil, err
	}
	for _, file := range in.Outside {
		for _, e := range file.Entries {
			b.outside(e, in.AllOutside)
		}
	}
	b.finish()
	return b.report, nil
}

// A builder collects a report.
type builder struct {
	report  *Report
	modules map[string]*Module
	symbols map[string]*Symbol
	owners  map[string]string // what a needed set calls a user, to its module
	uses    map[[2]string]*Use
}

func (b *builder) module(name string, place Place) *Module {
	m := b.modules[name]
	if m == nil {
		m = &Module{Name: name, Place: place}
		b.modules[name] = m
		b.report.Modules = append(b.report.Modules, m)
	}
	return m
}

func (b *builder) symbol(name string) *Symbol {
	s := b.symbols[name]
	if s == nil {
		s = &Symbol{Name: name}
		b.symbols[name] = s
		b.report.Symbols = append(b.report.Symbols, s)
	}
	return s
}

func (b *builder) object(o *ksympb.Object) {
	name := o.Module
	if name == "" {
		name = ksyms.Name(o)
	}
	m := b.module(name, InSet)
	if o.Module != symvers.Vmlinux {
		m.Label = cmp.Or(m.Label, o.Label)
	}
	b.owners[ksyms.Name(o)] = name
	for _, e := range o.Exports {
		s := b.symbol(e.Name)
		if !slices.Contains(s.Exporters, name) {
			s.Exporters = append(s.Exporters, name)
		}
		s.Export, s.Namespace = "EXPORT_SYMBOL", e.Namespace
		if e.GplOnly {
			s.Export = "EXPORT_SYMBOL_GPL"
		}
	}
	for _, u := range o.UndecodedSymbolGets {
		m.Undecoded = append(m.Undecoded, fmt.Sprintf("%s at %s+%#x: %s", u.GetFunction(), u.GetSection(), u.GetOffset(), u.GetReason()))
	}
}

func (b *builder) needed(set *ksympb.NeededSet) error {
	for _, n := range set.GetSymbols() {
		s := b.symbol(n.Name)
		s.Needed = true
		for _, p := range n.Providers {
			b.module(p.Module, Provider)
			if !slices.Contains(s.Exporters, p.Module) {
				s.Exporters = append(s.Exporters, p.Module)
			}
		}
		users := make(map[string]bool)
		for _, r := range n.Reasons {
			how, ok := hows[r.Kind]
			if !ok {
				return fmt.Errorf("symbol %q is needed for a reason (%v) that this version does not know", n.Name, r.Kind)
			}
			for _, i := range r.Users {
				u := set.Users[i]
				k := &Keeper{How: how, Name: u.Name, Label: u.Label}
				if how.byModule() {
					k.Module = b.user(u)
					users[k.Module] = true
				}
				s.Keepers = append(s.Keepers, k)
			}
		}
		s.Uses = len(users)
		for user := range users {
			b.use(user, s)
		}
	}
	return nil
}

// user returns the name of the module that a user is or is a part of.
func (b *builder) user(u *ksympb.User) string {
	if b.modules[u.Name] == nil {
		if owner := b.owners[u.Name]; owner != "" {
			return owner
		}
	}
	m := b.module(u.Name, User)
	if m.Place == Provider {
		m.Place = User // one of a Module.symvers file that uses the set too
	}
	m.Label = cmp.Or(m.Label, u.Label)
	return m.Name
}

// use notes that a module uses a symbol.
func (b *builder) use(user string, s *Symbol) {
	providers := s.Exporters
	if len(providers) == 0 {
		providers = []string{""}
	}
	for _, p := range providers {
		if p == user {
			continue // a module may ask for its own symbol by symbol_get
		}
		use := b.uses[[2]string{user, p}]
		if use == nil {
			use = &Use{Module: p}
			b.uses[[2]string{user, p}] = use
			b.modules[user].Providers = append(b.modules[user].Providers, use)
			if p != "" {
				b.modules[p].Users = append(b.modules[p].Users, user)
			}
		}
		use.Symbols = append(use.Symbols, s.Name)
	}
}

// outside adds what a Module.symvers file says of a symbol.
func (b *builder) outside(e symvers.Entry, all bool) {
	s := b.symbols[e.Name]
	switch {
	case s == nil && !all:
		return
	case s == nil || !s.Needed && all && !slices.Contains(s.Exporters, e.Module):
		s = b.symbol(e.Name)
		b.module(e.Module, Provider)
		s.Exporters = append(s.Exporters, e.Module)
	case !slices.Contains(s.Exporters, e.Module):
		return // another one goes before it
	}
	if s.Export == "" {
		s.Export, s.Namespace = e.Export, e.Namespace
	}
}

// finish counts, and puts all in order.
func (b *builder) finish() {
	r := b.report
	slices.SortFunc(r.Modules, func(a, c *Module) int { return strings.Compare(a.Name, c.Name) })
	slices.SortFunc(r.Symbols, func(a, c *Symbol) int { return strings.Compare(a.Name, c.Name) })
	for _, s := range r.Symbols {
		slices.Sort(s.Exporters)
		ofSet := false
		for _, name := range s.Exporters {
			m := b.modules[name]
			ofSet = ofSet || m.Place == InSet
			m.Exports = append(m.Exports, s.Name)
			if !s.Needed {
				m.Unused = append(m.Unused, s.Name)
			}
		}
		switch {
		case ofSet && s.Needed:
			r.Totals.Needed++
		case ofSet:
			r.Totals.Unused++
		case s.Needed:
			r.Totals.Taken++
		}
	}
	r.Totals.Exports = r.Totals.Needed + r.Totals.Unused
	for _, m := range r.Modules {
		if m.Place == InSet {
			r.Totals.Modules++
		}
		slices.Sort(m.Users)
		slices.Sort(m.Undecoded)
		for _, u := range m.Providers {
			slices.SortFunc(u.Symbols, func(x, y string) int {
				return cmp.Or(cmp.Compare(b.symbols[y].Uses, b.symbols[x].Uses), strings.Compare(x, y))
			})
		}
		slices.SortFunc(m.Providers, func(x, y *Use) int {
			return cmp.Or(cmp.Compare(len(y.Symbols), len(x.Symbols)), strings.Compare(x.Module, y.Module))
		})
	}
}

// callModule is what to call a module in prose: its label, or its name.
func callModule(m *Module) string {
	if m.Label != "" {
		return m.Label
	}
	return m.Name
}
