package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/mdlinks"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/reference"
	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

func TestTheReferenceIsWhatTheSourcesSay(t *testing.T) {
	root := bazeltesting.Checkout(t)
	pages, err := reference.Pages(root)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for name, text := range pages {
		want[name] = string(text)
	}
	got := map[string]string{}
	dir := filepath.Join(root, filepath.FromSlash(reference.Folder))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[entry.Name()] = string(text)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("run `go run ./dev/docs`, which makes this change:\n%s", diff)
	}
}

// markdown returns the paths of the checkout's Markdown files, relative to it.
func markdown(t *testing.T) (root string, files []string) {
	t.Helper()
	root = bazeltesting.Checkout(t)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if d.Type().IsRegular() && strings.HasSuffix(name, ".md") { // not the links named bazel-*
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("found no Markdown in %s", root)
	}
	return root, files
}

func TestLinksLeadSomewhere(t *testing.T) {
	root, files := markdown(t)
	for _, file := range files {
		broken, err := mdlinks.Check(root, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range broken {
			t.Error(err)
		}
	}
}

// What a contributor reads to find a file. Other pages may speak of files of the kernel's or of a user's repository.
func TestPathsInContributorsPagesExist(t *testing.T) {
	root := bazeltesting.Checkout(t)
	for _, file := range []string{"ARCHITECTURE.md", "docs/dev.md"} {
		missing, err := mdlinks.CheckPaths(root, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range missing {
			t.Error(err)
		}
	}
}
