// Package symsort sorts lists by names of symbols.
//
// The symbols of one subsystem begin alike (`drm_atomic_helper_`), so that to
// compare two names is to read most of both. Here a list is sorted by six
// letters of the names, as one number, then what is alike by the next six.
package symsort

import (
	"slices"
	"strings"
)

// A Sorter sorts one list after another in the same memory.
type Sorter[T any] struct {
	// Name is what a list is sorted by.
	Name func(T) string

	keys []uint64
	list []T
}

const (
	letters   = 6
	indexBits = 64 - 8*letters
	// Names that have more than this in common are compared.
	mostAlike = 48
)

// Sort sorts a list in ascending order. Elements of the same name stay in no
// particular order.
func (s *Sorter[T]) Sort(list []T) {
	s.keys = s.keys[:0]
	s.sortFrom(list, 0)
	clear(s.list)
}

// sortFrom sorts a list whose names are alike up to a letter.
func (s *Sorter[T]) sortFrom(list []T, at int) {
	if len(list) <= 8 || len(list) > 1<<indexBits || at > mostAlike {
		slices.SortFunc(list, func(a, b T) int { return strings.Compare(s.Name(a), s.Name(b)) })
		return
	}
	// The keys of lists within this one go on the end.
	first := len(s.keys)
	for i, e := range list {
		s.keys = append(s.keys, key(s.Name(e), at)|uint64(i))
	}
	keys := s.keys[first:]
	slices.Sort(keys)
	s.list = append(s.list[:0], list...)
	for i, k := range keys {
		list[i] = s.list[k&(1<<indexBits-1)]
	}
	begin := 0
	for end := 1; end <= len(keys); end++ {
		if end < len(keys) && keys[end]>>indexBits == keys[begin]>>indexBits {
			continue
		}
		if end-begin > 1 {
			s.sortFrom(list[begin:end], at+letters)
		}
		begin = end
	}
	s.keys = s.keys[:first]
}

// key returns the letters of a name from a place on in the upper bits of a
// number; beyond the name's end they are 0.
func key(name string, at int) uint64 {
	if len(name) >= at+letters {
		n := name[at : at+letters]
		return uint64(n[0])<<56 | uint64(n[1])<<48 | uint64(n[2])<<40 | uint64(n[3])<<32 | uint64(n[4])<<24 | uint64(n[5])<<16
	}
	var k uint64
	for i := at; i < len(name); i++ {
		k |= uint64(name[i]) << (56 - 8*(i-at))
	}
	return k
}
