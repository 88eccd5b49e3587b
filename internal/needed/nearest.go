package needed

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

type unknownName struct {
	name, where string
}

// maxSuggestions bounds how many unknown names are compared with all others:
// a list made for another kernel may have thousands.
const maxSuggestions = 50

// explainUnknown warns of names that nobody exports, with the nearest of those
// that somebody does.
func explainUnknown(unknown []unknownName, in Input) []string {
	if len(unknown) == 0 {
		return nil
	}
	var exported []string
	for _, file := range in.Outside {
		for _, e := range file.Entries {
			exported = append(exported, e.Name)
		}
	}
	for _, o := range in.Objects {
		for _, e := range o.Exports {
			exported = append(exported, e.Name)
		}
	}
	slices.Sort(exported)
	exported = slices.Compact(exported)
	var warnings []string
	for i, u := range unknown {
		if i == maxSuggestions {
			warnings = append(warnings, fmt.Sprintf("%d more names of the keep-lists are exported by nobody, the first %q (%s)", len(unknown)-i, u.name, u.where))
			break
		}
		w := fmt.Sprintf("%s: %q is exported by nobody", u.where, u.name)
		if near := Nearest(u.name, exported); len(near) > 0 {
			w += ": did you mean " + strings.Join(near, ", ") + "?"
		}
		warnings = append(warnings, w)
	}
	return warnings
}

// Nearest returns up to three of the names that differ from name by few letters,
// nearest first; of equally near ones, in the order of names.
func Nearest(name string, names []string) []string {
	limit := min(max(1, len(name)/4), 4)
	type candidate struct {
		name            string
		distance, exact int // exact counts a letter of the other case too
	}
	var found []candidate
	folded := strings.ToLower(name)
	for _, n := range names {
		if len(n)-len(name) > limit || len(name)-len(n) > limit {
			continue
		}
		d := distance(folded, strings.ToLower(n), limit)
		if d > limit {
			continue
		}
		found = append(found, candidate{n, d, distance(name, n, len(name)+len(n))})
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.exact, b.exact))
	})
	var out []string
	for i := 0; i < len(found) && i < 3; i++ {
		out = append(out, found[i].name)
	}
	return out
}

// distance returns the number of letters to add, drop or replace to make b of
// a, or a number above limit if it is more than limit.
func distance(a, b string, limit int) int {
	previous := make([]int, len(b)+1)
	current := make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := range len(a) {
		current[0] = i + 1
		best := current[0]
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			current[j+1] = min(previous[j]+cost, previous[j+1]+1, current[j]+1)
			best = min(best, current[j+1])
		}
		if best > limit {
			return best
		}
		previous, current = current, previous
	}
	return previous[len(b)]
}
