// Package ksyms reads, writes and merges `.ksyms` files and needed sets, the
// messages of proto/ksym.proto.
//
// What is written is a function of the content alone: lists are sorted and
// free of duplicates, whatever order they came in.
package ksyms

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Format is what a .ksyms file says of itself in its first field.
const Format = "rules_kbuild.ksyms.v1"

// ReadFile reads the .ksyms file at path.
func ReadFile(path string) (*ksympb.Ksyms, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Unmarshal(path, data)
}

// Unmarshal decodes the content of a .ksyms file, whose strings are parts of
// data: it must not change any more. The lists come back sorted. Errors begin
// with name.
func Unmarshal(name string, data []byte) (*ksympb.Ksyms, error) {
	k := new(ksympb.Ksyms)
	format, encodings, err := decodeKsyms(text(data))
	if err != nil {
		return nil, fmt.Errorf("%s: not a .ksyms file (%d bytes): %w", name, len(data), err)
	}
	if k.Format = format; format != Format {
		return nil, fmt.Errorf("%s: format %.40q, %q expected: make it again with this version's `ksymtrim scan`", name, format, Format)
	}
	if k.Objects, err = decodeObjects(encodings); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := sortObjects(k); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return k, nil
}

// WriteFile writes the summaries to a .ksyms file. It sorts the lists of each
// object.
func WriteFile(path string, k *ksympb.Ksyms) error {
	p, err := partOf(k)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return WriteParts(path, p)
}

// Marshal encodes k as the content of a .ksyms file, after sorting the lists of
// each object.
func Marshal(k *ksympb.Ksyms) ([]byte, error) {
	p, err := partOf(k)
	if err != nil {
		return nil, err
	}
	objects, err := join([]*Part{p})
	if err != nil {
		return nil, err
	}
	return bytes.Join(pieces(objects), nil), nil
}

func partOf(k *ksympb.Ksyms) (*Part, error) {
	p := new(Part)
	for i, o := range k.GetObjects() {
		if o == nil {
			return nil, fmt.Errorf("object %d is empty", i)
		}
		if err := p.Add(o); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Merge returns the summaries of all files together, which must be as
// Unmarshal returns them. An object that occurs more than once, as it does when
// two modules depend on a third, is taken once; two different summaries of one
// object are an error.
func Merge(files ...*ksympb.Ksyms) (*ksympb.Ksyms, error) {
	all := &ksympb.Ksyms{Format: Format}
	for _, k := range files {
		all.Objects = append(all.Objects, k.GetObjects()...)
	}
	if err := sortObjects(all); err != nil {
		return nil, err
	}
	return all, nil
}

// Name returns what to call an object in a message: its path, or
// `lib.a(member.o)`.
func Name(o *ksympb.Object) string {
	if o.GetMember() != "" {
		return o.GetPath() + "(" + o.GetMember() + ")"
	}
	return o.GetPath()
}

// IsModule says whether an object is a module, and not a part of one or of the
// kernel.
func IsModule(o *ksympb.Object) bool {
	return o.GetModule() != "" && o.GetModule() != symvers.Vmlinux
}

// ModuleName returns what to call an object as the user of a symbol: the module
// that it is, or its Name.
func ModuleName(o *ksympb.Object) string {
	if IsModule(o) {
		return o.GetModule()
	}
	return Name(o)
}

func compareKlpSymbols(a, b *ksympb.KlpSymbol) int {
	return cmp.Or(strings.Compare(a.GetObject(), b.GetObject()), strings.Compare(a.GetName(), b.GetName()))
}

// sortObjects sorts the objects and drops repeated ones.
func sortObjects(k *ksympb.Ksyms) error {
	if inOrder(k.Objects, compareObjects) {
		return nil
	}
	slices.SortStableFunc(k.Objects, compareObjects)
	kept := k.Objects[:0]
	for _, o := range k.Objects {
		if n := len(kept); n > 0 && compareObjects(kept[n-1], o) == 0 {
			if !proto.Equal(kept[n-1], o) {
				return differentSummaries(Name(o), kept[n-1].Label, o.Label)
			}
			continue
		}
		kept = append(kept, o)
	}
	clear(k.Objects[len(kept):])
	k.Objects = kept
	return nil
}

// inOrder says whether each element of a list is greater than the one before it,
// as it is in files that this package wrote.
func inOrder[E any](list []E, compare func(a, b E) int) bool {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

func differentSummaries(name, label, otherLabel string) error {
	return fmt.Errorf("two different summaries of %s (labels %q and %q): give each object a path of its own", name, label, otherLabel)
}

func compareObjects(a, b *ksympb.Object) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Member, b.Member))
}

