package symbolget

import (
	"cmp"
	"debug/elf"
	"slices"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// An object is what tracing needs to know of an ELF object: its functions, and
// who refers to which place in the code.
type object struct {
	f             *elfobj.File
	syms          elfobj.Symbols
	arch          arch // nil if the machine's instructions are not decoded
	relocSections []elfobj.Relocs
	stretches     map[int32][]stretch // of executable sections that were asked about, by start
	functions     map[place]*function // that were asked about, by start
	unread        []*function         // those of them whose references were not read
	edgeFrom      map[place]bool      // instructions that an edge leads away from
	direct        map[int32]*directCalls
	ordered       map[int32]bool           // whether a section's relocations are sorted by offset
	sortedRelocs  map[int32][]elfobj.Reloc // of sections whose are not
	references    []reference              // sorted by place referred to, once many functions were asked about
	readings      int                      // how often all relocations were read for references
}

// directCalls is what calls and jumps of one section lead to without a
// relocation.
type directCalls struct {
	to     map[uint64][]place
	reason string // why there may be more
}

// A place is an offset in a section.
type place struct {
	section int32
	offset  uint64
}

func comparePlaces(a, b place) int {
	return cmp.Or(cmp.Compare(a.section, b.section), cmp.Compare(a.offset, b.offset))
}

// A stretch is the place of a function.
type stretch struct {
	start, end uint64
	symbol     int32
	global     bool
}

// A function is a stretch of code that one symbol names.
type function struct {
	name       string
	section    int32
	start, end uint64
	global     bool

	decoded bool
	bad     *uint64 // offset of the first instruction that was not understood
	insns   []insn
	jumps   map[int32][]int32 // to each instruction, those that may run just before it and are not the one above

	references     []reference // to places in it, sorted by place
	referencesRead bool
}

func (fn *function) place() place { return place{fn.section, fn.start} }

// aboutCode says whether a section holds notes about places in the code, made
// by the compiler, objtool or the kernel's macros, which neither call nor keep
// a function.
func aboutCode(section string) bool {
	switch section {
	case "__mcount_loc", "__patchable_function_entries", "__bug_table", "__export_symbol", "_kprobe_blacklist",
		".export_symbol", ".altinstructions", ".parainstructions", ".smp_locks", ".eh_frame", ".kcfi_traps",
		".static_call_sites", ".retpoline_sites", ".return_sites", ".call_sites", ".ibt_endbr_seal", ".cfi_sites":
		return true
	}
	for _, prefix := range []string{".discard.", ".orc_", "__ksymtab", "___ksymtab", ".debug", ".note"} {
		if strings.HasPrefix(section, prefix) {
			return true
		}
	}
	return false
}

func newObject(f *elfobj.File) (*object, error) {
	o := &object{f: f, arch: archOf(f), stretches: make(map[int32][]stretch), functions: make(map[place]*function)}
	var err error
	if o.syms, err = f.Symbols(); err != nil {
		return nil, err
	}
	sections := f.Sections()
	for i := range sections {
		if t := sections[i].Type; t != elf.SHT_REL && t != elf.SHT_RELA {
			continue
		}
		r, err := f.Relocs(&sections[i])
		if err != nil {
			return nil, err
		}
		o.relocSections = append(o.relocSections, r)
	}
	if o.arch != nil {
		o.readEdges()
	}
	return o, nil
}

// stretchesOf returns where the functions of an executable section are: those
// that do not overlap, the first and longest where they do. Functions without a
// size reach to the next.
func (o *object) stretchesOf(section int32) []stretch {
	if list, known := o.stretches[section]; known {
		return list
	}
	limit := o.f.Sections()[section].Size
	list := make([]stretch, 0, o.syms.Len()/4) // the other symbols are no functions
	for i := range o.syms.Len() {
		if o.syms.SectionOf(i) != section {
			continue
		}
		if s := o.syms.At(i); s.Type() == elf.STT_FUNC && s.Value < limit {
			end := s.Value + min(s.Size, limit-s.Value)
			list = append(list, stretch{start: s.Value, end: end, symbol: s.Index, global: s.Bind() != elf.STB_LOCAL})
		}
	}
	slices.SortFunc(list, func(a, b stretch) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return cmp.Or(cmp.Compare(b.end, a.end), cmp.Compare(a.symbol, b.symbol))
	})
	out := list[:0]
	for i, s := range list {
		if n := len(out); n > 0 && (s.start < out[n-1].end || s.start == out[n-1].start) {
			// Another name of the same code.
			out[n-1].global = out[n-1].global || (s.global && s.start == out[n-1].start)
			continue
		}
		if s.end == s.start {
			s.end = limit
			if i+1 < len(list) {
				s.end = list[i+1].start
			}
		}
		out = append(out, s)
	}
	o.stretches[section] = out
	return out
}

// functionOf returns the function of a stretch of the section.
func (o *object) functionOf(section int32, s stretch) *function {
	at := place{section, s.start}
	if fn := o.functions[at]; fn != nil {
		return fn
	}
	// The name of a broken object may not be there.
	name, _ := o.syms.Name(o.syms.At(int(s.symbol)))
	fn := &function{name: name, section: section, start: s.start, end: s.end, global: s.global}
	o.functions[at] = fn
	o.unread = append(o.unread, fn)
	return fn
}

