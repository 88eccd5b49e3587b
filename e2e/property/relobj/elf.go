package relobj

import (
	"debug/elf"
	"encoding/binary"
	"fmt"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// A writer collects the sections and symbols of one object.
type writer struct {
	sections []*section
	list     []symbol
	symbols  map[string]int // global and local names to their index in list
	strings  *section
}

type section struct {
	name    string
	kind    elf.SectionType
	flags   elf.SectionFlag
	align   int
	entsize int
	data    []byte
	relocs  []reloc
	index   int
	symbol  int // in the writer's list, -1 if it has none
}

type reloc struct {
	at     int
	kind   elf.R_X86_64
	symbol int // in the writer's list
	addend int64
}

type symbol struct {
	name    string
	section *section // nil: undefined
	value   int
	size    int
	bind    elf.SymBind
	kind    elf.SymType
}

func (w *writer) section(name string, kind elf.SectionType, flags elf.SectionFlag, align int) *section {
	s := &section{name: name, kind: kind, flags: flags, align: align, symbol: -1}
	w.sections = append(w.sections, s)
	return s
}

// named returns a section that was made before, or nil.
func (w *writer) named(name string) *section {
	for _, s := range w.sections {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (w *writer) symbol(name string, s symbol) int {
	s.name = name
	w.list = append(w.list, s)
	w.symbols[name] = len(w.list) - 1
	return len(w.list) - 1
}

// undefined returns the undefined symbol of that name. The one that was made first is it, defined or not.
func (w *writer) undefined(name string, bind elf.SymBind) int {
	if i, ok := w.symbols[name]; ok {
		return i
	}
	return w.symbol(name, symbol{bind: bind})
}

func (w *writer) sectionSymbol(s *section) int {
	if s.symbol < 0 {
		w.list = append(w.list, symbol{section: s, bind: elf.STB_LOCAL, kind: elf.STT_SECTION})
		s.symbol = len(w.list) - 1
	}
	return s.symbol
}

func (s *section) relocate(at int, kind elf.R_X86_64, symbol int, addend int64) {
	s.relocs = append(s.relocs, reloc{at, kind, symbol, addend})
}

// bytes lays the object out.
func (w *writer) bytes() []byte {
	symbols, position, locals := sortSymbols(w.list)
	var headers []elf.Section64
	out := make([]byte, binary.Size(elf.Header64{}), 4096)
	names := []byte{0}
	add := func(name string, h elf.Section64, data []byte) int {
		align := int(max(h.Addralign, 1))
		out = append(out, make([]byte, (align-len(out)%align)%align)...)
		h.Name, h.Off, h.Size = uint32(len(names)), uint64(len(out)), uint64(len(data))
		names = append(append(names, name...), 0)
		out = append(out, data...)
		headers = append(headers, h)
		return len(headers) // the first header is nobody's
	}
	for _, s := range w.sections {
		s.index = add(s.name, elf.Section64{
			Type: uint32(s.kind), Flags: uint64(s.flags), Addralign: uint64(s.align), Entsize: uint64(s.entsize),
		}, s.data)
	}
	text := []byte{0}
	table := make([]byte, elf.Sym64Size)
	for _, s := range symbols {
		raw := elf.Sym64{Info: elf.ST_INFO(s.bind, s.kind), Value: uint64(s.value), Size: uint64(s.size)}
		if s.name != "" {
			raw.Name = uint32(len(text))
			text = append(append(text, s.name...), 0)
		}
		if s.section != nil {
			raw.Shndx = uint16(s.section.index)
		}
		table = binary.LittleEndian.AppendUint32(table, raw.Name)
		table = binary.LittleEndian.AppendUint16(append(table, raw.Info, raw.Other), raw.Shndx)
		table = appendWords(table, raw.Value, raw.Size)
	}
	relocated := 0
	for _, s := range w.sections {
		if len(s.relocs) > 0 {
			relocated++
		}
	}
	symtab := len(headers) + relocated + 1
	for _, s := range w.sections {
		if len(s.relocs) == 0 {
			continue
		}
		var data []byte
		for _, r := range s.relocs {
			data = appendWords(data, uint64(r.at), elf.R_INFO(uint32(position[r.symbol]+1), uint32(r.kind)), uint64(r.addend))
		}
		add(".rela"+s.name, elf.Section64{
			Type: uint32(elf.SHT_RELA), Flags: uint64(elf.SHF_INFO_LINK), Link: uint32(symtab), Info: uint32(s.index), Addralign: 8, Entsize: 24,
		}, data)
	}
	add(".symtab", elf.Section64{
		Type: uint32(elf.SHT_SYMTAB), Link: uint32(symtab + 1), Info: uint32(locals + 1), Addralign: 8, Entsize: elf.Sym64Size,
	}, table)
	add(".strtab", elf.Section64{Type: uint32(elf.SHT_STRTAB), Addralign: 1}, text)
	// The names of sections, this one's included.
	nameOf := uint32(len(names))
	names = append(names, ".shstrtab\x00"...)
	headers = append(headers, elf.Section64{
		Name: nameOf, Type: uint32(elf.SHT_STRTAB), Off: uint64(len(out)), Size: uint64(len(names)), Addralign: 1,
	})
	out = append(out, names...)
	out = append(out, make([]byte, -len(out)&7)...)

	header := elf.Header64{
		Type: uint16(elf.ET_REL), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT), Shoff: uint64(len(out)),
		Ehsize: 64, Shentsize: 64, Shnum: uint16(len(headers) + 1), Shstrndx: uint16(len(headers)),
	}
	copy(header.Ident[:], elf.ELFMAG)
	header.Ident[elf.EI_CLASS], header.Ident[elf.EI_DATA], header.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	if _, err := binary.Encode(out, binary.LittleEndian, header); err != nil {
		panic(err) // out begins with room for it
	}
	out = append(out, make([]byte, 64)...)
	for _, h := range headers {
		out = binary.LittleEndian.AppendUint32(out, h.Name)
		out = binary.LittleEndian.AppendUint32(out, h.Type)
		out = appendWords(out, h.Flags, h.Addr, h.Off, h.Size)
		out = binary.LittleEndian.AppendUint32(out, h.Link)
		out = binary.LittleEndian.AppendUint32(out, h.Info)
		out = appendWords(out, h.Addralign, h.Entsize)
	}
	return out
}

func appendWords(b []byte, words ...uint64) []byte {
	for _, w := range words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}

// comment returns what Compile wrote to an object's .comment.
func comment(object []byte) ([]byte, error) {
	f, err := elfobj.New("object", object)
	if err != nil {
		return nil, err
	}
	s := f.Section(".comment")
	if s == nil || s.Size == 0 {
		return nil, fmt.Errorf("it has no .comment, so that it was not made by relobj")
	}
	data := f.Data(s)
	return data[:len(data)-1], nil
}
