package mismatch

import (
	"debug/elf"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// What is found in whole objects is compared with the kernels' modposts in
// tools/modpost (testdata/checks, mismatch*.S). Here are the rules one by one.

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"*_ops", "my_ops", true}, {"*_ops", "_ops", true}, {"*_ops", "my_ops2", false}, {"*_ops", "ops", false},
		{"*_ops.llvm.*", "a_ops.llvm.123", true}, {"*_ops.llvm.*", "a_ops", false},
		{"*.constprop.*", "f.constprop.0", true}, {"*.constprop.*", "f.constprop", false},
		{"exact", "exact", true}, {"exact", "exactly", false}, {"a*a", "a", false}, {"a*a", "aa", true}, {"*", "", true},
	} {
		if got := matches(tt.pattern, tt.name); got != tt.want {
			t.Errorf("matches(%q, %q) = %v, want %v", tt.pattern, tt.name, got, tt.want)
		}
	}
}

func TestSectionsOfOneKindAreOfOneClass(t *testing.T) {
	for want, names := range map[class][]string{
		text:                {".text", ".text.unlikely", ".noinstr.text", ".ltext.x"},
		data:                {".data", ".data.rel"},
		0:                   {".data.rel.ro", ".data..read_mostly", ".rodata", "", ".s", ".textual", ".pci_fixup_suspend_late"},
		initAll | initCode:  {".init.text"},
		initAll | initData:  {".init.data", ".init.rodata", ".init.setup"},
		initAll:             {".init.ramfs"},
		exitAll:             {".exit.data"},
		memInit:             {".meminit.setup"},
		memInit | memCode:   {".meminit.text"},
		memInit | memData:   {".meminit.data", ".meminit.rodata"},
		otherTxt:            {".fixup", ".ref.text"},
		otherTxt | headText: {".head.text"},
		pciFixup:            {".pci_fixup_early"},
		ksymtab:             {"___ksymtab+foo", "___ksymtab_gpl+foo"},
	} {
		for _, name := range names {
			if got := classify(name); got != want {
				t.Errorf("classify(%q) = %#x, want %#x", name, got, want)
			}
		}
	}
}

func TestSectionsThatHoldNoReferencesOfTheKernelAreExempt(t *testing.T) {
	for name, since := range map[string]int{
		".debug_info": 6001, ".comment": 6001, ".note.GNU-stack": 6001, ".discard.ksym": 6001, ".GCC.command.line": 6001,
		".llvm.call-graph-profile": 6005, "__llvm_covmap": 6013, ".klp.symid": 7000,
	} {
		for _, version := range []int{6001, 6012, 6013, 7002} {
			if got := exempt(version, name); got != (version >= since) {
				t.Errorf("exempt(%d, %q) = %v", version, name, got)
			}
		}
	}
	if exempt(7002, ".text") {
		t.Error(".text is exempt")
	}
}

// The encodings are those of the Arm Architecture Reference Manual.
func TestAddendsInPlace(t *testing.T) {
	for _, tt := range []struct {
		name         string
		kind         elf.R_ARM
		word         uint32
		upper, lower uint16
		want         int64
	}{
		{name: ".long sym - 8", kind: elf.R_ARM_ABS32, word: 0xfffffff8, want: -8},
		{name: "bl sym", kind: elf.R_ARM_CALL, word: 0xebfffffe, want: 0},
		{name: "b sym+16", kind: elf.R_ARM_JUMP24, word: 0xea000002, want: 16},
		{name: "movw r0, #:lower16:sym+0x1234", kind: elf.R_ARM_MOVW_ABS_NC, word: 0xe3010234, want: 0x1234},
		{name: "movt r0, #:upper16:sym-1", kind: elf.R_ARM_MOVT_ABS, word: 0xe34f0fff, want: -1},
		{name: "thumb bl sym", kind: elf.R_ARM_THM_PC22, upper: 0xf7ff, lower: 0xfffe, want: 0},
		{name: "thumb b.w sym+8", kind: elf.R_ARM_THM_JUMP24, upper: 0xf000, lower: 0xb802, want: 8},
		{name: "thumb beq.w sym", kind: elf.R_ARM_THM_JUMP19, upper: 0xf43f, lower: 0xaffe, want: 0},
		{name: "thumb movw r0, #:lower16:sym+0x1234", kind: elf.R_ARM_THM_MOVW_ABS_NC, upper: 0xf241, lower: 0x2034, want: 0x1234},
		{name: "a type without a decoder", kind: elf.R_ARM_NONE, word: 0xffffffff, want: 0},
	} {
		if got := armAddend(tt.kind, tt.word, tt.upper, tt.lower); got != tt.want {
			t.Errorf("%s: addend %d, want %d", tt.name, got, tt.want)
		}
	}
}

