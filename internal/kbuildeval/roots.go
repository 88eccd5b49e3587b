package kbuildeval

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// builds is a line of a Makefile that is written for Kbuild.
var builds = regexp.MustCompile(`(?m)^\s*obj-(m|y|\$[({])`)

// IsRoot says whether a folder is one to evaluate: it has a dkms.conf, or a
// Kbuild file or a Makefile that lists objects for Kbuild.
func IsRoot(dir string) bool {
	if exists(filepath.Join(dir, dkmsConf)) {
		return true
	}
	// Kbuild prefers the first.
	for _, name := range []string{"Kbuild", "Makefile"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			return builds.Match(data)
		}
	}
	return false
}

// Roots returns the folders below a workspace to evaluate, sorted. What is
// below one of them is left to its Makefile.
func Roots(workspace string) ([]string, error) {
	var roots []string
	err := filepath.WalkDir(workspace, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".") && file != workspace {
			return filepath.SkipDir
		}
		if !IsRoot(file) {
			return nil
		}
		root, err := filepath.Rel(workspace, file)
		if err != nil {
			return err
		}
		if root == "." {
			root = ""
		}
		roots = append(roots, root)
		return filepath.SkipDir
	})
	return roots, err
}
