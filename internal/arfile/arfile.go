// Package arfile reads ar archives, such as the kernel's lib.a, as GNU ar,
// BSD ar and llvm-ar write them.
//
// The format is that of ar(5): the magic, then members, each with a header of
// 60 bytes and padded to an even offset. Long names are in a member named `//`
// (GNU) or before the content (BSD, `#1/LENGTH`).
package arfile

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

const (
	magic      = "!<arch>\n"
	thinMagic  = "!<thin>\n"
	headerSize = 60
)

// A Member is one file of an archive.
type Member struct {
	Name   string
	Offset int64  // of Data in the archive
	Data   []byte // part of the archive's bytes
}

// IsArchive says whether data begins as an archive does, a thin one included.
func IsArchive(data []byte) bool {
	return bytes.HasPrefix(data, []byte(magic)) || bytes.HasPrefix(data, []byte(thinMagic))
}

// Members returns the archive's members in order, without its symbol table
// and its table of names. A thin archive, whose members are other files, is
// an error. Errors name the archive and the offset in it.
func Members(archive string, data []byte) ([]Member, error) {
	fail := func(offset int, format string, args ...any) error {
		return fmt.Errorf("%s: offset %#x: %s", archive, offset, fmt.Sprintf(format, args...))
	}
	if bytes.HasPrefix(data, []byte(thinMagic)) {
		return nil, fail(0, "a thin archive holds only the names of its members: pass the member objects instead")
	}
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fail(0, "not an ar archive")
	}
	var members []Member
	var longNames []byte
	for at := len(magic); at < len(data); {
		if len(data)-at < headerSize {
			return nil, fail(at, "the archive ends within a member's header")
		}
		header := data[at : at+headerSize]
		if string(header[58:60]) != "`\n" {
			return nil, fail(at+58, "no member header here: it ends in %q", header[58:60])
		}
		size, err := strconv.ParseUint(strings.TrimRight(string(header[48:58]), " "), 10, 63)
		if err != nil {
			return nil, fail(at+48, "member size %q is not a number", header[48:58])
		}
		start := at + headerSize
		if size > uint64(len(data)-start) {
			return nil, fail(at+48, "a member of %d bytes in an archive that has %d left", size, len(data)-start)
		}
		body := data[start : start+int(size) : start+int(size)]
		name := strings.TrimRight(string(header[:16]), " ")
		next := start + int(size) + int(size)&1
		switch {
		case name == "//":
			longNames = body
			at = next
			continue
		case name == "/" || name == "/SYM64/" || name == "__.SYMDEF" || name == "__.SYMDEF SORTED":
			at = next
			continue
		case strings.HasPrefix(name, "#1/"):
			n, err := strconv.ParseUint(name[3:], 10, 31)
			if err != nil || n > size {
				return nil, fail(at, "member name %q does not fit in a member of %d bytes", name, size)
			}
			name = strings.TrimRight(string(body[:n]), "\x00")
			body = body[n:]
			start += int(n)
		case strings.HasPrefix(name, "/"):
			n, err := strconv.ParseUint(name[1:], 10, 31)
			if err != nil || n >= uint64(len(longNames)) {
				return nil, fail(at, "member name %q is not in the table of names (%d bytes)", name, len(longNames))
			}
			long, _, ok := bytes.Cut(longNames[n:], []byte("/\n"))
			if !ok {
				return nil, fail(at, "the name at %d of the table of names does not end", n)
			}
			name = string(long)
		default:
			name = strings.TrimSuffix(name, "/")
		}
		if name == "__.SYMDEF" || name == "__.SYMDEF SORTED" || name == "__.SYMDEF_64" {
			at = next
			continue
		}
		members = append(members, Member{Name: name, Offset: int64(start), Data: body})
		at = next
	}
	return members, nil
}
