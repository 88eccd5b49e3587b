package ksyms

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// The encoders below write proto/ksym.proto's messages field by field, the
// same bytes as a deterministic proto.Marshal of messages without unknown
// fields. Over the summaries of four thousand modules, the general one takes
// longer than reading the symbol tables.

// objectSize is about the size of an object's encoding, enough for nearly all.
func objectSize(o *ksympb.Object) int {
	size := 64 + len(o.Path) + len(o.Label) + len(o.Module) + 128*len(o.UndecodedSymbolGets)
	for _, e := range o.Exports {
		size += 8 + len(e.Name) + len(e.Namespace)
	}
	for _, list := range [][]string{o.Imports, o.WeakImports, o.SymbolGets, o.ExportParts} {
		for _, name := range list {
			size += 2 + len(name)
		}
	}
	for _, s := range o.KlpSymbols {
		size += 6 + len(s.GetObject()) + len(s.GetName())
	}
	return size
}

func appendObject(b []byte, o *ksympb.Object) []byte {
	b = appendString(b, 1, o.Path)
	b = appendString(b, 2, o.Member)
	b = appendString(b, 3, o.Label)
	b = appendString(b, 4, o.Module)
	b = appendUint(b, 5, uint64(int64(o.ExportStyle)))
	for _, e := range o.Exports {
		b = appendMessage(b, 6, e, appendExport)
	}
	b = appendStrings(b, 7, o.Imports)
	b = appendStrings(b, 8, o.WeakImports)
	b = appendStrings(b, 9, o.SymbolGets)
	for _, u := range o.UndecodedSymbolGets {
		b = appendMessage(b, 10, u, appendUndecoded)
	}
	for _, s := range o.KlpSymbols {
		b = appendMessage(b, 11, s, func(b []byte, s *ksympb.KlpSymbol) []byte {
			return appendString(appendString(b, 1, s.GetObject()), 2, s.GetName())
		})
	}
	return appendStrings(b, 12, o.ExportParts)
}

func appendExport(b []byte, e *ksympb.Export) []byte {
	b = appendString(b, 1, e.Name)
	if e.GplOnly {
		b = appendUint(b, 2, 1)
	}
	return appendString(b, 3, e.Namespace)
}

func appendUndecoded(b []byte, u *ksympb.UndecodedSymbolGet) []byte {
	b = appendString(b, 1, u.GetFunction())
	b = appendString(b, 2, u.GetSection())
	b = appendUint(b, 3, u.GetOffset())
	return appendString(b, 4, u.GetReason())
}

// encodeNeeded encodes a needed set, in pieces that follow one another.
func encodeNeeded(n *ksympb.NeededSet) [][]byte {
	size := 2 + len(n.Format)
	for _, u := range n.Users {
		size += 8 + len(u.Name) + len(u.Label)
	}
	head := appendString(make([]byte, 0, size), 1, n.Format)
	for _, u := range n.Users {
		head = appendMessage(head, 2, u, func(b []byte, u *ksympb.User) []byte {
			return appendString(appendString(b, 1, u.Name), 2, u.Label)
		})
	}
	pieces := make([][]byte, 1+(len(n.Symbols)+symbolShare-1)/symbolShare)
	pieces[0] = head
	_ = parallel.Ranges(len(n.Symbols), symbolShare, func(first, end int) error {
		size := 0
		for _, s := range n.Symbols[first:end] {
			size += neededSize(s)
		}
		b := make([]byte, 0, size)
		for _, s := range n.Symbols[first:end] {
			b = appendMessage(b, 3, s, appendNeededSymbol)
		}
		pieces[1+first/symbolShare] = b
		return nil
	})
	return pieces
}

// neededSize is about the size of a needed symbol's encoding, enough for nearly
// all.
func neededSize(s *ksympb.NeededSymbol) int {
	size := 8 + len(s.Name)
	for _, p := range s.Providers {
		size += 8 + len(p.Module) + len(p.Label)
	}
	for _, r := range s.Reasons {
		size += 12 + 2*len(r.Users)
	}
	return size
}

func appendNeededSymbol(b []byte, s *ksympb.NeededSymbol) []byte {
	b = appendString(b, 1, s.Name)
	for _, p := range s.Providers {
		b = appendMessage(b, 2, p, func(b []byte, p *ksympb.Provider) []byte {
			return appendString(appendString(b, 1, p.GetModule()), 2, p.GetLabel())
		})
	}
	for _, r := range s.Reasons {
		b = appendMessage(b, 3, r, func(b []byte, r *ksympb.Reason) []byte {
			b = appendUint(b, 1, uint64(int64(r.Kind)))
			if len(r.Users) == 0 {
				return b
			}
			size := 0
			for _, u := range r.Users {
				size += protowire.SizeVarint(uint64(u))
			}
			b = protowire.AppendTag(b, 2, protowire.BytesType)
			b = protowire.AppendVarint(b, uint64(size))
			for _, u := range r.Users {
				b = protowire.AppendVarint(b, uint64(u))
			}
			return b
		})
	}
	return b
}

// appendMessage appends a field that holds a message. The length goes before
// what it is the length of: there is room for the common one, and the message
// moves if its length needs more.
func appendMessage[M any](b []byte, field protowire.Number, m M, body func([]byte, M) []byte) []byte {
	b = protowire.AppendTag(b, field, protowire.BytesType)
	start := len(b)
	b = body(append(b, 0), m)
	size := len(b) - start - 1
	if size < 0x80 {
		b[start] = byte(size)
		return b
	}
	more := protowire.SizeVarint(uint64(size)) - 1
	for range more {
		b = append(b, 0)
	}
	copy(b[start+1+more:], b[start+1:start+1+size])
	protowire.AppendVarint(b[:start], uint64(size))
	return b
}

func appendStrings(b []byte, field protowire.Number, list []string) []byte {
	tag := protowire.EncodeTag(field, protowire.BytesType)
	for _, s := range list {
		if tag < 0x80 && len(s) < 0x80 { // as nearly always: each is one byte
			b = append(append(b, byte(tag), byte(len(s))), s...)
			continue
		}
		b = protowire.AppendString(protowire.AppendVarint(b, tag), s)
	}
	return b
}

// appendString appends a field unless it has its default, the empty string.
func appendString(b []byte, field protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendUint(b []byte, field protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}
