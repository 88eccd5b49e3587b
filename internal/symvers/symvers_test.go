package symvers

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = "0x5b8239ca\t__x86_return_thunk\tvmlinux\tEXPORT_SYMBOL\t\n" +
	"0x00000000\tbeta\tdrivers/net/beta-mod\tEXPORT_SYMBOL_GPL\tDMA_BUF\n" +
	"0x00000001\tanon_inode_make_secure_inode\tvmlinux\tEXPORT_SYMBOL_GPL\tmodule:kvm\n"

func TestParseAndFormatKeepLinesAndOrder(t *testing.T) {
	entries, err := Parse("Module.symvers", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{
		{CRC: 0x5b8239ca, Name: "__x86_return_thunk", Module: Vmlinux, Export: ExportSymbol},
		{Name: "beta", Module: "drivers/net/beta-mod", Export: ExportSymbolGPL, Namespace: "DMA_BUF"},
		{CRC: 1, Name: "anon_inode_make_secure_inode", Module: Vmlinux, Export: ExportSymbolGPL, Namespace: "module:kvm"},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entries: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(sample, string(Format(entries))); diff != "" {
		t.Errorf("formatted again: -want +got\n%s", diff)
	}
	if entries[0].GPLOnly() || !entries[1].GPLOnly() {
		t.Error("GPLOnly does not follow the fourth column")
	}
}

func TestParseNamesFileLineAndOffset(t *testing.T) {
	for text, want := range map[string]string{
		sample[:50] + "\n":                     "m:1: offset 0x0: a line needs five columns with tabs between them: CRC, symbol, module, export type, namespace",
		sample + "0x1\ta\tb\tEXPORT_SYMBOL\n":  "m:4: offset 0xc1: a line needs five columns with tabs between them: CRC, symbol, module, export type, namespace",
		"xyz\ta\tb\tEXPORT_SYMBOL\t\n":         `m:1: offset 0x0: the CRC "xyz" is not a hexadecimal number of 32 bits`,
		"0x123456789\ta\tb\tEXPORT_SYMBOL\t\n": `m:1: offset 0x0: the CRC "0x123456789" is not a hexadecimal number of 32 bits`,
		"0x1\t\tb\tEXPORT_SYMBOL\t\n":          "m:1: offset 0x0: the symbol's name is missing",
		"0x1\ta\t\tEXPORT_SYMBOL\t\n":          `m:1: offset 0x0: the module that exports "a" is missing`,
	} {
		if _, err := Parse("m", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{sample, sample[:100], "\n", "0x1\ta\tb\tEXPORT_SYMBOL_FOO\tx\ty\n", "0X1\ta\tb\t\t"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := Parse("m", data)
		if err != nil {
			var e *ParseError
			if !errors.As(err, &e) || e.Line < 1 || e.Offset > int64(len(data)) {
				t.Fatalf("error %#v does not say where", err)
			}
			return
		}
		again, err := Parse("m", Format(entries))
		if diff := cmp.Diff(entries, again); diff != "" || err != nil {
			t.Errorf("what was read does not read the same again: %v\n%s", err, diff)
		}
	})
}
