package mismatch

import (
	"debug/elf"
	"encoding/binary"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// addend returns the addend of a relocation that has it in the place that it
// changes (SHT_REL): the formats are those of the i386, ARM and MIPS psABIs.
// For other machines, and for types that no reference of code or data is made
// with, it is 0: the target is then named by its symbol.
func (c *Checker) addend(section *elfobj.Section, rel elfobj.Reloc, target elfobj.Symbol) int64 {
	b := c.f.Data(section)
	if rel.Offset > uint64(len(b)) || uint64(len(b))-rel.Offset < 4 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if c.f.BigEndian() {
		order = binary.BigEndian
	}
	place := b[rel.Offset:]
	word := order.Uint32(place)
	switch c.f.Machine {
	case elf.EM_386:
		switch elf.R_386(rel.Type) {
		case elf.R_386_32:
			return int64(int32(word))
		case elf.R_386_PC32, elf.R_386_PLT32:
			return int64(int32(word)) + 4
		}
	case elf.EM_ARM:
		return armAddend(elf.R_ARM(rel.Type), word, order.Uint16(place), order.Uint16(place[2:]))
	case elf.EM_MIPS:
		switch elf.R_MIPS(rel.Type) {
		case elf.R_MIPS_32:
			return int64(int32(word))
		case elf.R_MIPS_26:
			return int64(word&0x03ffffff) << 2
		case elf.R_MIPS_LO16:
			return int64(int16(word))
		}
	}
	return 0
}

// armAddend decodes a word of data, an ARM instruction, or the two halves of a
// Thumb one (ELF for the Arm Architecture, 4.6.1.2).
func armAddend(t elf.R_ARM, word uint32, upper, lower uint16) int64 {
	switch t {
	case elf.R_ARM_ABS32, elf.R_ARM_REL32:
		return int64(int32(word))
	case elf.R_ARM_PC24, elf.R_ARM_CALL, elf.R_ARM_JUMP24:
		return signed(word<<2, 26) + 8
	case elf.R_ARM_MOVW_ABS_NC, elf.R_ARM_MOVT_ABS:
		return signed(word>>4&0xf000|word&0xfff, 16)
	case elf.R_ARM_THM_MOVW_ABS_NC, elf.R_ARM_THM_MOVT_ABS:
		v := uint32(upper&0xf)<<12 | uint32(upper>>10&1)<<11 | uint32(lower>>12&7)<<8 | uint32(lower&0xff)
		return signed(v, 16)
	case elf.R_ARM_THM_JUMP19:
		v := uint32(upper>>10&1)<<20 | uint32(lower>>11&1)<<19 | uint32(lower>>13&1)<<18 | uint32(upper&0x3f)<<12 | uint32(lower&0x7ff)<<1
		return signed(v, 21) + 4
	case elf.R_ARM_THM_PC22, elf.R_ARM_THM_JUMP24:
		sign := uint32(upper >> 10 & 1)
		i1 := ^(uint32(lower>>13&1) ^ sign) & 1
		i2 := ^(uint32(lower>>11&1) ^ sign) & 1
		v := sign<<24 | i1<<23 | i2<<22 | uint32(upper&0x3ff)<<12 | uint32(lower&0x7ff)<<1
		return signed(v, 25) + 4
	}
	return 0
}

// signed takes the low bits of v as a signed number.
func signed(v uint32, bits uint) int64 {
	shift := 64 - bits
	return int64(uint64(v)<<shift) >> shift
}
