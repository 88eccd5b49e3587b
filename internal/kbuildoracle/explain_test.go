package kbuildoracle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// neededSet is what two modules of a set and one outside of it need.
func neededSet(t *testing.T) *ksympb.NeededSet {
	t.Helper()
	set, _, err := needed.Compute(needed.Input{
		Objects: []*ksympb.Object{
			{Path: "a.o", Module: "a", Label: "//:a", Imports: []string{"imported", "kept_and_imported"}, WeakImports: []string{"weak"}, SymbolGets: []string{"asked", "imported"}},
			{Path: "b.o", Module: "b", Label: "//:b", SymbolGets: []string{"asked"}},
			{Path: "c.o", Module: "c", Label: "//:outsider", Imports: []string{"used_outside"}, SymbolGets: []string{"asked_outside"}},
		},
		Keep:        []needed.KeepList{{Name: "keep", Entries: []keeplist.Entry{{Name: "kept", Line: 1}, {Name: "kept_and_imported", Line: 2}}}},
		Modversions: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestWhatKbuildDoesNotSeeDependsOnTheKernel(t *testing.T) {
	modules := map[string]bool{"//:a": true, "//:b": true, "//:outsider": false}
	whitelist := []string{"asked_outside", "kept", "kept_and_imported", "used_outside"}
	for _, tt := range []struct {
		kernel string
		sees   sight
		unseen []string
	}{
		{"6.1", sight{}, []string{"asked", "weak"}},
		{"6.12", sight{weak: true}, []string{"asked"}},
		{"7.2", sight{weak: true, symbolGet: true}, nil},
	} {
		w, err := explain(neededSet(t), modules, tt.sees)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whitelist, w.whitelist); diff != "" {
			t.Errorf("%s: whitelist (-want +got):\n%s", tt.kernel, diff)
		}
		if diff := cmp.Diff(tt.unseen, w.unseen); diff != "" {
			t.Errorf("%s: unseen (-want +got):\n%s", tt.kernel, diff)
		}
		if why := w.why["asked"]; len(tt.unseen) > 0 && !strings.Contains(why, "symbol_get() in //:a") {
			t.Errorf("%s: asked is explained with %q", tt.kernel, why)
		}
	}
}

// Else a label spelled differently would pass for a module outside of the set,
// and Kbuild would be told of all that it uses.
func TestAUserThatNobodyKnowsIsAnError(t *testing.T) {
	_, err := explain(neededSet(t), map[string]bool{"//:a": true, "//:b": true}, sight{})
	if err == nil || !strings.Contains(err.Error(), "//:outsider") {
		t.Errorf("error %v, want one that names //:outsider", err)
	}
}

func TestExportsOfOneSideAreDifferencesUnlessKbuildIsKnownToLoseThem(t *testing.T) {
	for _, tt := range []struct {
		name               string
		ours, theirs, lost []string
		want               string
	}{
		{"the same", []string{"a", "b"}, []string{"a", "b"}, nil, ""},
		{"Kbuild loses what it does not see", []string{"a", "b"}, []string{"a"}, []string{"b"}, ""},
		{"Kbuild keeps more", []string{"a"}, []string{"a", "b"}, nil, "b is exported by Kbuild's modules, not by the rules'"},
		{"the rules keep more", []string{"a", "b", "c"}, []string{"a"}, []string{"c"}, "b is exported by the rules' modules, not by Kbuild's"},
		{"Kbuild keeps what it is said to lose", []string{"a"}, []string{"a"}, []string{"a"}, "a is exported by Kbuild's modules, although this Kbuild is said not to see who needs it"},
	} {
		if got := strings.Join(compareExports(tt.ours, tt.theirs, tt.lost), "; "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
