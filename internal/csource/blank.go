// Package csource reads C and assembly text as far as the C preprocessor's
// line structure goes: where comments are, what is included, which CONFIG_
// names are mentioned. It never expands or evaluates anything.
package csource

import "bytes"

// Blank returns src without its comments, every token on the line and in the
// column (of bytes) where it was. Trailing white space of lines that had a
// comment is dropped. A comment of several lines that stands between tokens of
// one logical line keeps its delimiters, because the line structure hangs on
// it.
//
// The result is src itself, and ok is false, where the text has what only the
// compiler can tell apart from comments: raw strings, quotes that are not
// closed on their line, comment delimiters cut by a line continuation. Src is
// never changed.
//
// Comments are as GCC's preprocessor sees them: a backslash continues a line
// even when white space follows it, and nothing is a comment inside the name
// of an #include.
func Blank(src []byte) (text []byte, ok bool) {
	if bytes.IndexByte(src, '/') < 0 {
		return src, true
	}
	b := blanker{src: src}
	if !b.run() || b.doubtful {
		return src, false
	}
	if b.out == nil {
		return src, true
	}
	return append(b.out, src[b.copied:]...), true
}

type blanker struct {
	src    []byte
	out    []byte
	copied int // src[:copied] is in out

	// Of the current logical line.
	code       bool // it has a token
	directive  bool // its first token is #
	wantName   bool // the next identifier is the directive's name
	headerName bool // a < begins the name of a header

	// A backslash would come to stand at the end of its line.
	doubtful bool
}

// Characters that the main loop has to look at; it skips all others.
var special = func() (t [256]bool) {
	for _, c := range []byte("\n/\"'<#\\R_(") {
		t[c] = true
	}
	return t
}()

var identifier = func() (t [256]bool) {
	for c := range t {
		t[c] = c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
	}
	return t
}()

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' && c != '\n' }

func (b *blanker) run() bool {
	src := b.src
	for i := 0; i < len(src); {
		c := src[i]
		if b.code && !b.wantName && !special[c] {
			i++
			continue
		}
		switch {
		case c == '\n':
			b.code, b.directive, b.wantName, b.headerName = false, false, false, false
			i++
		case isSpace(c):
			i++
		case c == '\\':
			if n := splice(src, i); n > 0 {
				i += n
				continue
			}
			b.token()
			i++
		case c == '/' && i+1 < len(src) && src[i+1] == '*':
			end := b.block(i)
			if end < 0 {
				return false
			}
			i = end
		case c == '/' && i+1 < len(src) && src[i+1] == '/':
			i = b.line(i)
		case c == '/' && i+1 < len(src) && splice(src, i+1) > 0:
			return false
		case c == '"' || c == '\'':
			end := quoted(src, i, b.headerName)
			if end < 0 {
				return false
			}
			b.token()
			i = end
		case c == '<' && b.headerName:
			b.token()
			if n := bytes.IndexAny(src[i:], ">\n"); n >= 0 && src[i+n] == '>' {
				i += n
			}
			i++
		case c == '(':
			// Of __has_include(<...>): what follows may still be a header's name.
			b.code = true
			i++
		case c == '#' && !b.code:
			b.code, b.directive, b.wantName = true, true, true
			i++
		case identifier[c]:
			start := i
			// R and _ stop the loop within identifiers too.
			for start > 0 && identifier[src[start-1]] {
				start--
			}
			for i < len(src) && identifier[src[i]] {
				i++
			}
			if i < len(src) && src[i] == '"' && rawPrefix(src[start:i]) {
				return false
			}
			b.identifier(src[start:i])
		default:
			b.token()
			i++
		}
	}
	return true
}

// token notes a token that is nothing else of interest.
func (b *blanker) token() { b.code, b.wantName, b.headerName = true, false, false }

func (b *blanker) identifier(name []byte) {
	wasName := b.wantName
	b.token()
	switch {
	case wasName:
		switch string(name) {
		case "include", "include_next", "import", "embed":
			b.headerName = true
		}
	case b.directive:
		switch string(name) {
		case "__has_include", "__has_include_next", "__has_embed":
			b.headerName = true
		}
	}
}

