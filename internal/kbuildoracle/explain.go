package kbuildoracle

import (
	"fmt"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// sight is which uses of a symbol a Kbuild sees by itself when it trims.
type sight struct {
	weak      bool // weak references: modpost does, `nm | sed` before 6.5 does not
	symbolGet bool // symbol_get(): where it leaves the section .no_trim_symbol
}

// A want is what a needed set has that Kbuild must be told of.
type want struct {
	// whitelist are names that whoever configures Kbuild puts on its whitelist:
	// those of keep-lists, and what modules outside of the set use.
	whitelist []string
	// unseen are names that only such uses keep as Kbuild does not see, and
	// why says what uses.
	unseen []string
	why    map[string]string
}

// explain divides the names of a needed set. Modules says of those that can use
// symbols, by label, whether they are in the set: one that it does not know is
// an error. Lists are sorted.
func explain(set *ksympb.NeededSet, modules map[string]bool, sees sight) (want, error) {
	w := want{why: map[string]string{}}
	for _, s := range set.Symbols {
		seen, told := false, false
		for _, r := range s.Reasons {
			visible := true
			switch r.Kind {
			case ksympb.Reason_KIND_KEEP_LIST:
				told = true
				continue
			case ksympb.Reason_KIND_KERNEL:
				seen = true
				continue
			case ksympb.Reason_KIND_WEAK_IMPORT:
				visible = sees.weak
			case ksympb.Reason_KIND_SYMBOL_GET:
				visible = sees.symbolGet
			}
			for _, i := range r.Users {
				user := set.Users[i]
				inside, known := modules[user.Label]
				if !known {
					return want{}, fmt.Errorf("%s is needed by %s %q, which is neither in the set nor among its users", s.Name, user.Name, user.Label)
				}
				seen, told = seen || inside && visible, told || !inside
			}
		}
		switch {
		case told:
			w.whitelist = append(w.whitelist, s.Name)
		case !seen:
			w.unseen = append(w.unseen, s.Name)
			w.why[s.Name] = needed.Explain(set, s)
		}
	}
	slices.Sort(w.whitelist)
	slices.Sort(w.unseen)
	return w, nil
}
