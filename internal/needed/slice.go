package needed

import (
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// autoksymsHeader is how the header that Kbuild generates begins.
const autoksymsHeader = `/*
 * Automatically generated file; DO NOT EDIT.
 */

`

// Names returns the names of a set, sorted.
func Names(set *ksympb.NeededSet) []string {
	names := make([]string, 0, len(set.GetSymbols()))
	for _, s := range set.GetSymbols() {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Split parts the symbols that the objects export into those that the set
// keeps and those that go away, both sorted.
func Split(set *ksympb.NeededSet, objects []*ksympb.Object) (kept, dropped []string) {
	needed := Names(set)
	for _, o := range objects {
		for _, e := range o.Exports {
			if _, ok := slices.BinarySearch(needed, e.Name); ok {
				kept = append(kept, e.Name)
			} else {
				dropped = append(dropped, e.Name)
			}
		}
	}
	slices.Sort(kept)
	slices.Sort(dropped)
	return slices.Compact(kept), slices.Compact(dropped)
}

// Autoksyms returns the content of include/generated/autoksyms.h, the header
// by which kernels before 6.5 trim: `#define __KSYM_NAME 1` for each name.
func Autoksyms(names []string) []byte {
	var b strings.Builder
	b.WriteString(autoksymsHeader)
	for _, n := range names {
		b.WriteString("#define __KSYM_" + n + " 1\n")
	}
	return []byte(b.String())
}

// Lines returns the names one a line, as modpost's -u reads them in kernels
// since 6.5.
func Lines(names []string) []byte {
	if len(names) == 0 {
		return nil
	}
	return []byte(strings.Join(names, "\n") + "\n")
}
