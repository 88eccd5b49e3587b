package arfile_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/arfile"
)

// member is a member with its header, padded.
func member(name, content string) string {
	pad := ""
	if len(content)%2 == 1 {
		pad = "\n"
	}
	return fmt.Sprintf("%-16s%-12s%-6s%-6s%-8s%-10d`\n%s%s", name, "0", "0", "0", "644", len(content), content, pad)
}

func TestMembersOfEachDialect(t *testing.T) {
	for _, tc := range []struct {
		name, archive, want string
	}{
		{"empty", "", ""},
		{"GNU", member("/", "symbols") + member("//", "a_name_that_is_too_long.o/\nanother_long_name.o/\n") +
			member("short.o/", "one") + member("/0", "two") + member("/27", "three"), "short.o=one a_name_that_is_too_long.o=two another_long_name.o=three"},
		{"GNU with a 64-bit symbol table", member("/SYM64/", "symbols") + member("x.o/", "x"), "x.o=x"},
		{"BSD", member("__.SYMDEF SORTED", "symbols") + member("#1/20", "long_bsd_name.o\x00\x00\x00\x00\x00two") + member("short.o", "one"),
			"long_bsd_name.o=two short.o=one"},
		{"two members of one name", member("x.o/", "1") + member("x.o/", "2"), "x.o=1 x.o=2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data := []byte("!<arch>\n" + tc.archive)
			members, err := arfile.Members("lib.a", data)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range members {
				got = append(got, m.Name+"="+string(m.Data))
				if at := string(data[m.Offset:][:len(m.Data)]); at != string(m.Data) {
					t.Errorf("at the offset of %s is %q, not %q", m.Name, at, m.Data)
				}
			}
			if g := strings.Join(got, " "); g != tc.want {
				t.Errorf("members %q, want %q", g, tc.want)
			}
		})
	}
}

func TestArchivesThatAreRefused(t *testing.T) {
	whole := "!<arch>\n" + member("x.o/", "content")
	for _, tc := range []struct {
		name, archive, want string
	}{
		{"thin", "!<thin>\n", "pass the member objects instead"},
		{"no archive", "\x7fELF", "not an ar archive"},
		{"cut in a header", whole[:30], "ends within a member's header"},
		{"cut in a member", whole[:len(whole)-5], "offset 0x38: a member of 7 bytes in an archive that has 3 left"},
		{"a size that is no number", strings.Replace(whole, "7  ", "x  ", 1), "is not a number"},
		{"bytes between members", whole + "xx" + strings.Repeat(" ", 60), "no member header here"},
		{"a name that is not in the table", "!<arch>\n" + member("/7", "x"), "not in the table of names"},
		{"a name longer than its member", "!<arch>\n" + member("#1/70", "x"), "does not fit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := arfile.Members("lib.a", []byte(tc.archive))
			if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "lib.a: offset ") {
				t.Errorf("error %v, want one of lib.a with %q", err, tc.want)
			}
		})
	}
}

func FuzzMembers(f *testing.F) {
	f.Add([]byte("!<arch>\n" + member("//", "a_name_that_is_too_long.o/\n") + member("/0", "two")))
	f.Add([]byte("!<arch>\n" + member("#1/20", "long_bsd_name.o\x00\x00\x00\x00\x00two")))
	lib, err := os.ReadFile("../ksymscan/testdata/6.12/lib.a")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(lib)
	f.Fuzz(func(t *testing.T, data []byte) {
		members, err := arfile.Members("lib.a", data)
		if err != nil {
			return
		}
		total := 0
		for _, m := range members {
			total += len(m.Data)
		}
		if total > len(data) {
			t.Errorf("members of %d bytes in an archive of %d", total, len(data))
		}
	})
}
