package csource

import "bytes"

// EachName calls visit for each identifier in text, comments of which are gone
// (Blank), with the offset of what follows it, and whether it is in a directive.
// What quotes hold is text as any other.
func EachName(text []byte, visit func(name []byte, rest int, directive bool)) {
	directive, fresh := false, true
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\n':
			if i == 0 || text[i-1] != '\\' {
				directive, fresh = false, true
			}
			i++
		case '0' <= c && c <= '9':
			fresh = false
			for i < len(text) && identifier[text[i]] {
				i++
			}
		case identifier[c]:
			fresh = false
			start := i
			for i < len(text) && identifier[text[i]] {
				i++
			}
			visit(text[start:i], i, directive)
		case c == '#' && fresh:
			directive, fresh = true, false
			i++
		default:
			fresh = fresh && isSpace(c)
			i++
		}
	}
}

// Argument returns the first argument of a macro's call, of which text begins
// behind the name, and whether there is a call.
func Argument(text []byte) (argument []byte, called bool) {
	argument, _, called = nextArgument(text)
	return argument, called
}

// Arguments returns all arguments of such a call.
func Arguments(text []byte) [][]byte {
	argument, rest, called := nextArgument(text)
	var all [][]byte
	for called {
		all = append(all, argument)
		if len(rest) == 0 || rest[0] != ',' {
			break
		}
		// An argument begins behind a comma as the first does behind the parenthesis.
		argument, rest, called = untilComma(rest[1:])
	}
	return all
}

func nextArgument(text []byte) (argument, rest []byte, called bool) {
	i := skip(text, 0)
	if i >= len(text) || text[i] != '(' {
		return nil, nil, false
	}
	return untilComma(text[i+1:])
}

// untilComma returns what is before the comma or parenthesis that ends an argument,
// and what begins with that.
func untilComma(text []byte) (argument, rest []byte, called bool) {
	depth := 0
	for i, c := range text {
		switch {
		case c == '(':
			depth++
		case depth == 0 && (c == ')' || c == ','):
			return bytes.TrimSpace(text[:i]), text[i:], true
		case c == ')':
			depth--
		}
	}
	return bytes.TrimSpace(text), nil, true
}

// IsName says whether a text is one identifier.
func IsName(text []byte) bool {
	for _, c := range text {
		if !identifier[c] {
			return false
		}
	}
	return len(text) > 0 && (text[0] < '0' || text[0] > '9')
}
