// Package exporttext reads what a source exports from its text, before it is
// compiled.
//
// EXPORT_SYMBOL(name) says it all, and most exports are written so
// (include/linux/export.h and include/asm-generic/export.h of Linux 6.1). Others
// come out of macros which paste names, of macros that the source defines, or of
// files that it includes; of those only the compiler knows.
package exporttext

import (
	"bytes"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// mark is in the name of each macro that a text can name its exports to.
var mark = []byte("EXPORT")

// Named returns the names that a text gives to macros that export, as their
// first argument, sorted. Comments must be gone from it (csource.Blank).
// Conditionals are not looked at, so it may export less.
func Named(text []byte) []string {
	if !bytes.Contains(text, mark) {
		return nil
	}
	var names []string
	csource.EachName(text, func(name []byte, rest int, directive bool) {
		if directive || !bytes.Contains(name, mark) {
			return
		}
		if symbol, _ := csource.Argument(text[rest:]); len(symbol) > 0 {
			names = append(names, string(symbol))
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}
