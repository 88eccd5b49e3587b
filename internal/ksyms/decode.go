package ksyms

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// The decoders below accept what proto.Unmarshal does and make the same
// messages of it, but for unknown fields, which they drop, and for strings that
// are not UTF-8, which normalizeObject refuses. The strings are parts of the file, so
// that a file with a quarter million names takes a few hundred allocations.

// A field is one field of a message. One of bytes and number is set, as wire
// says; other wire types are only passed over.
type field struct {
	num    protowire.Number
	wire   protowire.Type
	bytes  string
	number uint64
}

// message calls each for each field of a message.
func message(m string, each func(f field) error) error {
	for len(m) > 0 {
		f, rest, err := nextField(m)
		if err != nil {
			return err
		}
		if err := each(f); err != nil {
			return err
		}
		m = rest
	}
	return nil
}

func nextField(m string) (f field, rest string, err error) {
	// Most fields are strings of fewer than 128 bytes.
	if len(m) >= 2 && m[0] < 0x80 && m[0]>>3 > 0 && m[0]&7 == byte(protowire.BytesType) && int(m[1]) < min(0x80, len(m)-1) {
		end := 2 + int(m[1])
		return field{num: protowire.Number(m[0] >> 3), wire: protowire.BytesType, bytes: m[2:end]}, m[end:], nil
	}
	return anyField(m)
}

func anyField(m string) (f field, rest string, err error) {
	tag, n := varint(m)
	if n < 0 {
		return f, "", protowire.ParseError(n)
	}
	m = m[n:]
	f.num, f.wire = protowire.DecodeTag(tag)
	if f.num < protowire.MinValidNumber {
		return f, "", errors.New("invalid field number")
	}
	switch f.wire {
	case protowire.BytesType:
		size, n := varint(m)
		if n < 0 {
			return f, "", protowire.ParseError(n)
		}
		if size > uint64(len(m)-n) {
			return f, "", errors.New("unexpected EOF")
		}
		end := n + int(size)
		f.bytes = m[n:end]
		return f, m[end:], nil
	case protowire.VarintType:
		v, n := varint(m)
		if n < 0 {
			return f, "", protowire.ParseError(n)
		}
		f.number = v
		return f, m[n:], nil
	}
	n = protowire.ConsumeFieldValue(f.num, f.wire, []byte(m))
	if n < 0 {
		return f, "", protowire.ParseError(n)
	}
	return f, m[n:], nil
}

// varint is protowire.ConsumeVarint for a string.
func varint(m string) (v uint64, n int) {
	if len(m) > 0 && m[0] < 0x80 {
		return uint64(m[0]), 1
	}
	var buf [10]byte
	return protowire.ConsumeVarint(buf[:copy(buf[:], m)])
}

// setString takes a string field. Where a message has it more than once the
// last one counts, but one that is not UTF-8 stays, for normalize to refuse.
func setString(to *string, f field) {
	if f.wire == protowire.BytesType && utf8.ValidString(*to) {
		*to = f.bytes
	}
}

// A slab hands out messages of which many are made at once.
type slab[M any] struct{ free []M }

func (s *slab[M]) next() *M {
	if len(s.free) == 0 {
		s.free = make([]M, 64)
	}
	m := &s.free[0]
	s.free = s.free[1:]
	return m
}

// decodeKsyms decodes the format and finds the objects, in their encoding.
func decodeKsyms(data string) (format string, objects []string, err error) {
	err = message(data, func(f field) error {
		switch {
		case f.num == 1:
			setString(&format, f)
		case f.num == 2 && f.wire == protowire.BytesType:
			objects = append(objects, f.bytes)
		}
		return nil
	})
	return format, objects, err
}

// decodeObjects decodes and normalizes objects.
func decodeObjects(encodings []string) ([]*ksympb.Object, error) {
	objects := make([]*ksympb.Object, len(encodings))
	err := parallel.Ranges(len(encodings), 64, func(first, end int) error {
		var d ksymsDecoder
		room := make([]ksympb.Object, end-first)
		for i := range room {
			o := &room[i]
			objects[first+i] = o
			if err := d.object(o, encodings[first+i]); err != nil {
				return fmt.Errorf("object %d: %w", first+i, err)
			}
			if err := normalizeObject(o); err != nil {
				return fmt.Errorf("object %s: %w", Name(o), err)
			}
		}
		return nil
	})
	return objects, err
}

type ksymsDecoder struct {
	exports slab[ksympb.Export]
	names   []string // room for the names of the objects to come
}

func (d *ksymsDecoder) object(o *ksympb.Object, m string) error {
	lists := [3]*[]string{&o.Imports, &o.WeakImports, &o.SymbolGets}
	// Names of one list follow one another, in the room; what comes later, after
	// another list, moves it elsewhere.
	var open *[]string
	d.makeRoom(len(m) / 2)
	for len(m) > 0 {
		f, rest, err := nextField(m)
		if err != nil {
			return err
		}
		m = rest
		switch f.num {
		case 1:
			setString(&o.Path, f)
		case 2:
			setString(&o.Member, f)
		case 3:
			setString(&o.Label, f)
		case 4:
			setString(&o.Module, f)
		case 5:
			if f.wire == protowire.VarintType {
				o.ExportStyle = ksympb.ExportStyle(int32(f.number))
			}
		case 6:
			if f.wire == protowire.BytesType {
				e := d.exports.next()
				o.Exports = append(o.Exports, e)
				if err := decodeExport(e, f.bytes); err != nil {
					return err
				}
			}
		case 7, 8, 9:
			if f.wire == protowire.BytesType {
				list := lists[f.num-7]
				if list != open {
					d.close(open)
					if open = list; *list == nil {
						*list = d.names[:0]
					}
				}
				*list, m = appendNames(append(*list, f.bytes), f.num, m)
			}
		case 10:
			if f.wire == protowire.BytesType {
				u := new(ksympb.UndecodedSymbolGet)
				o.UndecodedSymbolGets = append(o.UndecodedSymbolGets, u)
				if err := decodeUndecoded(u, f.bytes); err != nil {
					return err
				}
			}
		case 11:
			if f.wire == protowire.BytesType {
				s := new(ksympb.KlpSymbol)
				o.KlpSymbols = append(o.KlpSymbols, s)
				if err := decodeKlpSymbol(s, f.bytes); err != nil {
					return err
				}
			}
		case 12:
			if f.wire == protowire.BytesType {
				o.ExportParts = append(o.ExportParts, f.bytes)
			}
		}
	}
	d.close(open)
	return nil
}