func rawPrefix(name []byte) bool {
	switch string(name) {
	case "R", "LR", "uR", "UR", "u8R":
		return true
	}
	return false
}

// splice returns the length of the line continuation at src[i:], 0 if there is
// none.
func splice(src []byte, i int) int {
	if src[i] != '\\' {
		return 0
	}
	for j := i + 1; j < len(src); j++ {
		if src[j] == '\n' {
			return j + 1 - i
		}
		if !isSpace(src[j]) {
			return 0
		}
	}
	return 0
}

// quoted returns the end of the string or character constant at src[i:], -1 if
// it does not end on its line. In the name of a header a backslash is itself.
func quoted(src []byte, i int, header bool) int {
	quote := src[i]
	for i++; i < len(src); i++ {
		switch src[i] {
		case quote:
			return i + 1
		case '\n':
			return -1
		case '\\':
			if n := splice(src, i); n > 0 {
				i += n - 1
			} else if !header {
				i++
				if i < len(src) && src[i] == '\n' {
					return -1
				}
			}
		}
	}
	return -1
}

// block blanks the comment /* at src[i:] and returns its end, -1 if it has
// none or one that a line continuation makes doubtful.
func (b *blanker) block(i int) int {
	n := bytes.Index(b.src[i+2:], []byte("*/"))
	if n < 0 {
		return -1
	}
	end := i + 2 + n + 2
	inside := b.src[i+2 : end-2]
	if splicedEnd(inside) {
		return -1
	}
	if b.code && bytes.IndexByte(inside, '\n') >= 0 && !b.lastOnLine(end) {
		b.keep(i + 2)
		b.blank(i+2, end-2)
		return end
	}
	b.keep(i)
	b.blank(i, end)
	b.trim(end)
	return end
}

// splicedEnd says whether a comment has a */ in it that a line continuation
// cuts in two.
func splicedEnd(inside []byte) bool {
	for at := 0; ; {
		n := bytes.Index(inside[at:], []byte("*\\"))
		if n < 0 {
			return false
		}
		at += n + 1
		end := at
		for end < len(inside) && splice(inside, end) > 0 {
			end += splice(inside, end)
		}
		// At the end of the comment's inside stands the star of its own end.
		if end > at && (end == len(inside) || inside[end] == '/') {
			return true
		}
	}
}

// line blanks the comment // at src[i:] and returns where its line ends.
func (b *blanker) line(i int) int {
	end := i
	for end < len(b.src) && b.src[end] != '\n' {
		if n := splice(b.src, end); n > 0 {
			end += n
			continue
		}
		end++
	}
	b.keep(i)
	b.blank(i, end)
	b.trim(end)
	return end
}

// lastOnLine says whether nothing but white space follows on the line.
func (b *blanker) lastOnLine(i int) bool {
	for i < len(b.src) && isSpace(b.src[i]) {
		i++
	}
	return i == len(b.src) || b.src[i] == '\n'
}

// keep copies the source up to end.
func (b *blanker) keep(end int) {
	if b.out == nil {
		b.out = make([]byte, 0, len(b.src))
	}
	b.out = append(b.out, b.src[b.copied:end]...)
	b.copied = end
}

// blank writes white space for src[i:end], without any at the end of a line.
func (b *blanker) blank(i, end int) {
	for ; i < end; i++ {
		switch c := b.src[i]; c {
		case '\n':
			b.trimOut()
			b.out = append(b.out, '\n')
		case '\t', '\r':
			b.out = append(b.out, c)
		default:
			b.out = append(b.out, ' ')
		}
	}
	b.copied = end
}

// trim drops white space at the end of out if the line ends at src[i:].
func (b *blanker) trim(i int) {
	if b.lastOnLine(i) {
		b.trimOut()
		for b.copied < len(b.src) && isSpace(b.src[b.copied]) {
			b.copied++
		}
	}
}

func (b *blanker) trimOut() {
	n := len(b.out)
	for n > 0 && isSpace(b.out[n-1]) {
		n--
	}
	b.out = b.out[:n]
	b.doubtful = b.doubtful || n > 0 && b.out[n-1] == '\\'
}
