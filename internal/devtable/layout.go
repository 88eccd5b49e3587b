package devtable

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// A field is one member of a struct, of count units of size bytes each. A size of 0 is that of the target's long.
type field struct {
	name  string
	size  int
	count int
	// bits is the number of bits of a bit map in longs, whose count the target decides.
	bits int
	text bool
	// aligned members keep the alignment of their size where the target's MaxAlign is less.
	aligned bool
}

// unitSizes are the types that layouts are written in.
var unitSizes = map[string]int{"char": 1, "u8": 1, "u16": 2, "u32": 4, "long": 0, "bits": 0}

// fields reads the description of a struct, which looks like C: "u16 vendor device; char name[32]; long data".
//
//	char NAME[N]   a string
//	u8, u16, u32   numbers, or arrays of them
//	long           long or a pointer
//	bits NAME[N]   as many longs as N bits need
//
// "aligned" before a type is C's attribute, to the size of the type. Descriptions are constants of this package; a wrong one
// panics when the program starts.
func fields(description string) []field {
	var out []field
	for declaration := range strings.SplitSeq(description, ";") {
		words := strings.Fields(declaration)
		aligned := words[0] == "aligned"
		if aligned {
			words = words[1:]
		}
		unit := words[0]
		size, ok := unitSizes[unit]
		if !ok {
			panic(fmt.Sprintf("devtable: unknown type %q in layout %q", unit, description))
		}
		for _, name := range words[1:] {
			f := field{name: name, size: size, count: 1, text: unit == "char", aligned: aligned}
			if base, n, array := strings.Cut(strings.TrimSuffix(name, "]"), "["); array {
				count, err := strconv.Atoi(n)
				if err != nil {
					panic(fmt.Sprintf("devtable: array size of %q in layout %q: %v", name, description, err))
				}
				f.name, f.count = base, count
			}
			if unit == "bits" {
				f.bits = f.count
			}
			out = append(out, f)
		}
	}
	return out
}

// A layout is a struct placed in memory.
type layout struct {
	target Target
	size   int
	fields []placed
}

type placed struct {
	field
	offset int
}

// place lays the fields out by C's rules.
func place(fields []field, t Target) layout {
	l := layout{target: t}
	strictest := 1
	for _, f := range fields {
		if f.size == 0 {
			f.size = t.LongSize
		}
		if f.bits > 0 {
			f.count = (f.bits + 8*f.size - 1) / (8 * f.size)
		}
		align := f.size
		if t.MaxAlign > 0 && !f.aligned {
			align = min(align, t.MaxAlign)
		}
		strictest = max(strictest, align)
		l.size = roundUp(l.size, align)
		l.fields = append(l.fields, placed{f, l.size})
		l.size += f.size * f.count
	}
	l.size = roundUp(l.size, strictest)
	return l
}

func roundUp(n, align int) int { return (n + align - 1) / align * align }

func (l layout) field(name string) placed {
	for _, f := range l.fields {
		if f.name == name {
			return f
		}
	}
	panic(fmt.Sprintf("devtable: a format names field %q, which its layout lacks", name))
}

// An entry is one struct of a table.
type entry struct {
	layout layout
	// rest is the table from this struct on.
	rest []byte
}

// uint returns a number.
func (e entry) uint(name string) uint64 {
	f := e.layout.field(name)
	b, order := e.rest[f.offset:], e.layout.target.Order
	switch f.size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(order.Uint16(b))
	case 4:
		return uint64(order.Uint32(b))
	default:
		return order.Uint64(b)
	}
}

// bytes returns an array of bytes.
func (e entry) bytes(name string) []byte {
	f := e.layout.field(name)
	return e.rest[f.offset:][:f.count]
}

// text returns a string, up to its zero byte, be that in the array or behind it.
func (e entry) text(name string) string { return e.textAt(name, 0) }

// textAt returns a string that begins at a byte of an array.
func (e entry) textAt(name string, at int) string {
	b := e.rest[e.layout.field(name).offset+at:]
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	return string(b)
}

// bit tells whether a bit map has bit n.
func (e entry) bit(name string, n int) bool {
	f := e.layout.field(name)
	f.offset += n / (8 * f.size) * f.size
	b, order := e.rest[f.offset:], e.layout.target.Order
	if f.size == 4 {
		return order.Uint32(b)>>(n%32)&1 != 0
	}
	return order.Uint64(b)>>(n%64)&1 != 0
}
