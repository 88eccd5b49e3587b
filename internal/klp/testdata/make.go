//go:build ignore

// Command make compiles patch.c to before.o and makes after.o of it, as the kernel's `objtool klp post-link` and other
// tools finish a livepatch module; see README.md.
package main

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"log"
	"os"
	"os/exec"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/klp"
)

const (
	relaLivepatch    = 0x00100000 // SHF_RELA_LIVEPATCH
	sectionLivepatch = 0xff20     // SHN_LIVEPATCH
)

func main() {
	log.SetFlags(0)
	out, err := exec.Command("gcc", "-O2", "-fno-pic", "-fno-asynchronous-unwind-tables", "-ffunction-sections",
		"-c", "patch.c", "-o", "before.o").CombinedOutput()
	if err != nil {
		log.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile("before.o")
	check(err)
	check(os.WriteFile("after.o", postLink(data), 0o644))
}

// postLink turns the sections that relocate to klp symbols alone into klp relocation sections, and gives klp symbols
// their section number.
func postLink(data []byte) []byte {
	f, err := elf.NewFile(bytes.NewReader(data))
	check(err)
	syms, err := f.Symbols()
	check(err)
	le := binary.LittleEndian
	headers := le.Uint64(data[40:])
	names, err := f.Sections[le.Uint16(data[62:])].Data()
	check(err)
	for i, s := range f.Sections {
		header := data[headers+64*uint64(i):]
		if s.Type == elf.SHT_SYMTAB {
			for j, sym := range syms {
				if klp.IsSymbol(sym.Name) {
					le.PutUint16(data[s.Offset+24*uint64(j+1)+6:], sectionLivepatch)
				}
			}
		}
		if s.Type != elf.SHT_RELA {
			continue
		}
		relocs, err := s.Data()
		check(err)
		object := ""
		for at := 0; at < len(relocs); at += 24 {
			sym, ok := klp.ParseSymbol(syms[le.Uint64(relocs[at+8:])>>32-1].Name)
			if object = sym.Object; !ok {
				break
			}
		}
		if object == "" {
			continue
		}
		name := klp.SectionPrefix + object + "." + strings.TrimPrefix(s.Name, ".rela")
		le.PutUint32(header, uint32(len(names)))
		le.PutUint64(header[8:], uint64(s.Flags|elf.SHF_ALLOC|relaLivepatch))
		names = append(append(names, name...), 0)
	}
	strtab := data[headers+64*uint64(le.Uint16(data[62:])):]
	le.PutUint64(strtab[24:], uint64(len(data)))
	le.PutUint64(strtab[32:], uint64(len(names)))
	return append(data, names...)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
