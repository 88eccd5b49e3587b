package kbuildgen

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bazelbuild/buildtools/build"
	"github.com/bmatcuk/doublestar/v4"

	"github.com/rules-kbuild/rules_kbuild/internal/csymbols"
)

// Exports returns the symbols that the sources of a rule export, sorted. The
// folder is the rule's package, a workspace path.
func Exports(workspace, dir string, r *rule.Rule) []string {
	all := map[string]bool{}
	for _, attr := range []string{"srcs", "hdrs"} {
		for _, file := range Files(workspace, dir, r.Attr(attr)) {
			data, err := os.ReadFile(filepath.Join(workspace, file))
			if err != nil {
				continue
			}
			for _, name := range csymbols.Read(data).Exports {
				all[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Files returns the workspace paths of the files that an expression of a rule
// names: strings, calls of glob, in selects and sums, sorted.
func Files(workspace, dir string, expr build.Expr) []string {
	all := map[string]bool{}
	var visit func(build.Expr)
	visit = func(e build.Expr) {
		switch e := e.(type) {
		case *build.StringExpr:
			all[fileOf(dir, e.Value)] = true
		case *build.ListExpr:
			for _, x := range e.List {
				visit(x)
			}
		case *build.BinaryExpr:
			visit(e.X)
			visit(e.Y)
		case *build.CallExpr:
			if g, ok := rule.ParseGlobExpr(e); ok {
				for _, file := range expandGlob(filepath.Join(workspace, dir), g) {
					all[path.Join(dir, file)] = true
				}
				return
			}
			for _, x := range e.List {
				visit(x)
			}
		case *build.DictExpr:
			for _, kv := range e.List {
				visit(kv.Value)
			}
		}
	}
	if expr != nil {
		visit(expr)
	}
	return slices.Sorted(maps.Keys(all))
}

// fileOf is the workspace path that a label of a file means in a package.
func fileOf(dir, label string) string {
	if rest, absolute := strings.CutPrefix(label, "//"); absolute {
		p, name, _ := strings.Cut(rest, ":")
		return path.Join(p, name)
	}
	return path.Join(dir, strings.TrimPrefix(label, ":"))
}

func expandGlob(dir string, g rule.GlobValue) []string {
	var files []string
	for _, pattern := range g.Patterns {
		found, err := doublestar.Glob(os.DirFS(dir), pattern, doublestar.WithFilesOnly())
		if err != nil {
			continue
		}
		for _, f := range found {
			if !slices.ContainsFunc(g.Excludes, func(exclude string) bool { fits, _ := doublestar.Match(exclude, f); return fits }) {
				files = append(files, f)
			}
		}
	}
	return files
}

// Resolve fills in the deps of rules, given who exports a symbol and who
// offers a header: labels as the rule would write them, empty for nobody.
func Resolve(r *Rule, symbol, header func(name string) string) {
	deps := map[string]bool{}
	for _, n := range r.Uses {
		if l := symbol(n); l != "" {
			deps[l] = true
		}
	}
	for _, h := range r.Headers {
		if l := header(h); l != "" {
			deps[l] = true
		}
	}
	r.DelAttr("deps")
	if len(deps) > 0 {
		r.SetAttr("deps", slices.Sorted(maps.Keys(deps)))
	}
}

// ResolveAll fills in the deps of the rules of packages from one another.
func ResolveAll(workspace string, packages []*Package) {
	type place struct{ dir, name string }
	symbols, headers := map[string]place{}, map[string]place{}
	for _, p := range packages {
		for _, r := range p.Rules {
			if r.Kind() == ModuleKind {
				for _, s := range Exports(workspace, p.Dir, r.Rule) {
					symbols[s] = place{p.Dir, r.Name()}
				}
			}
			for _, h := range Files(workspace, p.Dir, r.Attr("hdrs")) {
				headers[h] = place{p.Dir, r.Name()}
			}
		}
	}
	for _, p := range packages {
		for _, r := range p.Rules {
			find := func(in map[string]place) func(string) string {
				return func(name string) string {
					at, found := in[name]
					if !found || at == (place{p.Dir, r.Name()}) {
						return ""
					}
					return targetLabel(p.Dir, at.dir, at.name)
				}
			}
			Resolve(r, find(symbols), find(headers))
		}
	}
}
