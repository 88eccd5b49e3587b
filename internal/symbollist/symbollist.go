// Package symbollist makes lists of the symbols that modules take from their
// kernel (its KMI, as Android calls it), writes them in the formats that
// internal/keeplist reads, and says how a list differs from what modules take.
//
// What the modules take is a needed set: the part of what they need that the
// kernel, or a module that comes with it, exports. So each symbol has with it
// which modules take it, and how.
package symbollist

import (
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Input is what a list is made of.
type Input struct {
	// Objects are the modules.
	Objects []*ksympb.Object
	// Kernel is the kernel's own Module.symvers.
	Kernel needed.Symvers
	// Others are what further modules export that these depend on. What they
	// export is not the kernel's, even if it has a symbol of the name too.
	Others []needed.Symvers
	// Keep are lists whose symbols are taken whether or not a module uses them.
	Keep []needed.KeepList
	// Modversions says that the kernel has CONFIG_MODVERSIONS, and with it every
	// module takes module_layout.
	Modversions bool
}

// Taken returns what the modules take from the kernel, sorted, and warnings for a
// person to read: names in Keep that nobody exports, and uses of symbol_get()
// whose names are not known.
func Taken(in Input) (*ksympb.NeededSet, []string, error) {
	set, warnings, err := needed.Compute(needed.Input{
		Objects:     in.Objects,
		Outside:     append([]needed.Symvers{in.Kernel}, in.Others...),
		Keep:        in.Keep,
		Modversions: in.Modversions,
	})
	if err != nil {
		return nil, nil, err
	}
	set.Symbols = slices.DeleteFunc(set.Symbols, func(s *ksympb.NeededSymbol) bool {
		return len(s.Providers) == 0 || s.Providers[0].Label != in.Kernel.Name
	})
	slices.SortFunc(set.Symbols, func(a, b *ksympb.NeededSymbol) int { return strings.Compare(a.Name, b.Name) })
	dropUsers(set)
	return set, warnings, nil
}

// dropUsers takes the users out that keep no symbol of the set.
func dropUsers(set *ksympb.NeededSet) {
	place := make([]uint32, len(set.Users))
	used := make([]bool, len(set.Users))
	for _, s := range set.Symbols {
		for _, r := range s.Reasons {
			for _, u := range r.Users {
				used[u] = true
			}
		}
	}
	kept := set.Users[:0]
	for i, u := range set.Users {
		if used[i] {
			place[i] = uint32(len(kept))
			kept = append(kept, u)
		}
	}
	set.Users = kept
	for _, s := range set.Symbols {
		for _, r := range s.Reasons {
			for i, u := range r.Users {
				r.Users[i] = place[u]
			}
		}
	}
}

// unlisted returns the symbols of a set that are not among names, in the set's
// order.
func unlisted(set *ksympb.NeededSet, names map[string]bool) []*ksympb.NeededSymbol {
	var missing []*ksympb.NeededSymbol
	for _, s := range set.GetSymbols() {
		if !names[s.Name] {
			missing = append(missing, s)
		}
	}
	return missing
}
