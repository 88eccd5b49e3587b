package livepatch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
)

// built returns the files of the set, by base name.
func built(t *testing.T) map[string]string {
	t.Helper()
	files := strings.Fields(os.Getenv("SET"))
	if len(files) == 0 {
		t.Skip("needs modules built by Bazel: bazel test //e2e/livepatch/...")
	}
	byName := map[string]string{}
	for _, f := range files {
		byName[filepath.Base(f)] = filepath.Join(os.Getenv("TEST_SRCDIR"), os.Getenv("TEST_WORKSPACE"), f)
	}
	return byName
}

func TestWhatAKlpRelocationNamesStaysExported(t *testing.T) {
	objects, err := ksymscan.File(built(t)["klp_target.ko"], ksymscan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var exports []string
	for _, e := range objects[0].Exports {
		exports = append(exports, e.Name)
	}
	if diff := cmp.Diff([]string{"klp_answer", "klp_named"}, exports); diff != "" {
		t.Errorf("exports of klp_target.ko (-want +got):\n%s", diff)
	}
}

func TestTheNeededSetSaysThatAKlpRelocationKeepsIt(t *testing.T) {
	set, err := ksyms.ReadNeededFile(built(t)["needed.ksyms"])
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Symbols {
		if s.Name != "klp_named" {
			continue
		}
		if got, want := needed.Explain(set, s), "named by a klp relocation of //e2e/livepatch/modules:klp_patch"; got != want {
			t.Errorf("klp_named is kept because it is %q, want %q", got, want)
		}
		return
	}
	t.Error("klp_named is not needed")
}
