package kbuildoracle

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// sources copies the modules' sources into the workspace and writes a Kbuild
// file for each package.
func (b *Build) sources() error {
	var packages []string
	texts := map[string]string{}
	written := map[string]bool{}
	makes := map[string][]string{} // by Makefile of the kernel's, the modules that are wanted of it
	for i := range b.manifest.Modules {
		m := &b.manifest.Modules[i]
		for workspacePath, file := range m.Files {
			if err := copyFile(file, filepath.Join(b.Root, "w", m.place(workspacePath))); err != nil {
				return err
			}
		}
		if m.Makefile {
			makes[m.Kbuild] = append(makes[m.Kbuild], m.Name+".o")
		}
		if written[m.Package+"\x00"+m.Kbuild] {
			continue
		}
		written[m.Package+"\x00"+m.Kbuild] = true
		text, err := os.ReadFile(m.Kbuild)
		if err != nil {
			return err
		}
		if _, known := texts[m.Package]; !known {
			packages = append(packages, m.Package)
		}
		texts[m.Package] += string(text)
	}
	for _, m := range b.manifest.Modules {
		if m.Makefile && len(makes[m.Kbuild]) > 0 {
			texts[m.Package] += choose(makes[m.Kbuild])
			makes[m.Kbuild] = nil
		}
	}
	if b.manifest.Set != nil {
		var err error
		if packages, err = b.oneTree(packages, texts); err != nil {
			return err
		}
	}
	if b.manifest.Set == nil {
		packages = b.descend(packages, texts)
	}
	for _, dir := range packages {
		folder := filepath.Join(b.Root, "w", dir)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, "Kbuild"), []byte(texts[dir]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// descend has the Kbuild file of each M lead to the packages below it that it
// is M for. It returns the folders that have a Kbuild file.
func (b *Build) descend(packages []string, texts map[string]string) []string {
	for _, m := range b.manifest.Modules {
		if m.Root == m.Package {
			continue
		}
		if _, known := texts[m.Root]; !known {
			packages = append(packages, m.Root)
		}
		below := strings.TrimPrefix(strings.TrimPrefix(m.Package, m.Root), "/") + "/"
		if !slices.Contains(strings.Fields(texts[m.Root]), below) {
			texts[m.Root] += "obj-m += " + below + "\n"
		}
	}
	return packages
}

// choose is the end of a Makefile of the kernel's own: of all that the folder
// makes, these modules are left, in its own order and with its own flags.
func choose(objects []string) string {
	return "\nobj-m := $(filter " + strings.Join(objects, " ") + ",$(obj-m))\n" +
		"obj-y :=\nlib-y :=\nlib-m :=\nextra-y :=\nalways-y :=\nalways-m :=\nhostprogs :=\nuserprogs :=\nsubdir-y :=\nsubdir-m :=\n"
}

// oneTree makes one tree of the packages of a set: it adds a Kbuild file above
// them that leads to each, if there is more than one. It returns the folders
// that have a Kbuild file.
func (b *Build) oneTree(packages []string, texts map[string]string) ([]string, error) {
	top := packages[0]
	for _, dir := range packages {
		for dir != top && !strings.HasPrefix(dir, top+"/") && top != "" {
			top, _ = path.Split(top)
			top = strings.TrimSuffix(top, "/")
		}
	}
	b.top = top
	head := ""
	if trims, err := b.modpostTrims(); err != nil {
		return nil, err
	} else if trims {
		head = trimInModpost
	}
	if len(packages) == 1 {
		texts[top] = head + texts[top]
		return packages, nil
	}
	if _, is := texts[top]; is {
		return nil, fmt.Errorf("%s: the package %q and packages below it have modules of the set; test those of each apart", b.manifest.Set.Label, top)
	}
	lines := []string{head}
	for _, dir := range packages {
		lines = append(lines, "obj-m += "+strings.TrimPrefix(strings.TrimPrefix(dir, top), "/")+"/\n")
	}
	texts[top] = strings.Join(lines, "")
	return append(packages, top), nil
}
