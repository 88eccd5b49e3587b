package csource

import "bytes"

// EachFunction calls visit for each function that text defines, with its name and its
// body. Comments must be gone from text (Blank). What macros define is not known.
func EachFunction(text []byte, visit func(name, body []byte)) {
	var name, last []byte // that of the function, if it is one; the last identifier
	fresh := true         // a directive may begin
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\n':
			fresh = true
			i++
			continue
		case c == '#' && fresh:
			i = pastLine(text, i)
			continue
		case c == '"' || c == '\'':
			i = pastQuote(text, i)
		case identifier[c]:
			start := i
			for i < len(text) && identifier[text[i]] {
				i++
			}
			last = text[start:i]
		case c == '(':
			// Of several, what is before __acquires(x) and the like.
			if name == nil || !bytes.HasPrefix(last, []byte("__")) || bytes.HasPrefix(name, []byte("__")) {
				name = last
			}
			last = nil
			i = pastPair(text, i, '(', ')')
		case c == '{':
			end := pastPair(text, i, '{', '}')
			if name != nil {
				visit(name, text[i:end])
			}
			name, last = nil, nil
			i = end
		case c == ';' || c == '=' || c == '}':
			name, last = nil, nil
			i++
		default:
			fresh = fresh && isSpace(c)
			i++
			continue
		}
		fresh = false
	}
}

// pastLine returns where the line ends that i is in, and that goes on behind
// backslashes.
func pastLine(text []byte, i int) int {
	for i < len(text) && text[i] != '\n' {
		i += max(1, splice(text, i))
	}
	return i
}

// pastPair returns where what begins at i ends, which open and closed mark.
func pastPair(text []byte, i int, open, closed byte) int {
	depth := 0
	for i < len(text) {
		switch c := text[i]; c {
		case '"', '\'':
			i = pastQuote(text, i)
			continue
		case open:
			depth++
		case closed:
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return i
}

// pastQuote returns where the text in quotes ends that begins at i; at the latest with
// its line.
func pastQuote(text []byte, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case quote:
			return i + 1
		case '\\':
			i++
		}
	}
	return i
}
