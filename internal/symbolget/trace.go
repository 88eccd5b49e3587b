package symbolget

import (
	"debug/elf"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// A flow says where control goes after an instruction.
type flow uint8

const (
	flowNext     flow = iota // to the next one
	flowCall                 // to a function, and then to the next one
	flowCond                 // to the next one or to the target
	flowJump                 // to the target
	flowIndirect             // to a place that a register or memory says
	flowStop                 // nowhere in this function: a return, a trap, a call that does not return
)

// falls says whether the next instruction may run after this one.
func (f flow) falls() bool { return f <= flowCond }

// An insn is one instruction.
type insn struct {
	offset uint64 // in its section
	target uint64 // of a jump without a relocation: an offset in the section
	reloc  *elfobj.Reloc
	size   uint8 // in bytes
	flow   flow
	// fallenInto says that the instruction above may run just before it.
	fallenInto bool
}

// A register is a general register, by its number in the machine's encoding.
type register uint8

// An effect says what an instruction leaves in a register.
type effect struct {
	kind   effectKind
	from   register // the value of this register before the instruction (effectCopy, effectChoice, effectEither)
	other  register // the second register of effectEither
	addend int64    // what to add to the relocation's symbol and addend (effectAddress)
	reason string   // how the value came about (effectUnknown)
}

type effectKind uint8

const (
	effectNone    effectKind = iota // the register is as it was
	effectCopy                      // the value of another register
	effectChoice                    // that, or as it was
	effectEither                    // the value of one of two registers
	effectAddress                   // what the instruction's relocation refers to
	effectUnknown                   // something else
)

// An arch decodes the instructions of one machine.
type arch interface {
	// decode returns size and flow of the first instruction, which is at the
	// given offset of its section, and the target of a jump. Size 0 means that
	// the instruction is not understood.
	decode(code []byte, offset uint64) insn
	// effect says what an instruction does to a register.
	effect(code []byte, in *insn, r register) effect
	// argument is the register of a function's first argument.
	argument() register
	// isArgument says whether a register may hold an argument at a call.
	isArgument(r register) bool
	// branchBias says whether a relocation is of the kind that branches have,
	// and what to add to its addend to have where the branch leads.
	branchBias(relocType uint32) (bias int64, ok bool)
	// isDistance says whether a relocation in data gives a distance, not an
	// address.
	isDistance(relocType uint32) bool
	// isPadding says whether an instruction is of those that fill gaps.
	isPadding(code []byte) bool
	// tablesHaveRelocs says whether the addresses of a jump table have
	// relocations.
	tablesHaveRelocs() bool
}

func archOf(f *elfobj.File) arch {
	switch {
	case f.Machine == elf.EM_X86_64 && f.Is64() && !f.BigEndian():
		return x86{}
	case f.Machine == elf.EM_AARCH64 && f.Is64() && !f.BigEndian():
		return arm64{}
	}
	return nil
}

// whyBad is the reason for a place that no understood instruction covers.
func (fn *function) whyBad() string {
	if fn.bad != nil {
		return fmt.Sprintf("the instruction at %#x of %s is not understood", *fn.bad, fn.name)
	}
	return "the call is in no instruction"
}

// A point is a question: what is in the register just before the instruction?
type point struct {
	fn    *function
	insn  int
	value register
}

// maxPoints bounds the work that one call can cause.
const maxPoints = 1 << 16

// trace finds the strings whose addresses register r can hold just before
// instruction at. A reason that is not empty says why there may be more.
func (o *object) trace(fn *function, at int, r register) (names []string, reason string) {
	seen := map[point]bool{}
	var todo []point
	push := func(p point) {
		if !seen[p] {
			seen[p] = true
			todo = append(todo, p)
		}
	}
	// The first reason in a fixed order is told.
	var reasons []string
	push(point{fn, at, r})
	for len(todo) > 0 {
		if len(seen) > maxPoints {
			reasons = append(reasons, "too many ways lead to the call")
			break
		}
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		before, why := o.before(p)
		if why != "" {
			reasons = append(reasons, why)
		}
		for _, q := range before {
			in := &q.fn.insns[q.insn]
			e := o.arch.effect(o.bytesOf(q.fn, in), in, q.value)
			switch e.kind {
			case effectNone:
				push(q)
			case effectCopy:
				push(point{q.fn, q.insn, e.from})
			case effectChoice:
				push(q)
				push(point{q.fn, q.insn, e.from})
			case effectEither:
				push(point{q.fn, q.insn, e.from})
				push(point{q.fn, q.insn, e.other})
			case effectAddress:
				name, why := o.stringAt(in.reloc, e.addend)
				if why != "" {
					reasons = append(reasons, why)
				} else {
					names = append(names, name)
				}
			case effectUnknown:
				reasons = append(reasons, o.explain(in, e.reason))
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(reasons) > 0 {
		reason = slices.Min(reasons)
	} else if len(names) == 0 {
		reason = "no way to the call is found"
	}
	return names, reason
}

// explain puts the name of the function that was called into a reason.
func (o *object) explain(in *insn, reason string) string {
	if in.flow == flowCall && in.reloc != nil {
		if name, err := o.syms.Name(o.syms.At(int(in.reloc.Symbol))); err == nil && name != "" {
			return strings.Replace(reason, "a call", name, 1)
		}
	}
	return reason
}

func (o *object) bytesOf(fn *function, in *insn) []byte {
	code := o.code(fn)
	at := in.offset - fn.start
	return code[at : at+uint64(in.size)]
}

// before returns the points just after which p is asked: instructions that may
// run just before p's, each with the register that is asked for. The reason,
// if not empty, says why there may be more of them.
func (o *object) before(p point) (before []point, reason string) {
	fn := p.fn
	if fn.bad != nil {
		return nil, fn.whyBad()
	}
	if fn.insns[p.insn].fallenInto {
		before = append(before, point{fn, p.insn - 1, p.value})
	}
	for _, i := range fn.jumps[int32(p.insn)] {
		before = append(before, point{fn, int(i), p.value})
	}
	doubt := func(format string, args ...any) {
		if reason == "" {
			reason = fmt.Sprintf(format, args...)
		}
	}
	offset := fn.insns[p.insn].offset
	// What follows can be called: the unlikely part of a function cannot.
	entry := p.insn == 0 && !isCold(fn.name)
	if entry {
		if !o.arch.isArgument(p.value) {
			return before, "the name is in a register that nothing has set"
		}
		if fn.global {
			doubt("the name is an argument of %s, which others can call", fn.name)
		}
		calls := o.directTo(fn.section)
		if calls.reason != "" {
			doubt("%s", calls.reason)
		}
		for _, from := range calls.to[offset] {
			q, why := o.source(from, p.value)
			if why != "" {
				doubt("%s", why)
				continue
			}
			before = append(before, q)
		}
	}
	for _, ref := range o.referencesTo(fn, offset, offset) {
		if ref.kind != refBranch && ref.kind != refEdge {
			if entry {
				doubt("the name is an argument of %s, whose address is taken", fn.name)
			}
			continue
		}
		q, why := o.source(ref.from, p.value)
		if why != "" {
			doubt("%s", why)
			continue
		}
		switch f := q.fn.insns[q.insn].flow; {
		case ref.kind == refEdge, f == flowJump, f == flowCond:
			before = append(before, q)
		case f == flowCall || f == flowStop:
			// Elsewhere it is a call of the next instruction, for its address.
			if entry {
				before = append(before, q)
			}
		case entry:
			doubt("the name is an argument of %s, whose address is taken", fn.name)
		}
	}
	if len(before) == 0 {
		if entry {
			doubt("the name is an argument of %s, which nothing seems to call", fn.name)
		}
		// What fills the gap after a jump does not run.
		if in := &fn.insns[p.insn]; entry || !o.arch.isPadding(o.bytesOf(fn, in)) {
			doubt("no way to offset %#x of %s is found", offset, fn.name)
		}
	}
	return before, reason
}

// isCold says whether a function symbol names the unlikely part of another
// function, which is jumped to and never called: `foo.cold`, `foo.cold.3`.
func isCold(name string) bool {
	return strings.HasSuffix(name, ".cold") || strings.Contains(name, ".cold.")
}

// source returns the point of the instruction that covers a place.
func (o *object) source(from place, r register) (point, string) {
	fn := o.functionAt(from.section, from.offset)
	if fn == nil {
		return point{}, "it is jumped to from code that is in no function"
	}
	o.decode(fn)
	i, ok := fn.find(from.offset)
	if !ok {
		return point{}, fn.whyBad()
	}
	return point{fn, i, r}, ""
}

// directTo returns what calls, and jumps from one function to another, lead to
// without a relocation.
func (o *object) directTo(section int32) *directCalls {
	if calls := o.direct[section]; calls != nil {
		return calls
	}
	calls := &directCalls{to: make(map[uint64][]place)}
	for _, s := range o.stretchesOf(section) {
		fn := o.functionOf(section, s)
		o.decode(fn)
		if fn.bad != nil && calls.reason == "" {
			calls.reason = fn.whyBad()
		}
		for i := range fn.insns {
			in := &fn.insns[i]
			if in.reloc != nil || (in.flow != flowCall && in.flow != flowJump && in.flow != flowCond) {
				continue
			}
			if in.flow != flowCall && in.target >= fn.start && in.target < fn.end {
				continue // within the function: in its jumps
			}
			calls.to[in.target] = append(calls.to[in.target], place{section, in.offset})
		}
	}
	if o.direct == nil {
		o.direct = make(map[int32]*directCalls)
	}
	o.direct[section] = calls
	return calls
}

// stringAt returns the string that a relocation refers to.
func (o *object) stringAt(rel *elfobj.Reloc, addend int64) (name, reason string) {
	if rel == nil {
		return "", "the name is at an address that no relocation gives"
	}
	sym := o.syms.At(int(rel.Symbol))
	if !sym.Defined() {
		return "", "the name is in another object"
	}
	s := &o.f.Sections()[sym.Section]
	if s.Flags&elf.SHF_WRITE != 0 {
		return "", "the name is in writable data (" + s.Name + ")"
	}
	text := o.f.Text(s)
	at := sym.Value + uint64(rel.Addend+addend)
	if s.Flags&elf.SHF_EXECINSTR != 0 || at >= uint64(len(text)) {
		return "", "the argument does not point to a string (" + s.Name + ")"
	}
	end := strings.IndexByte(text[at:], 0)
	if end < 0 || !isName(text[at:at+uint64(end)]) {
		return "", "the argument points to what is no symbol's name (" + s.Name + ")"
	}
	return text[at : at+uint64(end)], ""
}
