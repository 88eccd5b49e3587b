// Package exporttext reads what a source exports from its text, before it is
// compiled.
//
// EXPORT_SYMBOL(name) says it all, and most exports are written so
// (include/linux/export.h and include/asm-generic/export.h of Linux 6.1). Other
// macros of the kernel make names of their argument, and some sources have macros
// of their own that hand an argument on. What a name stands for that is a macro
// itself, headers say. There are exports of files that a source includes, too; of
// those only the compiler knows.
package exporttext

import (
	"bytes"
	"os"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// mark is in the name of each macro that a text can name its exports to.
var mark = []byte("EXPORT")

// Exports is what a text exports, at most: conditionals are not looked at.
type Exports struct {
	Names []string // sorted
	Parts []string // of further names: EXPORT_TRACEPOINT_SYMBOL(x) exports __tracepoint_x
}

// ReadSource reads a source without its comments.
func ReadSource(file string) ([]byte, error) {
	src, err := os.ReadFile(file)
	text, _ := csource.Blank(src)
	return text, err
}

// Named returns what a text names to macros that export, as their first
// argument, or to macros of its own that do. Comments must be gone from it
// (csource.Blank). others are names besides that those stand for.
func Named(text []byte, others ...string) Exports {
	e := Exports{Names: slices.Clone(others)}
	eachNamed(text, func(macro string, symbol []byte) {
		switch {
		case !csource.IsName(symbol):
		case slices.Contains(exports, macro):
			e.Names = append(e.Names, string(symbol))
		default:
			e.Parts = append(e.Parts, string(symbol))
		}
	})
	for _, list := range []*[]string{&e.Names, &e.Parts} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return e
}

// eachNamed calls visit for each call of a macro that exports, by its name, with what
// its first argument is: of macros of the text's own, for each that they call.
func eachNamed(text []byte, visit func(macro string, symbol []byte)) {
	if !bytes.Contains(text, mark) {
		return
	}
	mine := ownMacros(text)
	csource.EachName(text, func(name []byte, rest int, directive bool) {
		if directive {
			return
		}
		definitions := mine[string(name)]
		if len(definitions) == 0 && bytes.Contains(name, mark) {
			symbol, _ := csource.Argument(text[rest:])
			visit(string(name), symbol)
		}
		for _, o := range definitions {
			arguments := csource.Arguments(text[rest:])
			for _, c := range o.calls {
				visit(c.macro, o.expand(c, arguments))
			}
		}
	})
}

// Has says whether a symbol may be one of the exports.
func (e Exports) Has(symbol string) bool {
	_, named := slices.BinarySearch(e.Names, symbol)
	return named || slices.ContainsFunc(e.Parts, func(part string) bool { return strings.Contains(symbol, part) })
}

// Of returns those of some symbols that may be exports.
func (e Exports) Of(symbols []string) []string {
	var found []string
	for _, symbol := range symbols {
		if e.Has(symbol) {
			found = append(found, symbol)
		}
	}
	return found
}
