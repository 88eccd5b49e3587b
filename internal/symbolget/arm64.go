package symbolget

import (
	"encoding/binary"

	"golang.org/x/arch/arm64/arm64asm"
)

// arm64 decodes the instructions of AArch64.
type arm64 struct{}

const (
	arm64RelocAbs64        = 257 // R_AARCH64_ABS64
	arm64RelocAdrPrelLo21  = 274 // R_AARCH64_ADR_PREL_LO21
	arm64RelocAddAbsLo12   = 277 // R_AARCH64_ADD_ABS_LO12_NC
	arm64RelocTestBranch14 = 279 // R_AARCH64_TSTBR14
	arm64RelocCondBranch19 = 280 // R_AARCH64_CONDBR19
	arm64RelocJump26       = 282 // R_AARCH64_JUMP26
	arm64RelocCall26       = 283 // R_AARCH64_CALL26
)

func (arm64) argument() register { return 0 }

func (arm64) isArgument(r register) bool { return r < 8 }

func (arm64) branchBias(t uint32) (int64, bool) {
	switch t {
	case arm64RelocTestBranch14, arm64RelocCondBranch19, arm64RelocJump26, arm64RelocCall26:
		return 0, true
	}
	return 0, false
}

func (arm64) isDistance(t uint32) bool { return t != arm64RelocAbs64 }

// A jump table of AArch64 holds distances within the function, which the
// assembler knows.
func (arm64) tablesHaveRelocs() bool { return false }

func (arm64) isPadding(code []byte) bool {
	x, err := arm64asm.Decode(code)
	return (err == nil && x.Op == arm64asm.NOP) || binary.LittleEndian.Uint32(code) == 0
}

func (arm64) decode(code []byte, offset uint64) insn {
	if len(code) < 4 {
		return insn{}
	}
	out := insn{size: 4}
	x, err := arm64asm.Decode(code)
	if err != nil {
		return out // perhaps a newer instruction: effect knows nothing of it
	}
	for _, arg := range x.Args {
		if rel, ok := arg.(arm64asm.PCRel); ok {
			out.target = offset + uint64(int64(rel))
		}
	}
	switch x.Op {
	case arm64asm.BL, arm64asm.BLR:
		out.flow = flowCall
		if x.Op == arm64asm.BLR {
			out.target = ^uint64(0)
		}
	case arm64asm.B:
		out.flow = flowJump
		if _, conditional := x.Args[0].(arm64asm.Cond); conditional {
			out.flow = flowCond
		}
	case arm64asm.CBZ, arm64asm.CBNZ, arm64asm.TBZ, arm64asm.TBNZ:
		out.flow = flowCond
	case arm64asm.BR:
		out.flow = flowIndirect
	case arm64asm.RET, arm64asm.ERET, arm64asm.DRPS:
		out.flow = flowStop
	}
	return out
}

func (arm64) effect(code []byte, in *insn, r register) effect {
	unknown := effect{kind: effectUnknown, reason: "the name is computed at run time"}
	switch in.flow {
	case flowCall:
		switch {
		case r > 18 && r < 30:
			return effect{}
		case r == 0:
			return effect{kind: effectUnknown, reason: "the name is the result of a call"}
		}
		return effect{kind: effectUnknown, reason: "the name is lost in a call"}
	case flowNext:
	default:
		return effect{}
	}
	x, err := arm64asm.Decode(code)
	if err != nil {
		return effect{kind: effectUnknown, reason: "an instruction before the call is not understood"}
	}
	if arm64Writeback(&x, r) {
		return unknown
	}
	if arm64OnlyReads(&x) {
		return effect{}
	}
	if arm64Pair(x.Op) && arm64Number(x.Args[1]) == int(r) {
		return effect{kind: effectUnknown, reason: "the name is read from memory"}
	}
	if arm64Number(x.Args[0]) != int(r) {
		if arm64Atomic(binary.LittleEndian.Uint32(code)) && arm64Number(x.Args[1]) == int(r) {
			return unknown
		}
		return effect{}
	}
	switch x.Op {
	case arm64asm.MOV:
		if n := arm64Number(x.Args[1]); n >= 0 && arm64Wide(x.Args[0]) {
			return effect{kind: effectCopy, from: register(n)}
		}
		return effect{kind: effectUnknown, reason: "the argument is a number"}
	case arm64asm.CSEL:
		if first, second := arm64Number(x.Args[1]), arm64Number(x.Args[2]); arm64Wide(x.Args[0]) && first >= 0 && second >= 0 {
			return effect{kind: effectEither, from: register(first), other: register(second)}
		}
	case arm64asm.ADD:
		if in.reloc != nil && in.reloc.Type == arm64RelocAddAbsLo12 {
			return effect{kind: effectAddress}
		}
	case arm64asm.ADR:
		if in.reloc != nil && in.reloc.Type == arm64RelocAdrPrelLo21 {
			return effect{kind: effectAddress}
		}
	case arm64asm.LDR, arm64asm.LDUR:
		return effect{kind: effectUnknown, reason: "the name is read from memory"}
	}
	return unknown
}

