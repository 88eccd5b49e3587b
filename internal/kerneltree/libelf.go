package kerneltree

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed libeu/libeu.c
var libeu string

// completeLibelf adds to the host part what its static libelf lacks, which
// objtool is linked with. It says whether there was anything to add.
func (t *Tree) completeLibelf() (bool, error) {
	found, err := filepath.Glob(filepath.Join(t.Dir, HostDir, "usr/lib/*/libelf.a"))
	if err != nil || len(found) == 0 {
		return false, err
	}
	symbols, err := t.program("nm", found[0])
	if err != nil {
		return false, err
	}
	if !strings.Contains(symbols, " U eu_search_tree_init\n") || strings.Contains(symbols, " T eu_search_tree_init\n") {
		return false, nil
	}
	if err := os.WriteFile(filepath.Join(t.scratch, "libeu.c"), []byte(libeu), 0o666); err != nil {
		return false, err
	}
	if _, err := t.program(hostCC, "-O2", "-c", "libeu.c", "-o", "libeu.o"); err != nil {
		return false, err
	}
	_, err = t.program("ar", "crD", filepath.Join(filepath.Dir(found[0]), "libeu.a"), "libeu.o")
	return true, err
}

// program runs one of the programs in the scratch folder, and returns its
// output.
func (t *Tree) program(name string, args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(t.at.bin, name), args...)
	cmd.Dir = t.scratch
	cmd.Env = t.Environ()
	out, err := cmd.Output()
	if exit, failed := err.(*exec.ExitError); failed {
		return "", fmt.Errorf("%s: %w: %s", name, err, t.relative(string(exit.Stderr)))
	}
	return string(out), err
}