// normalizeObject sorts the object's lists, drops what is repeated and refuses
// names that cannot be symbols.
func normalizeObject(o *ksympb.Object) error {
	if o.Path == "" {
		return fmt.Errorf("no path")
	}
	if err := checkText(o.Path, o.Member, o.Label, o.Module); err != nil {
		return err
	}
	for _, e := range o.Exports {
		if err := CheckName(e.GetName()); err != nil {
			return fmt.Errorf("export: %w", err)
		}
		if err := checkText(e.Namespace); err != nil {
			return fmt.Errorf("the namespace of %q: %w", e.Name, err)
		}
	}
	for _, u := range o.UndecodedSymbolGets {
		if err := checkText(u.GetFunction(), u.GetSection(), u.GetReason()); err != nil {
			return err
		}
	}
	for _, s := range o.KlpSymbols {
		for _, name := range []string{s.GetObject(), s.GetName()} {
			if err := CheckName(name); err != nil {
				return fmt.Errorf("klp relocation: %w", err)
			}
		}
	}
	slices.SortFunc(o.Exports, func(a, b *ksympb.Export) int { return strings.Compare(a.Name, b.Name) })
	kept := o.Exports[:0]
	for _, e := range o.Exports {
		if n := len(kept); n > 0 && kept[n-1].Name == e.Name {
			if !proto.Equal(kept[n-1], e) {
				return fmt.Errorf("symbol %q is exported twice, with different licences or namespaces", e.Name)
			}
			continue
		}
		kept = append(kept, e)
	}
	clear(o.Exports[len(kept):])
	o.Exports = kept
	for _, list := range []struct {
		what  string
		names *[]string
	}{{"import", &o.Imports}, {"weak import", &o.WeakImports}, {"symbol_get", &o.SymbolGets}, {"part of an export", &o.ExportParts}} {
		sorted, last := true, ""
		for i, name := range *list.names {
			if err := CheckName(name); err != nil {
				return fmt.Errorf("%s: %w", list.what, err)
			}
			sorted = sorted && (i == 0 || less(last, name))
			last = name
		}
		if !sorted {
			slices.Sort(*list.names)
			*list.names = slices.Compact(*list.names)
		}
	}
	slices.SortFunc(o.UndecodedSymbolGets, func(a, b *ksympb.UndecodedSymbolGet) int {
		return cmp.Or(strings.Compare(a.GetSection(), b.GetSection()), cmp.Compare(a.GetOffset(), b.GetOffset()),
			strings.Compare(a.GetFunction(), b.GetFunction()), strings.Compare(a.GetReason(), b.GetReason()))
	})
	slices.SortFunc(o.KlpSymbols, compareKlpSymbols)
	o.KlpSymbols = slices.CompactFunc(o.KlpSymbols, func(a, b *ksympb.KlpSymbol) bool { return compareKlpSymbols(a, b) == 0 })
	return nil
}

// CheckName says why name cannot be a symbol's name: it is empty, or has a
// space or another character that the line formats of Kbuild (Module.symvers,
// autoksyms.h, keep-lists) could not carry.
func CheckName(name string) error {
	if name == "" {
		return fmt.Errorf("a symbol with an empty name")
	}
	if isPlain(name) {
		return nil
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f {
			return fmt.Errorf("symbol %.80q has the character %#x in its name", name, c)
		}
	}
	return nil
}

// isPlain says whether all characters of a name are above ' ' and below 0x7f.
// It looks at eight at a time, the last eight perhaps again; of shorter names it
// does not know.
func isPlain(name string) bool {
	if len(name) < 8 {
		return false
	}
	const each = 0x0101010101010101
	low := func(x uint64) uint64 { return (x - each*(' '+1)) &^ x } // the top bit of each that is at most ' '
	high := func(x uint64) uint64 { return x + each | x }           // of each that is at least 0x7f
	bad := uint64(0)
	for i := 0; i+8 < len(name); i += 8 {
		x := eight(name, i)
		bad |= low(x) | high(x)
	}
	x := eight(name, len(name)-8)
	bad |= low(x) | high(x)
	return bad&(each<<7) == 0
}

// less says whether a goes before b. Mostly their first letters tell.
func less(a, b string) bool {
	if len(a) >= 4 && len(b) >= 4 {
		if x, y := four(a), four(b); x != y {
			return x < y
		}
	}
	return a < b
}

func four(s string) uint32 {
	return uint32(s[0])<<24 | uint32(s[1])<<16 | uint32(s[2])<<8 | uint32(s[3])
}

func eight(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// checkText refuses what a protobuf string cannot hold.
func checkText(texts ...string) error {
	for _, t := range texts {
		if !utf8.ValidString(t) {
			return fmt.Errorf("%.80q is not UTF-8", t)
		}
	}
	return nil
}
