package kbuildgen

import (
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
)

// addSet adds the kernel_module_set of all modules, where there are several.
func (g *generator) addSet() {
	if g.SetName == "" || len(g.modules) < 2 {
		return
	}
	lists := make([][]string, len(g.Kernels))
	built := make([]bool, len(g.Kernels))
	for i, k := range g.Kernels {
		built[i] = k.Tree.Skipped == ""
		for _, m := range k.Tree.Modules {
			lists[i] = append(lists[i], targetLabel(g.Dir, m.Dir, m.Name))
		}
	}
	expr := g.perKernel(lists, built)
	if expr == nil {
		return
	}
	r := &Rule{Rule: rule.NewRule(SetKind, g.SetName)}
	r.SetAttr("modules", value{expr})
	g.add(g.Dir, r)
}

// targetLabel is the label of a target as a rule of a folder writes it.
func targetLabel(from, dir, name string) string {
	if from == dir {
		return ":" + name
	}
	if dir[strings.LastIndex(dir, "/")+1:] == name {
		return "//" + dir
	}
	return "//" + dir + ":" + name
}
