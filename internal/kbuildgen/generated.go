package kbuildgen

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// addGenerated adds a rule for each file that the tree lacks and that a module
// needs: kernel_genrule if the SDK can run the Makefile's recipe, else
// kernel_todo.
func (g *generator) addGenerated() {
	missing := map[string]bool{}
	for _, m := range g.modules {
		for file := range m.files() {
			if !g.exists(file) {
				missing[file] = true
			}
		}
	}
	for _, file := range slices.Sorted(maps.Keys(missing)) {
		dir, _ := g.packageOf(file)
		if content := g.madeBefore(file); content != nil && g.WriteFiles {
			g.add(dir, nil).Files[file] = content
			continue
		}
		g.add(dir, g.generatedRule(dir, file))
	}
}

// madeBefore is the content of a file that was made before Kbuild ran, if it is
// the same for all kernels.
func (g *generator) madeBefore(file string) []byte {
	var content []byte
	for _, k := range g.Kernels {
		for _, made := range k.Tree.Generated {
			if made.Path != file {
				continue
			}
			if made.Content == nil || content != nil && !bytes.Equal(content, made.Content) {
				return nil
			}
			content = made.Content
		}
	}
	return content
}

func (g *generator) generatedRule(dir, file string) *Rule {
	var made *kbuildeval.Generated
	for _, k := range g.Kernels {
		for _, candidate := range k.Tree.Generated {
			if candidate.Path == file && (made == nil || made.Program != "") {
				made = candidate
			}
		}
	}
	name := inPackage(dir, file)
	if made == nil || made.Program != "" || made.Content != nil {
		r := &Rule{Rule: rule.NewRule(TodoKind, name)}
		switch {
		case made == nil:
		case made.Content != nil:
			r.SetAttr("makefile", "what runs before Kbuild (a Makefile outside of it, or a script of dkms.conf)")
		default:
			r.SetAttr("command", strings.Join(made.Commands, "; "))
			r.SetAttr("makefile", fmt.Sprintf("%s:%d", made.Makefile, made.Line))
		}
		r.SetAttr("tags", []string{"manual"})
		return r
	}
	r := &Rule{Rule: rule.NewRule(GenruleKind, name)}
	var srcs []string
	for _, s := range made.Sources {
		srcs = append(srcs, g.label(dir, s))
	}
	if len(srcs) > 0 {
		r.SetAttr("srcs", value{list(srcs)})
	}
	r.SetAttr("commands", value{list(made.Commands)})
	if root := relativeUp(dir, made.Root); root != "." {
		r.SetAttr("kbuild_root", root)
	}
	return r
}
