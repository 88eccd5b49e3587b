package symbolget

import (
	"golang.org/x/arch/x86/x86asm"
)

// x86 decodes the instructions of x86-64.
type x86 struct{}

// Numbers of general registers in instructions.
const (
	rax, rcx, rdx, rbx  = 0, 1, 2, 3
	rsp, rbp, rsi, rdi  = 4, 5, 6, 7
	x86Reloc64          = 1  // R_X86_64_64
	x86RelocPC32        = 2  // R_X86_64_PC32
	x86RelocPLT32       = 4  // R_X86_64_PLT32
	x86Reloc32          = 10 // R_X86_64_32
	x86Reloc32S         = 11 // R_X86_64_32S
	x86EndbrLen         = 4
	x86ShortSystemOpLen = 3
)

func (x86) argument() register { return rdi }

// The System V ABI passes arguments in rdi, rsi, rdx, rcx, r8 and r9.
func (x86) isArgument(r register) bool {
	switch r {
	case rdi, rsi, rdx, rcx, 8, 9:
		return true
	}
	return false
}

// clobbered says whether a called function may change a register.
func (x86) clobbered(r register) bool {
	switch r {
	case rbx, rsp, rbp, 12, 13, 14, 15:
		return false
	}
	return true
}

func (x86) branchBias(t uint32) (int64, bool) {
	// The place is the last four bytes of the instruction, and the branch
	// counts from its end.
	return 4, t == x86RelocPC32 || t == x86RelocPLT32
}

func (x86) isDistance(t uint32) bool { return t != x86Reloc64 }

func (x86) tablesHaveRelocs() bool { return true }

func (x86) decode(code []byte, offset uint64) insn {
	if in, ok := x86Quick(code, offset); ok {
		return in
	}
	return x86Slowly(code, offset)
}

// x86Slowly is decode for all instructions.
func x86Slowly(code []byte, offset uint64) insn {
	in, ok := x86Decode(code)
	if !ok {
		if n := x86Unlisted(code); n > 0 {
			return insn{size: uint8(n)}
		}
		return insn{}
	}
	out := insn{size: uint8(in.Len)}
	rel, direct := in.Args[0].(x86asm.Rel)
	out.target = offset + uint64(in.Len) + uint64(int64(rel))
	switch in.Op {
	case x86asm.CALL:
		out.flow = flowCall
		if !direct {
			out.target = ^uint64(0)
		}
	case x86asm.JMP:
		out.flow = flowJump
		if !direct {
			out.flow = flowIndirect
		}
	case x86asm.RET, x86asm.LRET, x86asm.IRET, x86asm.IRETD, x86asm.IRETQ, x86asm.SYSRET, x86asm.SYSEXIT, x86asm.HLT:
		out.flow = flowStop
	case x86asm.INT:
		out.flow = flowStop
	default:
		// UD2 too goes on: it is how WARN() enters the kernel.
		if direct { // Jcc, LOOP, JRCXZ; XBEGIN goes on at its target when it aborts
			out.flow = flowCond
		}
	}
	return out
}

func (x86) isPadding(code []byte) bool {
	in, ok := x86Decode(code)
	return ok && (in.Op == x86asm.NOP || in.Op == x86asm.INT)
}

func x86Decode(code []byte) (x86asm.Inst, bool) {
	in, err := x86asm.Decode(code, 64)
	return in, err == nil && in.Len > 0 && in.Op != 0
}

// x86Unlisted returns the length of an instruction that x86asm does not know
// and that changes no general register; 0 if it is none of those.
func x86Unlisted(code []byte) int {
	has := func(bytes ...byte) bool {
		if len(code) < len(bytes) {
			return false
		}
		for i, b := range bytes {
			if code[i] != b {
				return false
			}
		}
		return true
	}
	switch {
	case has(0xf3, 0x0f, 0x1e, 0xfa), has(0xf3, 0x0f, 0x1e, 0xfb): // endbr64, endbr32
		return x86EndbrLen
	case has(0x0f, 0x01, 0xca), has(0x0f, 0x01, 0xcb): // clac, stac
		return x86ShortSystemOpLen
	}
	return 0
}

