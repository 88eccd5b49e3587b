package main

import (
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
)

const joolTest = "//dev/benchmarks/jool:kbuild_test"

// benchJool builds jool by Kbuild and by Bazel, clean and with nothing to do.
// Kbuild is the SDK's, run in a copy of its tree with the SDK's compiler, as
// kbuild_test does. For a clean build by Bazel the outputs of jool are
// removed and there is no cache; the tools and the SDK are there.
func benchJool(w *workspace) error {
	if err := w.build(joolTest); err != nil {
		return err
	}
	executable, err := w.file(joolTest)
	if err != nil {
		return err
	}
	build, cleanup, err := layOut(executable)
	if err != nil {
		return err
	}
	defer cleanup()
	kos, err := joolOutputs(executable)
	if err != nil {
		return err
	}
	ours := func() error { return w.quietBuild("--jobs=2", "--disk_cache=", joolTest) }
	kbuild := func() error { return build.Make("-j2") }
	err = compare("jool, clean build", 1.10,
		side{"Kbuild", func() (taken, error) {
			if err := build.Clean(); err != nil {
				return taken{}, err
			}
			return timed(kbuild)
		}},
		side{"rules_kbuild", func() (taken, error) {
			for _, dir := range kos {
				if err := bazel.Remove(dir); err != nil {
					return taken{}, err
				}
			}
			return w.timed(ours)
		}})
	if err != nil {
		return err
	}
	return compare("jool, nothing to do", 0.5,
		side{"Kbuild", func() (taken, error) { return timed(kbuild) }},
		side{"rules_kbuild", func() (taken, error) { return w.timed(ours) }})
}

// joolOutputs returns the folder that Bazel's outputs of jool are in.
func joolOutputs(executable string) ([]string, error) {
	manifest, err := kbuildoracle.ReadManifest(executable + ".json")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var dirs []string
	for _, m := range manifest.Modules {
		ko, err := filepath.EvalSymlinks(filepath.Join(executable+".runfiles/_main", m.Ko))
		if err != nil {
			return nil, err
		}
		dir, err := moduleFolder(ko)
		if err != nil {
			return nil, err
		}
		if !seen[dir] {
			seen[dir] = true
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}
