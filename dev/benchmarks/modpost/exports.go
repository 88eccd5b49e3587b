package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// withExports returns the module ko, a little-endian ELF64 file, with a
// .export_symbol section as EXPORT_SYMBOL leaves it in the objects of Linux
// 6.5 and later: for each export a label, the licence, the namespace, and the
// symbol's address. The new symbols, names and section headers follow the old
// file.
func withExports(name string, ko []byte, exports []symvers.Entry) ([]byte, error) {
	f, err := elf.NewFile(bytes.NewReader(ko))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if f.Class != elf.ELFCLASS64 || f.Data != elf.ELFDATA2LSB {
		return nil, fmt.Errorf("%s: not a little-endian ELF64 file", name)
	}
	le := binary.LittleEndian
	headers := ko[le.Uint64(ko[40:]):]
	count, namesIndex := int(le.Uint16(ko[60:])), int(le.Uint16(ko[62:]))
	header := func(i int) []byte { return headers[i*64 : i*64+64] }
	content := func(i int) []byte {
		h := header(i)
		return ko[le.Uint64(h[24:]) : le.Uint64(h[24:])+le.Uint64(h[32:])]
	}
	table := 0
	for i, s := range f.Sections {
		if s.Type == elf.SHT_SYMTAB {
			table = i
		}
		// The type information comes after modpost, which would warn that
		// nothing loads it.
		if strings.HasPrefix(s.Name, ".BTF") {
			header(i)[8] |= byte(elf.SHF_ALLOC)
		}
	}
	if len(exports) == 0 {
		return ko, nil
	}
	names := int(f.Sections[table].Link)
	symbols, err := f.Symbols()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	index := map[string]int{}
	for i, s := range symbols {
		if s.Section != elf.SHN_UNDEF && elf.ST_BIND(s.Info) != elf.STB_LOCAL {
			index[s.Name] = i + 1
		}
	}

	symtab, strtab, shstrtab := bytes.Clone(content(table)), bytes.Clone(content(names)), bytes.Clone(content(namesIndex))
	var data, rela []byte
	for _, e := range exports {
		target, ok := index[e.Name]
		if !ok {
			return nil, fmt.Errorf("%s: Module.symvers says that it exports %s, which it does not define", name, e.Name)
		}
		label := make([]byte, 24)
		le.PutUint32(label, uint32(len(strtab)))
		label[4] = elf.ST_INFO(elf.STB_GLOBAL, elf.STT_NOTYPE)
		le.PutUint16(label[6:], uint16(count))
		le.PutUint64(label[8:], uint64(len(data)))
		symtab = append(symtab, label...)
		strtab = append(append(append(strtab, "__export_symbol_"...), e.Name...), 0)

		if e.GPLOnly() {
			data = append(data, "GPL"...)
		}
		data = append(append(append(data, 0), e.Namespace...), 0)
		data = append(data, make([]byte, -len(data)&7)...)
		rela = le.AppendUint64(rela, uint64(len(data)))
		rela = le.AppendUint64(rela, uint64(target)<<32|uint64(elf.R_X86_64_64))
		rela = le.AppendUint64(rela, 0)
		data = append(data, make([]byte, 8)...)
	}

	section := func(name string, kind elf.SectionType, link, info, entry int) []byte {
		h := make([]byte, 64)
		le.PutUint32(h, uint32(len(shstrtab)))
		shstrtab = append(append(shstrtab, name...), 0)
		le.PutUint32(h[4:], uint32(kind))
		le.PutUint32(h[40:], uint32(link))
		le.PutUint32(h[44:], uint32(info))
		le.PutUint64(h[48:], 8)
		le.PutUint64(h[56:], uint64(entry))
		return h
	}
	newHeaders := bytes.Clone(headers[:count*64])
	newHeaders = append(newHeaders, section(".export_symbol", elf.SHT_PROGBITS, 0, 0, 0)...)
	le.PutUint64(newHeaders[count*64+8:], uint64(elf.SHF_ALLOC))
	newHeaders = append(newHeaders, section(".rela.export_symbol", elf.SHT_RELA, table, count, 24)...)

	out := bytes.Clone(ko)
	for _, part := range []struct {
		section int
		data    []byte
	}{{table, symtab}, {names, strtab}, {namesIndex, shstrtab}, {count, data}, {count + 1, rela}} {
		out = append(out, make([]byte, -len(out)&7)...)
		le.PutUint64(newHeaders[part.section*64+24:], uint64(len(out)))
		le.PutUint64(newHeaders[part.section*64+32:], uint64(len(part.data)))
		out = append(out, part.data...)
	}
	out = append(out, make([]byte, -len(out)&7)...)
	le.PutUint64(out[40:], uint64(len(out)))
	le.PutUint16(out[60:], uint16(count+2))
	return append(out, newHeaders...), nil
}
