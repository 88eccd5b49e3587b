package modinfo

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValuesKeepTheOrderOfTheSection(t *testing.T) {
	section := "license=GPL\x00\x00\x00parm=a:b=c\x00import_ns=A\x00odd\x00import_ns=B"
	for key, want := range map[string][]string{
		"license": {"GPL"}, "import_ns": {"A", "B"}, "parm": {"a:b=c"}, "odd": {""}, "import": nil, "version": nil,
	} {
		if diff := cmp.Diff(want, Values(section, key)); diff != "" {
			t.Errorf("Values(%q): -want +got\n%s", key, diff)
		}
	}
}

func TestAllStopsWhenAsked(t *testing.T) {
	n := 0
	for range All("a=1\x00b=2\x00") {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d fields after a break, want 1", n)
	}
}
