// Package klp reads what an object's livepatch (klp) relocations name: symbols
// that the kernel looks up among all that it has, exported or not, when it
// patches an object (Documentation/livepatch/module-elf-format.rst).
//
// A symbol is called `.klp.sym.OBJECT.NAME,POSITION`. The relocations to it are
// in sections `.klp.rela.OBJECT.SECTION` of a finished module, where it has the
// section number SHN_LIVEPATCH. Before that, while Kbuild builds what
// scripts/livepatch/klp-build made (Linux 6.19 and later), it is an undefined
// symbol.
package klp

import (
	"debug/elf"
	"path"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

const (
	// SymbolPrefix is how the names of klp symbols begin.
	SymbolPrefix = ".klp.sym."
	// SectionPrefix is how the names of sections of klp relocations begin.
	SectionPrefix = ".klp.rela."

	// sectionLivepatch is SHN_LIVEPATCH (0xff20) as elfobj.Symbol has it.
	sectionLivepatch = int32(0xff20 - 0x10000)

	vmlinux = "vmlinux"
)

// The longest names that the kernel takes: kernel/livepatch/core.c reads
// `.klp.sym.%55[^.].%511[^,],%lu`.
const (
	maxObject = 55
	maxName   = 511
)

// A Symbol is what the name of a klp symbol says.
type Symbol struct {
	Object   string // vmlinux, or a module as the loader calls it
	Name     string
	Position uint64 // which of the object's symbols of that name, from 1; 0 if there is one only
}

// IsSymbol says whether a name begins as a klp symbol's.
func IsSymbol(name string) bool { return strings.HasPrefix(name, SymbolPrefix) }

// ParseSymbol takes the name of a klp symbol apart. ok is false if the kernel
// would refuse it.
func ParseSymbol(name string) (s Symbol, ok bool) {
	rest, ok := strings.CutPrefix(name, SymbolPrefix)
	if !ok {
		return s, false
	}
	object, rest, ok := strings.Cut(rest, ".")
	if !ok || object == "" || len(object) > maxObject {
		return s, false
	}
	name, position, ok := strings.Cut(rest, ",")
	if !ok || name == "" || len(name) > maxName {
		return s, false
	}
	n, err := strconv.ParseUint(position, 10, 64)
	if err != nil {
		return s, false
	}
	return Symbol{object, name, n}, true
}

// IsObject says whether a module, by its path as in Module.symvers, is the
// object that a klp symbol names. The loader knows modules by their base names,
// with _ for -.
func IsObject(module, object string) bool {
	return strings.ReplaceAll(path.Base(module), "-", "_") == object
}

// Proto returns the symbol as a summary has it, in memory of its own.
func (s Symbol) Proto() *ksympb.KlpSymbol {
	return &ksympb.KlpSymbol{Object: strings.Clone(s.Object), Name: strings.Clone(s.Name)}
}

// IsSection says whether a section is, by its name, one of klp relocations.
func IsSection(s *elfobj.Section) bool { return strings.HasPrefix(s.Name, SectionPrefix) }

// Relocated returns the symbols that the relocations in the section name, in
// their order. What the kernel would refuse to apply is an error.
func Relocated(f *elfobj.File, syms *elfobj.Symbols, section *elfobj.Section) ([]Symbol, error) {
	object, _, ok := strings.Cut(strings.TrimPrefix(section.Name, SectionPrefix), ".")
	if !ok || object == "" || len(object) > maxObject {
		return nil, f.Errorf(section.Offset, "section %.80q is not called %sOBJECT.SECTION: the kernel would refuse the module", section.Name, SectionPrefix)
	}
	if section.Type != elf.SHT_RELA {
		return nil, f.Errorf(section.Offset, "section %.80q is of type %v, and klp relocations are SHT_RELA", section.Name, section.Type)
	}
	relocs, err := f.Relocs(section)
	if err != nil {
		return nil, err
	}
	var found []Symbol
	last := uint32(0)
	for i := range relocs.Len() {
		index := relocs.At(i).Symbol
		if i > 0 && index == last {
			continue
		}
		last = index
		sym := syms.At(int(index))
		name, err := syms.Name(sym)
		if err != nil {
			return nil, err
		}
		s, ok := ParseSymbol(name)
		switch {
		case !ok:
			return nil, f.Errorf(section.Offset, "a relocation in section %.80q is to %.80q, which is not called %sOBJECT.NAME,POSITION: the kernel would refuse the module", section.Name, name, SymbolPrefix)
		case sym.Section != sectionLivepatch && sym.Section != elfobj.SectionUndef:
			return nil, f.Errorf(section.Offset, "a relocation in section %.80q is to %.80q, which the object itself defines (section %d)", section.Name, name, sym.Section)
		case s.Object == vmlinux && object != vmlinux:
			return nil, f.Errorf(section.Offset, "section %.80q, whose relocations wait for the module %s, names %q of vmlinux: the kernel would refuse the module", section.Name, object, s.Name)
		}
		found = append(found, s)
	}
	return found, nil
}
