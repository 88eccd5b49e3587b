package elfobj

import (
	"debug/elf"
)

// A Reloc is one relocation.
type Reloc struct {
	Offset uint64 // where, in bytes from the beginning of the section it changes
	Addend int64  // 0 in a SHT_REL section, where the addend is in the place itself
	Symbol uint32 // index in the symbol table
	Type   uint32 // a number of the machine's psABI
}

// Relocs is the content of one SHT_REL or SHT_RELA section.
type Relocs struct {
	f      *File
	data   []byte
	entry  int
	rela   bool
	mips64 bool
	// Target is the section that the relocations change.
	Target *Section
}

// Relocs returns the relocations in section s, which must be of type SHT_REL
// or SHT_RELA and name the section it is about.
func (f *File) Relocs(s *Section) (Relocs, error) {
	r := Relocs{f: f, rela: s.Type == elf.SHT_RELA}
	if !r.rela && s.Type != elf.SHT_REL {
		return r, f.Errorf(s.Offset, "section %q holds no relocations", s.Name)
	}
	r.entry = 8
	if f.is64 {
		r.entry = 16
	}
	if r.rela {
		r.entry += r.entry / 2
	}
	if (s.Entsize != uint64(r.entry) && s.Entsize != 0) || s.Size%uint64(r.entry) != 0 {
		return r, f.Errorf(s.Offset, "relocation section %q of %d bytes with entries of %d bytes, %d expected", s.Name, s.Size, s.Entsize, r.entry)
	}
	if s.Info == 0 || uint64(s.Info) >= uint64(len(f.sections)) {
		return r, f.Errorf(s.Offset, "relocation section %q is about section %d, which is not there", s.Name, s.Info)
	}
	r.Target = &f.sections[s.Info]
	r.data = f.Data(s)
	// A little-endian MIPS64 object has the symbol in the low half of r_info
	// and three types in the high half, the first in the last byte.
	r.mips64 = f.Machine == elf.EM_MIPS && f.is64 && !f.big
	return r, nil
}

// Len returns the number of relocations.
func (r *Relocs) Len() int { return len(r.data) / max(r.entry, 1) }

// HasAddends says whether the addends are in the relocations (SHT_RELA), not
// in the places that they change.
func (r *Relocs) HasAddends() bool { return r.rela }

// Offset returns the Offset of relocation i alone, for walks over many.
func (r *Relocs) Offset(i int) uint64 {
	if r.f.is64 {
		at := i * r.entry
		return getU64(r.data[at:at+8], r.f.big)
	}
	return r.At(i).Offset
}

// Symbol returns the Symbol of relocation i alone, for walks over many.
func (r *Relocs) Symbol(i int) uint32 {
	if r.f.is64 && !r.f.big && !r.mips64 {
		at := i*r.entry + 12
		return getU32(r.data[at:at+4], false)
	}
	return r.At(i).Symbol
}

// At returns relocation i, which must be below Len.
func (r *Relocs) At(i int) Reloc {
	b := r.data[i*r.entry : (i+1)*r.entry]
	big := r.f.big
	if !r.f.is64 {
		info := getU32(b[4:8], big)
		rel := Reloc{Offset: uint64(getU32(b[0:4], big)), Symbol: info >> 8, Type: info & 0xff}
		if r.rela {
			rel.Addend = int64(int32(getU32(b[8:12], big)))
		}
		return rel
	}
	info := getU64(b[8:16], big)
	rel := Reloc{Offset: getU64(b[0:8], big), Symbol: uint32(info >> 32), Type: uint32(info)}
	if r.mips64 {
		rel.Symbol, rel.Type = uint32(info), uint32(info>>56)
	}
	if r.rela {
		rel.Addend = int64(getU64(b[16:24], big))
	}
	return rel
}
