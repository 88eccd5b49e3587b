package elfobj

import "iter"

// Undefined yields the symbols that the object does not define, but for local
// ones, of which only the null symbol may be undefined: they come first in the
// table, whose header says how many there are (gABI, sh_info). It passes over
// the others without decoding them, and leaves out the Value and Size, which mean
// nothing of a symbol that is elsewhere.
func (t *Symbols) Undefined() iter.Seq[Symbol] {
	return func(yield func(Symbol) bool) {
		entry, info := 16, 12
		if t.f.is64 {
			entry, info = 24, 4
		}
		for i := max(1, t.locals); i < t.n; i++ {
			b := t.data[i*entry : (i+1)*entry]
			if b[info+2]|b[info+3] != 0 { // the section
				continue
			}
			s := Symbol{Index: int32(i), name: getU32(b[0:4], t.f.big), Info: b[info], Other: b[info+1]}
			if !yield(s) {
				return
			}
		}
	}
}

// AddendInPlace returns the number of size 4 or 8 bytes at offset at of the
// section, sign-extended: the addend of a relocation in a SHT_REL section. It
// is 0 beyond the section's bytes.
func (f *File) AddendInPlace(s *Section, at uint64, size int) int64 {
	d := f.Data(s)
	if at > uint64(len(d)) || uint64(len(d))-at < uint64(size) {
		return 0
	}
	if size == 8 {
		return int64(getU64(d[at:at+8], f.big))
	}
	return int64(int32(getU32(d[at:at+4], f.big)))
}
