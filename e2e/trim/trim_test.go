package trim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// kept are the provider's exports that somebody needs: trim_weak is only
// imported weakly, trim_by_name asked for by symbol_get, trim_kept on a
// keep-list with a comment and stray spaces, trim_used_outside imported by a
// module outside of the set. Trim_used, _trim_used and the like are other names.
var kept = []string{
	"__trim_inner",
	"__trim_used",
	"trim_by_name",
	"trim_kept",
	"trim_spare",
	"trim_used",
	"trim_used_gpl",
	"trim_used_outside",
	"trim_weak",
}

// set returns the built files of the set, by base name.
func set(t *testing.T) map[string]string {
	t.Helper()
	files := strings.Fields(os.Getenv("SET"))
	if len(files) == 0 {
		t.Skip("needs modules built by Bazel: bazel test //e2e/trim/...")
	}
	byName := map[string]string{}
	for _, f := range files {
		byName[filepath.Base(f)] = filepath.Join(os.Getenv("TEST_SRCDIR"), os.Getenv("TEST_WORKSPACE"), f)
	}
	return byName
}

func TestModulesExportWhatSomebodyNeedsAndNothingElse(t *testing.T) {
	set := set(t)
	objects, err := ksymscan.File(set["trim_provider.ko"], ksymscan.Options{Style: ksymscan.Auto})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range objects {
		for _, e := range o.Exports {
			names = append(names, e.Name)
		}
	}
	if diff := cmp.Diff(kept, names); diff != "" {
		t.Errorf("%s: exports (-want +got):\n%s", set["trim_provider.ko"], diff)
	}
}

func TestModuleSymversListsWhatTheModulesExport(t *testing.T) {
	set := set(t)
	data, err := os.ReadFile(set["Module.symvers"])
	if err != nil {
		t.Fatal(err)
	}
	entries, err := symvers.Parse("Module.symvers", data)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, e := range entries {
		listed[e.Name] = true
	}
	for _, name := range kept {
		if !listed[name] {
			t.Errorf("%s lacks %s", set["Module.symvers"], name)
		}
	}
	if len(listed) != len(kept) {
		t.Errorf("%s has %d symbols, want %d", set["Module.symvers"], len(listed), len(kept))
	}
}

func TestTheNeededSetSaysWhoKeepsASymbol(t *testing.T) {
	want := map[string]string{
		"trim_weak":         "trim_consumer",
		"trim_by_name":      "trim_consumer",
		"trim_kept":         "keep.txt:2",
		"trim_used_outside": "trim_outsider",
	}
	set := set(t)
	n, err := ksyms.ReadNeededFile(set["needed.ksyms"])
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range n.Symbols {
		who, ask := want[s.Name]
		if ask && !strings.Contains(needed.Explain(n, s), who) {
			t.Errorf("%s: %s is said to be kept by %q, not by %s", set["needed.ksyms"], s.Name, needed.Explain(n, s), who)
		}
	}
}
