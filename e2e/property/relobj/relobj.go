// Package relobj writes small relocatable objects that have the symbols of a kernel module, for tests that need thousands of them in
// seconds: exports and imports as the kernel's headers and the compiler make them on each line of kernels, and calls to __symbol_get.
//
// It stands for a compiler and for ld -r. What went into an object is also written to its .comment, from where Link has it.
//
// The layout is that of x86-64 objects of gcc 12 to 16; the exports are those of include/linux/export.h of 6.1 and 6.12.
package relobj

import (
	"cmp"
	"debug/elf"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// An Object is what is in an object.
type Object struct {
	// Style is how the kernel's headers carry exports.
	Style Style
	// Modinfo is what MODULE_LICENSE and the like say: KEY=VALUE.
	Modinfo []string
	// Code is a number in the code of the object, that is what a change to a function is.
	Code []int
	// Defines are the global functions that are not exported.
	Defines []string
	Exports []Export
	// Imports are undefined symbols, WeakImports weak ones; SymbolGets names that symbol_get() is called with.
	Imports, WeakImports, SymbolGets []string
}

// An Export is an EXPORT_SYMBOL with the function that it exports.
type Export struct {
	Name string
	GPL  bool
	// Dropped leaves the function and takes the export away, as a header autoksyms.h without the name does before 6.5.
	Dropped bool
}

// A Style is a way to carry exports, and names of symbol_get().
type Style int

const (
	// Ksymtab (before 6.5): the compiler makes the entry of the ksymtab, in a section of its own.
	Ksymtab Style = iota
	// ExportSymbol (from 6.5): a label in .export_symbol, of which modpost makes the entry.
	ExportSymbol
	// NoTrimSymbol (from 6.14): so, and symbol_get() says its name in .no_trim_symbol.
	NoTrimSymbol
)

// Compile writes the object.
func Compile(o Object) []byte {
	w := &writer{symbols: map[string]int{}}
	w.text(&o)
	w.modinfo(o.Modinfo)
	for _, e := range o.Exports {
		if !e.Dropped {
			w.export(o.Style, e)
		}
	}
	w.gets(&o)
	description, err := json.Marshal(o)
	if err != nil {
		panic(err) // of strings, numbers and flags
	}
	comment := w.section(".comment", elf.SHT_PROGBITS, 0, 1)
	comment.data = append(description, 0)
	return w.bytes()
}

// Link makes one object of several, as ld -r does: a symbol that one defines is no import of the others.
func Link(objects ...[]byte) ([]byte, error) {
	var all Object
	defined := map[string]bool{}
	imports, weak := map[string]bool{}, map[string]bool{}
	for i, data := range objects {
		o, err := Describe(data)
		if err != nil {
			return nil, fmt.Errorf("object %d of a link: %w", i, err)
		}
		all.Style = o.Style
		all.Modinfo = append(all.Modinfo, o.Modinfo...)
		all.Code = append(all.Code, o.Code...)
		all.Defines = append(all.Defines, o.Defines...)
		all.Exports = append(all.Exports, o.Exports...)
		all.SymbolGets = append(all.SymbolGets, o.SymbolGets...)
		for _, name := range o.Defines {
			defined[name] = true
		}
		for _, e := range o.Exports {
			defined[e.Name] = true
		}
		for _, name := range o.Imports {
			imports[name] = true
		}
		for _, name := range o.WeakImports {
			weak[name] = true
		}
	}
	for name := range imports {
		delete(weak, name)
	}
	for name := range defined {
		delete(imports, name)
		delete(weak, name)
	}
	all.Imports = slices.Sorted(maps.Keys(imports))
	all.WeakImports = slices.Sorted(maps.Keys(weak))
	return Compile(all), nil
}

// Describe returns what went into an object of Compile or Link.
func Describe(object []byte) (Object, error) {
	var o Object
	text, err := comment(object)
	if err != nil {
		return o, err
	}
	return o, json.Unmarshal(text, &o)
}

// text writes the function of the object itself and those that it defines, and the references to what it imports.
func (w *writer) text(o *Object) {
	code := w.section(".text", elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_EXECINSTR, 16)
	for _, n := range o.Code {
		// A function that returns the number: mov $n, %eax; ret.
		code.data = append(code.data, 0xb8, byte(n), byte(n>>8), byte(n>>16), byte(n>>24), 0xc3)
	}
	for _, name := range o.Defines {
		w.function(code, name)
	}
	for _, e := range o.Exports {
		w.function(code, e.Name)
	}
	if len(o.Imports)+len(o.WeakImports)+len(o.SymbolGets) == 0 {
		return
	}
	start := len(code.data)
	for _, name := range o.Imports {
		w.call(code, w.undefined(name, elf.STB_GLOBAL))
	}
	for _, name := range o.WeakImports {
		w.call(code, w.undefined(name, elf.STB_WEAK))
	}
	for _, name := range o.SymbolGets {
		// mov $name, %rdi; call __symbol_get
		at := w.text1(name)
		code.relocate(len(code.data)+3, elf.R_X86_64_32S, w.sectionSymbol(w.strings), int64(at))
		code.data = append(code.data, 0x48, 0xc7, 0xc7, 0, 0, 0, 0)
		w.call(code, w.undefined("__symbol_get", elf.STB_GLOBAL))
	}
	code.data = append(code.data, 0xc3)
	w.symbol("init_module", symbol{section: code, value: start, size: len(code.data) - start, bind: elf.STB_GLOBAL, kind: elf.STT_FUNC})
}

func (w *writer) function(code *section, name string) {
	w.symbol(name, symbol{section: code, value: len(code.data), size: 1, bind: elf.STB_GLOBAL, kind: elf.STT_FUNC})
	code.data = append(code.data, 0xc3)
}

// call writes a call of the symbol.
func (w *writer) call(code *section, to int) {
	code.relocate(len(code.data)+1, elf.R_X86_64_PLT32, to, -4)
	code.data = append(code.data, 0xe8, 0, 0, 0, 0)
}

// text1 puts a string where the compiler has them, and returns where it is.
func (w *writer) text1(s string) int {
	if w.strings == nil {
		w.strings = w.section(".rodata.str1.1", elf.SHT_PROGBITS, elf.SHF_ALLOC|elf.SHF_MERGE|elf.SHF_STRINGS, 1)
		w.strings.entsize = 1
	}
	at := len(w.strings.data)
	w.strings.data = append(append(w.strings.data, s...), 0)
	return at
}

func (w *writer) modinfo(items []string) {
	if len(items) == 0 {
		return
	}
	s := w.section(".modinfo", elf.SHT_PROGBITS, elf.SHF_ALLOC, 1)
	for _, item := range items {
		s.data = append(append(s.data, item...), 0)
	}
}

func (w *writer) export(style Style, e Export) {
	if style == Ksymtab {
		w.ksymtab(e)
		return
	}
	s := w.named(".export_symbol")
	if s == nil {
		s = w.section(".export_symbol", elf.SHT_PROGBITS, elf.SHF_ALLOC, 8)
	}
	licence := ""
	if e.GPL {
		licence = "GPL"
	}
	w.symbol("__export_symbol_"+e.Name, symbol{section: s, value: len(s.data), bind: elf.STB_LOCAL})
	s.data = append(append(s.data, licence...), 0, 0) // no namespace
	s.data = append(s.data, make([]byte, -len(s.data)&7)...)
	s.relocate(len(s.data), elf.R_X86_64_64, w.symbols[e.Name], 0)
	s.data = append(s.data, make([]byte, 8)...)
}

func (w *writer) ksymtab(e Export) {
	const flags = elf.SHF_ALLOC | elf.SHF_MERGE | elf.SHF_STRINGS
	text := w.named("__ksymtab_strings")
	if text == nil {
		text = w.section("__ksymtab_strings", elf.SHT_PROGBITS, flags, 1)
		text.entsize = 1
	}
	name := w.symbol("__kstrtab_"+e.Name, symbol{section: text, value: len(text.data), bind: elf.STB_LOCAL})
	text.data = append(append(text.data, e.Name...), 0)
	namespace := w.symbol("__kstrtabns_"+e.Name, symbol{section: text, value: len(text.data), bind: elf.STB_LOCAL})
	text.data = append(text.data, 0)
	table := "___ksymtab+"
	if e.GPL {
		table = "___ksymtab_gpl+"
	}
	s := w.section(table+e.Name, elf.SHT_PROGBITS, elf.SHF_ALLOC, 4)
	w.symbol("__ksymtab_"+e.Name, symbol{section: s, bind: elf.STB_LOCAL})
	for i, to := range []int{w.symbols[e.Name], name, namespace} {
		s.relocate(4*i, elf.R_X86_64_PC32, to, 0)
	}
	s.data = make([]byte, 12)
}

// gets writes what symbol_get() says of itself.
func (w *writer) gets(o *Object) {
	if o.Style < NoTrimSymbol || len(o.SymbolGets) == 0 {
		return
	}
	s := w.section(".no_trim_symbol", elf.SHT_PROGBITS, elf.SHF_ALLOC, 8)
	for _, name := range o.SymbolGets {
		s.data = append(append(s.data, name...), 0)
		s.data = append(s.data, make([]byte, -len(s.data)&7)...)
	}
}

// sortSymbols puts local symbols before the others, as ELF wants, and says where each went.
func sortSymbols(symbols []symbol) (sorted []symbol, position []int, locals int) {
	order := make([]int, len(symbols))
	for i := range order {
		order[i] = i
	}
	global := func(i int) int {
		if symbols[i].bind == elf.STB_LOCAL {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(global(a), global(b)) })
	position = make([]int, len(symbols))
	for at, i := range order {
		position[i] = at
		sorted = append(sorted, symbols[i])
		locals += 1 - global(i)
	}
	return sorted, position, locals
}
