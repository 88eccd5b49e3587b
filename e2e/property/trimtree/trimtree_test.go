package trimtree

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestATreeBuildsAfterAnyEdits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	tree := New(r, 40)
	done := map[string]int{}
	for range 3000 {
		said := tree.Edit(r, false)
		for _, words := range []string{
			" imports ", " weakly imports ", " asks by symbol_get ", " no longer uses ", " exports ", " no longer exports ", "add \"", "drop \"",
			" now", "add module ", "remove module ", ": rename ", "rename module ", "change the code ", " for the GPL ", " another type", "set trim ",
			"touch ",
		} {
			if strings.Contains(said, words) {
				done[words]++
			}
		}
		if broken := tree.Broken(); len(broken) > 0 {
			t.Fatalf("after %q: %s", said, broken)
		}
		exporter := tree.Exporters()
		place := map[*Module]int{}
		for i, m := range tree.Modules {
			place[m] = i
			for _, dep := range tree.Deps(m, exporter) {
				if at, before := place[dep]; !before || at == i {
					t.Fatalf("after %q: %s depends on %s, which does not come before it", said, m.Name, dep.Name)
				}
			}
			for _, e := range m.Exports() {
				if exporter[e.Name] != m {
					t.Fatalf("after %q: %s is exported by %s and %s", said, e.Name, m.Name, exporter[e.Name].Name)
				}
			}
		}
	}
	if len(done) != 18 {
		t.Errorf("not every kind of edit was made: %v", done)
	}
	if len(tree.Modules) < 20 {
		t.Errorf("%d modules are left", len(tree.Modules))
	}
}

func TestABrokenTreeSaysWhatIsMissing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	tree := New(r, 40)
	for range 2000 {
		said := tree.Edit(r, true)
		if broken := tree.Broken(); len(broken) > 0 {
			if name := strings.Fields(said)[len(strings.Fields(said))-1]; !strings.Contains(broken[0], " imports "+name) {
				t.Errorf("after %q: %s", said, broken)
			}
			return
		}
	}
	t.Error("2000 edits that may break the tree did not")
}

func TestATreeOfTheSameSeedIsTheSameAndItsCloneStaysWhatItWas(t *testing.T) {
	r, other := rand.New(rand.NewPCG(7, 0)), rand.New(rand.NewPCG(7, 0))
	tree, same := New(r, 10), New(other, 10)
	clone := tree.Clone()
	for range 200 {
		if one, two := tree.Edit(r, true), same.Edit(other, true); one != two {
			t.Fatalf("one seed, two edits: %q and %q", one, two)
		}
	}
	if !reflect.DeepEqual(tree, same) {
		t.Error("the same edits leave two different trees")
	}
	if !reflect.DeepEqual(clone, New(rand.New(rand.NewPCG(7, 0)), 10)) {
		t.Error("edits of a tree changed its clone")
	}
}

func TestWhatIsNeededFollowsFromUses(t *testing.T) {
	provider := &Module{Name: "provider", Units: []*Unit{
		{Exports: []Export{{Name: "strong"}, {Name: "weak"}, {Name: "got"}, {Name: "kept"}, {Name: "outside"}, {Name: "user"}, {Name: "inner"}}},
		{Imports: []Import{{"inner", Strong}}},
	}}
	use := func(name string, role Role, imports ...Import) *Module {
		return &Module{Name: name, Role: role, Units: []*Unit{{Imports: imports}}}
	}
	tree := &Tree{Trim: true, Keep: []string{"# kept is", " kept  # promised", "#user"}, Modules: []*Module{
		provider,
		use("member", InSet, Import{"strong", Strong}, Import{"weak", Weak}, Import{"got", SymbolGet}),
		use("stranger", Outside, Import{"outside", Strong}),
		use("client", User, Import{"user", Strong}),
	}}
	if got := strings.Join(tree.Kept(provider), " "); got != "got kept strong user weak" {
		t.Errorf("kept: %s", got)
	}
	tree.Trim = false
	if got := len(tree.Kept(provider)); got != 7 {
		t.Errorf("untrimmed, %d are kept", got)
	}
}
