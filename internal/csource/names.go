package csource

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
// behind the name: whether there is a call, and the argument, empty if that is
// not one identifier.
func Argument(text []byte) (name []byte, called bool) {
	i := skip(text, 0)
	if i >= len(text) || text[i] != '(' {
		return nil, false
	}
	i = skip(text, i+1)
	start := i
	for i < len(text) && identifier[text[i]] {
		i++
	}
	name = text[start:i]
	i = skip(text, i)
	if i >= len(text) || text[i] != ')' && text[i] != ',' || len(name) > 0 && '0' <= name[0] && name[0] <= '9' {
		return nil, true
	}
	return name, true
}
