package elfobj

import (
	"cmp"
	"slices"
	"sort"
)

// A Locator finds symbols by their place. It indexes a section the first time
// that it is asked about it, and all of them once it was asked about some: the
// vmlinux.o of a kernel with a section for each function has tens of thousands.
// It is not for several goroutines.
type Locator struct {
	syms  *Symbols
	keep  func(name string) bool
	bySec [][]Symbol
	asked int  // how many sections were indexed
	all   bool // all are
}

// sectionsIndexedAlone is for how many sections the symbol table is walked.
const sectionsIndexedAlone = 8

// NewLocator makes a Locator of the symbols whose names keep lets pass.
func NewLocator(syms *Symbols, keep func(name string) bool) *Locator {
	return &Locator{syms: syms, keep: keep}
}

// index returns the section's symbols in the order of their values; of several
// at one place the first in the symbol table is first.
func (l *Locator) index(section int32) []Symbol {
	if section <= 0 || int(section) >= len(l.syms.f.sections) {
		return nil
	}
	if l.bySec == nil {
		l.bySec = make([][]Symbol, len(l.syms.f.sections))
	}
	if l.bySec[section] == nil && !l.all {
		if l.asked++; l.asked > sectionsIndexedAlone {
			l.indexAll()
		} else {
			l.bySec[section] = l.sorted(section)
		}
	}
	return l.bySec[section]
}

// sorted returns the section's symbols, not nil.
func (l *Locator) sorted(section int32) []Symbol {
	found := []Symbol{}
	for s := range l.syms.All() {
		if s.Section == section && l.kept(s) {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b Symbol) int { return cmp.Compare(a.Value, b.Value) })
	return found
}

func (l *Locator) kept(s Symbol) bool {
	name, err := l.syms.Name(s)
	return err == nil && l.keep(name)
}

func (l *Locator) indexAll() {
	l.all = true
	var found []Symbol
	for s := range l.syms.All() {
		if s.Section > 0 && l.kept(s) {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Symbol) int {
		return cmp.Or(cmp.Compare(a.Section, b.Section), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Index, b.Index))
	})
	for from := 0; from < len(found); {
		to := from + 1
		for to < len(found) && found[to].Section == found[from].Section {
			to++
		}
		l.bySec[found[from].Section] = found[from:to:to]
		from = to
	}
}

// Below returns the nearest symbol at or below address in the section. Of
// several at one place it is the first in the symbol table.
func (l *Locator) Below(section int32, address uint64) (Symbol, bool) {
	syms := l.index(section)
	i, exact := slices.BinarySearchFunc(syms, address, func(s Symbol, a uint64) int { return cmp.Compare(s.Value, a) })
	if exact {
		return syms[i], true
	}
	if i == 0 {
		return Symbol{}, false
	}
	first, _ := slices.BinarySearchFunc(syms, syms[i-1].Value, func(s Symbol, a uint64) int { return cmp.Compare(s.Value, a) })
	return syms[first], true
}

// LastBelow is Below, but of several symbols at one place it is the last in the
// symbol table.
func (l *Locator) LastBelow(section int32, address uint64) (Symbol, bool) {
	syms := l.index(section)
	i := sort.Search(len(syms), func(i int) bool { return syms[i].Value > address })
	if i == 0 {
		return Symbol{}, false
	}
	return syms[i-1], true
}

// Near returns the symbol nearest to address in the section, at most distance
// bytes away in either direction; of two equally near ones the lower.
func (l *Locator) Near(section int32, address, distance uint64) (Symbol, bool) {
	lower, upper, hasLower, hasUpper := l.around(section, address, distance)
	if hasUpper && (!hasLower || upper.Value-address < address-lower.Value) {
		return upper, true
	}
	return lower, hasLower
}

// FirstNear is Near, but of two equally near symbols it is the one that comes
// first in the symbol table, and an address may be negative.
func (l *Locator) FirstNear(section int32, address, distance uint64) (Symbol, bool) {
	if before := -address; int64(address) < 0 && before <= distance {
		return l.Near(section, 0, distance-before)
	}
	lower, upper, hasLower, hasUpper := l.around(section, address, distance)
	if hasLower && hasUpper && upper.Value-address == address-lower.Value && upper.Index < lower.Index {
		return upper, true
	}
	return l.Near(section, address, distance)
}

// around returns the nearest symbol at or below address, and the nearest one at
// or above it, at most distance bytes away.
func (l *Locator) around(section int32, address, distance uint64) (lower, upper Symbol, hasLower, hasUpper bool) {
	if lower, hasLower = l.Below(section, address); hasLower && address-lower.Value > distance {
		lower, hasLower = Symbol{}, false
	}
	syms := l.index(section)
	i, _ := slices.BinarySearchFunc(syms, address, func(s Symbol, a uint64) int { return cmp.Compare(s.Value, a) })
	if i < len(syms) && syms[i].Value-address <= distance {
		upper, hasUpper = syms[i], true
	}
	return lower, upper, hasLower, hasUpper
}
