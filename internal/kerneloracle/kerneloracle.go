// Package kerneloracle has GNU make build a whole kernel, in a copy of a tree
// that kernel.source has prepared and by the same programs: what the kernel that
// Bazel builds is held against.
package kerneloracle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Canonical is where debug info says that the tree is.
const Canonical = "/usr/src/linux"

// A Build is a copy of a prepared tree. Its Make runs GNU make there.
type Build struct {
	*kerneltree.Tree
	work string // for files that are not of the tree
}

// New copies a prepared tree, the top of a kernel.source's repository, into a
// folder that is there and empty. configured is the top of the repository of its
// configuration, sdk the sdk.json of its toolchain. Close ends what is started for
// it, and leaves the folder.
func New(prepared, configured, sdk, work string) (*Build, error) {
	toolchain, err := kbuildsdk.Open(sdk)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(work, "linux")
	if err := copyTree(prepared, dir); err != nil {
		return nil, err
	}
	if err := mapFolder(dir); err != nil {
		return nil, err
	}
	tree, err := kerneltree.Open(dir, toolchain)
	if err != nil {
		return nil, err
	}
	tree.Jobs = runtime.NumCPU()
	return &Build{tree, work}, tree.PlaceConfigured(configured)
}

// SetConfig changes the tree's .config: a line `CONFIG_X=...` or
// `# CONFIG_X is not set` takes the place of the one that says otherwise. What
// Kconfig does not accept is an error.
func (b *Build) SetConfig(lines ...string) error {
	file := filepath.Join(b.Dir, ".config")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var kept []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		said := func(l string) bool { return option(l) != "" && option(l) == option(line) }
		if !slices.ContainsFunc(lines, said) {
			kept = append(kept, line)
		}
	}
	text = []byte(strings.Join(append(kept, lines...), "\n") + "\n")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		return err
	}
	if _, err := b.Make("olddefconfig"); err != nil {
		return err
	}
	if text, err = os.ReadFile(file); err != nil {
		return err
	}
	for _, line := range lines {
		if !bytes.Contains(text, []byte("\n"+line+"\n")) {
			return fmt.Errorf("%s: Kconfig does not accept it for this kernel", line)
		}
	}
	return nil
}

// option is the name of the option that a line of a .config is about.
func option(line string) string {
	line, off := strings.CutPrefix(line, "# ")
	if off {
		name, unset := strings.CutSuffix(line, " is not set")
		if !unset {
			return ""
		}
		return name
	}
	name, _, _ := strings.Cut(line, "=")
	return name
}

// Trim has make trim exports. What is in whitelist stays though no module
// imports it.
func (b *Build) Trim(whitelist []string) error {
	file := filepath.Join(b.work, "whitelist")
	if err := os.WriteFile(file, []byte(strings.Join(whitelist, "\n")+"\n"), 0o666); err != nil {
		return err
	}
	return b.SetConfig("CONFIG_TRIM_UNUSED_KSYMS=y", fmt.Sprintf("CONFIG_UNUSED_KSYMS_WHITELIST=%q", file))
}

// Unseen are the symbols of a needed set that Kbuild does not find out about:
// those that no module imports.
func Unseen(set *ksympb.NeededSet) []string {
	var unseen []string
	for _, s := range set.GetSymbols() {
		seen := false
		for _, r := range s.GetReasons() {
			seen = seen || r.GetKind() == ksympb.Reason_KIND_IMPORT
		}
		if !seen {
			unseen = append(unseen, s.GetName())
		}
	}
	return unseen
}

// copyTree copies a tree with the times of its files: make goes by them.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		copied := filepath.Join(to, name)
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(file)
			if err != nil {
				return err
			}
			if !filepath.IsAbs(target) {
				return os.Symlink(target, copied)
			}
			// A file or folder of the workspace's: the copy is make's to
			// change.
			if info, err = os.Stat(file); err != nil {
				return err
			}
			if info.IsDir() {
				return copyTree(target, copied)
			}
		}
		if info.IsDir() {
			return os.MkdirAll(copied, 0o777)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return errors.Join(
			os.WriteFile(copied, data, info.Mode().Perm()|0o200),
			os.Chtimes(copied, info.ModTime(), info.ModTime()),
		)
	})
}

// mapFolder has the compiler say in debug info that it runs in the canonical
// folder.
func mapFolder(tree string) error {
	d, err := kerneltree.ReadDescription(tree)
	if err != nil {
		return err
	}
	for name, p := range d.Programs {
		if name == d.Variables["CC"] {
			p.Options = append(p.Options, "-fdebug-prefix-map="+tree+"="+Canonical)
			d.Programs[name] = p
		}
	}
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	file := filepath.Join(tree, kerneltree.DescriptionFile)
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(file, data, 0o666),
		os.Chtimes(file, info.ModTime(), info.ModTime()),
	)
}
