// Package kernel compares what kernel.source prepares with what make by itself makes of the same sources, on a machine that has the compiler,
// flex, bison and libelf-dev; and with what is prepared in another folder. It takes a fetched repository (docs/dev.md says how).
package kernel

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/kept"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

var (
	repository = flag.String("repository", "", "the `folder` of a kernel.source")
	sdkFile    = flag.String("sdk", "", "the `sdk.json` of its toolchain")
	config     = flag.String("config", "", "the `configuration` that it was made with")
)

// unpacked is the folder of what the repository was made from.
func unpacked(t *testing.T) string {
	if *repository == "" {
		t.Skip("-repository is not given")
	}
	return strings.TrimSuffix(*repository, "/") + "_unpacked"
}

// configured is the folder of its configuration.
func configured() string {
	return strings.TrimSuffix(*repository, "/") + "_config"
}

// folders are those below a tree whose files have to be make's.
var folders = []string{"include/generated", "include/config", "arch/*/include/generated"}

// pahole is what Kconfig says of a program that the machine need not have.
var pahole = regexp.MustCompile(`(?m)^.*CONFIG_PAHOLE_VERSION.*\n`)

func TestWhatMakeMakes(t *testing.T) {
	sources := filepath.Join(unpacked(t), "sources")
	d, err := kerneltree.ReadDescription(*repository)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath(d.Variables["CC"]); err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "linux")
	command(t, "", "cp", "-a", sources, dir)
	command(t, "", "cp", *config, filepath.Join(dir, ".config"))
	for _, target := range []string{"olddefconfig", "prepare", "modules_prepare"} {
		args := []string{"env", "-i", "PATH=" + os.Getenv("PATH")}
		for name, value := range d.Environment {
			args = append(args, name+"="+value)
		}
		args = append(args, "make", "-j2", target)
		for name, value := range d.Variables {
			if name != "HOSTCC" {
				args = append(args, name+"="+value)
			}
		}
		command(t, dir, args[0], args[1:]...)
	}
	compare(t, dir, ".config", ".config")
	compare(t, dir, "scripts/module.lds", "scripts/module.lds")
	for _, pattern := range folders {
		names := map[string]bool{}
		for _, top := range []string{dir, *repository, configured()} {
			found, err := filepath.Glob(filepath.Join(top, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, folder := range found {
				for _, file := range files(t, folder) {
					name, err := filepath.Rel(top, filepath.Join(folder, file))
					if err != nil {
						t.Fatal(err)
					}
					names[name] = true
				}
			}
		}
		for name := range names {
			compare(t, dir, name, name)
		}
		t.Logf("%s: %d files", pattern, len(names))
	}
}

func compare(t *testing.T, dir, made, prepared string) {
	t.Helper()
	want, errWant := os.ReadFile(filepath.Join(dir, made))
	from := *repository
	if slices.Contains(kerneltree.Configured, prepared) {
		from = configured()
	}
	got, errGot := os.ReadFile(filepath.Join(from, prepared))
	if errWant == nil && os.IsNotExist(errGot) && (built(prepared) || isStamp(prepared, want)) {
		return
	}
	if errWant != nil || errGot != nil {
		t.Errorf("%s: make: %v, kernel.source: %v", made, errWant, errGot)
		return
	}
	if !bytes.Equal(pahole.ReplaceAll(want, nil), pahole.ReplaceAll(got, nil)) {
		t.Errorf("%s is not what make makes", made)
	}
}

// isStamp says whether a file is one of the empty ones by which Kbuild notes when an
// option changed, which nobody keeps.
func isStamp(file string, text []byte) bool {
	return strings.HasPrefix(file, "include/config/") && len(text) == 0
}

// built says whether a file is one that the build makes instead: a target of the
// package that it is in.
func built(file string) bool {
	for dir := filepath.Dir(file); ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(*repository, dir, "BUILD.bazel"))
		if err == nil {
			name, err := filepath.Rel(dir, file)
			return err == nil && bytes.Contains(text, []byte("    name = \""+name+"\","))
		}
		if dir == "." {
			return false
		}
	}
}