// functionAt returns the function that covers a place, or nil.
func (o *object) functionAt(section int32, offset uint64) *function {
	if section <= 0 || o.f.Sections()[section].Flags&elf.SHF_EXECINSTR == 0 {
		return nil
	}
	list := o.stretchesOf(section)
	i := sort.Search(len(list), func(i int) bool { return list[i].start > offset }) - 1
	if i < 0 || offset >= list[i].end {
		return nil
	}
	return o.functionOf(section, list[i])
}

// code returns the bytes of a function.
func (o *object) code(fn *function) []byte {
	data := o.f.Data(&o.f.Sections()[fn.section])
	end := min(fn.end, uint64(len(data)))
	return data[min(fn.start, end):end]
}

// decode fills in the function's instructions and their order.
func (o *object) decode(fn *function) {
	if fn.decoded {
		return
	}
	fn.decoded = true
	code := o.code(fn)
	relocs := o.relocsOf(fn)
	fn.insns = make([]insn, 0, len(code)/4)
	for at := uint64(0); at < uint64(len(code)); {
		in := o.arch.decode(code[at:], fn.start+at)
		if in.size == 0 {
			bad := fn.start + at
			fn.bad = &bad
			break
		}
		in.offset = fn.start + at
		for len(relocs) > 0 && relocs[0].Offset < in.offset+uint64(in.size) {
			in.reloc = &relocs[0]
			relocs = relocs[1:]
		}
		if in.reloc != nil {
			o.adjustFlow(&in)
		}
		fn.insns = append(fn.insns, in)
		at += uint64(in.size)
	}
	o.link(fn)
}

// adjustFlow corrects the flow of a call or jump by the name of what its
// relocation leads to.
func (o *object) adjustFlow(in *insn) {
	if in.flow != flowCall && in.flow != flowJump {
		return
	}
	name, err := o.syms.Name(o.syms.At(int(in.reloc.Symbol)))
	if err != nil {
		return
	}
	switch {
	case in.flow == flowJump && strings.HasPrefix(name, "__x86_indirect_"):
		in.flow = flowIndirect // a retpoline
	case in.flow == flowCall && neverReturns(name):
		in.flow = flowStop
	case in.flow == flowCall && (name == "__fentry__" || name == "_mcount"):
		in.flow = flowNext // the tracer's hook, which saves all registers
	}
}

// neverReturns says whether a function never comes back to its caller. The
// compiler lays out unrelated code after a call of it.
func neverReturns(name string) bool {
	switch name {
	case "__stack_chk_fail", "panic", "do_exit", "make_task_dead", "__fortify_panic", "fortify_panic", "usercopy_abort",
		"kthread_exit", "kthread_complete_and_exit", "__module_put_and_kthread_exit":
		return true
	}
	return false
}

// link works out which instructions may run just before each one, but for
// references by relocation.
func (o *object) link(fn *function) {
	jump := func(to int, from ...int32) {
		if fn.jumps == nil {
			fn.jumps = make(map[int32][]int32)
		}
		fn.jumps[int32(to)] = append(fn.jumps[int32(to)], from...)
	}
	var indirect []int32
	for i := range fn.insns {
		in := &fn.insns[i]
		if i+1 < len(fn.insns) {
			// A jump that the kernel can turn into a no-op (a static key) falls too.
			fn.insns[i+1].fallenInto = in.flow.falls() || len(o.edgeFrom) > 0 && o.edgeFrom[place{fn.section, in.offset}]
		}
		switch in.flow {
		case flowIndirect:
			indirect = append(indirect, int32(i))
		case flowJump, flowCond:
			if in.reloc != nil {
				continue
			}
			if to, ok := fn.at(in.target); ok {
				jump(to, int32(i))
			}
		}
	}
	if len(indirect) == 0 {
		return
	}
	exact, near := o.tables(fn)
	for i := range fn.insns {
		at := fn.insns[i].offset
		// Where a table of distances leads is not worked out: each place that a
		// jump can lead to counts.
		leader := i > 0 && !fn.insns[i].fallenInto || len(fn.jumps[int32(i)]) > 0
		if exact[at] || (near && (leader || len(o.referencesTo(fn, at, at)) > 0)) {
			jump(i, indirect...)
		}
	}
}

// tables returns the places in the function that jump tables of addresses lead
// to, and says whether there may be other tables.
func (o *object) tables(fn *function) (exact map[uint64]bool, near bool) {
	near = !o.arch.tablesHaveRelocs()
	exact = make(map[uint64]bool)
	for _, ref := range o.referencesTo(fn, fn.start+1, fn.end-1) {
		switch ref.kind {
		case refTable:
			exact[ref.to.offset] = true
		case refNearTable:
			near = true
		}
	}
	return exact, near
}

// at returns the instruction that begins at an offset of the section.
func (fn *function) at(offset uint64) (int, bool) {
	return slices.BinarySearchFunc(fn.insns, offset, func(in insn, at uint64) int { return cmp.Compare(in.offset, at) })
}

// find returns the instruction that covers an offset of the section.
func (fn *function) find(offset uint64) (int, bool) {
	i, exact := fn.at(offset)
	if exact {
		return i, true
	}
	if i == 0 || offset >= fn.insns[i-1].offset+uint64(fn.insns[i-1].size) {
		return 0, false
	}
	return i - 1, true
}
