package needed

import (
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
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

// Split parts the symbols that objects export into those that are among the names,
// which are sorted, and those that go away; both are sorted. Of an object that is
// not there yet, whose source names what it exports, it has what stays.
func Split(names []string, objects []*ksympb.Object) (kept, dropped []string) {
	for _, o := range objects {
		if o.ExportStyle == ksympb.ExportStyle_EXPORT_STYLE_SOURCE_TEXT {
			text := exporttext.Exports{Parts: o.ExportParts}
			for _, e := range o.Exports {
				text.Names = append(text.Names, e.Name)
			}
			kept = append(kept, text.Of(names)...)
			continue
		}
		for _, e := range o.Exports {
			if _, ok := slices.BinarySearch(names, e.Name); ok {
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
