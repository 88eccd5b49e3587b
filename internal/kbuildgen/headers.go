package kbuildgen

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bazelbuild/buildtools/build"
)

// few is how many files are named one by one; more are globbed where that
// gives the same.
const few = 3

// addHeaders adds a folder's kernel_headers.
func (g *generator) addHeaders(dir string) {
	r := &Rule{Rule: rule.NewRule(HeadersKind, HeadersName)}
	r.SetAttr("hdrs", value{g.filesExpr(dir, g.offered[dir])})
	g.add(dir, r)
}

// filesExpr is an expression for files of a package. Headers of a folder are
// globbed if there are more than a few: one that is added later is then found,
// and one that nobody includes costs nothing, since compiles read slices. Other
// files are globbed only if all with their ending are among them.
func (g *generator) filesExpr(dir string, files map[string]bool) build.Expr {
	sorted := slices.Sorted(maps.Keys(files))
	if len(sorted) <= few {
		return list(relativeAll(dir, sorted))
	}
	kinds := map[string][]string{} // folder and ending to its files
	folders := map[string]bool{}
	var patterns, single []string
	for _, f := range sorted {
		if !g.exists(f) {
			single = append(single, inPackage(dir, f)) // a rule makes it, and glob does not see it
			continue
		}
		key := path.Join(path.Dir(inPackage(dir, f)), "*"+path.Ext(f))
		kinds[key] = append(kinds[key], f)
		if isHeader(f) {
			folders[path.Dir(inPackage(dir, f))] = true
		}
	}
	// With headers in many folders, one pattern says it.
	deep := len(folders) > few
	if deep {
		patterns = append(patterns, "**/*.h")
	}
	for _, key := range slices.Sorted(maps.Keys(kinds)) {
		members := kinds[key]
		header := isHeader(members[0])
		switch {
		case header && deep:
		case header && len(members) > 1, len(members) > few && len(members) == g.count(dir, key):
			patterns = append(patterns, key)
		default:
			single = append(single, relativeAll(dir, members)...)
		}
	}
	var expr build.Expr
	if len(patterns) > 0 {
		expr = glob(patterns)
	}
	if len(single) > 0 {
		expr = plus(expr, list(single))
	}
	return expr
}

func relativeAll(dir string, files []string) []string {
	var all []string
	for _, f := range files {
		all = append(all, inPackage(dir, f))
	}
	return all
}

// count is how many files of a package fit a pattern without `**`.
func (g *generator) count(dir, pattern string) int {
	entries, err := os.ReadDir(filepath.Join(g.Workspace, dir, path.Dir(pattern)))
	if err != nil {
		return 0
	}
	n := 0
	for _, e := range entries {
		if fits, _ := path.Match(path.Base(pattern), e.Name()); fits && !e.IsDir() {
			n++
		}
	}
	return n
}
