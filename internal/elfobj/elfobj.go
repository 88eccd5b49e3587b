// Package elfobj reads relocatable ELF objects: what the compiler makes of
// one source file, and what ld -r makes of several.
//
// It reads both classes and both byte orders, objects with more than 65,279
// sections included, and nothing that only executables have. A File decodes
// its section headers when it is opened and all else when it is asked for.
// Names are substrings of the file, so that walking a symbol table allocates
// nothing. Input is not trusted: whatever the bytes are, the result is a value
// or a *FormatError, never a panic.
//
// The format is that of the System V ABI, chapter 4 (gABI 4.1).
package elfobj

import (
	"bytes"
	"debug/elf"
	"fmt"
	"math"
	"unsafe"
)

// A FormatError says where in which file the bytes are not what ELF asks for.
type FormatError struct {
	File   string // as given to New or Open
	Offset int64  // in bytes from the beginning of the file
	Reason string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: offset %#x: %s", e.File, e.Offset, e.Reason)
}

// A File is an opened object. It keeps the bytes that it was made of: they
// must not change while the File, or a string that came from it, is in use.
// Its methods may be called from several goroutines.
type File struct {
	Type    elf.Type
	Machine elf.Machine

	name     string
	data     []byte
	text     string // the same bytes, for substrings
	is64     bool
	big      bool
	sections []Section
	symtab   int32 // index of the SHT_SYMTAB section, 0 if there is none
	shndx    int32 // index of its SHT_SYMTAB_SHNDX section, 0 if there is none
	unmap    func() error
	sparse   *sparse // which bytes of data are there, nil if all are
}

// A Section is one section header. Offset and Size are within the file unless
// the section has no bytes there (SHT_NULL, SHT_NOBITS).
type Section struct {
	Name      string
	Index     int
	Type      elf.SectionType
	Flags     elf.SectionFlag
	Addr      uint64
	Offset    uint64
	Size      uint64
	Link      uint32
	Info      uint32
	Addralign uint64
	Entsize   uint64
}

// New reads the headers of the object in data. The name is for errors.
func New(name string, data []byte) (*File, error) {
	f := &File{name: name, data: data, text: unsafe.String(unsafe.SliceData(data), len(data))}
	if err := f.readHeader(); err != nil {
		return nil, err
	}
	return f, nil
}

// IsELF says whether data begins as an ELF file does. Kbuild compiles some
// sources to an empty object, which New refuses.
func IsELF(data []byte) bool {
	return len(data) >= elf.EI_NIDENT && string(data[:4]) == elf.ELFMAG
}

// Name returns the name that the file was opened with.
func (f *File) Name() string { return f.name }

// Is64 says whether the object is of class ELFCLASS64.
func (f *File) Is64() bool { return f.is64 }

// BigEndian says whether the object's numbers are big-endian.
func (f *File) BigEndian() bool { return f.big }

// Errorf makes a FormatError about the byte at offset of this file.
func (f *File) Errorf(offset uint64, format string, args ...any) error {
	return &FormatError{File: f.name, Offset: int64(min(offset, math.MaxInt64)), Reason: fmt.Sprintf(format, args...)}
}

func (f *File) readHeader() error {
	d := f.data
	if len(d) < elf.EI_NIDENT {
		return f.Errorf(uint64(len(d)), "the file ends within its first %d bytes: not an ELF object", elf.EI_NIDENT)
	}
	if string(d[:4]) != elf.ELFMAG {
		return f.Errorf(0, "not an ELF object: it begins with %q", d[:4])
	}
	headerSize, sectionSize := uint64(64), uint64(64)
	switch elf.Class(d[elf.EI_CLASS]) {
	case elf.ELFCLASS64:
		f.is64 = true
	case elf.ELFCLASS32:
		headerSize, sectionSize = 52, 40
	default:
		return f.Errorf(elf.EI_CLASS, "ELF class %d is neither 32 nor 64 bits", d[elf.EI_CLASS])
	}
	switch elf.Data(d[elf.EI_DATA]) {
	case elf.ELFDATA2LSB:
	case elf.ELFDATA2MSB:
		f.big = true
	default:
		return f.Errorf(elf.EI_DATA, "ELF data encoding %d is neither little nor big endian", d[elf.EI_DATA])
	}
	if uint64(len(d)) < headerSize {
		return f.Errorf(uint64(len(d)), "the file ends within its ELF header of %d bytes", headerSize)
	}
	f.Type = elf.Type(f.u16(16))
	f.Machine = elf.Machine(f.u16(18))
	var shoff uint64
	var tail uint64 // where e_shentsize, e_shnum and e_shstrndx are
	if f.is64 {
		shoff, tail = f.u64(40), 58
	} else {
		shoff, tail = uint64(f.u32(32)), 46
	}
	entsize, shnum, shstrndx := uint64(f.u16(tail)), uint64(f.u16(tail+2)), uint64(f.u16(tail+4))
	if shoff == 0 {
		return f.Errorf(0, "the object has no section headers")
	}
	if entsize != sectionSize {
		return f.Errorf(tail, "section headers of %d bytes, %d expected", entsize, sectionSize)
	}
	if shoff > uint64(len(d)) || uint64(len(d))-shoff < sectionSize {
		return f.Errorf(shoff, "the section headers begin beyond the end of the file (%d bytes)", len(d))
	}
	if err := f.load(shoff, sectionSize); err != nil {
		return err
	}
	first := f.header(shoff)
	// With very many sections the numbers that e_shnum and e_shstrndx cannot
	// hold are in the otherwise unused header of section 0.
	if shnum == 0 {
		shnum = first.Size
	}
	if shstrndx == uint64(elf.SHN_XINDEX) {
		shstrndx = uint64(first.Link)
	}
	if shnum > (uint64(len(d))-shoff)/sectionSize {
		return f.Errorf(shoff, "%d section headers do not fit in a file of %d bytes", shnum, len(d))
	}
	if shstrndx >= shnum {
		return f.Errorf(tail+4, "section name table %d of %d sections", shstrndx, shnum)
	}
	if err := f.load(shoff, shnum*sectionSize); err != nil {
		return err
	}
	return f.readSections(shoff, sectionSize, int(shnum), int(shstrndx))
}