// appendNames appends the fields that a message begins with, as long as they are
// short strings of one list, as most are of what follows the first. It returns
// the rest of the message.
func appendNames(list []string, num protowire.Number, m string) ([]string, string) {
	tag := byte(num<<3) | byte(protowire.BytesType)
	for len(m) >= 2 && m[0] == tag && int(m[1]) < min(0x80, len(m)-1) {
		end := 2 + int(m[1])
		list = append(list, m[2:end])
		m = m[end:]
	}
	return list, m
}

// makeRoom makes room for n names.
func (d *ksymsDecoder) makeRoom(n int) {
	if len(d.names) < n {
		d.names = make([]string, max(n, 1<<12))
	}
}

// close ends a list, so that the next has the rest of the room.
func (d *ksymsDecoder) close(list *[]string) {
	if list == nil {
		return
	}
	n := len(*list)
	if &(*list)[0] == &d.names[0] {
		d.names = d.names[n:]
	}
	*list = (*list)[:n:n]
}

func decodeExport(e *ksympb.Export, m string) error {
	return message(m, func(f field) error {
		switch f.num {
		case 1:
			setString(&e.Name, f)
		case 2:
			if f.wire == protowire.VarintType {
				e.GplOnly = f.number != 0
			}
		case 3:
			setString(&e.Namespace, f)
		}
		return nil
	})
}

func decodeUndecoded(u *ksympb.UndecodedSymbolGet, m string) error {
	return message(m, func(f field) error {
		switch f.num {
		case 1:
			setString(&u.Function, f)
		case 2:
			setString(&u.Section, f)
		case 3:
			if f.wire == protowire.VarintType {
				u.Offset = f.number
			}
		case 4:
			setString(&u.Reason, f)
		}
		return nil
	})
}

func decodeKlpSymbol(s *ksympb.KlpSymbol, m string) error {
	return message(m, func(f field) error {
		switch f.num {
		case 1:
			setString(&s.Object, f)
		case 2:
			setString(&s.Name, f)
		}
		return nil
	})
}

func decodeNeeded(data string) (*ksympb.NeededSet, error) {
	n := new(ksympb.NeededSet)
	var d neededDecoder
	err := message(data, func(f field) error {
		switch {
		case f.num == 1:
			setString(&n.Format, f)
		case f.wire != protowire.BytesType:
			return nil
		case f.num == 2:
			u := d.users.next()
			n.Users = append(n.Users, u)
			return message(f.bytes, func(f field) error {
				switch f.num {
				case 1:
					setString(&u.Name, f)
				case 2:
					setString(&u.Label, f)
				}
				return nil
			})
		case f.num == 3:
			s := d.symbols.next()
			n.Symbols = append(n.Symbols, s)
			return d.symbol(s, f.bytes)
		}
		return nil
	})
	return n, err
}

type neededDecoder struct {
	users     slab[ksympb.User]
	symbols   slab[ksympb.NeededSymbol]
	providers slab[ksympb.Provider]
	reasons   slab[ksympb.Reason]
}

func (d *neededDecoder) symbol(s *ksympb.NeededSymbol, m string) error {
	return message(m, func(f field) error {
		switch {
		case f.num == 1:
			setString(&s.Name, f)
		case f.wire != protowire.BytesType:
			return nil
		case f.num == 2:
			p := d.providers.next()
			s.Providers = append(s.Providers, p)
			return message(f.bytes, func(f field) error {
				switch f.num {
				case 1:
					setString(&p.Module, f)
				case 2:
					setString(&p.Label, f)
				}
				return nil
			})
		case f.num == 3:
			r := d.reasons.next()
			s.Reasons = append(s.Reasons, r)
			return decodeReason(r, f.bytes)
		}
		return nil
	})
}

func decodeReason(r *ksympb.Reason, m string) error {
	return message(m, func(f field) error {
		switch {
		case f.num == 1 && f.wire == protowire.VarintType:
			r.Kind = ksympb.Reason_Kind(int32(f.number))
		case f.num == 2 && f.wire == protowire.VarintType: // not packed
			r.Users = append(r.Users, uint32(f.number))
		case f.num == 2 && f.wire == protowire.BytesType:
			rest := f.bytes
			if r.Users == nil {
				r.Users = make([]uint32, 0, len(rest)/2+1)
			}
			for len(rest) > 0 {
				v, n := varint(rest)
				if n < 0 {
					return protowire.ParseError(n)
				}
				r.Users = append(r.Users, uint32(v))
				rest = rest[n:]
			}
		}
		return nil
	})
}
