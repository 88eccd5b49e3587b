// Tests that a whole kernel, built object by object, is what GNU make makes of
// the same tree with the same programs: every object, every module, vmlinux and
// what tells of them, byte for byte.
package kbuild_test

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// canonical is where debug info says that the tree is.
const canonical = "/usr/src/linux"

// With NEEDED, the needed set of a trimmed kernel, make trims, too. It loses what
// is only asked for by symbol_get: the test says so, and has it on the whitelist.
func TestEveryFileIsWhatMakeMakes(t *testing.T) {
	tree := copyTree(t, runfile(t, "DESCRIPTION"))
	sdk, err := kbuildsdk.Open(runfile(t, "SDK"))
	if err != nil {
		t.Fatal(err)
	}
	mapFolder(t, tree)
	made, err := kerneltree.Open(tree, sdk)
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	made.Jobs = runtime.NumCPU()
	if os.Getenv("NEEDED") != "" {
		trim(t, made, runfile(t, "NEEDED"))
	}
	if _, err := made.Make("all"); err != nil {
		t.Fatal(err)
	}
	beside := os.Getenv("NEEDED")
	if beside == "" {
		beside = os.Getenv("DESCRIPTION")
	}
	compare(t, tree, filepath.Dir(filepath.Join(os.Getenv("TEST_SRCDIR"), beside)))
}

// trim has make trim exports, with a whitelist of those that stay though no
// module imports them.
func trim(t *testing.T, tree *kerneltree.Tree, needed string) {
	t.Helper()
	set, err := ksyms.ReadNeededFile(needed)
	if err != nil {
		t.Fatal(err)
	}
	var unseen []string
	for _, s := range set.GetSymbols() {
		seen := false
		for _, r := range s.GetReasons() {
			seen = seen || r.GetKind() == ksympb.Reason_KIND_IMPORT
		}
		if !seen {
			unseen = append(unseen, s.GetName())
		}
	}
	t.Logf("%d symbols are needed; %d of them no module imports: %s", len(set.GetSymbols()), len(unseen), strings.Join(unseen, " "))
	whitelist := filepath.Join(t.TempDir(), "whitelist")
	if err := os.WriteFile(whitelist, []byte(strings.Join(unseen, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(tree.Dir, ".config")
	config, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	config = bytes.Replace(config, []byte("# CONFIG_TRIM_UNUSED_KSYMS is not set\n"), []byte("CONFIG_TRIM_UNUSED_KSYMS=y\nCONFIG_UNUSED_KSYMS_WHITELIST=\""+whitelist+"\"\n"), 1)
	if err := os.WriteFile(file, config, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := tree.Make("olddefconfig"); err != nil {
		t.Fatal(err)
	}
	if config, err = os.ReadFile(file); err != nil || !bytes.Contains(config, []byte("\nCONFIG_TRIM_UNUSED_KSYMS=y\n")) {
		t.Fatalf("Kconfig does not trim this kernel (%v)", err)
	}
}

// compare compares all files that Bazel made, which lie in the folder of the
// repository's runfiles, with those of make's at the same place in the tree.
func compare(t *testing.T, tree, ours string) {
	t.Helper()
	same, all, marked := 0, 0, 0
	err := filepath.WalkDir(ours, func(file string, entry fs.DirEntry, err error) error {
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
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d of %d files are the same bytes", same, all)
	if marked > 0 {
		t.Logf("%d more are objects that keep all their exports: they are not compiled again, and have no section .discard.ksym", marked)
	}
	if all < 100 {
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

// copyTree copies the prepared tree that a file is at the top of, with the times
// of its files: make goes by them.
func copyTree(t *testing.T, description string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(description)
	if err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Dir(real), filepath.Join(t.TempDir(), "linux")
	err = filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		copied := filepath.Join(to, name)
		info, err := entry.Info()
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			return os.MkdirAll(copied, 0o777)
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(file)
			if err != nil {
				return err
			}
			return os.Symlink(target, copied)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(copied, data, info.Mode().Perm()|0o200); err != nil {
			return err
		}
		return os.Chtimes(copied, info.ModTime(), info.ModTime())
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// mapFolder has the compiler say in debug info that it runs in the canonical
// folder.
func mapFolder(t *testing.T, tree string) {
	t.Helper()
	d, err := kerneltree.ReadDescription(tree)
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range d.Programs {
		if name == d.Variables["CC"] {
			p.Options = append(p.Options, "-fdebug-prefix-map="+tree+"="+canonical)
			d.Programs[name] = p
		}
	}
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(tree, kerneltree.DescriptionFile)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

func runfile(t *testing.T, variable string) string {
	t.Helper()
	return runfileAt(t, os.Getenv(variable))
}

func runfileAt(t *testing.T, path string) string {
	t.Helper()
	file, err := runfiles.Rlocation(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}
