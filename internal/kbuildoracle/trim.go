// How Kbuild is had to trim a set of external modules, which it does only in the
// kernel's own tree.
//
// Kbuild's own are all compiles, links and modposts, by the rules of its
// Makefiles, in one tree of modules with CONFIG_TRIM_UNUSED_KSYMS=y. Steered
// from here are:
//
//   - the configuration: two lines at the end of auto.conf and one of
//     autoconf.h, in a copy of the SDK. CONFIG_UNUSED_KSYMS_WHITELIST names the
//     symbols of keep-lists, and what modules outside of the set use;
//   - from 6.5 on, modpost's arguments -t and -u, which Makefile.modpost gives in
//     the kernel's own tree: trimInModpost adds them;
//   - before, the loop of the target autoksyms_recursive, which the top Makefile
//     has in the kernel's own tree: autoksyms calls adjust_autoksyms.sh and make
//     in turn. That script, gen_autoksyms.sh and gen_ksymdeps.sh are the kernel's,
//     unmodified, where a test has them (trim_scripts). Where it has not, the
//     header is made here of the .usyms files that Kbuild's rule writes, and all
//     objects are made again, as there are no stamps to tell which must be. With
//     the scripts, what they write is compared with the same.
//
// The kernel itself is not built: its exports are those of the SDK's
// Module.symvers, untrimmed, on both sides.

package kbuildoracle

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/needed"
)

const (
	trimOption      = "CONFIG_TRIM_UNUSED_KSYMS"
	whitelistOption = "CONFIG_UNUSED_KSYMS_WHITELIST"
)

// trimInModpost begins the Kbuild file of M. Since 6.5 modpost trims, but
// scripts/Makefile.modpost gives it -t and -u in the kernel's own tree only. It
// reads M's Kbuild file with modpost's arguments already in a variable; so they
// are added there, and Kbuild's own rule runs modpost.
const trimInModpost = `ifdef ` + trimOption + `
modpost-args += -t -u $(` + whitelistOption + `)
modpost-deps += $(` + whitelistOption + `)
endif
`

// modpostTrims says whether this Kbuild's modpost can trim.
func (b *Build) modpostTrims() (bool, error) {
	return contains(filepath.Join(b.Root, b.manifest.Objtree, "scripts/Makefile.modpost"), trimOption)
}

// A trimmer has Kbuild trim a set.
type trimmer struct {
	*Build
	objtree string // the folder that make starts in
	srctree string // the folder of the kernel's headers that do not depend on the configuration
	sees    sight
	modpost bool // modpost trims: Linux 6.5 and newer
}

// newTrimmer sets CONFIG_TRIM_UNUSED_KSYMS in the SDK's copy.
func newTrimmer(b *Build) (*trimmer, error) {
	t := &trimmer{Build: b, objtree: filepath.Join(b.Root, b.manifest.Objtree)}
	headers, err := filepath.Glob(filepath.Join(filepath.Dir(t.objtree), "*/include/linux/module.h"))
	if err != nil {
		return nil, err
	}
	if len(headers) != 1 {
		return nil, fmt.Errorf("%s: %d folders beside %s have include/linux/module.h, not one", b.manifest.Release, len(headers), b.manifest.Objtree)
	}
	t.srctree = strings.TrimSuffix(headers[0], "/include/linux/module.h")
	if t.modpost, err = b.modpostTrims(); err != nil {
		return nil, err
	}
	t.sees.weak = t.modpost
	if t.sees.symbolGet, err = contains(headers[0], ".no_trim_symbol"); err != nil {
		return nil, err
	}
	// Kconfig would not have Debian's LIVEPATCH beside it; nothing that modules
	// are compiled from looks at both.
	if err := appendTo(filepath.Join(t.objtree, "include/config/auto.conf"), trimOption+"=y\n"+whitelistOption+"="+t.whitelistFile()+"\n"); err != nil {
		return nil, err
	}
	if err := appendTo(filepath.Join(t.objtree, "include/generated/autoconf.h"), "#define "+trimOption+" 1\n"); err != nil {
		return nil, err
	}
	if t.modpost {
		return t, nil
	}
	for name, script := range b.manifest.Set.Scripts {
		if err := copyFile(script, filepath.Join(t.srctree, "scripts", name)); err != nil {
			return nil, err
		}
	}
	if !t.scripted() {
		// It would say in .cmd files which stamps an object depends on. Without
		// stamps all objects are made again.
		return t, os.WriteFile(filepath.Join(t.srctree, "scripts/gen_ksymdeps.sh"), nil, 0o644)
	}
	return t, nil
}

