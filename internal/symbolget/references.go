package symbolget

import (
	"cmp"
	"debug/elf"
	"slices"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// A reference is a relocation that leads to a place in the code.
type reference struct {
	to, from place
	kind     referenceKind
}

type referenceKind uint8

const (
	refBranch    referenceKind = iota // from is an instruction's relocation, of the kind that branches have
	refEdge                           // control goes from the instruction at from to the place (static keys, exception tables)
	refTable                          // from is in read-only data: perhaps a jump table of addresses
	refNearTable                      // likewise, of distances: to is right in the table's first entry only
	refPointer                        // the address is taken
)

func compareReferences(a, b reference) int {
	return cmp.Or(comparePlaces(a.to, b.to), comparePlaces(a.from, b.from))
}

// hasEdges says whether a section's entries begin with two places: the
// instruction, and where control may go from there.
func hasEdges(section string) bool { return section == "__jump_table" || section == "__ex_table" }

// readEdges notes which instructions an edge leads away from.
func (o *object) readEdges() {
	o.edgeFrom = make(map[place]bool)
	for i := range o.relocSections {
		if r := &o.relocSections[i]; hasEdges(r.Target.Name) {
			o.eachReference(r, anySection, func(ref reference) { o.edgeFrom[ref.from] = true })
		}
	}
}

// anySection stands for all sections with code.
const anySection = int32(0)

// eachReference calls each for what relocations refer to in the code: in one
// section, or in any.
func (o *object) eachReference(r *elfobj.Relocs, into int32, each func(reference)) {
	name, flags := r.Target.Name, r.Target.Flags
	edges := hasEdges(name)
	if flags&elf.SHF_ALLOC == 0 || !edges && aboutCode(name) {
		return
	}
	sections := o.f.Sections()
	from := int32(r.Target.Index)
	code := flags&elf.SHF_EXECINSTR != 0
	table := strings.HasPrefix(name, ".rodata") || strings.HasPrefix(name, ".data.rel.ro") || strings.HasPrefix(name, ".init.rodata")
	var pending reference // an edge whose second half is still to come
	havePending := false
	for j := range r.Len() {
		s := o.syms.SectionOf(int(r.Symbol(j)))
		if s <= 0 || into != anySection && into != s && !edges || sections[s].Flags&elf.SHF_EXECINSTR == 0 {
			havePending = false
			continue
		}
		rel := r.At(j)
		sym := o.syms.At(int(rel.Symbol))
		to := place{sym.Section, sym.Value + uint64(rel.Addend)}
		ref := reference{to: to, from: place{from, rel.Offset}, kind: refPointer}
		switch {
		case code:
			if bias, ok := o.arch.branchBias(rel.Type); ok {
				ref.to.offset += uint64(bias)
				ref.kind = refBranch
			}
		case edges:
			if !havePending || rel.Offset != pending.from.offset+4 {
				pending, havePending = ref, true
				continue
			}
			havePending = false
			ref = reference{to: to, from: pending.to, kind: refEdge}
		case table:
			ref.kind = refTable
			if o.arch.isDistance(rel.Type) {
				ref.kind = refNearTable
			}
		}
		each(ref)
	}
}

// readingsUnsorted is how often all relocations are looked at for what leads to
// some functions. Most objects have a few calls to trace, and a big one a hundred
// thousand references: to sort them takes longer than all else.
const readingsUnsorted = 4

// referencesTo returns the references to the places of a function from offset
// first of the section up to last, in the order of the places.
func (o *object) referencesTo(fn *function, first, last uint64) []reference {
	if !fn.referencesRead {
		o.readReferences(fn)
	}
	list := fn.references
	lo := sort.Search(len(list), func(i int) bool { return list[i].to.offset >= first })
	hi := lo
	for hi < len(list) && list[hi].to.offset <= last {
		hi++
	}
	return list[lo:hi]
}

// readReferences reads the references to the places of a function. With them it
// reads those of all functions that were asked about since the last time, which
// may be wanted next.
func (o *object) readReferences(fn *function) {
	if o.readings++; o.readings > readingsUnsorted {
		fn.referencesRead = true
		fn.references = o.referencesInto(fn)
		return
	}
	unread := o.unread
	o.unread = nil
	slices.SortFunc(unread, func(a, b *function) int { return comparePlaces(a.place(), b.place()) })
	into := unread[0].section
	if unread[len(unread)-1].section != into {
		into = anySection
	}
	for i := range o.relocSections {
		o.eachReference(&o.relocSections[i], into, func(ref reference) {
			at := sort.Search(len(unread), func(i int) bool { return comparePlaces(unread[i].place(), ref.to) > 0 }) - 1
			if at >= 0 && unread[at].section == ref.to.section && ref.to.offset < unread[at].end {
				unread[at].references = append(unread[at].references, ref)
			}
		})
	}
	for _, fn := range unread {
		fn.referencesRead = true
		slices.SortStableFunc(fn.references, compareReferences)
	}
}

// referencesInto returns the references to the places of a function, of all that
// there are.
func (o *object) referencesInto(fn *function) []reference {
	if o.references == nil {
		o.references = []reference{}
		for i := range o.relocSections {
			o.eachReference(&o.relocSections[i], anySection, func(ref reference) { o.references = append(o.references, ref) })
		}
		slices.SortStableFunc(o.references, compareReferences)
	}
	from := func(offset uint64) int {
		return sort.Search(len(o.references), func(i int) bool {
			return comparePlaces(o.references[i].to, place{fn.section, offset}) >= 0
		})
	}
	return o.references[from(fn.start):from(fn.end)]
}

// relocsOf returns the relocations of a function's code, by offset.
func (o *object) relocsOf(fn *function) []elfobj.Reloc {
	var sections []*elfobj.Relocs
	for i := range o.relocSections {
		if r := &o.relocSections[i]; r.Target.Index == int(fn.section) {
			sections = append(sections, r)
		}
	}
	if len(sections) == 1 && o.inOrder(sections[0]) {
		r := sections[0]
		from := func(offset uint64) int {
			return sort.Search(r.Len(), func(i int) bool { return r.Offset(i) >= offset })
		}
		lo, hi := from(fn.start), from(fn.end)
		list := make([]elfobj.Reloc, 0, hi-lo)
		for i := lo; i < hi; i++ {
			list = append(list, r.At(i))
		}
		return list
	}
	list := o.sorted(fn.section, sections)
	from := func(offset uint64) int {
		return sort.Search(len(list), func(i int) bool { return list[i].Offset >= offset })
	}
	return list[from(fn.start):from(fn.end)]
}

// inOrder says whether relocations are sorted by offset, as they nearly always
// are.
func (o *object) inOrder(r *elfobj.Relocs) bool {
	section := int32(r.Target.Index)
	if ordered, known := o.ordered[section]; known {
		return ordered
	}
	ordered := true
	for i, last := 0, uint64(0); i < r.Len() && ordered; i++ {
		offset := r.Offset(i)
		ordered, last = last <= offset, offset
	}
	if o.ordered == nil {
		o.ordered = make(map[int32]bool)
	}
	o.ordered[section] = ordered
	return ordered
}

// sorted returns the relocations of a section in the order of their offsets.
func (o *object) sorted(section int32, from []*elfobj.Relocs) []elfobj.Reloc {
	if list, known := o.sortedRelocs[section]; known {
		return list
	}
	var list []elfobj.Reloc
	for _, r := range from {
		for i := range r.Len() {
			list = append(list, r.At(i))
		}
	}
	slices.SortStableFunc(list, func(a, b elfobj.Reloc) int { return cmp.Compare(a.Offset, b.Offset) })
	if o.sortedRelocs == nil {
		o.sortedRelocs = make(map[int32][]elfobj.Reloc)
	}
	o.sortedRelocs[section] = list
	return list
}
