package kbuildgen

import (
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bazelbuild/buildtools/build"
)

// A value is an attribute's value whose order matters. When it is merged with
// what a person wrote, it takes its place, and elements that have a comment
// `# keep` stay.
type value struct{ expr build.Expr }

// BzlExpr implements rule.BzlExprValue.
func (v value) BzlExpr() build.Expr { return v.expr }

// Merge implements rule.Merger.
func (v value) Merge(other build.Expr) build.Expr {
	generated := map[string]bool{}
	collectStrings(v.expr, generated)
	var kept []build.Expr
	walk(other, func(e build.Expr) {
		if s, ok := e.(*build.StringExpr); ok && rule.ShouldKeep(s) && !generated[s.Value] {
			kept = append(kept, s)
		}
	})
	if len(kept) == 0 {
		return v.expr
	}
	if list, ok := v.expr.(*build.ListExpr); ok {
		merged := *list
		merged.List = slices.Concat(list.List, kept)
		merged.ForceMultiLine = true
		return &merged
	}
	return plus(v.expr, &build.ListExpr{List: kept, ForceMultiLine: true})
}

func collectStrings(e build.Expr, into map[string]bool) {
	walk(e, func(e build.Expr) {
		if s, ok := e.(*build.StringExpr); ok {
			into[s.Value] = true
		}
	})
}

func walk(e build.Expr, visit func(build.Expr)) {
	if e == nil {
		return
	}
	build.Walk(e, func(e build.Expr, _ []build.Expr) { visit(e) })
}

func stringExpr(s string) *build.StringExpr { return &build.StringExpr{Value: s} }

func list(values []string) *build.ListExpr {
	l := &build.ListExpr{}
	for _, v := range values {
		for word := range strings.SplitSeq(v, pairMark) {
			l.List = append(l.List, stringExpr(word))
		}
	}
	l.ForceMultiLine = len(l.List) > 1
	return l
}

func call(function string, args ...build.Expr) *build.CallExpr {
	return &build.CallExpr{X: &build.Ident{Name: function}, List: args}
}

func plus(a, b build.Expr) build.Expr {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return &build.BinaryExpr{X: a, Op: "+", Y: b}
}

// glob is a call of glob with patterns, sorted.
func glob(patterns []string) build.Expr {
	return call("glob", list(patterns))
}

func dict(entries []*build.KeyValueExpr) *build.DictExpr {
	return &build.DictExpr{List: entries, ForceMultiLine: true}
}

// selected is a select over kernels.
func selected(conditions []string, values []build.Expr) build.Expr {
	var entries []*build.KeyValueExpr
	for i, c := range conditions {
		entries = append(entries, &build.KeyValueExpr{Key: stringExpr(c), Value: values[i]})
	}
	slices.SortFunc(entries, func(a, b *build.KeyValueExpr) int {
		return compareConditions(a.Key.(*build.StringExpr).Value, b.Key.(*build.StringExpr).Value)
	})
	return call("select", dict(entries))
}

const defaultCondition = "//conditions:default"

// compareConditions orders conditions as buildifier does: the default comes
// last.
func compareConditions(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == defaultCondition:
		return 1
	case b == defaultCondition:
		return -1
	}
	return strings.Compare(a, b)
}

// perKernel is a list that may differ between kernels: one list if it does
// not, else a select between what the lists begin and end with in common.
// Kernels for which built is false do not count.
func (g *generator) perKernel(lists [][]string, built []bool) build.Expr {
	var conditions []string
	var present [][]string
	for i, l := range lists {
		if built[i] {
			conditions = append(conditions, g.Kernels[i].Selected)
			present = append(present, pairUp(l))
		}
	}
	before := commonPrefix(present)
	var middles [][]string
	for _, l := range present {
		middles = append(middles, l[len(before):])
	}
	after := reversed(commonPrefix(reversedAll(middles)))
	var keys []string
	values := map[string]build.Expr{}
	for _, l := range middles {
		middle := list(l[:len(l)-len(after)])
		key := build.FormatString(middle)
		keys = append(keys, key)
		values[key] = middle
	}
	var expr build.Expr
	if len(before) > 0 {
		expr = list(before)
	}
	if len(values) > 1 {
		expr = plus(expr, selectFew(conditions, keys, values))
	}
	if len(after) > 0 {
		expr = plus(expr, list(after))
	}
	return expr
}

// selectFew is a select in which the value that most conditions have is the
// default; of two with as many, that of the earlier.
func selectFew(conditions, keys []string, values map[string]build.Expr) build.Expr {
	count := map[string]int{}
	for _, k := range keys {
		count[k]++
	}
	usual := keys[0]
	for _, k := range keys {
		if count[k] > count[usual] {
			usual = k
		}
	}
	var named []string
	var chosen []build.Expr
	for i, k := range keys {
		if k != usual {
			named = append(named, conditions[i])
			chosen = append(chosen, values[k])
		}
	}
	return selected(append(named, defaultCondition), append(chosen, values[usual]))
}

// pairs are options whose value is the next word.
var pairs = []string{"-D", "-I", "-U", "-idirafter", "-imacros", "-include", "-iquote", "-isystem"}

// pairMark joins an option and its value to one word, so that none is ever
// parted from the other.
const pairMark = "\x00"

func pairUp(words []string) []string {
	var joined []string
	for i := 0; i < len(words); i++ {
		if slices.Contains(pairs, words[i]) && i+1 < len(words) {
			joined = append(joined, words[i]+pairMark+words[i+1])
			i++
			continue
		}
		joined = append(joined, words[i])
	}
	return joined
}

func commonPrefix(lists [][]string) []string {
	if len(lists) == 0 {
		return nil
	}
	common := lists[0]
	for _, l := range lists[1:] {
		n := 0
		for n < len(common) && n < len(l) && common[n] == l[n] {
			n++
		}
		common = common[:n]
	}
	return common
}

func reversed(list []string) []string {
	r := slices.Clone(list)
	slices.Reverse(r)
	return r
}

func reversedAll(lists [][]string) [][]string {
	var all [][]string
	for _, l := range lists {
		all = append(all, reversed(l))
	}
	return all
}
