package keeplist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
)

func TestBothFormatsAreRead(t *testing.T) {
	for _, tc := range []struct {
		name, list string
		want       []keeplist.Entry
	}{
		{"empty", "", nil},
		{"one name a line", "foo\nbar\n", []keeplist.Entry{{"foo", 1}, {"bar", 2}}},
		{"no newline at the end", "foo\nbar", []keeplist.Entry{{"foo", 1}, {"bar", 2}}},
		{"names on one line", "foo bar\tbaz\n", []keeplist.Entry{{"foo", 1}, {"bar", 1}, {"baz", 1}}},
		{"stray spaces and DOS newlines", "  foo \r\n\r\n\t bar\r\n", []keeplist.Entry{{"foo", 1}, {"bar", 3}}},
		{"comments", "# what the vendor's module needs\nfoo # bar\n#baz\n", []keeplist.Entry{{"foo", 2}}},
		{"a byte order mark", "\ufefffoo\n", []keeplist.Entry{{"foo", 1}}},
		{"names that differ little", "_foo __foo Foo\n", []keeplist.Entry{{"_foo", 1}, {"__foo", 1}, {"Foo", 1}}},
		{"Android's symbol list", "[abi_symbol_list]\n# commonly used symbols\n  module_layout\n  __put_task_struct\n\n# required by gs101.ko\n  add_cpu\n",
			[]keeplist.Entry{{"module_layout", 3}, {"__put_task_struct", 4}, {"add_cpu", 7}}},
		{"Android's older list", "[abi_whitelist]\n  add_cpu\n", []keeplist.Entry{{"add_cpu", 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := keeplist.Parse("list", []byte(tc.list))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoNameIsRefusedWithItsLine(t *testing.T) {
	for _, tc := range []struct{ list, want string }{
		{"foo\nbar,\n", `list:2: "bar," is not the name of a symbol`},
		{"EXPORT_SYMBOL(foo);\n", `list:1: "EXPORT_SYMBOL(foo);" is not the name`},
		{"foo\n// bar\n", `list:2: "//" is not the name`},
		{"2fast\n", `list:1: "2fast"`},
		{"[suppress_function]\nfoo\n", `list:1: "[suppress_function]" is not the header`},
		{"[abi_symbol_list\nfoo\n", `list:1: "[abi_symbol_list" is not the header`},
	} {
		_, err := keeplist.Parse("list", []byte(tc.list))
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%q: error %v, want %q", tc.list, err, tc.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("[abi_symbol_list]\n# commonly used\n  foo\n"))
	f.Add([]byte("foo bar # baz\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := keeplist.Parse("list", data)
		if err != nil {
			return
		}
		for _, e := range entries {
			if e.Name == "" || strings.ContainsAny(e.Name, " \t\r\n#") || e.Line < 1 {
				t.Errorf("entry %+v", e)
			}
		}
	})
}
