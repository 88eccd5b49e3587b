package debian

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestADependsFieldIsClausesOfAlternatives(t *testing.T) {
	got := ParseDepends("libc6 (>= 2.38), debconf (>= 0.5) | debconf-2.0, python3:any, gcc-14 (= 14.2.0-19) [amd64], ")
	want := [][]Dependency{
		{{Name: "libc6", Operator: ">=", Version: "2.38"}},
		{{Name: "debconf", Operator: ">=", Version: "0.5"}, {Name: "debconf-2.0"}},
		{{Name: "python3"}},
		{{Name: "gcc-14", Operator: "=", Version: "14.2.0-19"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestADependencyAllowsTheVersionsOfItsOperator(t *testing.T) {
	for _, test := range []struct {
		operator, version  string
		older, same, newer bool
	}{
		{"<<", "2.0", true, false, false},
		{"<=", "2.0", true, true, false},
		{"=", "2.0", false, true, false},
		{">=", "2.0", false, true, true},
		{">>", "2.0", false, false, true},
		{"", "", true, true, true},
	} {
		d := Dependency{Name: "x", Operator: test.operator, Version: test.version}
		if d.Allows("1.9") != test.older || d.Allows("2.0") != test.same || d.Allows("2.0+b1") != test.newer {
			t.Errorf("%+v: 1.9 %t, 2.0 %t, 2.0+b1 %t", d, d.Allows("1.9"), d.Allows("2.0"), d.Allows("2.0+b1"))
		}
	}
}

func FuzzParseDepends(f *testing.F) {
	f.Add("a (>= 1) | b:any [amd64], c (")
	f.Add("(=),|,")
	f.Fuzz(func(t *testing.T, field string) {
		for _, clause := range ParseDepends(field) {
			for _, d := range clause {
				if d.Name == "" {
					t.Errorf("%q has a dependency without a name", field)
				}
				d.Allows("1")
			}
		}
	})
}
