package kernelbuild

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/includes"
	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
	"github.com/rules-kbuild/rules_kbuild/internal/parallel"
)

// privateHeaders is the folder of the repository for copies of the files that
// sources include and that lie in no folder of headers: beside the sources, and
// sources that others include. One directory is one target and one input,
// whatever it holds.
const privateHeaders = ".headers"

// headerFolders are the outermost folders of the tree that most compiles search.
func headerFolders(g *kernelgraph.Graph) []string {
	count := map[string]int{}
	for _, o := range g.Objects {
		for _, word := range o.Command {
			if dir, found := strings.CutPrefix(word, "-I"); found && !path.IsAbs(dir) {
				count[path.Clean(dir)]++
			}
		}
	}
	var outermost []string
	for _, dir := range slices.Sorted(maps.Keys(count)) {
		inside := slices.ContainsFunc(outermost, func(o string) bool { return strings.HasPrefix(dir, o+"/") })
		if !inside && dir != "." && count[dir] > len(g.Objects)/2 {
			outermost = append(outermost, dir)
		}
	}
	return outermost
}

// inHeaders says whether a file or folder of the tree is in a folder of headers.
func (w *writer) inHeaders(file string) bool {
	return slices.ContainsFunc(w.roots, func(root string) bool { return file == root || strings.HasPrefix(file, root+"/") })
}

// A closure is what a source includes.
type closure struct {
	files   []string // paths in the tree
	found   *includes.Closure
	exports bool     // whether the source may export a symbol
	named   bool     // whether its text names all that it exports, and it asks for no symbol
	others  []string // but for these, which names stand for that are macros
}

// findIncluded finds what all needed sources include. What the build makes and
// a source includes is needed, too, whether or not a Makefile says so.
func (w *writer) findIncluded(goals []string) error {
	made := map[string]string{}
	for target := range w.Graph.Recipes {
		// It is not there yet; an empty file includes nothing.
		made[path.Join(w.Src, target)] = os.DevNull
	}
	beside := w.beside()
	for file := range beside {
		made[path.Join(w.Src, file)] = os.DevNull
	}
	tree := includes.NewTree(map[string]string{w.Src: w.Top}, made)
	w.included = map[string]*closure{}
	for {
		if err := w.need(goals); err != nil {
			return err
		}
		var fresh []*kernelgraph.Object
		for _, o := range w.sources() {
			if w.included[o.Path] == nil {
				fresh = append(fresh, o)
			}
		}
		if len(fresh) == 0 {
			return w.findExports()
		}
		closures := make([]*closure, len(fresh))
		err := parallel.Ranges(len(fresh), 1, func(i, _ int) (err error) {
			closures[i], err = w.closure(tree, fresh[i])
			return err
		})
		if err != nil {
			return err
		}
		for i, o := range fresh {
			w.included[o.Path] = closures[i]
			for _, file := range closures[i].files {
				if r := beside[file]; r != nil && w.Graph.Recipes[file] == nil {
					w.Graph.Recipes[file] = r
				}
				if w.Graph.Recipes[file] != nil && !slices.Contains(o.Headers, file) && file != o.Source && w.before(file, o) {
					o.Headers = append(o.Headers, file)
				}
			}
		}
	}
}

// beside are recipes for the files that others may make beside their targets: each
// runs once more for such a file, if a source includes it.
func (w *writer) beside() map[string]*kernelgraph.Recipe {
	all := map[string]*kernelgraph.Recipe{}
	for _, target := range slices.Sorted(maps.Keys(w.Graph.Recipes)) {
		for _, file := range w.Graph.Recipes[target].Beside {
			if all[file] == nil {
				twin := *w.Graph.Recipes[target]
				twin.Target = file
				all[file] = &twin
			}
		}
	}
	return all
}

// before says whether a file that the build makes is there when a source is
// compiled. Only what comes before it is, of what make made before the build.
func (w *writer) before(file string, o *kernelgraph.Object) bool {
	of := slices.Index(w.Graph.Anew, o.Path)
	return of < 0 || slices.Index(w.Graph.Anew, file) < of
}

