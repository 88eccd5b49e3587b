package symbolget

import "encoding/binary"

// x86asm takes long to say all about an instruction of which only the length
// and the flow are asked, as they are of each one in a function that is traced.
// What compilers mostly write is told here from the opcode alone.

// x86Opcodes and x86Opcodes0F are the opcodes of one byte, and of two of which
// the first is 0f. A letter says what follows an opcode:
//
//	.  not told here: x86asm says
//	p  nothing
//	1  1 byte, an immediate
//	4  4 bytes, an immediate
//	8  4 bytes, an immediate; 8 if the operands have 64 bits
//	m  operands (the ModRM byte and what it asks for)
//	l  operands in memory
//	n  operands, which x86asm knows of 16 and 32 bits only
//	b  operands, and 1 byte
//	d  operands, and 4 bytes
//	r  nothing: control goes nowhere from here
//	j  1 byte, the distance of a conditional jump
//	J  4 bytes, likewise
//	k  1 byte, the distance of a jump
//	K  4 bytes, likewise
//	c  4 bytes, the distance of a call
//
// A capital from Q on is several instructions: x86Groups tell them apart.
const (
	x86Opcodes = "" +
		"mmmm14..mmmm14.." + // 00 add, or
		"mmmm14..mmmm14.." + // 10 adc, sbb
		"mmmm14..mmmm14.." + // 20 and, sub
		"mmmm14..mmmm14.." + // 30 xor, cmp
		"................" + // 40 (REX prefixes)
		"pppppppppppppppp" + // 50 push, pop
		"...m....4d1b...." + // 60 movsxd, push, imul
		"jjjjjjjjjjjjjjjj" + // 70 jumps
		"bd.bmmmmmmmm.l.." + // 80 arithmetic with immediates, test, xchg, mov, lea
		"p.......pp......" + // 90 nop, cdqe, cqo
		"........14......" + // a0 test
		"1111111188888888" + // b0 mov
		"SS.r..TU.p..r..." + // c0 shifts, ret, mov, leave, int3
		"VVVV............" + // d0 shifts
		"........cK.k...." + // e0 call, jmp
		"......WX......YZ" //   f0 test, not, neg, mul, div; inc, dec, call, jmp, push
	x86Opcodes0F = "" +
		"...........p...." + // 00 ud2
		"...............Q" + // 10 nop
		"................" + // 20
		"................" + // 30
		"mmmmmmmmmmmmmmmm" + // 40 cmov
		"................" + // 50
		"................" + // 60
		"................" + // 70
		"JJJJJJJJJJJJJJJJ" + // 80 jumps
		"mmmmmmmmmmmmmmmm" + // 90 set
		"...mbm.....mbm.m" + // a0 bt, shld, bts, shrd, imul
		"mm.m..mm..Rmmmmm" + // b0 cmpxchg, btr, movzx, bt, btc, bsf, bsr, movsx
		"mm......pppppppp" + // c0 xadd, bswap
		"................" + // d0
		"................" + // e0
		"................" //   f0

	// x86Groups have, for each letter from Q on, what follows by the three middle
	// bits of the ModRM byte. C and I are m of calls and jumps.
	x86Groups = "" +
		"n......." + // Q: nop
		"....bbbb" + // R: bt, bts, btr, btc
		"bbbbbb.b" + // S: shifts
		"b......." + // T: mov
		"d......." + // U: mov
		"mmmmmm.m" + // V: shifts
		"b.mmmmmm" + // W: test, not, neg, mul, imul, div, idiv
		"d.mmmmmm" + // X: the same
		"mm......" + // Y: inc, dec
		"mmC.I.m." //   Z: inc, dec, call, jmp, push
)

// x86Quick is decode for the instructions that x86Opcodes have. ok is false for
// others, and for what is no whole instruction.
func x86Quick(code []byte, offset uint64) (in insn, ok bool) {
	at, wide := 0, false
	if len(code) > 0 && code[0]&0xf0 == 0x40 { // a REX prefix
		at, wide = 1, code[0]&8 != 0
	}
	opcodes := x86Opcodes
	if len(code) > at && code[at] == 0x0f {
		at, opcodes = at+1, x86Opcodes0F
	}
	if len(code) <= at {
		return in, false
	}
	letter := opcodes[code[at]]
	at++
	if 'Q' <= letter && letter <= 'Z' && at < len(code) {
		letter = x86Groups[int(letter-'Q')<<3|int(code[at]>>3&7)]
	}
	var branch int // the size of its distance
	switch letter {
	case 'p':
	case 'r':
		in.flow = flowStop
	case '1':
		at++
	case '4':
		at += 4
	case '8':
		at += 4
		if wide {
			at += 4
		}
	case 'm':
		at += x86Operands(code[at:])
	case 'n':
		if wide {
			return in, false
		}
		at += x86Operands(code[at:])
	case 'l':
		if at < len(code) && code[at] >= 0xc0 {
			return in, false
		}
		at += x86Operands(code[at:])
	case 'b':
		at += x86Operands(code[at:]) + 1
	case 'd':
		at += x86Operands(code[at:]) + 4
	case 'C':
		at += x86Operands(code[at:])
		in.flow = flowCall
	case 'I':
		at += x86Operands(code[at:])
		in.flow = flowIndirect
	case 'j':
		in.flow, branch = flowCond, 1
	case 'J':
		in.flow, branch = flowCond, 4
	case 'k':
		in.flow, branch = flowJump, 1
	case 'K':
		in.flow, branch = flowJump, 4
	case 'c':
		in.flow, branch = flowCall, 4
	default:
		return in, false
	}
	at += branch
	if at > len(code) {
		return insn{}, false
	}
	in.size = uint8(at)
	switch {
	case branch == 1:
		in.target = offset + uint64(at) + uint64(int8(code[at-1]))
	case branch == 4:
		in.target = offset + uint64(at) + uint64(int32(binary.LittleEndian.Uint32(code[at-4:])))
	case letter == 'C':
		in.target = ^uint64(0)
	default:
		in.target = offset + uint64(at)
	}
	return in, true
}

// x86Operands returns the length of a ModRM byte and what it asks for: a SIB
// byte, and a displacement. It is at least 1, and may be more than there is.
func x86Operands(code []byte) int {
	if len(code) == 0 {
		return 1
	}
	mode, register := code[0]>>6, code[0]&7
	n := 1
	if mode == 3 {
		return n
	}
	if register == 4 {
		n++
		if len(code) == 1 {
			return n
		}
		register = code[1] & 7 // the base
	}
	switch {
	case mode == 1:
		n++
	case mode == 2, register == 5:
		n += 4
	}
	return n
}
