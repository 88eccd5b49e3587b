package elfobj

import (
	"debug/elf"
	"iter"
	"strings"
)

// Section numbers that stand for no section, as Symbol.Section has them: the
// ABI's 16-bit numbers above SHN_LORESERVE read as negative ones, so that they
// differ from the real sections 0xff00 and up of an object with very many.
const (
	SectionUndef  = int32(elf.SHN_UNDEF) // not defined in this object
	SectionAbs    = int32(-15)           // SHN_ABS: a number, not an address
	SectionCommon = int32(-14)           // SHN_COMMON: a tentative definition
)

// A Symbol is one entry of the symbol table. Its name is read by
// Symbols.Name, because most walks need few of the names.
type Symbol struct {
	Value   uint64
	Size    uint64
	Section int32 // index of a section (below the number of sections), or one of the Section constants
	Index   int32 // in the symbol table
	name    uint32
	Info    uint8
	Other   uint8
}

// Type returns the symbol's STT type.
func (s Symbol) Type() elf.SymType { return elf.SymType(s.Info & 0xf) }

// Bind returns the symbol's STB binding.
func (s Symbol) Bind() elf.SymBind { return elf.SymBind(s.Info >> 4) }

// Defined says whether the symbol has a place in one of the object's sections.
func (s Symbol) Defined() bool { return s.Section > 0 }

// Symbols is the symbol table of an object.
type Symbols struct {
	f      *File
	data   []byte
	offset uint64 // of data in the file
	names  string
	shndx  []byte // section numbers of symbols that say SHN_XINDEX
	first  int    // symbols before it are not there
	n      int
	locals int // how many symbols at the beginning are local, at most n
}

// Symbols returns the object's symbol table (SHT_SYMTAB; of several, the
// last). It is empty if there is none: HasSymbols tells.
func (f *File) Symbols() (Symbols, error) { return f.symbols(false) }

// GlobalSymbols is Symbols without the local ones, which come first in the table
// and are most of it: of a file that OpenSparse opened they are not read. The
// numbers of the others are the same.
func (f *File) GlobalSymbols() (Symbols, error) { return f.symbols(true) }

func (f *File) symbols(global bool) (Symbols, error) {
	t := Symbols{f: f}
	if f.symtab == 0 {
		return t, nil
	}
	s := &f.sections[f.symtab]
	entry := uint64(16)
	if f.is64 {
		entry = 24
	}
	if s.Entsize != entry && s.Entsize != 0 {
		return t, f.Errorf(s.Offset, "symbol table with entries of %d bytes, %d expected", s.Entsize, entry)
	}
	if s.Size%entry != 0 {
		return t, f.Errorf(s.Offset, "symbol table of %d bytes, not a multiple of %d", s.Size, entry)
	}
	if uint64(s.Link) >= uint64(len(f.sections)) || s.Link == 0 || f.sections[s.Link].Type != elf.SHT_STRTAB {
		return t, f.Errorf(s.Offset, "symbol table whose names are in section %d, which is no string table", s.Link)
	}
	skipped := uint64(0)
	if global {
		skipped = min(uint64(s.Info), s.Size/entry)
	}
	t.data, t.offset = f.dataFrom(s, skipped*entry), s.Offset
	t.n = len(t.data) / int(entry) // 0 if it could not be read
	t.locals = int(min(uint64(s.Info), uint64(t.n)))
	t.first = int(min(skipped, uint64(t.n)))
	t.names = f.Text(&f.sections[s.Link])
	if f.shndx != 0 {
		x := &f.sections[f.shndx]
		t.shndx = f.Data(x)
		if len(t.shndx)/4 < t.n {
			return t, f.Errorf(x.Offset, "extended section numbers for %d of %d symbols", len(t.shndx)/4, t.n)
		}
	}
	return t, nil
}

// HasSymbols says whether the object has a symbol table.
func (f *File) HasSymbols() bool { return f.symtab != 0 }

