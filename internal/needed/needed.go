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

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Input is what a needed set is made of.
type Input struct {
	// Objects of the set and of its users, as ksyms.Unmarshal returns them: those
	// with a Module are modules or parts of the kernel, the others belong to none.
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
func Compute(in Input) (*ksympb.NeededSet, []string, error) {
	set := &ksympb.NeededSet{Format: ksyms.NeededFormat, Users: make([]*ksympb.User, 0, len(in.Objects))}
	user := func(name, label string) uint32 {
		set.Users = append(set.Users, &ksympb.User{Name: name, Label: label})
		return uint32(len(set.Users) - 1)
	}
	var warnings []string
	for _, o := range in.Objects {
		user(ksyms.ModuleName(o), o.Label)
		for _, u := range o.UndecodedSymbolGets {
			warnings = append(warnings, fmt.Sprintf("%s%s: %s calls __symbol_get() with a name that is not known (%s at %s+%#x): put the names that it can ask for on a keep-list",
				inLabel(o.Label), ksyms.Name(o), u.Function, u.Reason, u.Section, u.Offset))
		}
	}
	var claims []claim
	if in.Modversions {
		claims = append(claims, claim{"module_layout", ksympb.Reason_KIND_KERNEL, user("CONFIG_MODVERSIONS", "")})
	}
	for _, list := range in.Keep {
		for _, e := range list.Entries {
			where := user(fmt.Sprintf("%s:%d", list.Name, e.Line), "")
			claims = append(claims, claim{e.Name, ksympb.Reason_KIND_KEEP_LIST, where})
		}
	}
	// Each processor works out what is needed of the names in one span.
	spans := spansOf(in.Objects)
	parts := make([]part, len(spans))
	err := parallel.Ranges(len(spans), 1, func(i, _ int) (err error) {
		parts[i], err = partOf(in, claims, spans[i])
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	count := 0
	for _, p := range parts {
		count += len(p.symbols)
	}
	set.Symbols = make([]*ksympb.NeededSymbol, 0, count)
	for _, p := range parts {
		for _, s := range p.symbols {
			set.Symbols = append(set.Symbols, &s.NeededSymbol)
		}
	}
	return set, append(warnings, unknownNames(in, set, claims, spans, parts)...), nil
}

func inLabel(label string) string {
	if label == "" {
		return ""
	}
	return label + ": "
}

func rivals(s *symbol) error {
	call := func(p *ksympb.Provider) string {
		if p.Label == "" {
			return p.Module
		}
		return fmt.Sprintf("%s (%s)", p.Label, p.Module)
	}
	both := []string{call(s.provider), call(s.rival)}
	slices.Sort(both)
	return fmt.Errorf("symbol %q is exported by two modules, %s: keep one of them out of the set, or rename the symbol in one", s.Name, strings.Join(both, " and "))
}
