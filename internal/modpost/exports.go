package modpost

import (
	"debug/elf"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

func (r *reader) addExport(e *export) {
	e.owner = r.m.self
	e.at = len(r.m.log.messages)
	r.m.exports = append(r.m.exports, e)
}

// ksymtabExport takes the export that the compiler made an entry of the
// ksymtab for (before 6.5): symbol __ksymtab_NAME in a section of its own.
func (r *reader) ksymtabExport(s elfobj.Symbol, name string) {
	if !s.Defined() {
		return
	}
	section := r.f.Sections()[s.Section].Name
	switch {
	case strings.HasPrefix(section, "___ksymtab_gpl+"):
		r.addExport(&export{name: name, gplOnly: true})
	case strings.HasPrefix(section, "___ksymtab+"):
		r.addExport(&export{name: name})
	}
}

// exportLabel begins the name of the label that EXPORT_SYMBOL puts before an
// entry of .export_symbol: the licence, the namespace, and an address whose
// relocation is the exported symbol (include/linux/export.h of 6.5 and later).
const exportLabel = "__export_symbol_"

// sectionExports takes the exports of section .export_symbol in the order of
// its relocations.
func (r *reader) sectionExports(relocs *elfobj.Relocs) error {
	sections, path := r.f.Sections(), r.m.in.Path
	here := int32(relocs.Target.Index)
	r.m.exports = make([]*export, 0, relocs.Len())
	block := make([]export, relocs.Len())
	for i := range relocs.Len() {
		rel := relocs.At(i)
		if uint64(rel.Symbol) >= uint64(r.syms.Len()) {
			return r.f.Errorf(relocs.Target.Offset, "relocation %d of .export_symbol names symbol %d of %d", i, rel.Symbol, r.syms.Len())
		}
		sym := r.syms.At(int(rel.Symbol))
		label, found := r.locator.Below(here, rel.Offset)
		labelName := ""
		if found {
			raw, _ := r.syms.Name(label)
			labelName = plainName(raw)
		}
		want, ok := strings.CutPrefix(labelName, exportLabel)
		if !ok {
			r.m.log.error("%s: .export_symbol section contains strange symbol '%s'", path, labelName)
			continue
		}
		if bind := sym.Bind(); bind != elf.STB_GLOBAL && bind != elf.STB_WEAK {
			msg := Message{Level: Error, Text: path + ": local symbol '" + want + "' was exported"}
			if r.o.Label != "" {
				msg.Hint = r.o.Label + ": take away static from " + want + ", or its EXPORT_SYMBOL"
			}
			r.m.log.add(msg)
			continue
		}
		raw, _ := r.syms.Name(sym)
		name := plainName(raw)
		if name != want {
			r.m.log.error("%s: .export_symbol section references '%s', but it does not seem to be an export symbol", path, name)
			continue
		}
		data, err := r.stringsAt(label, 2)
		if err != nil {
			return err
		}
		if data[0] != "" && data[0] != "GPL" {
			r.m.log.error("%s: unknown license '%s' was specified for '%s'", path, data[0], name)
			continue
		}
		e := &block[i]
		const sttLoproc = 13 // on parisc64 the type of a function
		*e = export{
			name: name, gplOnly: data[0] == "GPL", namespace: data[1],
			function: sym.Type() == elf.STT_FUNC || sym.Type() == sttLoproc && r.f.Machine == elf.EM_PARISC && r.f.Is64(),
		}
		r.addExport(e)
		if !sym.Defined() {
			continue
		}
		switch section := sections[sym.Section].Name; {
		case strings.HasPrefix(section, ".init."):
			r.m.log.warn("%s: %s: EXPORT_SYMBOL used for init symbol. Remove __init or EXPORT_SYMBOL.", path, name)
		case strings.HasPrefix(section, ".exit."):
			r.m.log.warn("%s: %s: EXPORT_SYMBOL used for exit symbol. Remove __exit or EXPORT_SYMBOL.", path, name)
		}
	}
	return nil
}
