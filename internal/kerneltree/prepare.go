package kerneltree

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// Configure writes the tree's .config: fragments laid over a whole
// configuration, and resolved by the kernel's own Kconfig. An option that a
// fragment asks for and Kconfig does not give is an error. What Kconfig asks of
// compilers is kept in a store.
func (t *Tree) Configure(base Fragment, fragments []Fragment, store *kept.Store, s Sources) error {
	text, wishes, err := merge(base, fragments)
	if err != nil {
		return err
	}
	file := filepath.Join(t.Dir, ".config")
	if err := replace(file, []byte(text), 0o644); err != nil {
		return err
	}
	if err := t.resolve(store, s); err != nil {
		return err
	}
	config, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines, err := unmet(wishes, string(config))
	if err != nil {
		return err
	}
	if len(lines) > 0 {
		return errors.New(strings.Join(lines, "\n"))
	}
	return t.write(t.Dir)
}

// Prepare makes what a build needs before its first object: generated headers,
// and the programs that Kbuild runs.
func (t *Tree) Prepare() error {
	config, err := os.ReadFile(filepath.Join(t.Dir, ".config"))
	if err != nil {
		return fmt.Errorf("%w: the tree is not configured", err)
	}
	targets := []string{"prepare"}
	if strings.Contains(string(config), "\nCONFIG_MODULES=y\n") {
		targets = append(targets, "modules_prepare") // scripts/module.lds
	}
	if _, err := t.Make(targets...); err != nil {
		return err
	}
	release, err := os.ReadFile(filepath.Join(t.Dir, "include/config/kernel.release"))
	if err != nil {
		return err
	}
	t.Release = strings.TrimSpace(string(release))
	return t.write(t.Dir)
}
