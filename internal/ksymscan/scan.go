// Package ksymscan finds what an object exports, imports, asks for by
// symbol_get() and names in klp relocations: the content of a `.ksyms` file.
//
// It reads every object that Kbuild makes: those of the compiler and of the
// assembler, linked modules before and after modpost, and members of lib.a, in
// each kernel's own way of saying that a symbol is exported.
package ksymscan

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/arfile"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/symbolget"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A Style is a line of kernels whose conventions hold for an object.
type Style string

// The lines that differ in what an object holds. Auto takes an object as it
// is.
const (
	Auto    Style = "auto"
	Linux61 Style = "6.1"  // before 6.5: exports in ___ksymtab sections
	Linux6  Style = "6.12" // from 6.5: exports in .export_symbol
	Linux7  Style = "7.2"  // modpost takes __start_ and __stop_ symbols for the linker's
)

// Options are what a scan cannot read from the object.
type Options struct {
	Style Style
}

// Check returns an error if the style is none of the above.
func (o Options) Check() error {
	switch o.Style {
	case "", Auto, Linux61, Linux6, Linux7:
		return nil
	}
	return fmt.Errorf("%q is not auto, 6.1, 6.12 or 7.2", o.Style)
}

// File returns the summaries of the object at path, or one for each member if
// it is an archive. The summaries' Path is path; Label and Module are empty.
// Errors name the file and, where bytes are wrong, the offset.
func File(path string, opts Options) ([]*ksympb.Object, error) {
	f, ok, err := elfobj.OpenSparse(path)
	if err != nil {
		return nil, err
	}
	if ok {
		o, err := Object(f, opts)
		// What could not be read matters more than what seems wrong for it.
		if e := f.Close(); e != nil {
			err = e
		}
		if err != nil {
			return nil, err
		}
		o.Path = path
		return []*ksympb.Object{o}, nil
	}
	data, unmap, err := elfobj.MapFile(path)
	if err != nil {
		return nil, err
	}
	objects, err := Bytes(path, data, opts)
	// The summaries share no memory with the mapping.
	if e := unmap(); err == nil {
		err = e
	}
	return objects, err
}

// Bytes is File for an object or archive in memory.
func Bytes(path string, data []byte, opts Options) ([]*ksympb.Object, error) {
	if !arfile.IsArchive(data) {
		o, err := object(path, data, opts)
		if err != nil {
			return nil, err
		}
		o.Path = path
		return []*ksympb.Object{o}, nil
	}
	members, err := arfile.Members(path, data)
	if err != nil {
		return nil, err
	}
	objects := make([]*ksympb.Object, 0, len(members))
	seen := make(map[string]int)
	for _, m := range members {
		name := m.Name
		// lib.a may hold two objects of one name, from two directories.
		if seen[m.Name]++; seen[m.Name] > 1 {
			name = fmt.Sprintf("%s#%d", m.Name, seen[m.Name])
		}
		o, err := object(path+"("+name+")", m.Data, opts)
		if err != nil {
			return nil, err
		}
		o.Path, o.Member = path, name
		objects = append(objects, o)
	}
	return objects, nil
}

func object(name string, data []byte, opts Options) (*ksympb.Object, error) {
	if len(data) == 0 {
		// Kbuild makes an empty object of a source that has nothing to compile.
		return &ksympb.Object{}, nil
	}
	if bytes.HasPrefix(data, []byte("BC\xc0\xde")) {
		return nil, fmt.Errorf("%s: LLVM bitcode, not an ELF object: scan the object that the linker makes of it", name)
	}
	f, err := elfobj.New(name, data)
	if err != nil {
		return nil, err
	}
	return Object(f, opts)
}