func TestKeptAnswersAreKconfigsOwn(t *testing.T) {
	sources, sdk, identity := opened(t)
	text, err := os.ReadFile(*config)
	if err != nil {
		t.Fatal(err)
	}
	store := kept.Open(t.TempDir())
	const script = "scripts/pahole-version.sh"
	for _, test := range []struct {
		what string
		edit string // of script
		made bool
	}{
		{"nothing is kept", "", true},
		{"answers are kept", "", false},
		{"a script is edited", "#!/bin/sh\necho 999\n", true},
	} {
		top := filepath.Join(t.TempDir(), strings.ReplaceAll(test.what, " ", "/"))
		dir, resolved := filepath.Join(top, "tree"), filepath.Join(top, "resolved")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := kerneltree.LayOutKconfig(dir, sources); err != nil {
			t.Fatal(err)
		}
		if test.edit != "" {
			if err := errors.Join(os.Remove(filepath.Join(dir, script)), os.WriteFile(filepath.Join(dir, script), []byte(test.edit), 0o777)); err != nil {
				t.Fatal(err)
			}
		}
		tree, err := kerneltree.New(dir, sdk, identity)
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		seen, err := tree.SeenInSources(sources, nil)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if err := errors.Join(
			tree.RestorePrograms(store, kerneltree.KconfigPrograms, sources),
			tree.Configure(kerneltree.Fragment{Name: *config, Text: string(text)}, nil, store, sources),
			tree.KeepPrograms(store, kerneltree.KconfigPrograms, sources),
			tree.WriteConfigured(resolved, seen),
		); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v", test.what, time.Since(begun))
		_, err = os.Stat(filepath.Join(dir, kerneltree.HostDir, "popen.c")) // of which make links Kconfig's program
		if made := err == nil; made != test.made {
			t.Errorf("%s: make was run: %v, want %v", test.what, made, test.made)
		}
		for _, name := range kerneltree.Configured {
			here, err := os.ReadFile(filepath.Join(resolved, name))
			there, errThere := os.ReadFile(filepath.Join(configured(), name))
			switch {
			case test.edit != "":
				if name == ".config" && !bytes.Contains(here, []byte("CONFIG_PAHOLE_VERSION=999\n")) {
					t.Errorf("%s: CONFIG_PAHOLE_VERSION is as before", test.what)
				}
			case !bytes.Equal(here, there) || (err == nil) != (errThere == nil):
				t.Errorf("%s: %s differs (%v, %v)", test.what, name, err, errThere)
			}
		}
	}
}

// opened are the sources of the repository, its toolchain, and who its kernel says
// has built it.
func opened(t *testing.T) (kerneltree.Sources, *kbuildsdk.SDK, kerneltree.Identity) {
	from := unpacked(t)
	sdk, err := kbuildsdk.Open(*sdkFile)
	if err != nil {
		t.Fatal(err)
	}
	d, err := kerneltree.ReadDescription(*repository)
	if err != nil {
		t.Fatal(err)
	}
	return kerneltree.Sources{Unpacked: from, Arch: sdk.Arch}, sdk, kerneltree.Identity{
		Timestamp: d.Environment["KBUILD_BUILD_TIMESTAMP"],
		User:      d.Environment["KBUILD_BUILD_USER"],
		Host:      d.Environment["KBUILD_BUILD_HOST"],
		Version:   d.Environment["KBUILD_BUILD_VERSION"],
	}
}

