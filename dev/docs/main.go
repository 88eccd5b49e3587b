// Command docs writes docs/reference/, the reference of the public API, from the .bzl files of the checkout.
//
//	go run ./dev/docs
//
// It fails, and writes nothing, if something public has no doc. A test of this package compares the pages with what this would
// write, and checks the links of all Markdown files.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/reference"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintf(os.Stderr, "docs: %v\n", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := checkout()
	if err != nil {
		return err
	}
	pages, err := reference.Pages(root)
	if err != nil {
		return err
	}
	return reference.Write(root, pages)
}

// checkout returns the folder above this one that has a MODULE.bazel.
func checkout() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "MODULE.bazel")); err == nil {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("%s is not in a checkout of rules_kbuild: no folder above it has a MODULE.bazel", dir)
		}
	}
}
