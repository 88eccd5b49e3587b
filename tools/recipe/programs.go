package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// programs are those of a tree's description, where its repositories are.
type programs struct {
	*kerneltree.Description
	tree, sdk string
}

func (p *programs) Busybox() string {
	return strings.NewReplacer("%{tree}", p.tree, "%{sdk}", p.sdk).Replace(p.Description.Busybox)
}

func (p *programs) Folders() map[string]string {
	return map[string]string{"tree": p.tree, "sdk": p.sdk}
}

func (p *programs) Has(name string) bool {
	_, has := p.Programs[name]
	return has
}

// Launch has the compiler say in debug info that it runs in the canonical
// folders, as it does where a single source is compiled.
func (p *programs) Launch(bin, top, shell string) error {
	d := *p.Description
	d.Programs = maps.Clone(d.Programs)
	if cc, there := d.Programs[d.Variables["CC"]]; there {
		cc.Options = append(slices.Clone(cc.Options), "-fdebug-prefix-map="+top+"/=/")
		d.Programs[d.Variables["CC"]] = cc
	}
	return d.Launch(bin, filepath.Join(top, "tree"), filepath.Join(top, "sdk"), shell)
}
