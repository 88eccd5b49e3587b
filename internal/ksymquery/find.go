// Package ksymquery answers questions about exported symbols from what Bazel
// has built: the .ksyms files of modules, and the needed sets of module sets.
package ksymquery

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// BuildFirst is what to run when there is nothing to answer from.
const BuildFirst = "bazel build --output_groups=ksyms,needed //..."

// Outputs are the files of one folder of outputs.
type Outputs struct {
	// Name is the configuration that they were built in, such as k8-fastbuild,
	// or the folder.
	Name string
	// Dir is the folder that the files' names begin at.
	Dir   string
	Files []string // names in Dir, sorted
	// Named says that a person has named each of the files.
	Named bool
}

// Workspace returns the root of the workspace that a folder is in.
func Workspace(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		for _, name := range []string{"MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel"} {
			if _, err := os.Stat(filepath.Join(at, name)); err == nil {
				return at, nil
			}
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is in no Bazel workspace: run it from one, or say where to look with --dir or --file", dir)
		}
	}
}

// FindInWorkspace returns the outputs of a workspace: those in its bazel-bin
// first, then those of other configurations (modules that tests build for
// another kernel are there), but for the tools'.
func FindInWorkspace(workspace string) ([]Outputs, error) {
	bin, err := filepath.EvalSymlinks(filepath.Join(workspace, "bazel-bin"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no bazel-bin with outputs: build the modules first, with `%s`", workspace, BuildFirst)
	}
	if err != nil {
		return nil, err
	}
	others, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(bin)), "*", "bin"))
	if err != nil {
		return nil, err
	}
	var all []Outputs
	for _, dir := range append([]string{bin}, others...) {
		name := filepath.Base(filepath.Dir(dir))
		if strings.Contains(name, "-exec") || slices.ContainsFunc(all, func(o Outputs) bool { return o.Dir == dir }) {
			continue
		}
		found, err := Find(dir)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			all = append(all, Outputs{Name: name, Dir: dir, Files: found})
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("no .ksyms file in %s: build the modules first, with `%s`", bin, BuildFirst)
	}
	return all, nil
}

// Find returns the names of the .ksyms files below a folder, sorted. Folders
// of runfiles, which have the same files once more, are left out.
func Find(dir string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path != dir && errors.Is(err, fs.ErrNotExist):
			return nil // a build that runs has taken it away
		case err != nil:
			return err
		case entry.IsDir() && strings.HasSuffix(path, ".runfiles"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".ksyms"):
			return nil
		}
		rel, err := filepath.Rel(dir, path)
		found = append(found, filepath.ToSlash(rel))
		return err
	})
	slices.Sort(found)
	return found, err
}
