package main

import (
	"path/filepath"
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

func (p *programs) Launch(bin, top, shell string) error {
	return p.Description.Launch(bin, filepath.Join(top, "tree"), filepath.Join(top, "sdk"), shell)
}