// arm64OnlyReads says whether no operand of an instruction is a destination.
func arm64OnlyReads(x *arm64asm.Inst) bool {
	switch x.Op {
	case arm64asm.STR, arm64asm.STRB, arm64asm.STRH, arm64asm.STUR, arm64asm.STURB, arm64asm.STURH, arm64asm.STP,
		arm64asm.STNP, arm64asm.STTR, arm64asm.STTRB, arm64asm.STTRH, arm64asm.STLR, arm64asm.STLRB, arm64asm.STLRH,
		arm64asm.CMP, arm64asm.CMN, arm64asm.TST, arm64asm.CCMP, arm64asm.CCMN, arm64asm.PRFM, arm64asm.PRFUM,
		arm64asm.MSR, arm64asm.NOP, arm64asm.HINT, arm64asm.BRK, arm64asm.DMB, arm64asm.DSB, arm64asm.ISB, arm64asm.DC,
		arm64asm.IC, arm64asm.AT, arm64asm.TLBI, arm64asm.SYS, arm64asm.CLREX:
		return true
	}
	return false
}

func arm64Pair(op arm64asm.Op) bool {
	switch op {
	case arm64asm.LDP, arm64asm.LDNP, arm64asm.LDPSW, arm64asm.LDXP, arm64asm.LDAXP:
		return true
	}
	return false
}

// arm64Atomic says whether an instruction is of the atomic memory operations
// (LSE), whose second operand is their destination.
func arm64Atomic(x uint32) bool { return x&0x3b200c00 == 0x38200000 }

// arm64Writeback says whether an instruction changes register r as the base
// of an address.
func arm64Writeback(x *arm64asm.Inst, r register) bool {
	for _, arg := range x.Args {
		m, ok := arg.(arm64asm.MemImmediate)
		if ok && m.Mode != arm64asm.AddrOffset && arm64Number(m.Base) == int(r) {
			return true
		}
	}
	return false
}

// arm64Number returns the number of the general register that an operand is;
// -1 if it is none. The zero register has none either, the stack pointer 31.
func arm64Number(arg arm64asm.Arg) int {
	switch reg := arg.(type) {
	case arm64asm.Reg:
		switch {
		case reg >= arm64asm.W0 && reg <= arm64asm.W30:
			return int(reg - arm64asm.W0)
		case reg >= arm64asm.X0 && reg <= arm64asm.X30:
			return int(reg - arm64asm.X0)
		}
	case arm64asm.RegSP:
		switch n := arm64asm.Reg(reg); {
		case n >= arm64asm.W0 && n <= arm64asm.W30:
			return int(n - arm64asm.W0)
		case n >= arm64asm.X0 && n <= arm64asm.X30:
			return int(n - arm64asm.X0)
		default:
			return 31
		}
	}
	return -1
}

func arm64Wide(arg arm64asm.Arg) bool {
	switch reg := arg.(type) {
	case arm64asm.Reg:
		return reg >= arm64asm.X0 && reg <= arm64asm.X30
	case arm64asm.RegSP:
		return arm64asm.Reg(reg) >= arm64asm.X0 && arm64asm.Reg(reg) <= arm64asm.X30
	}
	return false
}
