package kernelbuild

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
)

// treeLabel is the target that all others take commands, headers and programs
// from. What makes headers that it has takes them from unpreparedTree.
const (
	treeLabel      = "//:tree"
	unpreparedTree = "unprepared_tree"
)

// treeOf is the tree that a target is made in.
func (w *writer) treeOf(target string) string {
	if w.leading[target] {
		return "//:" + unpreparedTree
	}
	return treeLabel
}

// rules writes the rules of all packages.
func (w *writer) rules() error {
	w.treeRule()
	w.objectRules()
	for _, p := range slices.Sorted(maps.Keys(w.Graph.Archives)) {
		if w.needed[p] {
			w.archiveRule(w.Graph.Archives[p])
		}
	}
	for _, r := range w.recipes() {
		w.recipeRule(r)
	}
	w.exportsRule()
	if w.Modules.HasModules() {
		if err := w.moduleRules(); err != nil {
			return err
		}
	}
	w.sdkRule()
	w.buildRule()
	w.sdkName()
	return nil
}

// buildRule writes the target that everything is asked of.
func (w *writer) buildRule() {
	var objects, recipes []string
	for _, o := range w.objects() {
		objects = append(objects, w.target("", o.Path))
	}
	for _, r := range w.recipes() {
		recipes = append(recipes, w.label("", r.Target))
	}
	modules, symvers := ":modules", ""
	if !w.Modules.HasModules() {
		modules, symvers = "", ":"+vmlinuxSymvers
	}
	w.pkg("").add("kernel_build", append([]arg{
		{"name", "kernel"},
		{"image", w.Image},
		{"archive", ":" + builtinArchive},
		{"objects", unique(objects)},
		{"recipes", recipes},
		{"steps", w.steps()},
		{"modules", modules},
		{"vmlinux_symvers", symvers},
		{"sdk", ":" + treeSDK},
		{"tree", treeLabel},
	}, w.signingArgs()...)...)
}

func (w *writer) treeRule() {
	roots := map[string]string{":" + privateHeaders: w.Src}
	for _, root := range w.roots {
		roots[w.label("", root)] = w.Src + "/" + root
	}
	w.pkg("").exported = append(w.pkg("").exported, "kernel.json", headerOptions)
	programs := map[string]string{}
	for _, o := range w.objects() {
		if len(o.Objtool) > 0 {
			programs[w.label("", path.Clean(o.Objtool[0]))] = o.Objtool[0]
		}
	}
	name := "tree"
	if len(w.made) > 0 {
		name = unpreparedTree
	}
	commands := maps.Clone(w.bases)
	if genksyms := w.Graph.Genksyms; len(genksyms) > 0 {
		programs[w.label("", path.Clean(genksyms[0]))] = genksyms[0]
		commands["genksyms"] = genksyms
	}
	w.pkg("").add("kernel_tree", append([]arg{
		{"name", name},
		{"release", strings.TrimSpace(w.read("include/config/kernel.release"))},
		{"modpost_flags", w.modpostFlags()},
		{"commands", commands},
		{"config", w.configFiles()},
		{"cwd", w.Src},
		{"description", ":kernel.json"},
		{"header_options", ":" + headerOptions},
		{"host", []string{":.host"}},
		{"programs", programs},
		{"roots", roots},
		{"sdk", w.SDK},
	}, w.btfTools()...)...)
	if len(w.made) > 0 {
		w.pkg("").add("kernel_prepared_tree",
			arg{"name", "tree"},
			arg{"hdrs", w.allLabels("", w.made)},
			arg{"tree", ":" + unpreparedTree},
		)
	}
}

// objectRules writes the objects of each folder: those of which all that they
// read is in the tree as one target, the others as targets of their own, since
// what they read may be made of the former.
func (w *writer) objectRules() {
	groups := map[string][]*kernelgraph.Object{}
	for _, o := range w.objects() {
		dir := w.folder(o.Path)
		if w.alone(o) {
			w.objectRule(dir, w.targetName(o), []*kernelgraph.Object{o})
			continue
		}
		groups[dir] = append(groups[dir], o)
	}
	for _, dir := range slices.Sorted(maps.Keys(groups)) {
		w.objectRule(dir, w.targetName(groups[dir][0]), groups[dir])
	}
}

