package exporttext

import (
	"bytes"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// An own macro is one that a source defines for itself and that exports.
type own struct {
	params []string
	calls  []call
}

// A call is one of a macro that exports, in an own one's body.
type call struct {
	macro  string
	symbol string // the first argument
}

// ownMacros are those of a text, by their names: one may have several definitions.
func ownMacros(text []byte) map[string][]own {
	found := map[string][]own{}
	if !bytes.Contains(text, mark) {
		return found
	}
	for _, macro := range csource.Macros(text) {
		params, body, function := csource.Definition(text, macro)
		if !function || !strings.Contains(body, string(mark)) {
			continue
		}
		o := own{params: params}
		csource.EachName([]byte(body), func(name []byte, rest int, _ bool) {
			if !bytes.Contains(name, mark) {
				return
			}
			symbol, _ := csource.Argument([]byte(body)[rest:])
			o.calls = append(o.calls, call{string(name), string(symbol)})
		})
		if len(o.calls) > 0 {
			found[macro.Name] = append(found[macro.Name], o)
		}
	}
	return found
}

// expand returns what the argument of a call is where the macro is called with
// arguments: names and parameters of the macro, pasted by ##. It is no name if the
// call is made of anything else.
func (o own) expand(c call, arguments [][]byte) []byte {
	var symbol []byte
	for _, part := range strings.Split(c.symbol, "##") {
		part = strings.TrimSpace(part)
		if !csource.IsName([]byte(part)) {
			return nil
		}
		for i, param := range o.params {
			if param == part && i < len(arguments) {
				part = string(arguments[i])
				break
			}
		}
		symbol = append(symbol, part...)
	}
	return symbol
}
