package csource

import "bytes"

// Kind says how an Include names its file.
type Kind uint8

// The ways to name an included file.
const (
	Quoted   Kind = iota // "name": first in the folder of the file that includes it
	Angled               // <name>
	Computed             // tokens that macros turn into one of the above
	Data                 // .incbin "name" and #embed
)

// An Include is one place that makes the compiler read, or ask for, another
// file.
type Include struct {
	Kind Kind
	Next bool   // #include_next or __has_include_next
	Name string // the file's name, or the tokens of a computed one
}

// Includes returns what text includes, in order, whatever conditionals say. It
// also returns what __has_include asks for. Text may still have comments: then
// includes within comments are returned too.
func Includes(text []byte) []Include {
	var found []Include
	word := []byte("include")
	for at := 0; ; {
		n := bytes.Index(text[at:], word)
		if n < 0 {
			return found
		}
		start := at + n
		at = start + len(word)
		next := bytes.HasPrefix(text[at:], []byte("_next"))
		if next {
			at += len("_next")
		}
		if at < len(text) && identifier[text[at]] {
			continue
		}
		switch {
		case start >= 6 && string(text[start-6:start]) == "__has_" && !(start >= 7 && identifier[text[start-7]]):
			rest := skip(text, at)
			if rest < len(text) && text[rest] == '(' {
				if inc, ok := named(text, skip(text, rest+1), ')'); ok {
					inc.Next = next
					found = append(found, inc)
				}
			}
		case afterHash(text, start):
			if inc, ok := named(text, skip(text, at), '\n'); ok {
				inc.Next = next
				found = append(found, inc)
			}
		}
	}
}

// DataFiles returns the names of the files that text takes in as data: the
// assembler's .incbin, and #embed.
func DataFiles(text []byte) []Include {
	var found []Include
	for _, word := range []string{".incbin", "embed"} {
		for at := 0; ; {
			n := bytes.Index(text[at:], []byte(word))
			if n < 0 {
				break
			}
			start := at + n
			at = start + len(word)
			if word == "embed" && !afterHash(text, start) {
				continue
			}
			rest := skip(text, at)
			// In C, .incbin stands in a string: .incbin \"name\"
			if rest < len(text) && text[rest] == '\\' {
				rest++
			}
			if inc, ok := named(text, rest, '\n'); ok && inc.Kind != Computed {
				found = append(found, Include{Kind: Data, Name: string(bytes.TrimSuffix([]byte(inc.Name), []byte("\\")))})
			}
		}
	}
	return found
}

// afterHash says whether the word at text[start:] is the name of a directive:
// whether a # comes before it, with nothing but white space or a comment
// between.
func afterHash(text []byte, start int) bool {
	i := start - 1
	for i >= 0 && (isSpace(text[i]) || text[i] == '\n' && i > 0 && text[i-1] == '\\') {
		if text[i] == '\n' {
			i--
		}
		i--
	}
	if i < 0 {
		return false
	}
	return text[i] == '#' || text[i] == '/' && i > 0 && text[i-1] == '*'
}

// skip returns the index of what follows white space, line continuations and
// comments at text[i:].
func skip(text []byte, i int) int {
	for i < len(text) {
		switch {
		case isSpace(text[i]):
			i++
		case text[i] == '\\' && splice(text, i) > 0:
			i += splice(text, i)
		case text[i] == '/' && i+1 < len(text) && text[i+1] == '*':
			n := bytes.Index(text[i+2:], []byte("*/"))
			if n < 0 {
				return len(text)
			}
			i += 2 + n + 2
		default:
			return i
		}
	}
	return i
}

// named reads the name of a file at text[i:]; a computed one ends before end.
func named(text []byte, i int, end byte) (inc Include, ok bool) {
	if i >= len(text) {
		return inc, false
	}
	terminator := byte(0)
	switch c := text[i]; {
	case c == '"':
		inc.Kind, terminator = Quoted, '"'
	case c == '<':
		inc.Kind, terminator = Angled, '>'
	case identifier[c]:
		return Include{Kind: Computed, Name: logicalLine(text[i:], end)}, true
	default:
		return inc, false
	}
	rest := text[i+1:]
	n := bytes.IndexAny(rest, string([]byte{terminator, '\n'}))
	if n <= 0 || rest[n] != terminator {
		return inc, false
	}
	inc.Name = string(rest[:n])
	return inc, true
}

