package symbollist

import (
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// maxRefused bounds how many symbols a refusal names: with the wrong list, all
// of a module's are refused.
const maxRefused = 20

// Refused returns an error message for each symbol that a module takes from the
// kernel and that is on none of the lists, and what to do about it; empty if
// there is none. The set is of the module called label alone. What the kernel
// itself wants, module_layout, needs no list: nobody trims that away.
func Refused(set *ksympb.NeededSet, label string, lists []*List) string {
	allowed := map[string]bool{}
	var names []string
	for _, l := range lists {
		names = append(names, l.Name)
		for _, e := range l.Entries {
			allowed[e.Name] = true
		}
	}
	where := "not on the list of symbols that it may take from the kernel, " + names[0]
	if len(names) > 1 {
		where = "on none of the lists of symbols that it may take from the kernel, " + strings.Join(names, ", ")
	}
	var b strings.Builder
	refused := 0
	for _, s := range unlisted(set, allowed) {
		how := taking(s)
		if how == "" {
			continue
		}
		if refused++; refused <= maxRefused {
			fmt.Fprintf(&b, "ERROR: %s %s %q, which is %s\n", label, how, s.Name, where)
		}
	}
	switch {
	case refused == 0:
		return ""
	case refused > maxRefused:
		fmt.Fprintf(&b, "ERROR: %s: %d more symbols are not there either\n", label, refused-maxRefused)
	}
	fmt.Fprintf(&b, "  %s: do without, or have it put on the list; where a kernel_symbol_list_test keeps the list, `bazel run` its .update\n", label)
	return b.String()
}

// taking says how the module takes a symbol, empty if it does not.
func taking(s *ksympb.NeededSymbol) string {
	for _, r := range s.Reasons {
		if how := takes[r.Kind]; how != "" {
			return how
		}
	}
	return ""
}

var takes = map[ksympb.Reason_Kind]string{
	ksympb.Reason_KIND_IMPORT:         "imports",
	ksympb.Reason_KIND_WEAK_IMPORT:    "weakly imports",
	ksympb.Reason_KIND_SYMBOL_GET:     "asks by symbol_get() for",
	ksympb.Reason_KIND_KLP_RELOCATION: "names in a klp relocation",
}
