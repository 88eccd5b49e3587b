package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
)

// A trimPair is a kernel_module_set without trim and one of the same modules
// with it, built for one kernel.
type trimPair struct {
	untrimmed, trimmed string // labels
	kernel             string // label of the SDK, if the modules name none
	kbuild             string // label of the kbuild_test of the trimmed set, by which Kbuild's own ratio is taken; may be empty
}

var trimPairs = []trimPair{
	{"//dev/benchmarks/jool:untrimmed", "//dev/benchmarks/jool:trimmed", "@linux_6_12//:sdk", ""},
	{"//e2e/intree:set_6_1", "//e2e/intree:trimmed_6_1", "@linux_6_1//:sdk", "//e2e/intree:kbuild_6_1_test"},
	{"//e2e/intree:set_6_12", "//e2e/intree:trimmed_6_12", "@linux_6_12//:sdk", "//e2e/intree:kbuild_6_12_test"},
}

// benchTrim builds sets of modules from nothing, untrimmed and trimmed. A clean
// build is what it is for jool: what was built of the modules and of the set is
// removed and there is no cache; the tools and the SDK are there. It prints which
// actions the trimmed build has more, how long they take, and what the same
// costs Kbuild.
func benchTrim(w *workspace) error {
	for _, p := range trimPairs {
		if err := p.measure(w); err != nil {
			return fmt.Errorf("%s: %w", p.trimmed, err)
		}
	}
	return nil
}

func (p trimPair) measure(w *workspace) error {
	var kernel []string
	if p.kernel != "" {
		kernel = []string{"--//rules:kernel=" + p.kernel}
	}
	if err := w.build(append([]string{p.untrimmed, p.trimmed}, kernel...)...); err != nil {
		return err
	}
	folders, err := p.outputs(w, kernel...)
	if err != nil {
		return err
	}
	clean := func(target string, options ...string) (taken, error) {
		for _, dir := range folders {
			if err := bazel.Remove(dir); err != nil {
				return taken{}, err
			}
		}
		return w.timed(func() error {
			return w.quietBuild(slices.Concat([]string{"--jobs=2", "--disk_cache=", target}, kernel, options)...)
		})
	}
	fmt.Printf("%s %s\n", p.trimmed, p.kernel)
	err = compare("trim, clean build", 1.10,
		side{"untrimmed", func() (taken, error) { return clean(p.untrimmed) }},
		side{"trimmed", func() (taken, error) { return clean(p.trimmed) }})
	if err != nil {
		return err
	}
	log := filepath.Join(os.TempDir(), fmt.Sprintf("bench-%d.json", os.Getpid()))
	defer os.Remove(log)
	var ran [2]map[string]spawns
	for i, target := range []string{p.untrimmed, p.trimmed} {
		if _, err := clean(target, "--execution_log_json_file="+log, "--noexecution_log_sort"); err != nil {
			return err
		}
		if ran[i], err = readSpawns(log); err != nil {
			return err
		}
	}
	fmt.Printf("  %-20s %20s   %20s\n", "actions of each kind", "untrimmed", "trimmed")
	for _, kind := range slices.Sorted(maps.Keys(ran[1])) {
		a, b := ran[0][kind], ran[1][kind]
		fmt.Printf("  %-20s %7d in %7.2f s   %7d in %7.2f s\n", kind, a.count, a.time.Seconds(), b.count, b.time.Seconds())
	}
	if p.kbuild == "" {
		return nil
	}
	return p.measureKbuild(w)
}

// measureKbuild has Kbuild build the set untrimmed and trimmed, each time in a
// fresh copy of the SDK's tree.
func (p trimPair) measureKbuild(w *workspace) error {
	executable, err := w.builtFile(p.kbuild)
	if err != nil {
		return err
	}
	clean := func(ready func(*kbuildoracle.Build) (func() error, error)) (taken, error) {
		build, cleanup, err := layOut(executable)
		if err != nil {
			return taken{}, err
		}
		defer cleanup()
		var t taken
		err = inRunfiles(executable, func() error {
			makeSet, err := ready(build)
			if err == nil {
				t, err = timed(makeSet)
			}
			return err
		})
		return t, err
	}
	return compare("trim, by Kbuild itself", 0,
		side{"untrimmed", func() (taken, error) {
			return clean(func(b *kbuildoracle.Build) (func() error, error) { return b.MakeSet, nil })
		}},
		side{"trimmed", func() (taken, error) {
			return clean((*kbuildoracle.Build).MakeTrimmedSet)
		}})
}

// outputs returns the folders that what is built of the modules and of the sets
// is in.
func (p trimPair) outputs(w *workspace, options ...string) ([]string, error) {
	modules, err := w.files(p.untrimmed, options...)
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, ko := range modules {
		dir, err := moduleFolder(ko)
		if err != nil {
			return nil, err
		}
		folders = append(folders, dir)
	}
	trimmed, err := w.files(p.trimmed, options...)
	if err != nil {
		return nil, err
	}
	pkg, name, _ := strings.Cut(strings.TrimPrefix(p.trimmed, "//"), ":")
	set := "/bin/" + pkg + "/" + name + "/"
	for _, ko := range trimmed {
		bin, _, found := strings.Cut(ko, set)
		if !found {
			return nil, fmt.Errorf("%s is not in a folder %s", ko, set)
		}
		folders = append(folders, bin+strings.TrimSuffix(set, "/"))
	}
	slices.Sort(folders)
	return slices.Compact(folders), nil
}