func (f *File) readSections(shoff, sectionSize uint64, shnum, shstrndx int) error {
	names := f.header(shoff + uint64(shstrndx)*sectionSize)
	if shstrndx == 0 || !f.within(names.Offset, names.Size) || names.Type == elf.SHT_NOBITS {
		return f.Errorf(shoff+uint64(shstrndx)*sectionSize, "the table of section names lies beyond the end of the file")
	}
	if err := f.load(names.Offset, names.Size); err != nil {
		return err
	}
	table := f.text[names.Offset : names.Offset+names.Size]
	f.sections = f.makeSections(shnum)
	for i := range f.sections {
		at := shoff + uint64(i)*sectionSize
		s := &f.sections[i]
		*s = f.header(at)
		s.Index = i
		name, ok := cString(table, f.u32(at))
		if !ok {
			return f.Errorf(at, "the name of section %d lies beyond the table of section names", i)
		}
		s.Name = name
		switch s.Type {
		case elf.SHT_NULL, elf.SHT_NOBITS:
			continue
		case elf.SHT_SYMTAB:
			f.symtab = int32(i)
		case elf.SHT_SYMTAB_SHNDX:
			f.shndx = int32(i)
		}
		if !f.within(s.Offset, s.Size) {
			return f.Errorf(at, "section %d %q (offset %#x, size %#x) lies beyond the end of the file (%#x bytes)", i, name, s.Offset, s.Size, len(f.data))
		}
	}
	return nil
}

// header decodes the section header at offset at, all but its name.
func (f *File) header(at uint64) Section {
	if f.is64 {
		return Section{
			Type: elf.SectionType(f.u32(at + 4)), Flags: elf.SectionFlag(f.u64(at + 8)), Addr: f.u64(at + 16),
			Offset: f.u64(at + 24), Size: f.u64(at + 32), Link: f.u32(at + 40), Info: f.u32(at + 44),
			Addralign: f.u64(at + 48), Entsize: f.u64(at + 56),
		}
	}
	return Section{
		Type: elf.SectionType(f.u32(at + 4)), Flags: elf.SectionFlag(f.u32(at + 8)), Addr: uint64(f.u32(at + 12)),
		Offset: uint64(f.u32(at + 16)), Size: uint64(f.u32(at + 20)), Link: f.u32(at + 24), Info: f.u32(at + 28),
		Addralign: uint64(f.u32(at + 32)), Entsize: uint64(f.u32(at + 36)),
	}
}

// Sections returns the section headers by index. Index 0 is the null section.
// The caller must not change them.
func (f *File) Sections() []Section { return f.sections }

// Section returns the last section of that name, as modpost takes it, or nil.
func (f *File) Section(name string) *Section {
	for i := len(f.sections) - 1; i > 0; i-- {
		if f.sections[i].Name == name {
			return &f.sections[i]
		}
	}
	return nil
}

// Data returns the section's bytes in the file, which are not to be changed;
// none for a section that has none there (SHT_NOBITS, such as .bss).
func (f *File) Data(s *Section) []byte {
	if s == nil {
		return nil
	}
	return f.dataFrom(s, 0)
}

// dataFrom is Data of which the bytes before an offset in the section need not be
// right.
func (f *File) dataFrom(s *Section, from uint64) []byte {
	if s.Type == elf.SHT_NULL || s.Type == elf.SHT_NOBITS || !f.within(s.Offset, s.Size) {
		return nil
	}
	if f.sparse != nil && !f.loadSection(s, from) {
		return nil
	}
	return f.data[s.Offset : s.Offset+s.Size : s.Offset+s.Size]
}

// Text is Data as a string that shares the file's memory.
func (f *File) Text(s *Section) string {
	d := f.Data(s)
	return unsafe.String(unsafe.SliceData(d), len(d))
}

func (f *File) within(offset, size uint64) bool {
	n := uint64(len(f.data))
	return offset <= n && size <= n-offset
}

// cString returns the NUL-terminated string at offset at of a string table.
func cString(table string, at uint32) (string, bool) {
	if uint64(at) >= uint64(len(table)) {
		return "", at == 0
	}
	rest := table[at:]
	end := bytes.IndexByte(unsafe.Slice(unsafe.StringData(rest), len(rest)), 0)
	if end < 0 {
		return "", false
	}
	return rest[:end], true
}

// The readers of numbers expect their caller to have checked the bounds.

func (f *File) u16(at uint64) uint16 {
	b := f.data[at : at+2]
	if f.big {
		return uint16(b[0])<<8 | uint16(b[1])
	}
	return uint16(b[1])<<8 | uint16(b[0])
}

func (f *File) u32(at uint64) uint32 { return getU32(f.data[at:at+4], f.big) }

func (f *File) u64(at uint64) uint64 { return getU64(f.data[at:at+8], f.big) }

func getU32(b []byte, big bool) uint32 {
	_ = b[3]
	if big {
		return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
	}
	return uint32(b[3])<<24 | uint32(b[2])<<16 | uint32(b[1])<<8 | uint32(b[0])
}

func getU64(b []byte, big bool) uint64 {
	_ = b[7]
	hi, lo := getU32(b[4:8], big), getU32(b[0:4], big)
	if big {
		hi, lo = lo, hi
	}
	return uint64(hi)<<32 | uint64(lo)
}
