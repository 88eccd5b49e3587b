package main

import (
	"os"
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
)

// layOut lays out what a kbuild_test builds, from that test's runfiles. The
// folder that it does so in, cleanup removes.
func layOut(executable string) (build *kbuildoracle.Build, cleanup func(), err error) {
	root, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, nil, err
	}
	cleanup = func() { os.RemoveAll(root) }
	err = inRunfiles(executable, func() error {
		manifest, err := kbuildoracle.ReadManifest(executable + ".json")
		if err != nil {
			return err
		}
		log, err := os.Create(filepath.Join(root, "kbuild.log"))
		if err != nil {
			return err
		}
		build, err = kbuildoracle.NewBuild(manifest, filepath.Join(root, "t"), log)
		return err
	})
	if err != nil {
		cleanup()
		return nil, nil, err
	}
	return build, cleanup, nil
}

// inRunfiles calls f in the folder that a kbuild_test starts in, which the paths
// of its manifest begin in.
func inRunfiles(executable string, f func() error) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(executable + ".runfiles/_main"); err != nil {
		return err
	}
	defer os.Chdir(here)
	return f()
}