// logicalLine returns the line at the beginning of text, or what of it comes
// before the closing parenthesis that matches none, joined where it is
// continued.
func logicalLine(text []byte, end byte) string {
	var line []byte
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			return string(bytes.TrimSpace(line))
		case c == '\\' && splice(text, i) > 0:
			i += splice(text, i) - 1
			continue
		case c == '(':
			depth++
		case c == ')':
			if depth == 0 && end == ')' {
				return string(bytes.TrimSpace(line))
			}
			depth--
		}
		line = append(line, text[i])
	}
	return string(bytes.TrimSpace(line))
}

// A Config is a mention of a configuration option.
type Config struct {
	Name string // with CONFIG_, without _MODULE
	// Prefix says that a macro pastes more to the name, so that every option
	// beginning with it may be meant.
	Prefix bool
}

// Configs returns the options that text mentions, each once, in the order of
// their first mention. A name that ends in _MODULE stands for the name without
// that: IS_ENABLED and IS_MODULE paste the ending.
func Configs(text []byte) []Config {
	var found []Config
	seen := map[Config]bool{}
	word := []byte("CONFIG_")
	for at := 0; ; {
		n := bytes.Index(text[at:], word)
		if n < 0 {
			return found
		}
		start := at + n
		at = start + len(word)
		if start > 0 && identifier[text[start-1]] {
			continue
		}
		for at < len(text) && identifier[text[at]] {
			at++
		}
		name := text[start:at]
		rest := skip(text, at)
		c := Config{Prefix: bytes.HasPrefix(text[rest:], []byte("##"))}
		if !c.Prefix {
			name = bytes.TrimSuffix(name, []byte("_MODULE"))
			if len(name) <= len(word) {
				continue
			}
		}
		c.Name = string(name)
		if !seen[c] {
			seen[c] = true
			found = append(found, c)
		}
	}
}

// A Macro is where a text defines one.
type Macro struct {
	Name string
	Rest int // offset of what follows the name: parameters or the body
}

// Macros returns the definitions in text, whatever conditionals say.
func Macros(text []byte) []Macro {
	var found []Macro
	EachMacro(text, func(name []byte, rest int) { found = append(found, Macro{Name: string(name), Rest: rest}) })
	return found
}

// EachMacro calls visit for each definition in text, with the macro's name and
// the offset of what follows it. The name is a part of text.
func EachMacro(text []byte, visit func(name []byte, rest int)) {
	word := []byte("define")
	for at := 0; ; {
		n := bytes.Index(text[at:], word)
		if n < 0 {
			return
		}
		start := at + n
		at = start + len(word)
		if at >= len(text) || identifier[text[at]] || !afterHash(text, start) {
			continue
		}
		i := skip(text, at)
		end := i
		for end < len(text) && identifier[text[end]] {
			end++
		}
		if end > i {
			visit(text[i:end], end)
		}
		at = end
	}
}

// Definition returns the parameters and the body of a macro that Macros found.
// Params is nil for one without parameters; variadic ones end in `...`, which
// a named variable parameter does too (`args...`).
func Definition(text []byte, m Macro) (params []string, body string, function bool) {
	line := logicalLine(text[m.Rest:], '\n')
	if m.Rest >= len(text) || text[m.Rest] != '(' {
		return nil, line, false
	}
	list, after, closed := bytes.Cut([]byte(line[1:]), []byte(")"))
	if !closed {
		return nil, line, false
	}
	for _, p := range bytes.Split(list, []byte(",")) {
		if p = bytes.TrimSpace(p); len(p) > 0 {
			params = append(params, string(p))
		}
	}
	return params, string(bytes.TrimSpace(after)), true
}
