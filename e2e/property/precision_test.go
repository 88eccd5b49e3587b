package property

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/trimtree"
)

// concerns says, for the actions that are not slices, what each reads of the tree: an action runs again only if that changed since it ran
// last. The keys are first outputs, the values all that matters to them.
func concerns(l line, t *trimtree.Tree) map[string]string {
	exporters := t.Exporters()
	all := map[string]string{}
	for _, m := range t.Modules {
		text := sources(t)
		var units []string
		for i := range m.Units {
			source := text["m/"+m.Stem(i)+".c"]
			units = append(units, source)
			all["m/_objs/"+m.Name+"/"+m.Stem(i)+".o"] = source
			var kept []string
			for _, e := range m.Units[i].Exports {
				if slices.Contains(t.Kept(m), e.Name) {
					kept = append(kept, e.Name)
				}
			}
			all["set/m/"+m.Name+"/"+m.Stem(i)+".o"] = source + fmt.Sprint(kept)
		}
		// What modpost writes of imports: who exports them, how, and with which CRC.
		var imports []string
		for _, i := range m.Imports() {
			if e := exporters[i.Name]; e != nil && i.How != trimtree.SymbolGet {
				at := slices.IndexFunc(e.Exports(), func(x trimtree.Export) bool { return x.Name == i.Name })
				imports = append(imports, fmt.Sprint(i, e.Name, e.Exports()[at]))
			}
		}
		module := fmt.Sprint(units, imports)
		inSet := fmt.Sprint(module, t.Kept(m))
		for _, suffix := range []string{".mod.c", ".mod.o", ".ko"} {
			all["m/"+m.Name+suffix] = module
			all["set/m/"+m.Name+suffix] = inSet
		}
		all["m/_objs/"+m.Name+"/"+m.Name+".linked.o"] = module
		all["m/"+m.Name+".ksyms"] = module
		all["set/m/"+m.Name+"/"+m.Name+".linked.o"] = inSet
	}
	return all
}

func TestOnlyWhatAnEditConcernsRunsAgain(t *testing.T) {
	ran := map[string]int{}
	for seed := *firstSeed; seed < *firstSeed+enough; seed++ {
		h := newHistory(seed, evaluator{memory: func() memory { return newForgetful() }})
		h.broken = false // what fails runs each time
		h.build()
		before := concerns(h.line, h.tree)
		for range edits {
			h.edit()
			got := h.build()
			now := concerns(h.line, h.tree)
			said := h.log[len(h.log)-1]
			for _, a := range got.ran {
				if slices.Contains(cutting, a.kind) {
					continue
				}
				ran[a.kind]++
				out := a.outputs[0]
				if now[out] == "" {
					t.Fatalf("%s makes %s, of which it is not known what it depends on", a.kind, out)
				}
				if now[out] == before[out] {
					t.Errorf("sequence %d, kernel %s, after %q: %s ran again for %s", seed, h.line.release, said, a.kind, path.Base(out))
				}
			}
			if strings.HasPrefix(said, "touch ") && len(got.ran) > 0 {
				t.Errorf("sequence %d, kernel %s, after %q: %d actions ran", seed, h.line.release, said, len(got.ran))
			}
			// What is not built now is as it was.
			for out, what := range now {
				before[out] = what
			}
		}
	}
	for _, kind := range []string{"KernelCompile", "KernelTrim", "KernelLink", "KernelModpost", "KernelModC", "KernelModuleLink"} {
		if ran[kind] == 0 {
			t.Errorf("no %s ran in all of the sequences", kind)
		}
	}
	t.Logf("%v", ran)
}
