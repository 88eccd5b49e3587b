package ksyms

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A Part is some of the objects of a .ksyms file, encoded. Where many objects
// are scanned, each goroutine fills a Part of its own: then the summary of one
// object can be forgotten before the next is made.
type Part struct {
	objects []encoded
	free    []byte // room for objects to come
}

// encoded is one object: a whole field of the message Ksyms.
type encoded struct {
	path, member, label string
	field               []byte
}

// Add adds an object, after sorting its lists. It keeps nothing of it but
// Path, Member and Label.
func (p *Part) Add(o *ksympb.Object) error {
	if err := normalizeObject(o); err != nil {
		return fmt.Errorf("object %s: %w", Name(o), err)
	}
	if size := objectSize(o); cap(p.free)-len(p.free) < size {
		p.free = make([]byte, 0, max(size, 1<<18))
	}
	start := len(p.free)
	p.free = appendMessage(p.free, 2, o, appendObject)
	end := len(p.free)
	p.objects = append(p.objects, encoded{o.Path, o.Member, o.Label, p.free[start:end:end]})
	return nil
}

// WriteParts writes a .ksyms file of all objects of the parts.
func WriteParts(path string, parts ...*Part) error {
	objects, err := join(parts)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writeFile(path, pieces(objects))
}

// join returns the objects of all parts, sorted, those that are repeated once.
func join(parts []*Part) ([]encoded, error) {
	n := 0
	for _, p := range parts {
		n += len(p.objects)
	}
	all := make([]encoded, 0, n)
	for _, p := range parts {
		all = append(all, p.objects...)
	}
	compare := func(a, b encoded) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.member, b.member))
	}
	slices.SortStableFunc(all, compare)
	kept := all[:0]
	for _, o := range all {
		if n := len(kept); n > 0 && compare(kept[n-1], o) == 0 {
			if !bytes.Equal(kept[n-1].field, o.field) {
				return nil, differentSummaries(Name(&ksympb.Object{Path: o.path, Member: o.member}), kept[n-1].label, o.label)
			}
			continue
		}
		kept = append(kept, o)
	}
	return kept, nil
}

// pieces returns the content of a file of objects, in pieces that follow one
// another.
func pieces(objects []encoded) [][]byte {
	all := make([][]byte, 0, 1+len(objects))
	all = append(all, appendString(nil, 1, Format))
	for _, o := range objects {
		all = append(all, o.field)
	}
	return all
}
