package kernelgraph

import "slices"

// dropFollowing takes from recipes the inputs that are made of their targets. A
// script may name such a file as what it makes in the end:
// scripts/link-vmlinux.sh names vmlinux, and makes vmlinux.unstripped.
func (r *reader) dropFollowing() {
	for target, guessed := range r.guessed {
		for _, in := range guessed {
			if r.made[in] && r.follows(in, target, map[string]bool{}) {
				recipe := r.Recipes[target]
				recipe.Inputs = slices.DeleteFunc(recipe.Inputs, func(i string) bool { return i == in })
			}
		}
	}
}

// follows says whether a file is surely made of another; seen are those that
// have been asked of.
func (r *reader) follows(file, of string, seen map[string]bool) bool {
	if file == of || seen[file] {
		return file == of
	}
	seen[file] = true
	var from []string
	switch {
	case r.Objects[file] != nil:
		from = append([]string{r.Objects[file].Source}, r.Objects[file].Headers...)
	case r.Archives[file] != nil:
		from = r.Archives[file].Members
	case r.Recipes[file] != nil:
		for _, in := range r.Recipes[file].Inputs {
			if !slices.Contains(r.guessed[file], in) {
				from = append(from, in)
			}
		}
	}
	return slices.ContainsFunc(from, func(f string) bool { return r.follows(f, of, seen) })
}
