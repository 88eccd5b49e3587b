package needed

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Diff returns what Kbuild prints when the set of needed symbols changes, and
// below it a line for each symbol that came or went, with who keeps or kept it.
func Diff(before, after *ksympb.NeededSet) string {
	old, now := byName(before), byName(after)
	var lines []string
	changed := 0
	all := slices.Concat(Names(before), Names(after))
	slices.Sort(all)
	for _, n := range slices.Compact(all) {
		switch b, a := old[n], now[n]; {
		case b == nil:
			changed++
			lines = append(lines, fmt.Sprintf("+ %s: %s", n, Explain(after, a)))
		case a == nil:
			changed++
			lines = append(lines, fmt.Sprintf("- %s: was %s", n, Explain(before, b)))
		}
	}
	head := fmt.Sprintf("KSYMS symbols: before=%d, after=%d, changed=%d\n", len(old), len(now), changed)
	if len(lines) == 0 {
		return head
	}
	return head + strings.Join(lines, "\n") + "\n"
}

func byName(set *ksympb.NeededSet) map[string]*ksympb.NeededSymbol {
	m := make(map[string]*ksympb.NeededSymbol, len(set.GetSymbols()))
	for _, s := range set.GetSymbols() {
		m[s.Name] = s
	}
	return m
}

// Explain says who keeps a symbol of the set: `imported by //a:a, on the list
// keep:3`.
func Explain(set *ksympb.NeededSet, s *ksympb.NeededSymbol) string {
	return ExplainSome(set, s, math.MaxInt)
}

// ExplainSome is Explain that names some users and counts the others:
// `imported by //a:a, imported by //b:b and 7 more`.
func ExplainSome(set *ksympb.NeededSet, s *ksympb.NeededSymbol, limit int) string {
	var parts []string
	more := 0
	for _, r := range s.GetReasons() {
		verb, ok := verbs[r.Kind]
		if !ok {
			verb = "kept by"
		}
		for _, i := range r.Users {
			if len(parts) == limit {
				more++
				continue
			}
			parts = append(parts, verb+" "+userName(set.Users[i]))
		}
	}
	if more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(parts, ", "), more)
	}
	return strings.Join(parts, ", ")
}

var verbs = map[ksympb.Reason_Kind]string{
	ksympb.Reason_KIND_IMPORT:         "imported by",
	ksympb.Reason_KIND_WEAK_IMPORT:    "weakly imported by",
	ksympb.Reason_KIND_SYMBOL_GET:     "asked for by symbol_get() in",
	ksympb.Reason_KIND_KEEP_LIST:      "on the list",
	ksympb.Reason_KIND_KERNEL:         "wanted by",
	ksympb.Reason_KIND_KLP_RELOCATION: "named by a klp relocation of",
}

func userName(u *ksympb.User) string {
	if u.GetLabel() != "" {
		return u.Label
	}
	return u.GetName()
}
