package ksyms

import (
	"errors"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// The decoders below accept what proto.Unmarshal does and make the same
// messages of it, but for unknown fields, which they drop, and for strings that
// are not UTF-8, which normalize refuses. The strings are parts of one copy of
// the file, so that a file with a quarter million names takes a few thousand
// allocations.

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

func decodeKsyms(data []byte) (*ksympb.Ksyms, error) {
	k := new(ksympb.Ksyms)
	var d ksymsDecoder
	err := message(string(data), func(f field) error {
		switch f.num {
		case 1:
			setString(&k.Format, f)
		case 2:
			if f.wire != protowire.BytesType {
				return nil
			}
			o := new(ksympb.Object)
			k.Objects = append(k.Objects, o)
			return d.object(o, f.bytes)
		}
		return nil
	})
	return k, err
}

type ksymsDecoder struct {
	exports slab[ksympb.Export]
	names   []string // room for the names of the objects to come
}

func (d *ksymsDecoder) object(o *ksympb.Object, m string) error {
	var counts [3]int
	if err := message(m, func(f field) error {
		if 7 <= f.num && f.num <= 9 && f.wire == protowire.BytesType {
			counts[f.num-7]++
		}
		return nil
	}); err != nil {
		return err
	}
	lists := [3]*[]string{&o.Imports, &o.WeakImports, &o.SymbolGets}
	for i, n := range counts {
		if n > 0 {
			*lists[i] = d.room(n)
		}
	}
	return message(m, func(f field) error {
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
				return decodeExport(e, f.bytes)
			}
		case 7, 8, 9:
			if f.wire == protowire.BytesType {
				list := lists[f.num-7]
				*list = append(*list, f.bytes)
			}
		case 10:
			if f.wire == protowire.BytesType {
				u := new(ksympb.UndecodedSymbolGet)
				o.UndecodedSymbolGets = append(o.UndecodedSymbolGets, u)
				return decodeUndecoded(u, f.bytes)
			}
		case 11:
			if f.wire == protowire.BytesType {
				s := new(ksympb.KlpSymbol)
				o.KlpSymbols = append(o.KlpSymbols, s)
				return decodeKlpSymbol(s, f.bytes)
			}
		}
		return nil
	})
}

// room returns an empty list that n names can be appended to.
func (d *ksymsDecoder) room(n int) []string {
	if len(d.names) < n {
		d.names = make([]string, max(n, 4096))
	}
	list := d.names[:0:n]
	d.names = d.names[n:]
	return list
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

func decodeNeeded(data []byte) (*ksympb.NeededSet, error) {
	n := new(ksympb.NeededSet)
	var d neededDecoder
	err := message(string(data), func(f field) error {
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
