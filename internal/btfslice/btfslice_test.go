package btfslice

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// object is an ELF file with one section that has data.
func object(t *testing.T, section, data string) string {
	t.Helper()
	names := "\x00" + section + "\x00.shstrtab\x00"
	const header, entry = 64, 64
	at := uint64(header)
	sections := []elf.Section64{
		{},
		{Name: 1, Type: uint32(elf.SHT_PROGBITS), Off: at, Size: uint64(len(data))},
		{Name: uint32(2 + len(section)), Type: uint32(elf.SHT_STRTAB), Off: at + uint64(len(data)), Size: uint64(len(names))},
	}
	h := elf.Header64{
		Type: uint16(elf.ET_REL), Machine: uint16(elf.EM_X86_64), Version: 1, Ehsize: header,
		Shoff: at + uint64(len(data)+len(names)), Shentsize: entry, Shnum: uint16(len(sections)), Shstrndx: 2,
	}
	copy(h.Ident[:], "\x7fELF\x02\x01\x01")
	var b bytes.Buffer
	for _, part := range []any{h, []byte(data + names), sections} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(t.TempDir(), "vmlinux")
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestASliceIsTheBytesOfTheSection(t *testing.T) {
	out := filepath.Join(t.TempDir(), "btf")
	if err := Run(object(t, ".BTF", "types"), out); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "types" {
		t.Errorf("%q (%v)", got, err)
	}
}

func TestAKernelWithoutBTFIsAnError(t *testing.T) {
	err := Run(object(t, ".data", "x"), filepath.Join(t.TempDir(), "btf"))
	if err == nil || !strings.Contains(err.Error(), "it has no section .BTF") {
		t.Errorf("error %v", err)
	}
}
