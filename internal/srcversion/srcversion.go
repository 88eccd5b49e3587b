// Package srcversion computes a module's srcversion: the checksum of its
// sources that modinfo shows, and that modpost puts into modules which have a
// MODULE_VERSION (or into all, with CONFIG_MODULE_SRCVERSION_ALL).
//
// It is one checksum, akin to MD4, over the filtered text of, for each object
// of the module, its source and those headers that lie in the same folder
// (scripts/mod/sumversion.c of Linux 6.1 to 7.2: the same value for the same
// sources).
package srcversion

import (
	"fmt"
	"path"
	"strings"
)

// Filter appends to dst what srcversion hashes of the source text src: all but
// white space, /* comments */ and the backslashes that continue lines. Strings
// stay as they are, and so do // comments.
//
// A string ends at the first quote without a backslash before it, and a
// comment may share its opening star with its end: modpost reads "\\" and /*/
// so, and the checksum must agree.
func Filter(dst, src []byte) []byte {
	for i := 0; i < len(src); i++ {
		next := byte(0)
		if i+1 < len(src) {
			next = src[i+1]
		}
		switch c := src[i]; {
		case c == '\\' && next == '\n':
			i++
		case c == ' ' || '\t' <= c && c <= '\r':
		case c == '"':
			end := i + 1
			for end < len(src) && (src[end] != '"' || src[end-1] == '\\') {
				end++
			}
			dst = append(dst, src[i:min(end+1, len(src))]...)
			i = end
		case c == '/' && next == '*':
			i += 2
			for i < len(src) && (src[i] != '/' || src[i-1] != '*') {
				i++
			}
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// Sum returns the srcversion of a module whose sources, filtered, are texts in
// that order: 23 hexadecimal digits (the last 9 of the checksum's 32 do not
// fit).
func Sum(texts ...[]byte) string {
	d := newDigest()
	for _, t := range texts {
		d.write(t)
	}
	sum := d.sum()
	return fmt.Sprintf("%08X%08X%08X%08X", sum[0], sum[1], sum[2], sum[3])[:23]
}

// An Object is one of a module's objects, as the compiler saw it. The paths
// are spelled as Kbuild and the compiler do, `..` and all: that decides which
// headers count.
type Object struct {
	Object  string   // the path of the object in the module's .mod
	Source  string   // the path of the source that it was compiled from
	Headers []string // the paths of the headers that were read, in the compiler's order
}

// Local returns those headers of o that count: the ones in the folder of the
// object, as modpost tells. The first place where a header's path reads like
// that folder must be its end. So of the headers of ./x.o, ../y.h counts, and
// y.h does not.
func (o Object) Local() []string {
	dir, _ := path.Split(o.Object)
	var local []string
	for _, h := range o.Headers {
		if i := strings.Index(h, dir); i >= 0 && i+len(dir) == strings.LastIndexByte(h, '/')+1 {
			local = append(local, h)
		}
	}
	return local
}
