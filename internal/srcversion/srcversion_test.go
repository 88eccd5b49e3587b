package srcversion

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The sums are what the modposts of Debian's 6.1, 6.12 and 7.2 give a module
// of one source with that text.
func TestSumIsTheOneThatModpostComputes(t *testing.T) {
	for text, want := range map[string]string{
		"":    "533BB7E5866E52F63B9ACCB",
		"a":   "1A1C2309CD43C3BC1F43982",
		"abc": "C719445509BC140AF62F422",
		"0123456789012345678901234567890123456789012345678901234":                 "C44740A7E31AD0B5F6FFDFC",
		"01234567890123456789012345678901234567890123456789012345":                "61766EE5800B671628D8855",
		"01234567890123456789012345678901234567890123456789012345678901234567890": "47B8C41D40A0A9A63813F49",
	} {
		if got := Sum([]byte(text)); got != want {
			t.Errorf("Sum(%q) = %s, want %s", text, got, want)
		}
		half := len(text) / 2
		if got := Sum([]byte(text[:half]), nil, []byte(text[half:])); got != want {
			t.Errorf("Sum of %q in two parts = %s, want %s", text, got, want)
		}
	}
}

func TestFilterDropsWhatModpostDrops(t *testing.T) {
	for src, want := range map[string]string{
		"int a ;\t\v\f\r\nint b;":      "inta;intb;",
		"a/* x */b":                    "ab",
		"a // b c\nd":                  "a//bcd",
		"a//*b\nc*/d":                  "a/d",
		"a/*/b*/c":                     "ab*/c",
		"#define A \\\n 1":             "#defineA1",
		"\\ b":                         "\\b",
		`"a  b" c`:                     `"a  b"c`,
		`"a \" b" c d`:                 `"a \" b"cd`,
		`"a \\" b " c d`:               `"a \\" b "cd`,
		`"/* no comment */" /* one */`: `"/* no comment */"`,
		"\"not closed ":                "\"not closed ",
		"a /* not closed ":             "a",
		"'\"' a":                       "'\"' a",
		"/":                            "/",
	} {
		if got := string(Filter(nil, []byte(src))); got != want {
			t.Errorf("Filter(%q) = %q, want %q", src, got, want)
		}
	}
}

// What the modposts of Debian's 6.12 (objects below /) and 7.2 (below .) count.
func TestLocalHeadersAreThoseOfTheObjectsFolderAsItIsSpelled(t *testing.T) {
	for _, test := range []struct {
		object        string
		headers, want []string
	}{
		{
			"/m/top/a.o",
			[]string{"/m/top/b.h", "/m/top/../up.h", "/m/top/sub/../same.h", "/m/top/sub/c.h", "/m/top/d.h", "/usr/src/linux/m.h"},
			[]string{"/m/top/b.h", "/m/top/d.h"},
		},
		{"/m/top/sub/b.o", []string{"/m/top/sub/../viasub.h", "/m/top/sub/./sub/x.h", "/m/top/sub/y.h"}, []string{"/m/top/sub/y.h"}},
		{"./a.o", []string{"a.h", "../up.h", "../inc/i.h", "sub/../same.h", "sub/x.h"}, []string{"../up.h", "sub/../same.h"}},
		{"./sub/b.o", []string{"sub/b.h", "sub/../viasub.h", "sub/../../up.h", "sub/./sub/x.h"}, []string{"sub/./sub/x.h"}},
		{"a.o", []string{"a.h", "/a.h", "b/a.h"}, []string{"a.h"}},
	} {
		o := Object{Object: test.object, Headers: test.headers}
		if diff := cmp.Diff(test.want, o.Local()); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.object, diff)
		}
	}
}

func TestParseTextsNamesFileAndOffset(t *testing.T) {
	good := string(AppendTexts(nil, []Text{{Path: "w/a.c", Data: []byte("x\ny")}, {Path: "w/empty.h"}}))
	if want := "3 w/a.c\nx\ny\n0 w/empty.h\n\n"; good != want {
		t.Fatalf("AppendTexts = %q, want %q", good, want)
	}
	for data, want := range map[string]string{
		"3 w/a.c":                "texts: offset 0x0: not a line of a length and a path",
		good[:10]:                `texts: offset 0x0: the text of "w/a.c" does not end after 3 bytes`,
		good + "1 w/b.c\nxy\n":   `texts: offset 0x19: the text of "w/b.c" does not end after 1 bytes`,
		good + "-1 w/b.c\n\n":    "texts: offset 0x19: not a line of a length and a path",
		"99999999999 w/a.c\nx\n": "texts: offset 0x0: not a line of a length and a path",
		"1 \nx\n":                "texts: offset 0x0: not a line of a length and a path",
	} {
		if _, err := ParseTexts("texts", []byte(data)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("ParseTexts(%q): %v, want %s", data, err, want)
		}
	}
}

func FuzzParseTexts(f *testing.F) {
	f.Add(AppendTexts(nil, []Text{{Path: "w/a.c", Data: []byte("x\ny")}, {Path: "w/empty.h"}}))
	f.Add([]byte("3 w/a.c\nx"))
	f.Fuzz(func(t *testing.T, data []byte) {
		texts, err := ParseTexts("texts", data)
		if err != nil {
			return
		}
		again, err := ParseTexts("texts", AppendTexts(nil, texts))
		if err != nil || len(again) != len(texts) {
			t.Errorf("what was read does not read again: %v", err)
		}
	})
}

func FuzzFilter(f *testing.F) {
	for _, seed := range []string{"a /* b */ \"c\\\"\" \\\n d", "/*/", "\"", "\\", "//"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got := Filter(nil, src)
		if len(got) > len(src) {
			t.Errorf("%d bytes of %d", len(got), len(src))
		}
		if !bytes.ContainsAny(src, "\"/\\") && bytes.ContainsAny(got, " \t\n") {
			t.Errorf("white space is left in %q", got)
		}
	})
}
