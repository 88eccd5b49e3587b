// Package csymbols finds, in the text of C sources, which symbols a module
// exports and which names it uses, without compiling.
//
// It does not know C's types. A name is used where it stands in a function's
// body, in an initializer, or in a macro or inline function that is used; a
// prototype is no use. Conditionals are ignored, so a name may be found that
// the compiler would not see; what a macro pastes together is not found.
package csymbols

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A Text is what one file says.
type Text struct {
	Exports []string            // names in EXPORT_SYMBOL and its like
	Uses    []string            // names that are used unless the file is only included
	Bodies  map[string][]string // macro or function to the names in its body
}

// token is a word of C, white space, comments and literals aside.
var token = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|[0-9][A-Za-z_0-9.]*|[{}();,=]`)

// noise is what holds no names: comments, strings, character constants.
var noise = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`)

// continuation is a line end that does not end a line.
var continuation = regexp.MustCompile(`\\\r?\n`)

// define is a macro's definition.
var define = regexp.MustCompile(`^\s*#\s*define\s+([A-Za-z_][A-Za-z_0-9]*)(.*)`)

// Read reads a file's text.
func Read(data []byte) *Text {
	text := continuation.ReplaceAllString(string(data), " ")
	text = noise.ReplaceAllString(text, " ")
	t := &Text{Bodies: map[string][]string{}}
	var code strings.Builder
	for line := range strings.Lines(text) {
		if m := define.FindStringSubmatch(line); m != nil {
			t.Bodies[m[1]] = append(t.Bodies[m[1]], names(m[2])...)
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		code.WriteString(line)
	}
	t.readCode(token.FindAllString(code.String(), -1))
	return t
}

// names are the identifiers of a text.
func names(text string) []string {
	var all []string
	for _, w := range token.FindAllString(text, -1) {
		if isName(w) {
			all = append(all, w)
		}
	}
	return all
}

func isName(word string) bool {
	c := word[0]
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// readCode goes through the declarations of a file.
func (t *Text) readCode(words []string) {
	braces, parens := 0, 0
	initializer := false
	var callers []string // names before a parenthesis in the declaration: its function, among attributes
	for i, w := range words {
		switch w {
		case "{":
			braces++
		case "}":
			braces = max(0, braces-1)
			if braces == 0 && !initializer {
				callers = nil
			}
		case "(":
			if braces == 0 && parens == 0 && i > 0 && isName(words[i-1]) {
				callers = append(callers, words[i-1])
			}
			parens++
		case ")":
			parens = max(0, parens-1)
		case "=":
			if braces == 0 && parens == 0 {
				initializer = true
			}
		case ";":
			if braces == 0 {
				parens, initializer, callers = 0, false, nil
			}
		case ",":
		default:
			if !isName(w) {
				continue
			}
			switch {
			case braces == 0 && isExport(w) && i+2 < len(words) && words[i+1] == "(":
				t.Exports = append(t.Exports, words[i+2])
			case braces == 0 && !initializer:
				// A declaration, or an argument of a macro that stands for one.
				if parens > 0 && len(callers) > 0 && isMacro(callers[0]) {
					t.Uses = append(t.Uses, w)
				}
			case len(callers) > 0 && !initializer:
				for _, c := range callers {
					t.Bodies[c] = append(t.Bodies[c], w)
				}
				t.Uses = append(t.Uses, w)
			default:
				t.Uses = append(t.Uses, w)
			}
		}
	}
	slices.Sort(t.Exports)
	t.Exports = slices.Compact(t.Exports)
	slices.Sort(t.Uses)
	t.Uses = slices.Compact(t.Uses)
}

// isExport says whether a macro exports its first argument: EXPORT_SYMBOL,
// EXPORT_SYMBOL_GPL, EXPORT_SYMBOL_NS_GPL, EXPORT_PER_CPU_SYMBOL and so on
// (include/linux/export.h, include/linux/percpu-defs.h).
func isExport(name string) bool {
	return strings.HasPrefix(name, "EXPORT_") && strings.Contains(name, "SYMBOL")
}

// isMacro says whether a name is written as macros are.
func isMacro(name string) bool {
	return name == strings.ToUpper(name) || strings.HasPrefix(name, "module_")
}

// Used returns the names that a source uses, given what it and the files that
// it includes say, sorted. Bodies of macros and inline functions of included
// files count if they are used themselves.
func Used(source *Text, included []*Text) []string {
	seen := map[string]bool{}
	var add func(names []string)
	add = func(names []string) {
		for _, n := range names {
			if seen[n] {
				continue
			}
			seen[n] = true
			add(source.Bodies[n])
			for _, t := range included {
				add(t.Bodies[n])
			}
		}
	}
	add(source.Uses)
	for _, t := range included {
		// Initializers and macro calls at the top of a header are there wherever it is included.
		if len(t.Exports) > 0 {
			add(t.Uses)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