func TestTheSameElsewhere(t *testing.T) {
	sources, sdk, identity := opened(t)
	text, err := os.ReadFile(*config)
	if err != nil {
		t.Fatal(err)
	}
	prepare := func(dir string, layOut func(string, kerneltree.Sources) error, steps ...func(*kerneltree.Tree) error) {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := layOut(dir, sources); err != nil {
			t.Fatal(err)
		}
		tree, err := kerneltree.New(dir, sdk, identity)
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		tree.Jobs = 2
		for _, step := range steps {
			if err := step(tree); err != nil {
				t.Fatal(err)
			}
		}
	}
	top := filepath.Join(t.TempDir(), "a-longer-name", "as-Bazel-has~it+here")
	resolved := filepath.Join(top, "resolved")
	prepare(filepath.Join(top, "kconfig"), kerneltree.LayOutKconfig,
		func(tree *kerneltree.Tree) error {
			return tree.Configure(kerneltree.Fragment{Name: *config, Text: string(text)}, nil, nil, sources)
		},
		func(tree *kerneltree.Tree) error {
			seen, err := tree.SeenInSources(sources, nil)
			if err != nil {
				return err
			}
			return tree.WriteConfigured(resolved, seen)
		})
	dir := filepath.Join(top, "linux")
	var compiled []string
	prepare(dir, kerneltree.LayOut,
		func(tree *kerneltree.Tree) error { return tree.PlaceConfigured(resolved) },
		(*kerneltree.Tree).Prepare,
		func(tree *kerneltree.Tree) (err error) {
			compiled, err = tree.Compiled()
			return err
		},
		(*kerneltree.Tree).RemoveConfigured, (*kerneltree.Tree).Finish)
	for _, name := range kerneltree.Configured {
		here, err := os.ReadFile(filepath.Join(resolved, name))
		there, errThere := os.ReadFile(filepath.Join(configured(), name))
		if !bytes.Equal(here, there) || (err == nil) != (errThere == nil) {
			t.Errorf("%s differs (%v, %v)", name, err, errThere)
		}
	}
	again := madeAgain(t, dir, compiled)
	names := append(files(t, *repository), files(t, dir)...)
	slices.Sort(names)
	names = slices.Compact(names)
	same := 0
	for _, name := range names {
		here, errHere := os.ReadFile(filepath.Join(dir, name))
		there, errThere := os.ReadFile(filepath.Join(*repository, name))
		switch {
		case errHere == nil && errThere == nil && bytes.Equal(here, there):
			same++
		case os.IsNotExist(errHere) && written(name), os.IsNotExist(errThere) && (dropped(name) || again[name]):
		default:
			t.Errorf("%s differs (%v, %v)", name, errHere, errThere)
		}
	}
	t.Logf("%d files are the same", same)
}

// written says whether a file is what is written once the tree is prepared:
// BUILD files and headers in a folder of their own.
func written(name string) bool {
	return strings.HasPrefix(name, ".headers/") || slices.Contains([]string{"BUILD.bazel", "REPO.bazel", "WORKSPACE"}, filepath.Base(name))
}

// madeAgain are the files of a prepared tree that its compiler has made, and what
// Kbuild has noted that it made of them: the build makes those that it needs.
func madeAgain(t *testing.T, dir string, compiled []string) map[string]bool {
	again := map[string]bool{}
	for _, file := range compiled {
		again[file] = true
	}
	for before := -1; before < len(again); {
		before = len(again)
		for _, name := range files(t, dir) {
			target, isNote := strings.CutSuffix(filepath.Base(name), ".cmd")
			if !isNote {
				continue
			}
			note, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range strings.Fields(string(note)) {
				if again[filepath.Clean(word)] {
					again[filepath.Join(filepath.Dir(name), strings.TrimPrefix(target, "."))] = true
					again[name] = true
				}
			}
		}
	}
	// That of a source of constants is written without a note.
	for name := range again {
		if source, is := strings.CutSuffix(name, ".s"); is {
			again[source+".h"] = true
		}
	}
	return again
}

// dropped says whether a file of a prepared tree is not kept: what the build
// makes instead, with Kbuild's note of it.
func dropped(name string) bool {
	made := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "."), ".cmd")
	return built(name) || built(filepath.Join(filepath.Dir(name), made))
}

// files are those below a folder, in order.
func files(t *testing.T, dir string) []string {
	var all []string
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			all = append(all, strings.TrimPrefix(file, strings.TrimSuffix(dir, "/")+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func command(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out[max(0, len(out)-4000):])
	}
}
