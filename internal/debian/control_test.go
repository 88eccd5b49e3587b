package debian

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readAll(text string) ([]Paragraph, error) {
	var all []Paragraph
	err := ReadParagraphs(strings.NewReader(text), func(p Paragraph) error {
		all = append(all, p)
		return nil
	})
	return all, err
}

func TestParagraphsAreSeparatedByEmptyLinesAndContinuedByIndentedOnes(t *testing.T) {
	got, err := readAll("\n\nPackage: a\nDescription: one\n two\n .\n# comment\nSize:3\n\n\nPackage: b\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Paragraph{
		{"Package": "a", "Description": "one\ntwo\n.", "Size": "3"},
		{"Package": "b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMalformedControlFileIsAnErrorWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"Package: a\nno field\n": "line 2: ",
		" continued\n":           "line 1: ",
		": x\n":                  "line 1: ",
	} {
		if _, err := readAll(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %s...", text, err, want)
		}
	}
}

func FuzzReadParagraphs(f *testing.F) {
	f.Add("Package: a\nDepends: b,\n c\n\nPackage: d\n")
	f.Add("a:b\n \n#\n\tx")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := readAll(text)
		for _, p := range all {
			if len(p) == 0 && err == nil {
				t.Errorf("%q has an empty paragraph", text)
			}
		}
	})
}