// Len returns the number of symbols. Number 0 is the null symbol.
func (t *Symbols) Len() int { return t.n }

// At returns symbol i. A symbol whose section the object does not have, or an
// i that is not below Len, comes back as an undefined local one: Check finds
// those. So does a local one of GlobalSymbols.
func (t *Symbols) At(i int) Symbol {
	s, _ := t.at(i)
	return s
}

func (t *Symbols) at(i int) (Symbol, bool) {
	if i < t.first || i >= t.n {
		return Symbol{}, false
	}
	var s Symbol
	var section uint16
	if big := t.f.big; t.f.is64 {
		b := t.data[i*24 : i*24+24]
		s = Symbol{name: getU32(b[0:4], big), Info: b[4], Other: b[5], Value: getU64(b[8:16], big), Size: getU64(b[16:24], big)}
		section = uint16(b[6]) | uint16(b[7])<<8
	} else {
		b := t.data[i*16 : i*16+16]
		s = Symbol{name: getU32(b[0:4], big), Value: uint64(getU32(b[4:8], big)), Size: uint64(getU32(b[8:12], big)), Info: b[12], Other: b[13]}
		section = uint16(b[14]) | uint16(b[15])<<8
	}
	if t.f.big {
		section = section<<8 | section>>8
	}
	s.Index = int32(i)
	number := uint32(section)
	switch {
	case section == uint16(elf.SHN_XINDEX) && t.shndx != nil:
		number = getU32(t.shndx[i*4:i*4+4], t.f.big)
	case section >= uint16(elf.SHN_LORESERVE):
		s.Section = int32(int16(section))
		return s, true
	}
	if uint64(number) >= uint64(len(t.f.sections)) {
		return Symbol{Index: s.Index, name: s.name}, false
	}
	s.Section = int32(number)
	return s, true
}

// SectionOf returns the Section of symbol i alone, for walks over relocations.
func (t *Symbols) SectionOf(i int) int32 {
	if t.f.is64 && !t.f.big && t.shndx == nil && i >= t.first && i < t.n {
		b := t.data[i*24+6 : i*24+8]
		if n := uint16(b[0]) | uint16(b[1])<<8; int(n) < len(t.f.sections) && n < uint16(elf.SHN_LORESERVE) {
			return int32(n)
		}
	}
	return t.At(i).Section
}

// Name returns the symbol's name: a part of the file, not to be kept longer
// than the file. The error says that it lies beyond the string table.
func (t *Symbols) Name(s Symbol) (string, error) {
	name, ok := cString(t.names, s.name)
	if !ok {
		return "", t.f.Errorf(t.entry(int(s.Index)), "the name of symbol %d lies beyond the string table", s.Index)
	}
	return name, nil
}

// MayName says whether the table of names has one that ends with name, which is
// found much faster than a symbol: without it, no symbol is called so.
func (t *Symbols) MayName(name string) bool {
	for rest := t.names; ; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		if rest = rest[at+len(name):]; rest != "" && rest[0] == 0 {
			return true
		}
	}
}

// Check returns an error about the first symbol that says it is in a section
// that the object does not have, or whose name lies beyond the string table.
func (t *Symbols) Check() error {
	for i := t.first; i < t.n; i++ {
		s, ok := t.at(i)
		if !ok {
			return t.f.Errorf(t.entry(i), "symbol %d is in a section beyond the last (%d)", i, len(t.f.sections)-1)
		}
		if _, err := t.Name(s); err != nil {
			return err
		}
	}
	return nil
}

// All yields the symbols from number 1 on.
func (t *Symbols) All() iter.Seq[Symbol] {
	return func(yield func(Symbol) bool) {
		for i := max(1, t.first); i < t.n; i++ {
			if !yield(t.At(i)) {
				return
			}
		}
	}
}

func (t *Symbols) entry(i int) uint64 {
	if t.f.is64 {
		return t.offset + uint64(i)*24
	}
	return t.offset + uint64(i)*16
}