func (w *writer) objectRule(dir, name string, objects []*kernelgraph.Object) {
	entries := map[string][]string{}
	commands := map[string][]string{}
	symversions := map[string]string{}
	keys := map[string]string{} // command to its key
	key := func(kind string, words []string) string {
		text := strings.Join(words, "\x00")
		if text == strings.Join(w.bases[kind], "\x00") {
			return kind
		}
		if keys[kind+text] == "" {
			k := kind + "_" + strconv.Itoa(len(keys)+1)
			keys[kind+text] = k
			commands[k] = against(kind, w.bases[kind], words)
		}
		return keys[kind+text]
	}
	var outs, srcs, hdrs, exports, named []string
	others := map[string][]string{}
	for _, o := range objects {
		c := compileOf(o)
		objtool := ""
		if len(c.objtool) > 0 {
			objtool = key("objtool", c.objtool)
		}
		out := below(dir, o.Path)
		outs = append(outs, out)
		srcs = append(srcs, w.label(dir, o.Source))
		hdrs = append(hdrs, w.allLabels(dir, o.Headers)...)
		included := w.included[o.Path]
		if included.exports {
			exports = append(exports, out)
		}
		if (included.exports || w.Edited) && len(c.preprocess) > 0 {
			symversions[out] = key(preprocess, c.preprocess)
		}
		if included.exports && included.named {
			named = append(named, out)
			if len(included.others) > 0 {
				others[out] = included.others
			}
		}
		entries[out] = []string{o.Source, key(kind(o), c.words), objtool, c.modname, c.modfile}
	}
	w.pkg(dir).add("kernel_objects",
		arg{"name", name},
		arg{"outs", outs},
		arg{"srcs", unique(srcs)},
		arg{"hdrs", unique(hdrs)},
		arg{"edited", w.Edited},
		arg{"exports", exports},
		arg{"named_exports", named},
		arg{"other_exports", others},
		arg{"symversions", symversions},
		arg{"commands", commands},
		arg{"objects", entries},
		arg{"tree", w.treeOf(objects[0].Path)},
	)
}

func (w *writer) archiveRule(a *kernelgraph.Archive) {
	dir := w.folder(a.Path)
	var members []string
	for _, m := range a.Members {
		if w.needed[m] {
			members = append(members, w.label(dir, m))
		}
	}
	w.pkg(dir).add("kernel_archive",
		arg{"name", below(dir, a.Path)},
		arg{"flags", a.Flags},
		arg{"members", members},
		arg{"further", a.Further},
		arg{"srcs", unique(w.allLabels(dir, a.Reads))},
		arg{"tree", w.treeOf(a.Path)},
	)
}

func (w *writer) recipeRule(r *kernelgraph.Recipe) {
	dir := w.folder(r.Target)
	name := below(dir, r.Target)
	sources := map[string][]string{}
	for _, o := range r.Sources {
		sources[o.Source] = o.Command
	}
	var srcs, archives []string
	for _, in := range recipeInputs(r) {
		switch {
		case w.Graph.Archives[in] != nil:
			archives = append(archives, w.label(dir, in))
		case w.inHeaders(in) && !w.needed[in] && len(r.Sources) > 0:
			// In the pack of a source.
		default:
			srcs = append(srcs, w.label(dir, in))
		}
	}
	var also []string
	if slices.Contains(r.Inputs, linkScript) || strings.Contains(strings.Join(r.Lines, "\n"), systemMap) {
		also = []string{systemMap}
	}
	w.pkg(dir).add("kernel_recipe",
		arg{"name", name},
		arg{"also", also},
		arg{"srcs", unique(srcs)},
		arg{"archives", archives},
		arg{"sources", sources},
		arg{"includes", w.written(r)},
		arg{"environment", r.Environment},
		arg{"lines", r.Lines},
		arg{"tree", w.treeOf(r.Target)},
	)
}

// linkScript links vmlinux, and makes systemMap beside it.
const (
	linkScript = "scripts/link-vmlinux.sh"
	systemMap  = "System.map"
)

// included is an #include that a program writes.
var included = regexp.MustCompile(`"#include <([^>"]+)>`)

// written are the headers that programs which a recipe runs make other sources
// include: the recipe compiles those itself.
func (w *writer) written(r *kernelgraph.Recipe) []string {
	if r.Environment["LINUXINCLUDE"] == "" {
		return nil
	}
	var headers []string
	for _, in := range r.Inputs {
		for _, m := range included.FindAllStringSubmatch(w.read(in+".c"), -1) {
			headers = append(headers, m[1])
		}
	}
	return unique(headers)
}

func unique(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
