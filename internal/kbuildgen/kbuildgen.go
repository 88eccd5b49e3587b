// Package kbuildgen turns what Kbuild says of a tree, for one kernel or
// several, into the rules of BUILD files. The Gazelle language and
// kernel.source_package share it.
package kbuildgen

import (
	"cmp"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// A Kernel is a kernel that BUILD files are written for.
type Kernel struct {
	// Selected is the label of the config_setting that holds when the kernel
	// is the one to build for: `@linux_6_12//:selected`.
	Selected string
	Tree     *kbuildeval.Tree
}

// Input is what rules are made of.
type Input struct {
	Workspace string // absolute folder of the repository
	Dir       string // the folder that was evaluated, a workspace path
	Kernels   []Kernel
	SetName   string // name of the kernel_module_set of Dir; empty: none
	// WriteFiles says that files which are made before Kbuild runs may be
	// written to the tree; else each is a kernel_todo.
	WriteFiles bool
	// IsPackage says whether a folder has a BUILD file that somebody else
	// wrote. nil: none has.
	IsPackage func(dir string) bool
}

// A Package is the rules of one folder.
type Package struct {
	Dir   string
	Rules []*Rule
	Files map[string][]byte // files to write, by workspace path
}

// A Rule is a generated rule and what its deps follow from.
type Rule struct {
	*rule.Rule
	Uses    []string // names that the module uses, some of which may be symbols of others
	Headers []string // workspace paths of files that it includes and that another rule offers
}

// ModuleKind, HeadersKind, SetKind, GenruleKind and TodoKind are the rules that are
// generated (rules/defs.bzl).
const (
	ModuleKind  = "kernel_module"
	HeadersKind = "kernel_headers"
	SetKind     = "kernel_module_set"
	GenruleKind = "kernel_genrule"
	TodoKind    = "kernel_todo"
)

// HeadersName is the name of the kernel_headers that is written for a package.
const HeadersName = "headers"

// Generate returns the packages that the tree's modules make, sorted by
// folder.
func Generate(in Input) ([]*Package, error) {
	g := &generator{Input: in, packages: map[string]*Package{}, offered: map[string]map[string]bool{}, texts: map[string]*text{}}
	g.collect()
	if err := g.check(); err != nil {
		return nil, err
	}
	g.place()
	for _, m := range g.modules {
		g.add(m.dir, g.moduleRule(m))
	}
	for _, dir := range slices.Sorted(maps.Keys(g.offered)) {
		if g.dirs[dir] != 1 {
			g.addHeaders(dir)
		}
	}
	g.addGenerated()
	g.addSet()
	packages := slices.Collect(maps.Values(g.packages))
	slices.SortFunc(packages, func(a, b *Package) int { return cmp.Compare(a.Dir, b.Dir) })
	return packages, nil
}

type generator struct {
	Input
	modules  []*module                  // in the order of modules.order
	dirs     map[string]int             // folders of modules to how many there are in each
	packages map[string]*Package        // by folder
	offered  map[string]map[string]bool // folder of a kernel_headers to its files, workspace paths
	owners   map[string]bool            // folders that become packages for the headers in and below them
	texts    map[string]*text
}

// A module is one module for all kernels.
type module struct {
	name, dir, root string
	kernels         []*kbuildeval.Module // by kernel; nil where it is not built
}

// collect joins the modules of all kernels. One that some kernel lacks stands
// after the one that it follows for another.
func (g *generator) collect() {
	byPath := map[string]*module{}
	for i, k := range g.Kernels {
		at := 0
		for _, built := range k.Tree.Modules {
			key := path.Join(built.Dir, built.Name)
			m := byPath[key]
			if m == nil {
				m = &module{name: built.Name, dir: built.Dir, root: built.Root, kernels: make([]*kbuildeval.Module, len(g.Kernels))}
				byPath[key] = m
				g.modules = slices.Insert(g.modules, at, m)
			}
			m.kernels[i] = built
			at = slices.Index(g.modules, m) + 1
		}
	}
	g.dirs = map[string]int{}
	for _, m := range g.modules {
		g.dirs[m.dir]++
	}
}

// place says for each folder whose files modules of other folders include
// which package has them, and for each package which files it offers.
func (g *generator) place() {
	g.owners = map[string]bool{}
	for _, m := range g.modules {
		for file := range m.files() {
			// A package far above, such as that of the repository's top, does not have them.
			common := commonDir(path.Dir(file), m.dir)
			if p, found := g.packageOf(file); !found || isBelow(common, p) {
				g.owners[common] = true
			}
		}
	}
	for _, m := range g.modules {
		for file := range m.files() {
			p, _ := g.packageOf(file)
			if p == m.dir && (g.dirs[p] == 1 || m.compiles(file)) {
				continue // a module of its own
			}
			if g.offered[p] == nil {
				g.offered[p] = map[string]bool{}
			}
			g.offered[p][file] = true
		}
	}
}

// files are the workspace paths of a module's sources and headers.
func (m *module) files() map[string]bool {
	files := map[string]bool{}
	for _, k := range m.kernels {
		if k == nil {
			continue
		}
		for _, u := range k.Units {
			files[u.Source] = true
			for _, h := range u.Headers {
				files[h] = true
			}
		}
	}
	return files
}

// compiles says whether a file is a source of the module.
func (m *module) compiles(file string) bool {
	for _, k := range m.kernels {
		if k != nil && slices.ContainsFunc(k.Units, func(u *kbuildeval.Unit) bool { return u.Source == file }) {
			return true
		}
	}
	return false
}

// top stands for the top folder where an empty string would mean none.
const top = "."

// packageOf returns the folder of the package that a file is in: the nearest
// that has modules, offers headers, or is a package of somebody else's.
func (g *generator) packageOf(file string) (dir string, found bool) {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		name := dir
		if name == top {
			name = ""
		}
		if g.dirs[name] > 0 || g.owners[name] || g.IsPackage != nil && g.IsPackage(name) {
			return name, true
		}
		if dir == top {
			return "", false
		}
	}
}

// commonDir is the nearest folder above two.
func commonDir(a, b string) string {
	if a == top {
		return ""
	}
	for a != top && a != b && !strings.HasPrefix(b, a+"/") {
		a = path.Dir(a)
	}
	if a == top {
		return ""
	}
	return a
}

// isBelow says whether a folder is below another.
func isBelow(dir, above string) bool {
	return dir != above && (above == "" || strings.HasPrefix(dir, above+"/"))
}

// add adds a rule to the package of a folder, if it is not nil.
func (g *generator) add(dir string, r *Rule) *Package {
	p := g.packages[dir]
	if p == nil {
		p = &Package{Dir: dir, Files: map[string][]byte{}}
		g.packages[dir] = p
	}
	if r != nil {
		p.Rules = append(p.Rules, r)
	}
	return p
}

// exists says whether a workspace path is a file of the workspace, and not
// only of the copy in which recipes were run.
func (g *generator) exists(file string) bool {
	_, err := os.Stat(filepath.Join(g.Workspace, file))
	return err == nil
}

// inPackage returns a workspace path relative to a package.
func inPackage(dir, file string) string {
	if dir == "" {
		return file
	}
	return strings.TrimPrefix(file, dir+"/")
}
