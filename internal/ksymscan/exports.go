package ksymscan

import (
	"cmp"
	"debug/elf"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/klp"
	"github.com/rules-kbuild/rules_kbuild/internal/symbolget"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A sectionLayout is where an object keeps what is read of it.
type sectionLayout struct {
	exportSymbol *elfobj.Section            // .export_symbol
	noTrim       *elfobj.Section            // .no_trim_symbol
	tables       []*elfobj.Section          // __ksymtab, ___ksymtab+NAME and their _gpl forms
	flags        map[string]*elfobj.Section // __kflagstab, ___kflagstab+NAME
	klp          []*elfobj.Section          // .klp.rela.OBJECT.SECTION
}

func findSections(f *elfobj.File) sectionLayout {
	var l sectionLayout
	sections := f.Sections()
	for i := range sections {
		s := &sections[i]
		if len(s.Name) < len("__ksymtab") {
			continue
		}
		switch s.Name[1] {
		case 'e':
			if s.Name == ".export_symbol" {
				l.exportSymbol = s
			}
		case 'k':
			if klp.IsSection(s) {
				l.klp = append(l.klp, s)
			}
		case 'n':
			if s.Name == symbolget.Section {
				l.noTrim = s
			}
		case '_':
			switch {
			case s.Type == elf.SHT_REL || s.Type == elf.SHT_RELA || s.Size == 0:
			case isKsymtab(s.Name):
				l.tables = append(l.tables, s)
			case s.Name == "__kflagstab" || strings.HasPrefix(s.Name, "___kflagstab+"):
				if l.flags == nil {
					l.flags = make(map[string]*elfobj.Section)
				}
				l.flags[s.Name] = s
			}
		}
	}
	return l
}

// refersToSymbols says whether there is something to read by the names or the
// places of symbols, local ones too.
func (l *sectionLayout) refersToSymbols() bool {
	return l.exportSymbol != nil || len(l.tables) > 0 || len(l.klp) > 0
}

func isKsymtab(section string) bool {
	return section == "__ksymtab" || section == "__ksymtab_gpl" ||
		strings.HasPrefix(section, "___ksymtab+") || strings.HasPrefix(section, "___ksymtab_gpl+")
}

// readExports fills in the exports and how the object carries them.
func (s *Scanner) readExports(f *elfobj.File, syms *elfobj.Symbols, l *sectionLayout) error {
	s.exports = s.exports[:0]
	o := &s.object
	if len(l.tables) > 0 {
		o.ExportStyle = ksympb.ExportStyle_EXPORT_STYLE_KSYMTAB_SECTIONS
		if strings.HasPrefix(l.tables[0].Name, "__ksymtab") {
			o.ExportStyle = ksympb.ExportStyle_EXPORT_STYLE_LINKED_TABLE
		}
		if err := s.fromTables(f, syms, l); err != nil {
			return err
		}
	}
	if l.exportSymbol != nil && l.exportSymbol.Size > 0 {
		o.ExportStyle = ksympb.ExportStyle_EXPORT_STYLE_EXPORT_SYMBOL
		if err := s.fromLabels(f, syms, l.exportSymbol); err != nil {
			return err
		}
	}
	list := s.exports
	slices.SortFunc(list, func(a, b *ksympb.Export) int { return strings.Compare(a.Name, b.Name) })
	for i, e := range list {
		if i > 0 && list[i-1].Name == e.Name && (list[i-1].GplOnly != e.GplOnly || list[i-1].Namespace != e.Namespace) {
			return fmt.Errorf("%s: symbol %q is exported twice, with different licences or namespaces: drop one of its EXPORT_SYMBOL lines", f.Name(), e.Name)
		}
	}
	o.Exports = slices.CompactFunc(list, func(a, b *ksympb.Export) bool { return a.Name == b.Name })
	return nil
}

// export adds an export, in a message that an earlier file has left if there is
// one.
func (s *Scanner) export(name string, gplOnly bool, namespace string) {
	if n := len(s.exports); n < cap(s.exports) && s.exports[:n+1][n] != nil {
		s.exports = s.exports[:n+1]
	} else {
		s.exports = append(s.exports, new(ksympb.Export))
	}
	e := s.exports[len(s.exports)-1]
	e.Name, e.GplOnly, e.Namespace = name, gplOnly, namespace
}

// fromLabels reads the section .export_symbol: for each symbol a label
// __export_symbol_NAME, at which there are two strings, the licence and the
// namespace (include/linux/export.h since 6.5).
func (s *Scanner) fromLabels(f *elfobj.File, syms *elfobj.Symbols, section *elfobj.Section) error {
	const prefix = "__export_symbol_"
	text := f.Text(section)
	for sym := range syms.All() {
		if int(sym.Section) != section.Index {
			continue
		}
		label, err := syms.Name(sym)
		if err != nil {
			return err
		}
		name, ok := strings.CutPrefix(label, prefix)
		if !ok || name == "" {
			if label == "" || strings.HasPrefix(label, ".L") || strings.HasPrefix(label, "$") {
				continue // the section's own symbol, or a label that the compiler made
			}
			return fmt.Errorf("%s: section .export_symbol has the strange symbol %q, not %sNAME", f.Name(), label, prefix)
		}
		at := sym.Value
		licence, next, ok := cString(text, at)
		namespace := ""
		if ok {
			namespace, _, ok = cString(text, next)
		}
		if !ok {
			return f.Errorf(section.Offset+min(at, section.Size), "the export of %q ends within its licence or namespace", name)
		}
		if licence != "" && licence != "GPL" {
			return f.Errorf(section.Offset+at, "unknown license %.40q of the export of %q", licence, name)
		}
		s.export(name, licence == "GPL", namespace)
	}
	return nil
}

// fromTables reads ksymtab entries: three words, the symbol's place, its name
// and its namespace, to each of which a relocation leads (struct kernel_symbol
// of kernel/module/internal.h).
func (s *Scanner) fromTables(f *elfobj.File, syms *elfobj.Symbols, l *sectionLayout) error {
	s.findRelocs(f, l.tables)
	for t, table := range l.tables {
		rs := s.relocSections[t]
		if rs == nil {
			return f.Errorf(table.Offset, "section %q has no relocations, which would say what it exports", table.Name)
		}
		r, err := f.Relocs(rs)
		if err != nil {
			return err
		}
		entries := s.entries[:0]
		for i := range r.Len() {
			entries = append(entries, r.At(i))
		}
		s.entries = entries
		if !sort.SliceIsSorted(entries, func(i, j int) bool { return entries[i].Offset < entries[j].Offset }) {
			slices.SortStableFunc(entries, func(a, b elfobj.Reloc) int {
				if a.Offset < b.Offset {
					return -1
				}
				return 1
			})
		}
		word := tableWord(table.Size, entries)
		if word == 0 {
			return f.Errorf(table.Offset, "section %q of %d bytes with %d relocations is no table of exports", table.Name, table.Size, len(entries))
		}
		count := int(table.Size / (3 * word))
		flags, err := l.flagsOf(f, table, count)
		if err != nil {
			return err
		}
		gpl := strings.HasPrefix(strings.TrimLeft(table.Name, "_"), "ksymtab_gpl")
		at := 0 // in entries
		for i := range count {
			start := uint64(i) * 3 * word
			if at+1 >= len(entries) || entries[at].Offset != start || entries[at+1].Offset != start+word {
				return f.Errorf(table.Offset+start, "entry %d of section %q lacks a relocation", i, table.Name)
			}
			name, err := stringAt(f, syms, &r, entries[at+1], word)
			if err != nil {
				return err
			}
			if name == "" {
				return f.Errorf(table.Offset+start, "entry %d of section %q has no name", i, table.Name)
			}
			at += 2
			// Assembly's exports have a null pointer in place of a namespace.
			namespace := ""
			if at < len(entries) && entries[at].Offset == start+2*word {
				if namespace, err = stringAt(f, syms, &r, entries[at], word); err != nil {
					return err
				}
				at++
			}
			gplOnly := gpl
			if flags != nil {
				const flag = 1 // KSYM_FLAG_GPL_ONLY
				gplOnly = flags[i]&flag != 0
			}
			s.export(name, gplOnly, namespace)
		}
	}
	return nil
}

// tableWord returns the size of a table's words: 4 bytes if they are distances
// or addresses of that size, else 8; 0 if it is no table.
func tableWord(size uint64, relocs []elfobj.Reloc) uint64 {
	if len(relocs) < 2 || relocs[0].Offset != 0 {
		return 0
	}
	word := relocs[1].Offset
	if (word != 4 && word != 8) || size%(3*word) != 0 {
		return 0
	}
	return word
}

// flagsOf returns the flags of a table's entries in kernels that have them, a
// byte each, else nil.
func (l *sectionLayout) flagsOf(f *elfobj.File, table *elfobj.Section, entries int) ([]byte, error) {
	if l.flags == nil {
		return nil, nil
	}
	s := l.flags[strings.Replace(table.Name, "ksymtab", "kflagstab", 1)]
	if s == nil {
		return nil, nil
	}
	flags := f.Data(s)
	if len(flags) != entries {
		return nil, f.Errorf(s.Offset, "section %q has %d flags for the %d entries of %q", s.Name, len(flags), entries, table.Name)
	}
	return flags, nil
}

// findRelocs notes the relocation section of each of the sections, which are in
// the order of their indexes; nil if one has none.
func (s *Scanner) findRelocs(f *elfobj.File, sections []*elfobj.Section) {
	s.relocSections = slices.Grow(s.relocSections[:0], len(sections))[:len(sections)]
	clear(s.relocSections)
	all := f.Sections()
	for i := range all {
		r := &all[i]
		if r.Type != elf.SHT_REL && r.Type != elf.SHT_RELA {
			continue
		}
		at, found := slices.BinarySearchFunc(sections, int(r.Info), func(s *elfobj.Section, index int) int { return cmp.Compare(s.Index, index) })
		if found {
			s.relocSections[at] = r
		}
	}
}

// stringAt returns the string that a word of the given size refers to.
func stringAt(f *elfobj.File, syms *elfobj.Symbols, r *elfobj.Relocs, rel elfobj.Reloc, word uint64) (string, error) {
	at := r.Target.Offset + rel.Offset
	sym := syms.At(int(rel.Symbol))
	if !sym.Defined() {
		return "", f.Errorf(at, "section %q refers to a string that is not in the object", r.Target.Name)
	}
	addend := rel.Addend
	if !r.HasAddends() {
		addend = f.AddendInPlace(r.Target, rel.Offset, int(word))
	}
	s := &f.Sections()[sym.Section]
	text, _, ok := cString(f.Text(s), sym.Value+uint64(addend))
	if !ok {
		return "", f.Errorf(at, "section %q refers to a string beyond section %q", r.Target.Name, s.Name)
	}
	return text, nil
}

// cString returns the NUL-terminated string at offset at, and the offset
// after its NUL.
func cString(text string, at uint64) (s string, next uint64, ok bool) {
	if at >= uint64(len(text)) {
		return "", 0, false
	}
	end := strings.IndexByte(text[at:], 0)
	if end < 0 {
		return "", 0, false
	}
	return text[at : at+uint64(end)], at + uint64(end) + 1, true
}