// Object returns the summary of an object, with no Path, Label or Module.
func Object(f *elfobj.File, opts Options) (*ksympb.Object, error) {
	if f.Type != elf.ET_REL {
		return nil, fmt.Errorf("%s: an ELF file of type %v, not a relocatable object: scan what goes into it (vmlinux.o, not vmlinux)", f.Name(), f.Type)
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	o := new(ksympb.Object)
	getter, err := imports(f, &syms, opts, o)
	if err != nil {
		return nil, err
	}
	layout := findSections(f)
	if err := exports(f, &syms, &layout, o); err != nil {
		return nil, err
	}
	if err := checkStyle(f, o, opts); err != nil {
		return nil, err
	}
	// The kernel's own objects call a __symbol_get that they define, and export.
	if getter == 0 && slices.ContainsFunc(o.Exports, func(e *ksympb.Export) bool { return e.Name == symbolget.Function }) {
		if getter, err = symbolget.Defined(&syms); err != nil {
			return nil, err
		}
	}
	if getter != 0 || layout.noTrim != nil {
		found, err := symbolget.Find(f, getter)
		if err != nil {
			return nil, err
		}
		o.SymbolGets = found.Names
		o.UndecodedSymbolGets = found.Undecoded
	}
	for _, section := range layout.klp {
		found, err := klp.Relocated(f, &syms, section)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			o.KlpSymbols = append(o.KlpSymbols, s.Proto())
		}
	}
	return o, nil
}

// checkStyle refuses an object that was compiled for another line of kernels.
func checkStyle(f *elfobj.File, o *ksympb.Object, opts Options) error {
	if opts.Style == Linux61 && o.ExportStyle == ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL {
		return fmt.Errorf("%s: exports in .export_symbol, which kernels before 6.5 do not have: it was compiled with another kernel's headers", f.Name())
	}
	return nil
}

// sortNames is slices.Sort, faster: most names differ in their first letters,
// which are compared as one number.
func sortNames(names []string) {
	type keyed struct {
		key  uint64
		name string
	}
	var room [128]keyed
	keys := room[:0]
	for _, n := range names {
		var first [8]byte
		copy(first[:], n)
		keys = append(keys, keyed{binary.BigEndian.Uint64(first[:]), n})
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return strings.Compare(a.name, b.name)
	})
	for i := range keys {
		names[i] = keys[i].name
	}
}

// imports fills in the imports, and klp symbols among the undefined ones. It
// returns the index of the undefined symbol __symbol_get, 0 if there is none.
func imports(f *elfobj.File, syms *elfobj.Symbols, opts Options, o *ksympb.Object) (getter uint32, err error) {
	// Collected as parts of the file, copied together.
	var strong, weak [128]string
	strongNames, weakNames := strong[:0], weak[:0]
	size := 0
	for s := range syms.Undefined() {
		bind := s.Bind()
		if bind != elf.STB_GLOBAL && bind != elf.STB_WEAK {
			continue
		}
		name, err := syms.Name(s)
		if err != nil {
			return 0, err
		}
		if ignored(f.Machine, s, name) || (opts.Style == Linux7 && hasAnyPrefix(name, "__start_", "__stop_")) {
			continue
		}
		if name == symbolget.Function {
			getter = uint32(s.Index)
		}
		if klp.IsSymbol(name) {
			// Not for the loader to resolve, once the module is finished.
			k, ok := klp.ParseSymbol(name)
			if !ok {
				return 0, fmt.Errorf("%s: the klp symbol %.80q is not called %sOBJECT.NAME,POSITION: the kernel would refuse the module", f.Name(), name, klp.SymbolPrefix)
			}
			o.KlpSymbols = append(o.KlpSymbols, k.Proto())
			continue
		}
		name = importName(f.Machine, name)
		size += len(name)
		if bind == elf.STB_WEAK {
			weakNames = append(weakNames, name)
		} else {
			strongNames = append(strongNames, name)
		}
	}
	var b strings.Builder
	b.Grow(size)
	clone := func(names []string) []string {
		if len(names) == 0 {
			return nil
		}
		sortNames(names)
		names = slices.Compact(names)
		out := make([]string, len(names))
		for i, n := range names {
			start := b.Len()
			b.WriteString(n)
			out[i] = b.String()[start:]
		}
		return out
	}
	o.Imports, o.WeakImports = clone(strongNames), clone(weakNames)
	return getter, nil
}