// object has .text with one reference to offset 8 of .init.data through its
// section symbol, on a machine whose addends are in place.
func object(machine elf.Machine, kind uint32, place []byte) []byte {
	le := func(vs ...uint32) (b []byte) {
		for _, v := range vs {
			b = append(b, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
		}
		return b
	}
	names := "\x00.text\x00.init.data\x00.rel.text\x00.symtab\x00.strtab\x00"
	strs := "\x00caller\x00callee\x00"
	syms := slices.Concat(make([]byte, 16),
		le(0, 0, 0), []byte{3, 0, 2, 0}, // section symbol of .init.data
		le(1, 0, 4), []byte{0x12, 0, 1, 0},
		le(8, 8, 4), []byte{0x11, 0, 2, 0})
	rel := le(0, 1<<8|kind)
	initData := make([]byte, 16)
	header := slices.Concat([]byte("\x7fELF\x01\x01\x01"), make([]byte, 9), []byte{1, 0, byte(machine), byte(machine >> 8)},
		le(1, 0, 0, 52, 0), []byte{52, 0, 0, 0, 0, 0, 40, 0, 6, 0, 5, 0})
	const count = 6
	at := uint32(52 + 40*count)
	out := header
	var body []byte
	out = append(out, make([]byte, 40)...)
	section := func(name string, kind elf.SectionType, flags elf.SectionFlag, link, info, entry uint32, data []byte) {
		out = append(out, le(uint32(strings.Index(names, name+"\x00")), uint32(kind), uint32(flags), 0, at+uint32(len(body)), uint32(len(data)), link, info, 4, entry)...)
		body = append(body, data...)
	}
	section(".text", elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_EXECINSTR, 0, 0, 0, place)
	section(".init.data", elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_WRITE, 0, 0, 0, initData)
	section(".rel.text", elf.SHT_REL, 0, 4, 1, 8, rel)
	section(".symtab", elf.SHT_SYMTAB, 0, 5, 2, 16, syms)
	section(".strtab", elf.SHT_STRTAB, 0, 0, 0, 0, []byte(names+strs))
	copy(syms, make([]byte, 16))
	return append(out, body...)
}

func TestReferencesWithAddendsInPlaceNameTheirTarget(t *testing.T) {
	for name, tt := range map[string]struct {
		machine elf.Machine
		kind    uint32
		place   []byte
	}{
		"i386 data":     {elf.EM_386, uint32(elf.R_386_32), []byte{8, 0, 0, 0}},
		"i386 relative": {elf.EM_386, uint32(elf.R_386_PC32), []byte{4, 0, 0, 0}},
		"ARM data":      {elf.EM_ARM, uint32(elf.R_ARM_ABS32), []byte{8, 0, 0, 0}},
		"MIPS data":     {elf.EM_MIPS, uint32(elf.R_MIPS_32), []byte{8, 0, 0, 0}},
		"MIPS jump":     {elf.EM_MIPS, uint32(elf.R_MIPS_26), []byte{2, 0, 0, 0x0c}},
		"MIPS low half": {elf.EM_MIPS, uint32(elf.R_MIPS_LO16), []byte{8, 0, 0x42, 0x24}},
	} {
		f, err := elfobj.New("x.o", object(tt.machine, tt.kind, tt.place))
		if err != nil {
			t.Fatal(err)
		}
		syms, err := f.Symbols()
		if err != nil {
			t.Fatal(err)
		}
		symbol := func(s elfobj.Symbol) string {
			if s.Type() == elf.STT_SECTION {
				return ""
			}
			return map[uint64]string{0: "caller", 8: "callee"}[s.Value]
		}
		locator := elfobj.NewLocator(&syms, func(string) bool { return true })
		c := New(6012, f, &syms, locator, symbol, false)
		relocs, err := f.Relocs(f.Section(".rel.text"))
		if err != nil {
			t.Fatal(err)
		}
		found, err := c.Section(&relocs)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %d findings, error %v", name, len(found), err)
		}
		warning, _ := found[0].Text("drivers/x")
		want := "drivers/x: section mismatch in reference: caller+0x0 (section: .text) -> callee (section: .init.data)"
		if diff := cmp.Diff(want, warning); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}
