package needed

import (
	"runtime"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A span is the names from one on, up to but without another; an empty one is
// no bound.
type span struct {
	from, upTo string
	of         int // how many spans there are
}

// spansOf parts all names into as many spans as there are processors, such that
// about as many imports are in each; into one if there are few objects.
func spansOf(objects []*ksympb.Object) []span {
	const few = 256
	n := max(1, min(runtime.GOMAXPROCS(0), len(objects)/few))
	if n == 1 {
		return []span{{of: 1}}
	}
	var sample []string
	for i := 0; i < len(objects); i += few / 8 {
		imports := objects[i].Imports
		for k := i % 8; k < len(imports); k += 8 {
			sample = append(sample, imports[k])
		}
	}
	slices.Sort(sample)
	spans := []span{{of: n}}
	for i := 1; i < n && len(sample) > 0; i++ {
		if bound := sample[i*len(sample)/n]; bound > spans[len(spans)-1].from {
			spans[len(spans)-1].upTo = bound
			spans = append(spans, span{from: bound, of: n})
		}
	}
	return spans
}

// guess returns about how many symbols of the span objects need: a module is
// guessed to need some that no other does.
func (s span) guess(objects []*ksympb.Object) int { return 5 * len(objects) / s.of }

func (s span) has(name string) bool { return name >= s.from && (s.upTo == "" || name < s.upTo) }

// names returns those of sorted names that are in the span.
func (s span) names(names []string) []string {
	first, end := 0, len(names)
	if s.from != "" {
		first, _ = slices.BinarySearch(names, s.from)
	}
	if s.upTo != "" {
		end, _ = slices.BinarySearch(names, s.upTo)
	}
	return names[first:end]
}

// exports returns those of sorted exports that are in the span.
func (s span) exports(exports []*ksympb.Export) []*ksympb.Export {
	first, end := 0, len(exports)
	byName := func(e *ksympb.Export, name string) int { return strings.Compare(e.Name, name) }
	if s.from != "" {
		first, _ = slices.BinarySearchFunc(exports, s.from, byName)
	}
	if s.upTo != "" {
		end, _ = slices.BinarySearchFunc(exports, s.upTo, byName)
	}
	return exports[first:end]
}
