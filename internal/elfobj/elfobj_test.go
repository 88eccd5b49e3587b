package elfobj

import (
	"bytes"
	"compress/gzip"
	"debug/elf"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T, name string) *File {
	t.Helper()
	f, err := Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func symbols(t *testing.T, f *File) Symbols {
	t.Helper()
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	if err := syms.Check(); err != nil {
		t.Fatal(err)
	}
	return syms
}

// named returns the symbol of that name.
func named(t *testing.T, syms Symbols, want string) Symbol {
	t.Helper()
	for s := range syms.All() {
		if name, _ := syms.Name(s); name == want {
			return s
		}
	}
	t.Fatalf("no symbol %q", want)
	return Symbol{}
}

func TestBothClassesAgreeWithDebugELF(t *testing.T) {
	for _, name := range []string{"x86_64.o", "i386.o"} {
		t.Run(name, func(t *testing.T) {
			f := open(t, name)
			ref, err := elf.Open(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			defer ref.Close()
			if f.Machine != ref.Machine || f.Type != ref.Type || f.Is64() != (ref.Class == elf.ELFCLASS64) || f.BigEndian() {
				t.Errorf("header %v %v, want %v", f.Machine, f.Type, ref.FileHeader)
			}
			for i, want := range ref.Sections {
				got := f.Sections()[i]
				if got.Name != want.Name || got.Type != want.Type || got.Flags != want.Flags || got.Offset != want.Offset ||
					got.Size != want.FileSize && want.Type != elf.SHT_NOBITS || got.Link != want.Link || got.Info != want.Info || got.Index != i {
					t.Errorf("section %d is %+v, want %+v", i, got, want.SectionHeader)
				}
				if data, err := want.Data(); err == nil && want.Type != elf.SHT_NOBITS && !bytes.Equal(data, f.Data(&got)) {
					t.Errorf("section %q has other bytes", got.Name)
				}
			}
			wantSyms, err := ref.Symbols()
			if err != nil {
				t.Fatal(err)
			}
			syms := symbols(t, f)
			if syms.Len() != len(wantSyms)+1 {
				t.Fatalf("%d symbols, want %d", syms.Len()-1, len(wantSyms))
			}
			for s := range syms.All() {
				want := wantSyms[s.Index-1]
				got, err := syms.Name(s)
				if err != nil || got != want.Name || s.Value != want.Value || s.Size != want.Size || s.Info != want.Info || elf.SectionIndex(uint16(s.Section)) != want.Section {
					t.Errorf("symbol %d is %q %+v (%v), want %+v", s.Index, got, s, err, want)
				}
				if at := syms.SectionOf(int(s.Index)); at != s.Section {
					t.Errorf("SectionOf(%d) = %d, want %d", s.Index, at, s.Section)
				}
			}
		})
	}
}

func TestSymbolsTellTheirKind(t *testing.T) {
	f := open(t, "x86_64.o")
	syms := symbols(t, f)
	for name, want := range map[string]struct {
		bind    elf.SymBind
		section string
	}{
		"start": {elf.STB_GLOBAL, ".text"}, "elsewhere": {elf.STB_GLOBAL, "undefined"}, "maybe": {elf.STB_WEAK, "undefined"},
		"shared": {elf.STB_GLOBAL, "common"}, "number": {elf.STB_GLOBAL, "absolute"}, "zeros": {elf.STB_GLOBAL, ".bss"},
		"local": {elf.STB_LOCAL, ".data"},
	} {
		s := named(t, syms, name)
		got := ""
		switch s.Section {
		case SectionUndef:
			got = "undefined"
		case SectionCommon:
			got = "common"
		case SectionAbs:
			got = "absolute"
		default:
			got = f.Sections()[s.Section].Name
		}
		if got != want.section || s.Bind() != want.bind || s.Defined() != strings.HasPrefix(want.section, ".") {
			t.Errorf("%s is %v in %s, want %v in %s", name, s.Bind(), got, want.bind, want.section)
		}
	}
	if data := f.Data(f.Section(".bss")); data != nil {
		t.Errorf(".bss has %d bytes in the file, want none", len(data))
	}
	if f.Section(".none") != nil || f.Text(f.Section(".none")) != "" {
		t.Error("a section that is not there has content")
	}
}

// The memory of a file that is read in parts has had other files in it.
func TestGlobalSymbolsAreThoseAfterTheLocalOnes(t *testing.T) {
	for _, name := range []string{"x86_64.o", "i386.o", "x86_64.o"} {
		whole := open(t, name)
		all := symbols(t, whole)
		parts, ok, err := OpenSparse(filepath.Join("testdata", name))
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		for how, f := range map[string]*File{"whole": whole, "parts": parts} {
			globals, err := f.GlobalSymbols()
			if err != nil {
				t.Fatal(err)
			}
			for i := range all.Len() {
				want := all.At(i)
				if want.Bind() == elf.STB_LOCAL {
					want = Symbol{}
				}
				got := globals.At(i)
				if got != want {
					t.Errorf("%s, %s: symbol %d is %+v, want %+v", name, how, i, got, want)
				}
				gotName, err := globals.Name(got)
				if wantName, _ := all.Name(want); err != nil || gotName != wantName {
					t.Errorf("%s, %s: symbol %d is called %q (%v), want %q", name, how, i, gotName, err, wantName)
				}
			}
			if err := globals.Check(); err != nil {
				t.Error(err)
			}
		}
		// What was left out can still be read.
		syms, err := parts.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		for i := range all.Len() {
			if got, want := syms.At(i), all.At(i); got != want {
				t.Errorf("%s: symbol %d is %+v, want %+v", name, i, got, want)
			}
		}
		if err := parts.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRelocations(t *testing.T) {
	for name, wantAddends := range map[string]bool{"x86_64.o": true, "i386.o": false} {
		f := open(t, name)
		syms := symbols(t, f)
		prefix := ".rel"
		if wantAddends {
			prefix = ".rela"
		}
		relocs, err := f.Relocs(f.Section(prefix + ".data"))
		if err != nil {
			t.Fatal(err)
		}
		if relocs.HasAddends() != wantAddends || relocs.Target.Name != ".data" || relocs.Len() != 3 {
			t.Fatalf("%s: %d relocations of %s, addends %v", name, relocs.Len(), relocs.Target.Name, relocs.HasAddends())
		}
		first, second := relocs.At(0), relocs.At(1)
		if s := named(t, syms, "maybe"); first.Symbol != uint32(s.Index) || first.Offset != 0 {
			t.Errorf("%s: first relocation %+v, want one of symbol %d", name, first, s.Index)
		}
		if wantAddends && second.Addend != 4 || second.Offset != 4 {
			t.Errorf("%s: second relocation %+v, want offset and addend 4", name, second)
		}
		if _, err := f.Relocs(f.Section(".text")); err == nil {
			t.Errorf("%s: .text was read as relocations", name)
		}
	}
}

func manyObject(t testing.TB) []byte {
	t.Helper()
	file, err := os.Open("testdata/many.o.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestMoreSectionsThan16BitsCanNumber(t *testing.T) {
	f, err := New("many.o", manyObject(t))
	if err != nil {
		t.Fatal(err)
	}
	syms := symbols(t, f)
	last := named(t, syms, "last")
	if last.Section < 65280 || f.Sections()[last.Section].Name != "s65499" || syms.SectionOf(int(last.Index)) != last.Section {
		t.Errorf("the last symbol is in section %d of %d, want that of s65499", last.Section, len(f.Sections()))
	}
}

// swapped makes a big-endian object of a little-endian ELF64 one: header,
// section headers, symbols and relocations.
func swapped(data []byte) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	out := bytes.Clone(data)
	swap := func(at uint64, sizes ...int) {
		for _, n := range sizes {
			switch n {
			case 2:
				be.PutUint16(out[at:], le.Uint16(data[at:]))
			case 4:
				be.PutUint32(out[at:], le.Uint32(data[at:]))
			case 8:
				be.PutUint64(out[at:], le.Uint64(data[at:]))
			}
			at += uint64(n)
		}
	}
	out[elf.EI_DATA] = byte(elf.ELFDATA2MSB)
	swap(16, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2)
	shoff, n := le.Uint64(data[40:]), uint64(le.Uint16(data[60:]))
	for i := range n {
		h := shoff + i*64
		swap(h, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8)
		offset, size := le.Uint64(data[h+24:]), le.Uint64(data[h+32:])
		switch elf.SectionType(le.Uint32(data[h+4:])) {
		case elf.SHT_SYMTAB:
			for s := offset; s < offset+size; s += 24 {
				swap(s, 4)
				swap(s+6, 2, 8, 8)
			}
		case elf.SHT_RELA:
			for r := offset; r < offset+size; r += 24 {
				swap(r, 8, 8, 8)
			}
		}
	}
	return out
}

func TestBigEndianReadsTheSame(t *testing.T) {
	data, err := os.ReadFile("testdata/x86_64.o")
	if err != nil {
		t.Fatal(err)
	}
	little, err := New("little", data)
	if err != nil {
		t.Fatal(err)
	}
	big, err := New("big", swapped(data))
	if err != nil {
		t.Fatal(err)
	}
	if !big.BigEndian() {
		t.Error("the object does not say that it is big-endian")
	}
	if diff := cmp.Diff(little.Sections(), big.Sections()); diff != "" {
		t.Errorf("sections: -little +big\n%s", diff)
	}
	a, b := symbols(t, little), symbols(t, big)
	for i := range a.Len() {
		if a.At(i) != b.At(i) {
			t.Errorf("symbol %d: %+v little, %+v big", i, a.At(i), b.At(i))
		}
	}
	ra, err1 := little.Relocs(little.Section(".rela.data"))
	rb, err2 := big.Relocs(big.Section(".rela.data"))
	if err1 != nil || err2 != nil || ra.At(1) != rb.At(1) {
		t.Errorf("relocation: %+v little, %+v big (%v, %v)", ra.At(1), rb.At(1), err1, err2)
	}
}

func TestLocatorFindsTheNearestSymbol(t *testing.T) {
	f := open(t, "x86_64.o")
	syms := symbols(t, f)
	l := NewLocator(&syms, func(name string) bool { return name != "" })
	bss, data := int32(f.Section(".bss").Index), int32(f.Section(".data").Index)
	if s, ok := l.Below(bss, 15); !ok || s != named(t, syms, "zeros") {
		t.Errorf("Below(.bss, 15) = %+v, %v; want zeros", s, ok)
	}
	if s, ok := l.Below(data, 3); ok {
		t.Errorf("Below(.data, 3) = %+v, want none", s)
	}
	if s, ok := l.Near(data, 3, 20); !ok || s != named(t, syms, "local") {
		t.Errorf("Near(.data, 3, 20) = %+v, %v; want local", s, ok)
	}
	if s, ok := l.Near(bss, 21, 20); ok {
		t.Errorf("Near(.bss, 21, 20) = %+v, want none", s)
	}
	const minusFour = ^uint64(3)
	if s, ok := l.FirstNear(data, minusFour, 20); !ok || s != named(t, syms, "local") {
		t.Errorf("FirstNear(.data, -4, 20) = %+v, %v; want local", s, ok)
	}
	if s, ok := l.FirstNear(data, minusFour, 3); ok {
		t.Errorf("FirstNear(.data, -4, 3) = %+v, want none", s)
	}
	if s, ok := l.LastBelow(bss, 15); !ok || s != named(t, syms, "zeros") {
		t.Errorf("LastBelow(.bss, 15) = %+v, %v; want zeros", s, ok)
	}
	if s, ok := l.LastBelow(data, 3); ok {
		t.Errorf("LastBelow(.data, 3) = %+v, want none", s)
	}
	if s, ok := l.Below(999, 0); ok {
		t.Errorf("Below in a section that is not there = %+v", s)
	}
}

func TestLocatorOfManySectionsFindsWhatOneOfFewFinds(t *testing.T) {
	f, err := New("many.o", manyObject(t))
	if err != nil {
		t.Fatal(err)
	}
	syms := symbols(t, f)
	every := func(string) bool { return true }
	all := NewLocator(&syms, every)
	for i := range f.Sections() {
		all.Below(int32(i), 0)
	}
	for _, section := range []int32{0, 1, 7, 300, 65281, int32(len(f.Sections()) - 1)} {
		few := NewLocator(&syms, every)
		for _, at := range []uint64{0, 1, 1 << 40} {
			a, okA := all.Below(section, at)
			b, okB := few.Below(section, at)
			if a != b || okA != okB {
				t.Errorf("Below(%d, %d) = %+v, %v of all, %+v, %v of one", section, at, a, okA, b, okB)
			}
		}
	}
}

func TestBrokenObjectsNameFileAndOffset(t *testing.T) {
	good, err := os.ReadFile("testdata/x86_64.o")
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b ...byte) []byte {
		d := bytes.Clone(good)
		copy(d[at:], b)
		return d
	}
	shoff := int(binary.LittleEndian.Uint64(good[40:]))
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"an empty file":         {nil, "x.o: offset 0x0: the file ends within its first 16 bytes: not an ELF object"},
		"a text":                {[]byte("/* no ELF object, but a C file */"), `x.o: offset 0x0: not an ELF object: it begins with "/* n"`},
		"an unknown class":      {change(4, 9), "x.o: offset 0x4: ELF class 9 is neither 32 nor 64 bits"},
		"an unknown byte order": {change(5, 9), "x.o: offset 0x5: ELF data encoding 9 is neither little nor big endian"},
		"a cut header":          {good[:60], "x.o: offset 0x3c: the file ends within its ELF header of 64 bytes"},
		"cut section headers":   {good[:len(good)-70], "x.o: offset"},
		"far section headers":   {change(40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "x.o: offset 0x7fffffffffffffff: the section headers begin beyond the end of the file"},
		"no section headers":    {change(40, 0, 0, 0, 0, 0, 0, 0, 0), "x.o: offset 0x0: the object has no section headers"},
		"odd section headers":   {change(58, 65), "x.o: offset 0x3a: section headers of 65 bytes, 64 expected"},
		"no section names":      {change(62, 0xee), "x.o: offset 0x3e: section name table 238 of"},
		"a section beyond":      {change(shoff+64+32, 0, 0, 0, 0, 0, 0, 0, 0x80), `section 1 ".text" (offset 0x40, size 0x8000000000000000) lies beyond the end of the file`},
		"a section name beyond": {change(shoff+64, 0xff, 0xff, 0xff), "the name of section 1 lies beyond the table of section names"},
	} {
		f, err := New("x.o", tt.data)
		var format *FormatError
		if f != nil || !errors.As(err, &format) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", name, err, tt.want)
		}
	}
	if !IsELF(good) || IsELF(good[:8]) || IsELF([]byte("#include <linux/module.h>\n")) {
		t.Error("IsELF is wrong about an object, a cut one or a text")
	}
}

func TestOpenNamesAMissingFile(t *testing.T) {
	if _, err := Open("no/such.o"); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "no/such.o") {
		t.Errorf("error %v, want one that names the file", err)
	}
	empty := filepath.Join(t.TempDir(), "empty.o")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(empty); err == nil || !strings.Contains(err.Error(), "empty.o: offset 0x0") {
		t.Errorf("error %v, want one about the empty file", err)
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"x86_64.o", "i386.o"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)-100])
		if name == "x86_64.o" {
			f.Add(swapped(data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := New("x.o", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "x.o: offset 0x") {
				t.Fatalf("error %q names no file and offset", err)
			}
			return
		}
		syms, err := file.Symbols()
		if err != nil {
			return
		}
		sound := syms.Check() == nil
		for i := -1; i <= syms.Len(); i++ {
			s := syms.At(i)
			// What is not in the table has a name only if the table of names has the empty one.
			if _, err := syms.Name(s); err != nil && sound && i >= 0 && i < syms.Len() {
				t.Errorf("symbol %d of a sound table has no name: %v", i, err)
			}
			if s.Section >= int32(len(file.Sections())) || s.Section != syms.SectionOf(i) {
				t.Errorf("symbol %d is in section %d of %d, SectionOf says %d", i, s.Section, len(file.Sections()), syms.SectionOf(i))
			}
		}
		l := NewLocator(&syms, func(string) bool { return true })
		for i := range file.Sections() {
			s := &file.Sections()[i]
			l.FirstNear(int32(i), -s.Size, 20)
			l.LastBelow(int32(i), s.Size)
			if len(file.Data(s)) != len(file.Text(s)) {
				t.Errorf("section %d: data and text differ", i)
			}
			l.Near(int32(i), s.Size, 20)
			relocs, err := file.Relocs(s)
			if err != nil {
				continue
			}
			for n := range relocs.Len() {
				relocs.At(n)
			}
		}
	})
}

func BenchmarkSymbols(b *testing.B) {
	data := manyObject(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := New("many.o", data)
		if err != nil {
			b.Fatal(err)
		}
		syms, err := f.Symbols()
		if err != nil {
			b.Fatal(err)
		}
		for s := range syms.All() {
			if _, err := syms.Name(s); err != nil {
				b.Fatal(err)
			}
		}
	}
}