func (a x86) effect(code []byte, in *insn, r register) effect {
	x, ok := x86Decode(code)
	if !ok {
		return effect{} // one of x86Unlisted
	}
	unknown := effect{kind: effectUnknown, reason: "the name is computed at run time"}
	switch x.Op {
	case x86asm.CALL:
		switch {
		case in.flow == flowNext || !a.clobbered(r): // a call that changes nothing, by its name
			return effect{}
		case r == rax:
			return effect{kind: effectUnknown, reason: "the name is the result of a call"}
		}
		return effect{kind: effectUnknown, reason: "the name is lost in a call"}
	case x86asm.CMP, x86asm.TEST, x86asm.PUSH, x86asm.NOP, x86asm.BT:
		return effect{}
	}
	if in.flow != flowNext {
		return effect{}
	}
	if x86Implicit(&x, r) {
		return unknown
	}
	if x.Op == x86asm.XCHG || x.Op == x86asm.XADD {
		if x86Number(x.Args[1]) == int(r) || x86Number(x.Args[0]) == int(r) {
			return unknown
		}
		return effect{}
	}
	if x86Number(x.Args[0]) != int(r) {
		return effect{}
	}
	whole := false // the instruction sets the whole register
	if reg, ok := x.Args[0].(x86asm.Reg); ok {
		whole = reg >= x86asm.EAX && reg <= x86asm.R15
	}
	switch x.Op {
	case x86asm.MOV:
		switch src := x.Args[1].(type) {
		case x86asm.Imm:
			if whole && in.reloc != nil && x86Absolute(in.reloc.Type) {
				return effect{kind: effectAddress}
			}
			return effect{kind: effectUnknown, reason: "the argument is a number"}
		case x86asm.Reg:
			if n := x86Number(src); whole && n >= 0 && x.DataSize == 64 {
				return effect{kind: effectCopy, from: register(n)}
			}
		case x86asm.Mem:
			return effect{kind: effectUnknown, reason: "the name is read from memory"}
		}
	case x86asm.LEA:
		m, ok := x.Args[1].(x86asm.Mem)
		switch {
		case ok && whole && m.Base == x86asm.RIP && in.reloc != nil && in.reloc.Type == x86RelocPC32:
			// The place counts from the end of the instruction.
			return effect{kind: effectAddress, addend: int64(in.offset+uint64(in.size)) - int64(in.reloc.Offset)}
		case ok && whole && m.Base == 0 && m.Index == 0 && in.reloc != nil && x86Absolute(in.reloc.Type):
			return effect{kind: effectAddress}
		}
	case x86asm.CMOVA, x86asm.CMOVAE, x86asm.CMOVB, x86asm.CMOVBE, x86asm.CMOVE, x86asm.CMOVG, x86asm.CMOVGE, x86asm.CMOVL,
		x86asm.CMOVLE, x86asm.CMOVNE, x86asm.CMOVNO, x86asm.CMOVNP, x86asm.CMOVNS, x86asm.CMOVO, x86asm.CMOVP, x86asm.CMOVS:
		if src, ok := x.Args[1].(x86asm.Reg); ok && whole && x.DataSize == 64 {
			if n := x86Number(src); n >= 0 {
				return effect{kind: effectChoice, from: register(n)}
			}
		}
		return effect{kind: effectUnknown, reason: "the name is read from memory"}
	case x86asm.XOR:
		return effect{kind: effectUnknown, reason: "the argument is a number"}
	}
	return unknown
}

// x86Absolute says whether a relocation puts an address in an instruction.
func x86Absolute(t uint32) bool {
	return t == x86Reloc32S || t == x86Reloc32 || t == x86Reloc64
}

// x86Implicit says whether an instruction changes a register that is not its
// first operand.
func x86Implicit(x *x86asm.Inst, r register) bool {
	switch x.Op {
	case x86asm.MUL, x86asm.DIV, x86asm.IDIV, x86asm.RDTSC, x86asm.RDMSR, x86asm.RDPMC, x86asm.XGETBV, x86asm.CMPXCHG8B, x86asm.CMPXCHG16B:
		return r == rax || r == rdx
	case x86asm.IMUL:
		return x.Args[1] == nil && (r == rax || r == rdx)
	case x86asm.CBW, x86asm.CWDE, x86asm.CDQE, x86asm.CMPXCHG, x86asm.LAHF, x86asm.XLATB, x86asm.IN:
		return r == rax
	case x86asm.CWD, x86asm.CDQ, x86asm.CQO:
		return r == rdx
	case x86asm.CPUID:
		return r == rax || r == rbx || r == rcx || r == rdx
	case x86asm.RDTSCP:
		return r == rax || r == rcx || r == rdx
	case x86asm.SYSCALL:
		return r == rcx || r == 11
	case x86asm.LEAVE, x86asm.ENTER:
		return r == rbp || r == rsp
	case x86asm.LOOP, x86asm.LOOPE, x86asm.LOOPNE:
		return r == rcx
	case x86asm.STOSB, x86asm.STOSW, x86asm.STOSD, x86asm.STOSQ, x86asm.SCASB, x86asm.SCASW, x86asm.SCASD, x86asm.SCASQ,
		x86asm.INSB, x86asm.INSW, x86asm.INSD:
		return r == rdi || r == rcx
	case x86asm.MOVSB, x86asm.MOVSW, x86asm.MOVSD, x86asm.MOVSQ, x86asm.CMPSB, x86asm.CMPSW, x86asm.CMPSD, x86asm.CMPSQ:
		return r == rdi || r == rsi || r == rcx
	case x86asm.LODSB, x86asm.LODSW, x86asm.LODSD, x86asm.LODSQ:
		return r == rax || r == rsi || r == rcx
	case x86asm.OUTSB, x86asm.OUTSW, x86asm.OUTSD:
		return r == rsi || r == rcx
	}
	return false
}

// x86Number returns the number of the general register that an operand is, or
// is a part of; -1 if it is none.
func x86Number(arg x86asm.Arg) int {
	reg, ok := arg.(x86asm.Reg)
	if !ok {
		return -1
	}
	switch {
	case reg >= x86asm.AL && reg <= x86asm.BL:
		return int(reg - x86asm.AL)
	case reg >= x86asm.AH && reg <= x86asm.BH:
		return int(reg - x86asm.AH)
	case reg >= x86asm.SPB && reg <= x86asm.R15B:
		return int(reg-x86asm.SPB) + rsp
	case reg >= x86asm.AX && reg <= x86asm.R15W:
		return int(reg - x86asm.AX)
	case reg >= x86asm.EAX && reg <= x86asm.R15L:
		return int(reg - x86asm.EAX)
	case reg >= x86asm.RAX && reg <= x86asm.R15:
		return int(reg - x86asm.RAX)
	}
	return -1
}
