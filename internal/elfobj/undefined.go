package elfobj

import "iter"

// Undefined yields the symbols that the object does not define, but for local
// ones, of which only the null symbol may be undefined: they come first in the
// table, whose header says how many there are (gABI, sh_info). It passes over
// the others without decoding them.
func (t *Symbols) Undefined() iter.Seq[Symbol] {
	return func(yield func(Symbol) bool) {
		entry, section := 16, 14
		if t.f.is64 {
			entry, section = 24, 6
		}
		for i := max(1, t.locals); i < t.n; i++ {
			at := i*entry + section
			if t.data[at]|t.data[at+1] != 0 {
				continue
			}
			if !yield(t.At(i)) {
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
