package symbolget_test

import (
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/symbolget"
)

func findIn(t testing.TB, name string, data []byte) (symbolget.Found, error) {
	t.Helper()
	f, err := elfobj.New(name, data)
	if err != nil {
		return symbolget.Found{}, err
	}
	syms, err := f.Symbols()
	if err != nil {
		return symbolget.Found{}, err
	}
	var getter uint32
	for s := range syms.Undefined() {
		if n, err := syms.Name(s); err == nil && n == symbolget.Function {
			getter = uint32(s.Index)
		}
	}
	if getter == 0 {
		if getter, err = symbolget.Defined(&syms); err != nil {
			return symbolget.Found{}, err
		}
	}
	return symbolget.Find(f, getter)
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What testdata/getter.c asks for.
var names = []string{
	"across_first", "across_second", "direct_name", "loop_name", "merged_first", "merged_second", "one_way_name", "outer_name",
	"pointed_to_name", "switch_0", "switch_1", "switch_2", "switch_4", "switch_5", "switch_default", "tail_name", "unlikely_name",
	"wrapper_first", "wrapper_second", "wrapper_third",
}

// Why it is undecoded what else getter.c asks for, by function.
var reasons = map[string]string{
	"undecoded_address":        "its address is taken",
	"undecoded_buffer":         "the name is computed at run time",
	"undecoded_global_wrapper": "the name is an argument of undecoded_global_wrapper, which others can call",
	"undecoded_one_way":        "the name is the result of make_name",
	"undecoded_pointed_to":     "the name is an argument of undecoded_pointed_to, whose address is taken",
	"undecoded_result":         "the name is the result of make_name",
	"undecoded_writable":       "the name is in writable data (.data)",
}

func TestNamesOfCallsAreFoundAndOthersAreToldWithAReason(t *testing.T) {
	objects, err := filepath.Glob("testdata/*.o")
	if err != nil || len(objects) < 7 {
		t.Fatalf("testdata has the objects %v (%v)", objects, err)
	}
	for _, path := range objects {
		t.Run(filepath.Base(path), func(t *testing.T) {
			found, err := findIn(t, path, read(t, path))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(names, found.Names); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			want := reasons
			if filepath.Base(path) == "x86-pie.o" {
				// A jump table of distances: which way each is taken is not worked
				// out, and one of those that seem possible sets no name.
				want = map[string]string{"by_switch": "the name is computed at run time"}
				for k, v := range reasons {
					want[k] = v
				}
			}
			got := map[string]string{}
			for _, u := range found.Undecoded {
				got[u.Function] = u.Reason
				if u.Section == "" {
					t.Errorf("undecoded %v has no section", u)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("undecoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCallsOnAMachineThatIsNotDecodedAreAllTold(t *testing.T) {
	data := slices.Clone(read(t, "testdata/x86-gcc12.o"))
	binary.LittleEndian.PutUint16(data[18:], uint16(elf.EM_RISCV))
	found, err := findIn(t, "riscv.o", data)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Names) != 0 {
		t.Errorf("names %q on a machine that is not decoded", found.Names)
	}
	functions := map[string]bool{}
	for _, u := range found.Undecoded {
		functions[u.Function] = true
		if want := "calls on EM_RISCV are not decoded"; u.Reason != want {
			t.Errorf("%s: reason %q, want %q", u.Function, u.Reason, want)
		}
	}
	for _, f := range []string{"direct", "tail_call", "merged", "wrapper", "undecoded_result"} {
		if !functions[f] {
			t.Errorf("the call in %s is not told of", f)
		}
	}
}

func TestCallBehindAnUnknownInstructionIsToldOf(t *testing.T) {
	data := slices.Clone(read(t, "testdata/x86-gcc12.o"))
	f, err := elfobj.New("x.o", data)
	if err != nil {
		t.Fatal(err)
	}
	syms, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for s := range syms.All() {
		if n, _ := syms.Name(s); n == "merged" {
			text := f.Sections()[s.Section]
			// 0x06 is no instruction in 64-bit code.
			data[text.Offset+s.Value] = 0x06
		}
	}
	found, err := findIn(t, "x.o", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range found.Undecoded {
		if u.Function == "merged" && strings.Contains(u.Reason, "not understood") {
			return
		}
	}
	t.Errorf("the call in merged is not told of: %v", found.Undecoded)
}

func FuzzFind(f *testing.F) {
	objects, err := filepath.Glob("testdata/*.o")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(objects, "../ksymscan/testdata/7.2/user.o") {
		f.Add(read(f, path))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := findIn(t, "fuzz.o", data)
		if err != nil {
			return
		}
		if !slices.IsSorted(found.Names) {
			t.Errorf("names are not sorted: %q", found.Names)
		}
		for _, n := range found.Names {
			if n == "" || strings.ContainsAny(n, " \t\n\x00") {
				t.Errorf("%q cannot be a symbol's name", n)
			}
		}
	})
}
