// Package ksymscan finds what an object exports, imports, asks for by
// symbol_get() and names in klp relocations: the content of a `.ksyms` file.
//
// It reads every object that Kbuild makes: those of the compiler and of the
// assembler, linked modules before and after modpost, and members of lib.a, in
// each kernel's own way of saying that a symbol is exported.
package ksymscan

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/arfile"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/symbolget"
	"github.com/rules-kbuild/rules_kbuild/internal/symsort"
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
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Bytes(path, data, opts)
}

// Bytes is File for an object or archive in memory, which the strings of the
// summaries are parts of: it must not change any more.
func Bytes(path string, data []byte, opts Options) ([]*ksympb.Object, error) {
	var objects []*ksympb.Object
	err := eachObject(path, data, func(name, member string, data []byte) error {
		s := Scanner{Options: opts}
		o, err := s.bytes(name, data)
		if err != nil {
			return err
		}
		o.Path, o.Member = path, member
		objects = append(objects, o)
		return nil
	})
	return objects, err
}

// A Scanner scans one file after another, in the same memory. It is for one
// goroutine.
type Scanner struct {
	Options Options

	object        ksympb.Object
	exports       []*ksympb.Export
	relocSections []*elfobj.Section // of the tables of exports
	entries       []elfobj.Reloc    // of one
	strong, weak  []string
	sorter        symsort.Sorter[string]
}

// File calls each with what the function File returns. A summary and its
// strings are gone when the call returns.
func (s *Scanner) File(path string, each func(*ksympb.Object) error) error {
	f, ok, err := elfobj.OpenSparse(path)
	if err != nil {
		return err
	}
	if ok {
		o, err := s.elf(f)
		if err == nil {
			o.Path = path
			err = each(o)
		}
		// What could not be read matters more than what seems wrong for it.
		if e := f.Close(); e != nil {
			err = e
		}
		return err
	}
	data, unmap, err := elfobj.MapFile(path)
	if err != nil {
		return err
	}
	err = eachObject(path, data, func(name, member string, data []byte) error {
		o, err := s.bytes(name, data)
		if err != nil {
			return err
		}
		o.Path, o.Member = path, member
		return each(o)
	})
	if e := unmap(); err == nil {
		err = e
	}
	return err
}

// eachObject calls each for an object, or for each member of an archive: with
// what to call it in messages, and the member's name.
func eachObject(path string, data []byte, each func(name, member string, data []byte) error) error {
	if !arfile.IsArchive(data) {
		return each(path, "", data)
	}
	members, err := arfile.Members(path, data)
	if err != nil {
		return err
	}
	seen := make(map[string]int)
	for _, m := range members {
		name := m.Name
		// lib.a may hold two objects of one name, from two directories.
		if seen[m.Name]++; seen[m.Name] > 1 {
			name = fmt.Sprintf("%s#%d", m.Name, seen[m.Name])
		}
		if err := each(path+"("+name+")", name, m.Data); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scanner) bytes(name string, data []byte) (*ksympb.Object, error) {
	if len(data) == 0 {
		// Kbuild makes an empty object of a source that has nothing to compile.
		s.object.Reset()
		return &s.object, nil
	}
	if bytes.HasPrefix(data, []byte("BC\xc0\xde")) {
		return nil, fmt.Errorf("%s: LLVM bitcode, not an ELF object: scan the object that the linker makes of it", name)
	}
	f, err := elfobj.New(name, data)
	if err != nil {
		return nil, err
	}
	return s.elf(f)
}

// elf returns the summary of an object, with no Path, Label or Module.
func (s *Scanner) elf(f *elfobj.File) (*ksympb.Object, error) {
	if f.Type != elf.ET_REL {
		return nil, fmt.Errorf("%s: an ELF file of type %v, not a relocatable object: scan what goes into it (vmlinux.o, not vmlinux)", f.Name(), f.Type)
	}
	globals, err := f.GlobalSymbols()
	if err != nil {
		return nil, err
	}
	o := &s.object
	o.Reset()
	getter, err := s.imports(f, &globals)
	if err != nil {
		return nil, err
	}
	layout := findSections(f)
	syms := globals
	if layout.refersToSymbols() {
		if syms, err = f.Symbols(); err != nil {
			return nil, err
		}
	}
	if err := s.readExports(f, &syms, &layout); err != nil {
		return nil, err
	}
	if err := checkStyle(f, o, s.Options); err != nil {
		return nil, err
	}
	// vmlinux.o calls a __symbol_get that it defines. (That it exports it is not
	// said: the export may be trimmed away.)
	if getter == 0 {
		if getter, err = symbolget.Defined(&globals); err != nil {
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

// imports fills in the imports, and klp symbols among the undefined ones. It
// returns the index of the undefined symbol __symbol_get, 0 if there is none.
func (s *Scanner) imports(f *elfobj.File, syms *elfobj.Symbols) (getter uint32, err error) {
	s.strong, s.weak = s.strong[:0], s.weak[:0]
	for sym := range syms.Undefined() {
		bind := sym.Bind()
		if bind != elf.STB_GLOBAL && bind != elf.STB_WEAK {
			continue
		}
		name, err := syms.Name(sym)
		if err != nil {
			return 0, err
		}
		if ignored(f.Machine, sym, name) || (s.Options.Style == Linux7 && hasAnyPrefix(name, "__start_", "__stop_")) {
			continue
		}
		if name == symbolget.Function {
			getter = uint32(sym.Index)
		}
		if klp.IsSymbol(name) {
			// Not for the loader to resolve, once the module is finished.
			k, ok := klp.ParseSymbol(name)
			if !ok {
				return 0, fmt.Errorf("%s: the klp symbol %.80q is not called %sOBJECT.NAME,POSITION: the kernel would refuse the module", f.Name(), name, klp.SymbolPrefix)
			}
			s.object.KlpSymbols = append(s.object.KlpSymbols, k.Proto())
			continue
		}
		name = importName(f.Machine, name)
		if bind == elf.STB_WEAK {
			s.weak = append(s.weak, name)
		} else {
			s.strong = append(s.strong, name)
		}
	}
	s.sorter.Name = func(name string) string { return name }
	s.sorter.Sort(s.strong)
	s.sorter.Sort(s.weak)
	if len(s.strong) > 0 {
		s.object.Imports = slices.Compact(s.strong)
	}
	if len(s.weak) > 0 {
		s.object.WeakImports = slices.Compact(s.weak)
	}
	return getter, nil
}
