package devtable

import (
	"fmt"
	"strconv"
	"strings"
)

// A pattern writes an alias. Most buses have one pattern and nothing else.
//
//	text         stands for itself
//	{f}          field f: a string as it is, a number as upper case hexadecimal digits, two for each of its bytes
//	{f:%04x}     a number printed so; for an array of bytes, one of byteFormats
//	{f?3}        the field if all bits 3 (hexadecimal) are set in the entry's match_flags, else *
//	{f!ffff}     the field if it is not ffff (hexadecimal), else *
//	{f|*}        the string, or * if it is empty
//
// A * at the end of a pattern is left out after another *.
type pattern []segment

type segment struct {
	literal string
	field   string
	verb    string
	// flags and not are conditions, where they are there.
	flags, not *uint64
	orStar     bool
}

// parsePattern reads a pattern; like fields, it panics on a wrong one.
func parsePattern(text string) pattern {
	var p pattern
	for text != "" {
		literal, rest, braced := strings.Cut(text, "{")
		if literal != "" {
			p = append(p, segment{literal: literal})
		}
		if !braced {
			break
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			panic(fmt.Sprintf("devtable: a { without } in %q", text))
		}
		var s segment
		if base, bits, ok := strings.Cut(inside, "?"); ok {
			inside, s.flags = base, parseHex(bits)
		}
		if base, value, ok := strings.Cut(inside, "!"); ok {
			inside, s.not = base, parseHex(value)
		}
		inside, s.orStar = strings.CutSuffix(inside, "|*")
		s.field, s.verb, _ = strings.Cut(inside, ":")
		p, text = append(p, s), after
	}
	return p
}

func parseHex(s string) *uint64 {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		panic(fmt.Sprintf("devtable: %v", err))
	}
	return &n
}

// expand writes the pattern for an entry.
func (p pattern) expand(e entry) string {
	var out strings.Builder
	for i, s := range p {
		switch {
		case s.field != "":
			out.WriteString(s.expand(e))
		case i == len(p)-1 && strings.HasSuffix(s.literal, "*"):
			out.WriteString(strings.TrimSuffix(s.literal, "*"))
			return withStar(out.String())
		default:
			out.WriteString(s.literal)
		}
	}
	return out.String()
}

func (s segment) expand(e entry) string {
	f := e.layout.field(s.field)
	switch {
	case s.flags != nil && e.uint("match_flags")&*s.flags != *s.flags,
		s.not != nil && e.uint(s.field) == *s.not:
		return "*"
	case f.text:
		text := e.text(s.field)
		if s.orStar && text == "" {
			return "*"
		}
		return text
	case f.count > 1:
		return byteFormats[s.verb](e.bytes(s.field))
	case s.verb != "":
		return fmt.Sprintf(s.verb, e.uint(s.field))
	}
	return fmt.Sprintf("%0*X", 2*f.size, e.uint(s.field))
}

// byteFormats are the ways to write 16 bytes.
var byteFormats = map[string]func([]byte) string{
	"hex": func(b []byte) string { return fmt.Sprintf("%x", b) },
	// A UUID's bytes are in the order of its text.
	"uuid": func(b []byte) string { return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]) },
	// A GUID begins with numbers of 4, 2 and 2 bytes, the least significant first.
	"guid": guid,
}

func guid(b []byte) string {
	return fmt.Sprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%x-%x", b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6], b[8:10], b[10:])
}

// withStar ends an alias with a *, if it does not yet.
func withStar(s string) string { return strings.TrimSuffix(s, "*") + "*" }

// spacesToUnderscores is for the buses whose device names may have white space; aliases have none.
func spacesToUnderscores(s string) string {
	b := []byte(s)
	for i, ch := range b {
		if ch == ' ' || '\t' <= ch && ch <= '\r' {
			b[i] = '_'
		}
	}
	return string(b)
}
