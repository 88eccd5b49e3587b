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

	"github.com/rules-kbuild/rules_kbuild/internal/csymbols"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// moduleRule is the kernel_module of a module.
func (g *generator) moduleRule(m *module) *Rule {
	r := &Rule{Rule: rule.NewRule(ModuleKind, m.name)}
	r.SetSortedAttrs([]string{"deps"}) // srcs are in the order of the link
	built := make([]bool, len(g.Kernels))
	each := func(f func(*kbuildeval.Module) []string) build.Expr {
		lists := make([][]string, len(g.Kernels))
		for i, k := range m.kernels {
			if built[i] = k != nil; built[i] {
				lists[i] = f(k)
			}
		}
		g.sameSpelling(m, lists)
		return g.perKernel(lists, built)
	}
	set := func(name string, expr build.Expr) {
		if expr != nil {
			r.SetAttr(name, value{expr})
		}
	}
	srcs := each(func(k *kbuildeval.Module) []string {
		var all []string
		for _, u := range k.Units {
			all = append(all, g.label(m.dir, u.Source))
		}
		return all
	})
	keepOrder(srcs)
	set("srcs", srcs)
	if root := relativeUp(m.dir, m.root); root != "." {
		r.SetAttr("kbuild_root", root)
	}
	own, foreign := g.headers(m)
	if len(own) > 0 {
		set("hdrs", g.filesExpr(m.dir, own))
	}
	r.Headers = foreign
	set("nostdinc_copts", each(func(k *kbuildeval.Module) []string { return common(k.Units, nostdinc) }))
	set("copts", each(func(k *kbuildeval.Module) []string { return common(c(k.Units), options) }))
	set("asopts", each(func(k *kbuildeval.Module) []string { return common(asm(k.Units), options) }))
	set("copts_remove", each(func(k *kbuildeval.Module) []string { return common(k.Units, removed) }))
	set("linkopts", each(func(k *kbuildeval.Module) []string { return k.Link }))
	set("src_copts", g.perSource(m, func(k *kbuildeval.Module, u *kbuildeval.Unit) []string {
		same := c(k.Units)
		if u.Asm {
			same = asm(k.Units)
		}
		return u.Options[len(common(same, options)):]
	}))
	set("src_modnames", g.modnames(m))
	set("src_copts_remove", g.perSource(m, func(k *kbuildeval.Module, u *kbuildeval.Unit) []string {
		return u.Removed[len(common(k.Units, removed)):]
	}))
	if slices.Contains(built, false) {
		var conditions []string
		var values []build.Expr
		for i, b := range built {
			if !b {
				conditions = append(conditions, g.Kernels[i].Selected)
				values = append(values, list([]string{"@platforms//:incompatible"}))
			}
		}
		conditions = append(conditions, defaultCondition)
		values = append(values, list(nil))
		set("target_compatible_with", selected(conditions, values))
	}
	r.Uses = g.uses(m)
	return r
}

// sameSpelling writes $(M) for $(src) where some kernels say the one, others
// the other, and both mean the same.
func (g *generator) sameSpelling(m *module, lists [][]string) {
	if m.dir != m.root {
		return
	}
	for i, l := range lists {
		if !g.Kernels[i].Tree.SrcIsM {
			continue
		}
		respelled := make([]string, len(l))
		for j, w := range l {
			respelled[j] = strings.ReplaceAll(w, "$(src)", "$(M)")
		}
		if slices.ContainsFunc(lists, func(other []string) bool { return slices.Equal(other, respelled) }) {
			lists[i] = respelled
		}
	}
}

func options(u *kbuildeval.Unit) []string  { return u.Options }
func nostdinc(u *kbuildeval.Unit) []string { return u.NoStdinc }
func removed(u *kbuildeval.Unit) []string  { return u.Removed }

func c(units []*kbuildeval.Unit) []*kbuildeval.Unit {
	return slices.DeleteFunc(slices.Clone(units), func(u *kbuildeval.Unit) bool { return u.Asm })
}

func asm(units []*kbuildeval.Unit) []*kbuildeval.Unit {
	return slices.DeleteFunc(slices.Clone(units), func(u *kbuildeval.Unit) bool { return !u.Asm })
}

// common is what the options of all units begin with.
func common(units []*kbuildeval.Unit, of func(*kbuildeval.Unit) []string) []string {
	var lists [][]string
	for _, u := range units {
		lists = append(lists, of(u))
	}
	return commonPrefix(lists)
}

// perSource is a dict of source to options, for those that have some; a select
// of dicts if kernels differ.
func (g *generator) perSource(m *module, of func(*kbuildeval.Module, *kbuildeval.Unit) []string) build.Expr {
	var conditions, keys []string
	values := map[string]build.Expr{}
	empty := true
	for i, k := range m.kernels {
		if k == nil {
			continue
		}
		var entries []*build.KeyValueExpr
		for _, u := range k.Units {
			if o := of(k, u); len(o) > 0 {
				entries = append(entries, &build.KeyValueExpr{Key: stringExpr(relativeTo(m.dir, u.Source)), Value: list(o)})
			}
		}
		slices.SortFunc(entries, func(a, b *build.KeyValueExpr) int {
			return strings.Compare(a.Key.(*build.StringExpr).Value, b.Key.(*build.StringExpr).Value)
		})
		d := dict(entries)
		key := build.FormatString(d)
		conditions = append(conditions, g.Kernels[i].Selected)
		keys = append(keys, key)
		values[key] = d
		empty = empty && len(entries) == 0
	}
	switch {
	case empty:
		return nil
	case len(values) == 1:
		return values[keys[0]]
	}
	return selectFew(conditions, keys, values)
}

