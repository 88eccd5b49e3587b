package kbuildeval

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/includes"
)

// findHeaders fills in which files of the tree each unit of a run includes.
func (p *printed) findHeaders(modules []*Module) error {
	sdk := p.run.SDK
	folders := map[string]string{"w": filepath.Join(p.run.scratch, "w")}
	for dir, canonical := range sdk.Roots {
		folders[canonical] = sdk.Path(dir)
	}
	tree := includes.NewTree(folders, nil)
	cwd := sdk.Cwd
	if cwd == "%{M}" {
		cwd = path.Join("w", p.root)
	}
	searches := map[string]*includes.Search{}
	for _, m := range modules {
		for _, u := range m.Units {
			options := p.canonicalOptions(p.compiles[path.Join(m.Dir, u.Stem)+".o"])
			key := strings.Join(options, "\x00")
			if searches[key] == nil {
				searches[key] = includes.NewSearch(cwd, options)
			}
			closure, err := tree.Closure(path.Join("w", u.Source), searches[key], nil)
			if err != nil {
				return fmt.Errorf("%s: %w", u.Source, err)
			}
			for _, f := range closure.Files {
				if local, found := strings.CutPrefix(f.Path, "w/"); found {
					u.Headers = append(u.Headers, local)
				}
			}
			slices.Sort(u.Headers)
			for _, h := range u.Headers {
				if err := p.madeBefore(h); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// madeBefore notes a header that the tree lacks and no recipe of Kbuild's makes:
// what ran before Kbuild made it.
func (p *printed) madeBefore(header string) error {
	if p.isSource(header) || slices.ContainsFunc(p.generated, func(g *Generated) bool { return g.Path == header }) {
		return nil
	}
	content, err := os.ReadFile(filepath.Join(p.run.scratch, "w", header))
	if err != nil {
		return err
	}
	p.generated = append(p.generated, &Generated{Path: header, Content: content, Root: p.root})
	return nil
}

// canonicalOptions are the options of a command that matter to includes, with
// canonical paths, without those that name its own object.
func (p *printed) canonicalOptions(words []string) []string {
	var options []string
	for i, w := range words {
		if i == 0 || strings.HasPrefix(w, "-DKBUILD_") || strings.HasPrefix(w, "-D__KBUILD_") || strings.HasPrefix(w, "-Wp,") {
			continue
		}
		options = append(options, strings.ReplaceAll(w, p.run.scratch, ""))
	}
	if n := len(options); n > 3 {
		options = options[:n-3] // -c -o x.o, and x.c
	}
	return options
}

// generate runs the recipes of the files that the tree lacks, in the copy, so
// that headers among them can be read. Where a recipe fails, the file is empty,
// so that it is known who includes it.
func (p *printed) generate() {
	for i, g := range p.generated {
		target := filepath.Join(p.run.scratch, "w", g.Path)
		if exists(target) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			continue
		}
		cmd := exec.Command("/bin/sh", "-c", p.recipes[i])
		cmd.Dir = p.cwd
		cmd.Env = p.run.programs.Environment("TMPDIR=" + filepath.Join(p.run.scratch, "tmp"))
		if cmd.Run() != nil || !exists(target) {
			os.WriteFile(target, nil, 0o666)
		}
	}
}
