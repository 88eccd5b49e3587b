package klp_test

import (
	"bytes"
	"debug/elf"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/klp"
)

func TestNamesOfKlpSymbols(t *testing.T) {
	for _, tc := range []struct {
		name string
		want klp.Symbol
		ok   bool
	}{
		{".klp.sym.vmlinux.printk,0", klp.Symbol{Object: "vmlinux", Name: "printk"}, true},
		{".klp.sym.ext4.state_show,12", klp.Symbol{Object: "ext4", Name: "state_show", Position: 12}, true},
		{".klp.sym.vmlinux.foo.isra.0,1", klp.Symbol{Object: "vmlinux", Name: "foo.isra.0", Position: 1}, true},
		{".klp.sym." + strings.Repeat("m", 55) + "." + strings.Repeat("f", 511) + ",0", klp.Symbol{Object: strings.Repeat("m", 55), Name: strings.Repeat("f", 511)}, true},
		{".klp.sym." + strings.Repeat("m", 56) + ".f,0", klp.Symbol{}, false},
		{".klp.sym.m." + strings.Repeat("f", 512) + ",0", klp.Symbol{}, false},
		{".klp.sym.vmlinux.printk", klp.Symbol{}, false},
		{".klp.sym.vmlinux.printk,", klp.Symbol{}, false},
		{".klp.sym.vmlinux.printk,-1", klp.Symbol{}, false},
		{".klp.sym.vmlinux.,0", klp.Symbol{}, false},
		{".klp.sym..printk,0", klp.Symbol{}, false},
		{".klp.sym.vmlinux,0", klp.Symbol{}, false},
		{"printk", klp.Symbol{}, false},
	} {
		if got, ok := klp.ParseSymbol(tc.name); got != tc.want || ok != tc.ok {
			t.Errorf("%.80s: %v, %v, want %v, %v", tc.name, got, ok, tc.want, tc.ok)
		}
	}
}

func load(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/after.o")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// relocated reads all klp relocation sections of an object.
func relocated(data []byte) (map[string][]klp.Symbol, error) {
	f, err := elfobj.New("x.o", data)
	if err != nil {
		return nil, err
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	all := map[string][]klp.Symbol{}
	sections := f.Sections()
	for i := range sections {
		if s := &sections[i]; klp.IsSection(s) {
			if all[s.Name], err = klp.Relocated(f, &syms, s); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func TestWhatKlpRelocationsName(t *testing.T) {
	got, err := relocated(load(t))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]klp.Symbol{
		".klp.rela.trim_provider..text.patched_in_module": {{Object: "trim_provider", Name: "trim_klp"}, {Object: "trim_provider", Name: "trim_internal.isra.0"}},
		".klp.rela.vmlinux..text.patched_in_vmlinux": {
			{Object: "vmlinux", Name: "saved_command_line_len"}, {Object: "vmlinux", Name: "state_show", Position: 2}, {Object: "vmlinux", Name: "saved_command_line_len"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatTheKernelWouldRefuseIsAnError(t *testing.T) {
	replace := func(old, new string) func(data []byte) []byte {
		return func(data []byte) []byte {
			if len(old) != len(new) || bytes.Count(data, []byte(old)) != 1 {
				t.Fatalf("%q cannot be replaced by %q: it is there %d times", old, new, bytes.Count(data, []byte(old)))
			}
			return bytes.Replace(data, []byte(old), []byte(new), 1)
		}
	}
	const ofModule = ".klp.rela.trim_provider..text.patched_in_module"
	for _, tc := range []struct {
		name   string
		change func(data []byte) []byte
		want   string
	}{
		{"a section of no object", replace(".klp.rela.vmlinux..", ".klp.rela..mlinux.."), `section ".klp.rela..mlinux..text.patched_in_vmlinux" is not called .klp.rela.OBJECT.SECTION`},
		{"a symbol without a position", replace("saved_command_line_len,0", "saved_command_line_len_0"),
			`is to ".klp.sym.vmlinux.saved_command_line_len_0", which is not called .klp.sym.OBJECT.NAME,POSITION: the kernel would refuse the module`},
		{"an ordinary symbol", replace(".klp.sym.trim_provider.trim_klp,0", ".xlp.sym.trim_provider.trim_klp,0"), `is to ".xlp.sym.trim_provider.trim_klp,0"`},
		{"a symbol of vmlinux for a module", replace(".klp.sym.trim_provider.trim_klp,0", ".klp.sym.vmlinux.trim_klp_other,0"),
			`whose relocations wait for the module trim_provider, names "trim_klp_other" of vmlinux`},
		{"a symbol that the object defines", func(data []byte) []byte {
			f, err := elf.NewFile(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			syms, err := f.Symbols()
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(syms, func(s elf.Symbol) bool { return s.Name == ".klp.sym.trim_provider.trim_klp,0" })
			copy(data[f.Section(".symtab").Offset+24*uint64(i+1)+6:], []byte{5, 0})
			return data
		}, "which the object itself defines (section 5)"},
		{"a section of another type", func(data []byte) []byte {
			f, err := elf.NewFile(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range f.Sections {
				if s.Name == ofModule {
					headers := uint64(data[40]) | uint64(data[41])<<8
					data[headers+64*uint64(i)+4] = byte(elf.SHT_PROGBITS)
				}
			}
			return data
		}, "is of type SHT_PROGBITS, and klp relocations are SHT_RELA"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := relocated(tc.change(load(t)))
			if err == nil || !strings.HasPrefix(err.Error(), "x.o: offset ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func FuzzRelocated(f *testing.F) {
	f.Add(load(f))
	before, err := os.ReadFile("testdata/before.o")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(before)
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := relocated(data)
		if err != nil {
			return
		}
		for section, found := range all {
			for _, s := range found {
				if s.Object == "" || s.Name == "" || strings.Contains(s.Object, ".") {
					t.Errorf("section %q names %+v", section, s)
				}
			}
		}
	})
}