// modnames is a dict of the sources that are shared with other modules to what
// Kbuild calls those together.
func (g *generator) modnames(m *module) build.Expr {
	names := map[string]string{}
	for _, k := range m.kernels {
		if k == nil {
			continue
		}
		for _, u := range k.Units {
			if u.Modname != "" {
				names[relativeTo(m.dir, u.Source)] = u.Modname
			}
		}
	}
	var entries []*build.KeyValueExpr
	for _, source := range slices.Sorted(maps.Keys(names)) {
		entries = append(entries, &build.KeyValueExpr{Key: stringExpr(source), Value: stringExpr(names[source])})
	}
	if len(entries) == 0 {
		return nil
	}
	return dict(entries)
}

// keepOrder marks the lists of an expression that buildifier would sort.
func keepOrder(srcs build.Expr) {
	walk(srcs, func(e build.Expr) {
		if l, ok := e.(*build.ListExpr); ok && !sorted(l) {
			l.List[0].Comment().Before = []build.Comment{{Token: "# The order of the link; do not sort."}}
		}
	})
}

// sorted says whether a list of sources stands in the order that buildifier
// would give it.
func sorted(l *build.ListExpr) bool {
	before := build.FormatString(l)
	file := &build.File{Type: build.TypeBuild, Stmt: []build.Expr{call(ModuleKind, &build.AssignExpr{LHS: &build.Ident{Name: "srcs"}, Op: "=", RHS: copyList(l)})}}
	build.Rewrite(file)
	after := file.Stmt[0].(*build.CallExpr).List[0].(*build.AssignExpr).RHS
	return build.FormatString(after) == before
}

func copyList(l *build.ListExpr) *build.ListExpr {
	copied := *l
	copied.List = slices.Clone(l.List)
	return &copied
}

// relativeUp is a folder above another, relative to it.
func relativeUp(dir, above string) string {
	if dir == above {
		return "."
	}
	below := inPackage(above, dir)
	return strings.TrimSuffix(strings.Repeat("../", strings.Count(below, "/")+1), "/")
}

// relativeTo is a source as a Makefile of a folder names it.
func relativeTo(dir, file string) string {
	r, err := filepath.Rel("/"+dir, "/"+file)
	if err != nil {
		return file
	}
	return r
}

// label names a file in a rule of a folder.
func (g *generator) label(dir, file string) string {
	p, _ := g.packageOf(file)
	if p == dir {
		return inPackage(dir, file)
	}
	return "//" + p + ":" + inPackage(p, file)
}

// headers parts the headers of a module into those that its own hdrs have, and
// those that another rule offers.
func (g *generator) headers(m *module) (own map[string]bool, foreign []string) {
	own = map[string]bool{}
	for file := range m.files() {
		if m.compiles(file) && !g.included(m, file) {
			continue
		}
		if p, _ := g.packageOf(file); p == m.dir && g.dirs[p] == 1 {
			own[file] = true
		} else {
			foreign = append(foreign, file)
		}
	}
	if g.dirs[m.dir] == 1 {
		for file := range g.offered[m.dir] {
			own[file] = true
		}
	}
	slices.Sort(foreign)
	return own, foreign
}

// included says whether a file is included by a unit of a module.
func (g *generator) included(m *module, file string) bool {
	for _, k := range m.kernels {
		if k != nil && slices.ContainsFunc(k.Units, func(u *kbuildeval.Unit) bool { return slices.Contains(u.Headers, file) }) {
			return true
		}
	}
	return false
}

// A text is what a file says of symbols.
type text = csymbols.Text

func (g *generator) text(file string) *text {
	if g.texts[file] == nil {
		// A file that a rule makes is not there, and says nothing.
		data, _ := os.ReadFile(filepath.Join(g.Workspace, file))
		g.texts[file] = csymbols.Read(data)
	}
	return g.texts[file]
}

// uses are the names that the sources of a module use, without those that it
// exports itself.
func (g *generator) uses(m *module) []string {
	all := map[string]bool{}
	exports := map[string]bool{}
	for _, k := range m.kernels {
		if k == nil {
			continue
		}
		for _, u := range k.Units {
			var included []*text
			for _, h := range u.Headers {
				included = append(included, g.text(h))
			}
			for _, n := range csymbols.Used(g.text(u.Source), included) {
				all[n] = true
			}
			for _, t := range append(included, g.text(u.Source)) {
				for _, e := range t.Exports {
					exports[e] = true
				}
			}
		}
	}
	var names []string
	for n := range all {
		if !exports[n] {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return names
}

// isHeader says whether a file is a header by its name.
func isHeader(file string) bool { return path.Ext(file) == ".h" }
