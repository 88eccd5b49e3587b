// Package reference writes the reference of the public API, docs/reference/, from the .bzl files and the flags of the
// repository.
//
// Public is what rules/defs.bzl offers, what a MODULE.bazel uses, and the flags: a new rule has its page once it is in
// rules/defs.bzl.
package reference

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bzldoc"
)

// Folder is where the pages lie in the repository.
const Folder = "docs/reference"

const (
	contents  = "rules/defs.bzl" // loads and offers the rules and providers
	indexPage = "README.md"
	flagsPage = "flags.md"
)

// Further public files, and packages whose flags are public.
var (
	others   = []string{"kernel/extensions.bzl", "boot/qemu.bzl"}
	packages = []string{"rules", "kernel", "boot"}
)

// A site is all that the pages say.
type site struct {
	contents *bzldoc.File
	files    []*bzldoc.File // with public symbols only
	flags    []bzldoc.Flag
	pages    map[string]string // path of a .bzl file to its page
	homes    map[string]string // a provider to the page that has it
}

// Pages returns the pages by base name. The error lists everything public that has no doc.
func Pages(root string) (map[string][]byte, error) {
	s, err := read(root)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.undocumented()...); err != nil {
		return nil, err
	}
	pages := map[string][]byte{
		indexPage: s.index(),
		flagsPage: s.flagPage(),
	}
	for _, f := range s.files {
		pages[s.pages[f.Path]] = s.page(f)
	}
	return pages, nil
}

func read(root string) (*site, error) {
	reader := &bzldoc.Reader{Root: root}
	s := &site{pages: map[string]string{}, homes: map[string]string{}}
	var err error
	if s.contents, err = reader.Read(contents); err != nil {
		return nil, err
	}
	offering, names, err := reader.Loads(contents)
	if err != nil {
		return nil, err
	}
	if err := allOffered(root, offering); err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(offering, others) {
		f, err := reader.Read(name)
		if err != nil {
			return nil, err
		}
		if public, limited := names[name]; limited {
			if err := only(f, public); err != nil {
				return nil, err
			}
		}
		s.files = append(s.files, f)
		page := strings.TrimSuffix(path.Base(name), ".bzl") + ".md"
		if path.Dir(name) != path.Dir(contents) {
			page = strings.ReplaceAll(path.Dir(name), "/", "_") + "_" + page
		}
		s.pages[name] = page
		for _, p := range f.Providers {
			s.homes[p.Name] = page
		}
	}
	s.pages[contents] = indexPage
	for _, pkg := range packages {
		flags, err := bzldoc.Flags(root, pkg)
		if err != nil {
			return nil, err
		}
		s.flags = append(s.flags, flags...)
	}
	return s, nil
}

// allOffered fails if a .bzl file beside the contents is missing in it.
func allOffered(root string, offered []string) error {
	dir := path.Dir(contents)
	found, err := filepath.Glob(filepath.Join(root, dir, "*.bzl"))
	if err != nil {
		return err
	}
	for _, file := range found {
		name := dir + "/" + filepath.Base(file)
		if name != contents && !slices.Contains(offered, name) {
			return fmt.Errorf("%s: %s offers nothing of it: load and assign there what is public, or move the file to %s/private", name, contents, dir)
		}
	}
	return nil
}

// only leaves a file's symbols of these names.
func only(f *bzldoc.File, names []string) error {
	left := map[string]bool{}
	for _, name := range names {
		left[name] = true
	}
	drop := func(name string) bool {
		public := left[name]
		delete(left, name)
		return !public
	}
	f.Rules = slices.DeleteFunc(f.Rules, func(r bzldoc.Rule) bool { return drop(r.Name) })
	f.Functions = slices.DeleteFunc(f.Functions, func(x bzldoc.Function) bool { return drop(x.Name) })
	f.Providers = slices.DeleteFunc(f.Providers, func(p bzldoc.Provider) bool { return drop(p.Name) })
	for name := range left {
		return fmt.Errorf("%s: %s, which %s offers, is no rule(...), provider(...) or def there", f.Path, name, contents)
	}
	return nil
}

// Write makes the folder of pages hold these and no others.
func Write(root string, pages map[string][]byte) error {
	dir := filepath.Join(root, filepath.FromSlash(Folder))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if _, ok := pages[filepath.Base(file)]; !ok {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
