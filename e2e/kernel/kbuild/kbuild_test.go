// Tests that a whole kernel, built object by object, is what GNU make makes of
// the same tree with the same programs: every object, every module, vmlinux and
// what tells of them, byte for byte.
package kbuild_test

import (
	"bytes"
	"debug/elf"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneloracle"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
)

// installed is the folder below which lib/modules/RELEASE is, made by either.
const installed = "_sdk"

// With NEEDED, the needed set of a trimmed kernel, make trims, too. It loses what
// is only asked for by symbol_get: the test says so, and has it on the whitelist.
func TestEveryFileIsWhatMakeMakes(t *testing.T) {
	var folders []string
	for _, file := range []string{"DESCRIPTION", "DOTCONFIG"} {
		there, err := filepath.EvalSymlinks(runfile(t, file))
		if err != nil {
			t.Fatal(err)
		}
		folders = append(folders, filepath.Dir(there))
	}
	build, err := kerneloracle.New(folders[0], folders[1], runfile(t, "SDK"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer build.Close()
	beside := os.Getenv("DESCRIPTION")
	if needed := os.Getenv("NEEDED"); needed != "" {
		beside = needed
		set, err := ksyms.ReadNeededFile(runfile(t, "NEEDED"))
		if err != nil {
			t.Fatal(err)
		}
		unseen := kerneloracle.Unseen(set)
		t.Logf("%d symbols are needed; %d of them no module imports: %s", len(set.GetSymbols()), len(unseen), strings.Join(unseen, " "))
		if err := build.Trim(unseen); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := build.Make("all"); err != nil {
		t.Fatal(err)
	}
	ours := filepath.Dir(filepath.Join(os.Getenv("TEST_SRCDIR"), beside))
	if _, err := os.Stat(filepath.Join(ours, installed)); err == nil {
		if _, err := build.Make("modules_install", "INSTALL_MOD_PATH="+installed); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, build.Dir, ours)
}

// compare compares all files that Bazel made, which lie in the folder of the
// repository's runfiles, with those of make's at the same place in the tree.
func compare(t *testing.T, tree, ours string) {
	t.Helper()
	same, all, marked := 0, 0, 0
	var visit fs.WalkDirFunc
	visit = func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type()&fs.ModeSymlink != 0 {
			if info, err := os.Stat(file); err == nil && info.IsDir() {
				return filepath.WalkDir(file+"/", visit)
			}
		}
		if err != nil || entry.IsDir() || entry.Name() == kerneltree.DescriptionFile || entry.Name() == "needed.ksyms" {
			return err
		}
		all++
		name, err := filepath.Rel(ours, file)
		if err != nil {
			return err
		}
		for _, folder := range []string{"_modules/", "_trim/"} {
			name = strings.TrimPrefix(name, folder)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		theirs, err := os.ReadFile(filepath.Join(tree, name))
		switch {
		case err != nil:
			t.Errorf("make made no %s", name)
		case bytes.Equal(data, theirs):
			same++
		case os.Getenv("NEEDED") != "" && sameButMarkers(data, theirs):
			marked++
		default:
			t.Errorf("%s is not what make makes (%d bytes, make's has %d)", name, len(data), len(theirs))
		}
		return nil
	}
	if err := filepath.WalkDir(ours, visit); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d files are the same bytes", same, all)
	if marked > 0 {
		t.Logf("%d more are objects that keep all their exports: they are not compiled again, and have no section .discard.ksym", marked)
	}
	least := 100
	if os.Getenv("NEEDED") != "" {
		// What trimming leaves alone is compared by the other test: on 6.12
		// that is every object, and modules and the links are left.
		least = 50
	}
	if all < least {
		t.Errorf("only %d files were there to compare", all)
	}
}

// sameButMarkers says whether all that an object brings into memory is what
// make's brings. Before 6.5 Kbuild has markers in what it compiles for trimming,
// which the linker drops.
func sameButMarkers(ours, theirs []byte) bool {
	loaded := func(data []byte) map[string]string {
		f, err := elf.NewFile(bytes.NewReader(data))
		if err != nil || f.Type != elf.ET_REL {
			return nil
		}
		sections := map[string]string{}
		for _, s := range f.Sections {
			if s.Flags&elf.SHF_ALLOC != 0 && s.Name != ".discard.ksym" {
				text, _ := s.Data()
				sections[s.Name] = string(text)
			}
		}
		return sections
	}
	a := loaded(ours)
	return a != nil && maps.Equal(a, loaded(theirs))
}

func runfile(t *testing.T, variable string) string {
	t.Helper()
	file, err := runfiles.Rlocation(os.Getenv(variable))
	if err != nil {
		t.Fatal(err)
	}
	return file
}