func contains(file, text string) (bool, error) {
	data, err := os.ReadFile(file)
	return bytes.Contains(data, []byte(text)), err
}

func appendTo(file, text string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, text...), 0o644)
}

func (t *trimmer) whitelistFile() string { return filepath.Join(t.Root, "tmp/whitelist") }

// scripted says whether there are the kernel's scripts that make autoksyms.h.
func (t *trimmer) scripted() bool { return len(t.manifest.Set.Scripts) > 0 }

// how says what trims.
func (t *trimmer) how() string {
	switch {
	case t.modpost:
		return "trimmed by modpost"
	case t.scripted():
		return "trimmed by adjust_autoksyms.sh"
	}
	return "trimmed by an autoksyms.h of Kbuild's .usyms files"
}

// trim builds the set and trims it, or trims anew what is built.
func (t *trimmer) trim(whitelist []string) error {
	if err := os.WriteFile(t.whitelistFile(), needed.Lines(whitelist), 0o644); err != nil {
		return err
	}
	if !t.modpost {
		if err := t.autoksyms(whitelist); err != nil {
			return err
		}
	}
	return t.makeSet("modules")
}

// maxRounds is how often adjust_autoksyms.sh may find something to do. Twice is
// usual: from nothing to what is needed, and to see that this is all.
const maxRounds = 5

// autoksyms makes objects and autoksyms.h until the two agree, as the target
// autoksyms_recursive does in the kernel's own tree.
func (t *trimmer) autoksyms(whitelist []string) error {
	header := filepath.Join(t.objtree, "include/generated/autoksyms.h")
	if _, err := os.Stat(header); errors.Is(err, os.ErrNotExist) {
		if err := t.firstAutoksyms(header, whitelist); err != nil {
			return err
		}
	}
	for range maxRounds {
		if err := t.makeSet(filepath.Join(t.setFolder(), "modules.order")); err != nil {
			return err
		}
		before, err := os.ReadFile(header)
		if err != nil {
			return err
		}
		after, err := t.fromUsyms(whitelist)
		if err != nil {
			return err
		}
		if t.scripted() {
			err = t.adjust(header, after)
		} else if !bytes.Equal(before, after) {
			if err = os.WriteFile(header, after, 0o644); err == nil {
				err = t.makeSet("clean")
			}
		}
		if err != nil || bytes.Equal(before, after) {
			return err
		}
	}
	return fmt.Errorf("%s: autoksyms.h still changes after %d rounds", t.manifest.Set.Label, maxRounds)
}

// firstAutoksyms makes the header that a build begins with.
func (t *trimmer) firstAutoksyms(header string, whitelist []string) error {
	if t.scripted() {
		return t.script("gen_autoksyms.sh", "include/generated/autoksyms.h")
	}
	return os.WriteFile(header, t.header(whitelist), 0o644)
}

// adjust runs adjust_autoksyms.sh, which looks for modules.order in the folder
// that make starts in. The command that it is given to make objects again does
// nothing: the caller does it.
func (t *trimmer) adjust(header string, want []byte) error {
	if err := copyFile(filepath.Join(t.setFolder(), "modules.order"), filepath.Join(t.objtree, "modules.order")); err != nil {
		return err
	}
	if err := t.script("adjust_autoksyms.sh", "true"); err != nil {
		return err
	}
	got, err := os.ReadFile(header)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("adjust_autoksyms.sh wrote\n%sbut by the .usyms files it is\n%s", got, want)
	}
	return nil
}

// script runs a script of the kernel's as make would.
func (t *trimmer) script(name string, args ...string) error {
	cmd := exec.Command("/bin/sh", append([]string{filepath.Join(t.srctree, "scripts", name)}, args...)...)
	cmd.Dir = t.objtree
	if err := t.run(cmd, "CONFIG_SHELL=/bin/sh", "srctree="+t.srctree, "abs_srctree="+t.srctree); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// fromUsyms is the header that the undefined symbols make which Kbuild has
// found in the modules.
func (t *trimmer) fromUsyms(whitelist []string) ([]byte, error) {
	names := slices.Clone(whitelist)
	for _, m := range t.manifest.Modules {
		data, err := os.ReadFile(t.Path(m.Package, m.Name+".usyms"))
		if err != nil {
			return nil, err
		}
		names = append(names, strings.Fields(string(data))...)
	}
	return t.header(names), nil
}

func (t *trimmer) header(names []string) []byte {
	names = slices.Clone(names)
	if is, _ := contains(filepath.Join(t.objtree, "include/config/auto.conf"), "\nCONFIG_MODVERSIONS=y\n"); is {
		names = append(names, "module_layout")
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "__this_module" })
	return needed.Autoksyms(names)
}
