package kernelbuild

import (
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
)

// steps returns what follows from vmlinux.o and is needed, in an order in which
// nothing comes before what it reads.
func (w *writer) steps() []string {
	follows := map[string]bool{"vmlinux.o": true}
	seen := map[string]bool{"vmlinux.o": true}
	var order []string
	var visit func(target string)
	visit = func(target string) {
		if seen[target] {
			return
		}
		seen[target] = true
		for _, in := range w.inputs(target) {
			visit(in)
			follows[target] = follows[target] || follows[in]
		}
		if follows[target] && target != kernelgraph.ExportSource {
			order = append(order, target)
		}
	}
	for _, r := range w.recipes() {
		visit(r.Target)
	}
	return order
}

// inputs are the targets that a target is made of.
func (w *writer) inputs(target string) []string {
	switch g := w.Graph; {
	case target == kernelgraph.ExportSource:
		return []string{"vmlinux.o"}
	case g.Objects[target] != nil:
		return slices.Concat([]string{g.Objects[target].Source}, g.Objects[target].Headers)
	case g.Archives[target] != nil:
		return g.Archives[target].Members
	case g.Recipes[target] != nil:
		return recipeInputs(g.Recipes[target])
	}
	return nil
}

// recipeInputs are what a recipe names, and what the sources include that it
// compiles.
func recipeInputs(r *kernelgraph.Recipe) []string {
	inputs := r.Inputs
	for _, source := range r.Sources {
		inputs = slices.Concat(inputs, source.Headers)
	}
	return unique(inputs)
}
