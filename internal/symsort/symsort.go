// Package symsort sorts lists by names of symbols.
//
// The symbols of one subsystem begin alike (`drm_atomic_helper_`), so that to
// compare two names is to read most of both. Here a list is sorted by eight
// letters of the names, as one number, then what is alike by the next eight.
// Before that it is parted by the first letter, which takes the place of the
// comparisons that processors guess worst.
package symsort

import (
	"math/bits"
	"slices"
	"strings"
)

// A Sorter sorts one list after another in the same memory.
type Sorter[T any] struct {
	// Name is what a list is sorted by.
	Name func(T) string

	list            []T // as it was
	entries, parted []entry
}

// An entry is an element of a list.
type entry struct {
	key   uint64 // of letters of its name
	index uint32 // in the list as it was
}

const (
	letters = 8
	// So few are put in order one by one.
	few = 16
	// Names that have more than this in common are compared.
	mostAlike = 64
)

// Sort sorts a list in ascending order. Elements of the same name stay in no
// particular order.
func (s *Sorter[T]) Sort(list []T) {
	s.list = append(s.list[:0], list...)
	s.entries = s.entries[:0]
	for i, e := range list {
		s.entries = append(s.entries, entry{key(s.Name(e), 0), uint32(i)})
	}
	if len(list) > 2*few {
		s.byFirstLetter()
	} else {
		s.sortFrom(s.entries, 0)
	}
	for i, e := range s.entries {
		list[i] = s.list[e.index]
	}
	clear(s.list)
}

// byFirstLetter sorts entries after parting them by the first letter.
func (s *Sorter[T]) byFirstLetter() {
	var at [256]uint32 // where the next name of a first letter goes
	for _, e := range s.entries {
		at[e.key>>56]++
	}
	begin := uint32(0)
	for letter, count := range at {
		at[letter] = begin
		begin += count
	}
	s.parted = slices.Grow(s.parted[:0], len(s.entries))[:len(s.entries)]
	for _, e := range s.entries {
		s.parted[at[e.key>>56]] = e
		at[e.key>>56]++
	}
	s.entries, s.parted = s.parted, s.entries
	begin = 0
	for _, end := range at {
		s.sortFrom(s.entries[begin:end], 0)
		begin = end
	}
}

// sortFrom sorts entries whose names are alike up to a letter, and whose keys
// are of the letters from there.
func (s *Sorter[T]) sortFrom(part []entry, at int) {
	s.partFrom(part, at, 2*bits.Len(uint(len(part))))
}

// partFrom is sortFrom that parts the entries at most so many times over: names
// may have been chosen such that each time little is gained.
func (s *Sorter[T]) partFrom(part []entry, at, times int) {
	for len(part) > few {
		if times--; times < 0 || at > mostAlike {
			slices.SortFunc(part, func(a, b entry) int { return strings.Compare(s.name(a), s.name(b)) })
			return
		}
		pivot := median(part[0].key, part[len(part)/2].key, part[len(part)-1].key)
		below, i, above := 0, 0, len(part)
		for i < above {
			switch e := part[i]; {
			case e.key < pivot:
				part[i], part[below] = part[below], e
				below++
				i++
			case e.key > pivot:
				above--
				part[i], part[above] = part[above], e
			default:
				i++
			}
		}
		s.partFrom(part[:below], at, times)
		s.partFrom(part[above:], at, times)
		part, at = part[below:above], at+letters
		for i := range part {
			part[i].key = key(s.name(part[i]), at)
		}
	}
	for i := 1; i < len(part); i++ {
		e, to := part[i], i
		for ; to > 0; to-- {
			other := part[to-1]
			if e.key > other.key || e.key == other.key && s.name(e) >= s.name(other) {
				break
			}
			part[to] = other
		}
		part[to] = e
	}
}

func (s *Sorter[T]) name(e entry) string { return s.Name(s.list[e.index]) }

func median(a, b, c uint64) uint64 { return max(min(a, b), min(max(a, b), c)) }

// key returns the letters of a name from a place on as a number; beyond the
// name's end they are 0.
func key(name string, at int) uint64 {
	if len(name) >= at+letters {
		n := name[at : at+letters]
		return uint64(n[0])<<56 | uint64(n[1])<<48 | uint64(n[2])<<40 | uint64(n[3])<<32 | uint64(n[4])<<24 | uint64(n[5])<<16 | uint64(n[6])<<8 | uint64(n[7])
	}
	var k uint64
	for i := at; i < len(name); i++ {
		k |= uint64(name[i]) << (56 - 8*(i-at))
	}
	return k
}
