package srcversion

import (
	"bytes"
	"fmt"
	"strconv"
)

// A Text is one source or header and its filtered bytes. The file that passes
// the texts of a module between actions has for each a line
//
//	LENGTH PATH
//
// then LENGTH bytes and a newline.
type Text struct {
	Path string // canonical: below the root that Kbuild's paths are relative to
	Data []byte // what Filter made of the file
}

// AppendTexts appends the form that ParseTexts reads.
func AppendTexts(dst []byte, texts []Text) []byte {
	for _, t := range texts {
		dst = strconv.AppendInt(dst, int64(len(t.Data)), 10)
		dst = append(dst, ' ')
		dst = append(dst, t.Path...)
		dst = append(dst, '\n')
		dst = append(dst, t.Data...)
		dst = append(dst, '\n')
	}
	return dst
}

// ParseTexts reads what AppendTexts wrote. The name is for errors. The texts
// share the memory of data.
func ParseTexts(name string, data []byte) ([]Text, error) {
	var texts []Text
	for at := 0; at < len(data); {
		fail := func(reason string) error {
			return fmt.Errorf("%s: offset %#x: %s; the file must be one that the header slice wrote (--sources_text)", name, at, reason)
		}
		line, _, found := bytes.Cut(data[at:], []byte("\n"))
		length, file, spaced := bytes.Cut(line, []byte(" "))
		n, err := strconv.ParseUint(string(length), 10, 31)
		if !found || !spaced || err != nil || len(file) == 0 {
			return nil, fail("not a line of a length and a path")
		}
		start := at + len(line) + 1
		if uint64(len(data)-start) <= n || data[start+int(n)] != '\n' {
			return nil, fail(fmt.Sprintf("the text of %q does not end after %d bytes", file, n))
		}
		texts = append(texts, Text{Path: string(file), Data: data[start : start+int(n) : start+int(n)]})
		at = start + int(n) + 1
	}
	return texts, nil
}
