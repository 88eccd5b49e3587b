package kbuildgen

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/rule"
)

// DefsLabel is the .bzl file that the generated kinds are loaded from, below
// the repository of rules_kbuild.
const DefsLabel = "//rules:defs.bzl"

// writeFiles writes the files that were made before Kbuild ran.
func (p *Package) writeFiles(workspace string) error {
	for file, content := range p.Files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(workspace, file)), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(workspace, file), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Write writes a package's BUILD.bazel, all of it, with everything public. The repository of rules_kbuild is as loads name it: `@rules_kbuild`.
func Write(workspace, rulesKbuild string, p *Package) error {
	f := rule.EmptyFile(filepath.Join(workspace, p.Dir, "BUILD.bazel"), p.Dir)
	var kinds []string
	for _, r := range p.Rules {
		if !slices.Contains(kinds, r.Kind()) {
			kinds = append(kinds, r.Kind())
		}
	}
	slices.Sort(kinds)
	load := rule.NewLoad(rulesKbuild + DefsLabel)
	for _, k := range kinds {
		load.Add(k)
	}
	load.Insert(f, 0)
	visibility := rule.NewRule("package", "")
	visibility.SetAttr("default_visibility", []string{"//visibility:public"})
	visibility.Insert(f)
	// For kbuild_test, which can build with the authors' own file.
	for _, name := range []string{"Kbuild", "Makefile"} {
		if _, err := os.Stat(filepath.Join(workspace, p.Dir, name)); err == nil {
			f.File.Stmt = append(f.File.Stmt, call("exports_files", list([]string{name})))
			break
		}
	}
	for _, r := range p.Rules {
		r.Insert(f)
	}
	if err := os.WriteFile(f.Path, f.Format(), 0o666); err != nil {
		return fmt.Errorf("%s: %w", p.Dir, err)
	}
	return nil
}
