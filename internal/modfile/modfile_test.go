package modfile

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseKeepsTheOrder(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want Mod
	}{
		"paths as 7.2 writes them":        {"./b.o\n./a.o\nsub/lib.a\n", Mod{Objects: []string{"./b.o", "./a.o", "sub/lib.a"}}},
		"paths as 6.1 writes them":        {"/m/b.o\n", Mod{Objects: []string{"/m/b.o"}}},
		"a livepatch's line is no path":   {"b.o\nLIVEPATCH\n", Mod{Objects: []string{"b.o"}, Livepatch: true}},
		"a path with that word is a path": {"LIVEPATCH/LIVEPATCH.o\n", Mod{Objects: []string{"LIVEPATCH/LIVEPATCH.o"}}},
		"no objects":                      {"", Mod{}},
	} {
		got, err := Parse("hello.mod", []byte(tt.text))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, -want +got\n%s", name, err, diff)
		}
	}
}

func TestParseNamesFileLineAndOffset(t *testing.T) {
	for text, want := range map[string]string{
		"a.o\nb.":      "hello.mod:2: offset 0x4: the last line does not end: the file is cut short",
		"a.o\nb.c\n":   `hello.mod:2: offset 0x4: "b.c" is neither an object (.o) nor an archive (.a)`,
		"a.o b.o\n":    `hello.mod:1: offset 0x0: "a.o b.o" is not one path a line`,
		"a.o\n\nc.o\n": `hello.mod:2: offset 0x4: "" is neither an object (.o) nor an archive (.a)`,
	} {
		if _, err := Parse("hello.mod", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a.o\n", "./b.o\n/m/sub/lib.a\n", "LIVEPATCH\n", "a.o\x00\n", "a.o"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		mod, err := Parse("x.mod", data)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Offset > int64(len(data)) {
				t.Fatalf("error %#v does not say where", err)
			}
			return
		}
		lines := slices.Clone(mod.Objects)
		if mod.Livepatch {
			lines = append(lines, Livepatch)
		}
		again, err := Parse("x.mod", []byte(strings.Join(append(lines, ""), "\n")))
		if diff := cmp.Diff(mod, again); diff != "" || err != nil {
			t.Errorf("what was read does not read the same again: %v\n%s", err, diff)
		}
	})
}
