package kbuildgen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// check fails where two modules of a kernel have one name, as Kbuild's
// scripts/modules-check.sh does, and where the rules could not say what a
// Makefile does.
func (g *generator) check() error {
	if err := g.checkExcluded(); err != nil {
		return err
	}
	for i, k := range g.Kernels {
		seen := map[string]*kbuildeval.Module{}
		for _, m := range k.Tree.Modules {
			for _, u := range m.Units {
				if !slices.Equal(u.NoStdinc, m.Units[0].NoStdinc) {
					return fmt.Errorf("%s: %s and %s have different NOSTDINC_FLAGS, which a kernel_module has one of: use ccflags-y or CFLAGS_x.o for what differs", kbuildeval.OrTop(m.Dir), m.Units[0].Source, u.Source)
				}
			}
			if other := seen[m.Name]; other != nil && other.Dir != m.Dir {
				return fmt.Errorf("%s and %s both make a module %s for %s; the kernel loads modules by name: give one another name in its Makefile, or exclude one with `# gazelle:exclude`",
					kbuildeval.OrTop(other.Dir), kbuildeval.OrTop(m.Dir), m.Name, strings.TrimSuffix(g.Kernels[i].Selected, "//:selected"))
			}
			seen[m.Name] = m
		}
	}
	return nil
}

// checkExcluded fails where dkms.conf excludes every kernel: no rules would be
// left.
func (g *generator) checkExcluded() error {
	var why []string
	for _, k := range g.Kernels {
		if k.Tree.Skipped == "" {
			return nil
		}
		why = append(why, strings.TrimSuffix(k.Selected, "//:selected")+" since "+k.Tree.Skipped)
	}
	return fmt.Errorf("%s: its dkms.conf builds for none of the kernels: not for %s", kbuildeval.OrTop(g.Dir), strings.Join(why, ", nor for "))
}