// findMade finds the headers that sources may include as they do those of the
// tree, though the build makes them.
func (w *writer) findMade() {
	w.leading = map[string]bool{}
	var lead func(target string)
	lead = func(target string) {
		if w.needed[target] && !w.leading[target] {
			w.leading[target] = true
			visitAll(lead, w.inputs(target))
		}
	}
	for _, file := range w.Graph.Anew {
		if w.needed[file] && w.inHeaders(file) {
			w.made = append(w.made, file)
			lead(file)
		}
	}
	for _, o := range w.sources() {
		if !w.leading[o.Path] {
			o.Headers = slices.DeleteFunc(o.Headers, func(file string) bool { return slices.Contains(w.made, file) })
		}
	}
}

// sources are all that is compiled, by objects and by recipes.
func (w *writer) sources() []*kernelgraph.Object {
	all := w.objects()
	for _, r := range w.recipes() {
		all = append(all, r.Sources...)
	}
	return all
}

func (w *writer) closure(tree *includes.Tree, o *kernelgraph.Object) (*closure, error) {
	if !w.source(o.Source) {
		// What the build makes cannot be looked at yet: it may include what it
		// is made from (.incbin), and a header that is made with it.
		c := &closure{exports: true}
		if r := w.Graph.Recipes[o.Source]; r != nil {
			c.files = slices.Clone(r.Inputs)
			for _, file := range r.Beside {
				if path.Ext(file) == ".h" {
					c.files = append(c.files, file)
				}
			}
		}
		return c, nil
	}
	found, err := tree.Closure(path.Join(w.Src, o.Source), includes.NewSearch(w.Src, o.Command), nil)
	if err != nil {
		return nil, err
	}
	c := &closure{found: found}
	files := found.Files
	if len(o.Prototypes) > 0 {
		prototypes, err := tree.Closure(path.Join(w.Src, o.Source), includes.NewSearch(w.Src, o.Preprocess), o.Prototypes)
		if err != nil {
			return nil, err
		}
		files = slices.Concat(files, prototypes.Files)
	}
	for _, f := range files {
		file, inside := strings.CutPrefix(f.Path, w.Src+"/")
		if !inside {
			continue
		}
		c.files = append(c.files, file)
	}
	return c, nil
}

// copyPrivate copies to privateHeaders what sources include and is in no folder
// of headers; of sources that are edited, all headers beside them.
func (w *writer) copyPrivate() error {
	private := map[string]bool{}
	for _, c := range w.included {
		for _, file := range c.files {
			if w.Graph.Recipes[file] == nil && !w.inHeaders(file) && w.configLabel(file) == "" {
				private[file] = true
			}
		}
	}
	if w.Edited {
		if err := w.addBeside(private); err != nil {
			return err
		}
	}
	top := filepath.Join(w.Top, privateHeaders)
	if err := os.RemoveAll(top); err != nil {
		return err
	}
	for file := range private {
		to := filepath.Join(top, file)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		if err := link(filepath.Join(w.Top, file), to); err != nil {
			return err
		}
	}
	return os.MkdirAll(top, 0o777)
}

// addBeside adds the headers that lie beside what is compiled, or beside one that
// is included.
func (w *writer) addBeside(private map[string]bool) error {
	folders := map[string]bool{}
	for file := range private {
		folders[folder(file)] = true
	}
	for _, o := range w.sources() {
		folders[folder(o.Source)] = true
	}
	for dir := range folders {
		if w.inHeaders(dir) {
			continue
		}
		found, err := filepath.Glob(filepath.Join(w.Top, dir, "*.h"))
		if err != nil {
			return err
		}
		for _, file := range found {
			private[path.Join(dir, filepath.Base(file))] = true
		}
	}
	return nil
}

// link makes a second name of a file; a copy where there can be none. Of a link, it
// makes one that leads to the same file.
func link(from, to string) error {
	if target, err := os.Readlink(from); err == nil && filepath.IsAbs(target) {
		return os.Symlink(target, to)
	}
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

// recipes are the needed recipes, in order.
func (w *writer) recipes() []*kernelgraph.Recipe {
	var all []*kernelgraph.Recipe
	for _, target := range slices.Sorted(maps.Keys(w.Graph.Recipes)) {
		if w.needed[target] {
			all = append(all, w.Graph.Recipes[target])
		}
	}
	return all
}
