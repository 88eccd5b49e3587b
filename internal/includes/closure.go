package includes

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// A Search is where a compiler looks for included files: its options, as far
// as they matter to that.
type Search struct {
	cwd    string
	quote  []string // -iquote
	angled []string // -I, -isystem, -idirafter, in the order of the search
	first  []string // -include and -imacros
	macros map[string][]string
	words  []string // the options with a CONFIG_ in them

	mu    sync.Mutex
	found map[request]answer
}

// A request is a name that is looked for: dir is empty unless the folder of
// the including file comes first.
type request struct {
	dir, name string
	quoted    bool
	all       bool
}

type answer struct {
	files []*File
	dirs  []string
}

// NewSearch reads compiler options. Paths in them are relative to the
// canonical folder cwd, or absolute below the root: `/usr/src/...`.
func NewSearch(cwd string, options []string) *Search {
	s := &Search{cwd: clean(cwd), macros: map[string][]string{}, found: map[request]answer{}}
	var system, after []string
	for i := 0; i < len(options); i++ {
		option := options[i]
		if strings.Contains(option, "CONFIG_") {
			s.words = append(s.words, option)
		}
		value := func(name string) (string, bool) {
			rest, is := strings.CutPrefix(option, name)
			if is && rest == "" && i+1 < len(options) {
				i++
				rest = options[i]
			}
			return rest, is && rest != ""
		}
		if v, is := value("-include"); is {
			s.first = append(s.first, v)
		} else if v, is := value("-imacros"); is {
			s.first = append(s.first, v)
		} else if v, is := value("-iquote"); is {
			s.quote = append(s.quote, s.canonical(v))
		} else if v, is := value("-isystem"); is {
			system = append(system, s.canonical(v))
		} else if v, is := value("-idirafter"); is {
			after = append(after, s.canonical(v))
		} else if v, is := value("-I"); is {
			s.angled = append(s.angled, s.canonical(v))
		} else if v, is := value("-D"); is {
			name, body, _ := strings.Cut(v, "=")
			s.macros[name] = append(s.macros[name], body)
		}
	}
	s.angled = append(append(s.angled, system...), after...)
	return s
}

func (s *Search) canonical(p string) string {
	if strings.HasPrefix(p, "/") {
		return clean(p)
	}
	return clean(s.cwd + "/" + p)
}

// A Closure is what a compiler could read for one source.
type Closure struct {
	Source *File
	// Files are sorted by path and do not include the source.
	Files []*File
	// Dirs are folders that must exist though they may hold none of the files:
	// the compiler passes through them (`dir/../x.h`) or searches them.
	Dirs []string
	// Configs are the options that the files, the source and the compiler
	// options mention; files named in NoConfigs of Closure's call are left out.
	Configs map[csource.Config]bool
	// Data are the files that a source takes in as data (.incbin): every byte of
	// them counts.
	Data map[*File]bool
}

// A walk is one closure in the making.
type walk struct {
	tree     *Tree
	search   *Search
	seen     map[*File]bool
	order    []*File
	dirs     map[string]bool
	data     map[*File]bool
	computed map[computed]bool
}

type computed struct {
	file *File
	inc  csource.Include
}

// Closure returns the include closure of the source at a canonical path.
// Extra are names to include besides, as if the source had `#include <...>`
// for each; those that exist nowhere are ignored. NoConfigs are files whose
// own mentions of options do not count. An error names the file that could not
// be read.
func (t *Tree) Closure(source string, s *Search, extra []string, noConfigs ...string) (*Closure, error) {
	file := t.Lookup(clean(source))
	if file == nil {
		return nil, fmt.Errorf("%s: the source is not among the files given (--file)", source)
	}
	w := &walk{tree: t, search: s, seen: map[*File]bool{}, dirs: map[string]bool{}, data: map[*File]bool{}, computed: map[computed]bool{}}
	frontier := []*File{file}
	w.seen[file] = true
	for _, name := range s.first {
		frontier = append(frontier, w.add(w.lookup(s.cwd, csource.Include{Kind: csource.Quoted, Name: name}))...)
	}
	for _, name := range extra {
		frontier = append(frontier, w.add(w.lookup("", csource.Include{Kind: csource.Angled, Name: name}))...)
	}
	for len(frontier) > 0 {
		var err error
		if frontier, err = w.step(frontier); err != nil {
			return nil, err
		}
		if len(frontier) == 0 {
			frontier = w.expandComputed()
		}
	}
	return w.closure(file, noConfigs)
}

func (w *walk) closure(source *File, noConfigs []string) (*Closure, error) {
	c := &Closure{Source: source, Configs: map[csource.Config]bool{}, Data: w.data}
	for _, f := range w.order {
		if f != source {
			c.Files = append(c.Files, f)
		}
		if slices.Contains(noConfigs, f.Path) {
			continue
		}
		for _, config := range f.configs {
			c.Configs[config] = true
		}
	}
	for _, word := range w.search.words {
		for _, config := range csource.Configs([]byte(word)) {
			c.Configs[config] = true
		}
	}
	sort.Slice(c.Files, func(i, j int) bool { return c.Files[i].Path < c.Files[j].Path })
	for _, dir := range append(append([]string{w.search.cwd}, w.search.quote...), w.search.angled...) {
		if w.tree.HasDir(dir) {
			w.dirs[dir] = true
		}
	}
	for dir := range w.dirs {
		c.Dirs = append(c.Dirs, dir)
	}
	sort.Strings(c.Dirs)
	return c, nil
}

// step reads the files of the frontier and returns those that they include
// and that are new.
func (w *walk) step(frontier []*File) ([]*File, error) {
	if err := loadAll(frontier); err != nil {
		return nil, err
	}
	var next []*File
	for _, f := range frontier {
		w.order = append(w.order, f)
		for _, inc := range f.includes {
			if inc.Kind == csource.Computed {
				w.computed[computed{f, inc}] = true
				continue
			}
			a := w.lookup(path.Dir(f.Path), inc)
			for _, file := range a.files {
				w.data[file] = w.data[file] || inc.Kind == csource.Data
			}
			next = append(next, w.add(a)...)
		}
	}
	return next, nil
}

// loadAll reads files, several at once.
func loadAll(files []*File) error {
	workers := min(runtime.GOMAXPROCS(0), (len(files)+3)/4)
	errs := make([]error, len(files))
	if workers < 2 {
		for i, f := range files {
			errs[i] = f.load()
		}
	} else {
		var group sync.WaitGroup
		for n := range workers {
			group.Go(func() {
				for i := n; i < len(files); i += workers {
					errs[i] = files[i].load()
				}
			})
		}
		group.Wait()
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// add notes an answer and returns those of its files that are new.
func (w *walk) add(a answer) []*File {
	for _, dir := range a.dirs {
		w.dirs[dir] = true
	}
	var fresh []*File
	for _, f := range a.files {
		if !w.seen[f] {
			w.seen[f] = true
			fresh = append(fresh, f)
		}
	}
	return fresh
}

// lookup returns the files that an include in a file of the folder dir can
// mean: the first that the compiler would find, or with Next all of the name.
func (w *walk) lookup(dir string, inc csource.Include) answer {
	r := request{name: inc.Name, quoted: inc.Kind != csource.Angled, all: inc.Next}
	if r.quoted {
		r.dir = dir
	}
	s := w.search
	s.mu.Lock()
	a, known := s.found[r]
	s.mu.Unlock()
	if known {
		return a
	}
	a = s.ask(w.tree, r, inc.Kind == csource.Data)
	s.mu.Lock()
	s.found[r] = a
	s.mu.Unlock()
	return a
}

func (s *Search) ask(t *Tree, r request, data bool) answer {
	var a answer
	try := func(dir string) bool {
		f := t.Lookup(clean(dir + "/" + r.name))
		if f == nil {
			return false
		}
		if !slices.Contains(a.files, f) {
			a.files = append(a.files, f)
			a.dirs = append(a.dirs, passed(dir, r.name)...)
		}
		return !r.all
	}
	if strings.HasPrefix(r.name, "/") {
		try("")
		return a
	}
	if data && try(s.cwd) || r.quoted && try(r.dir) {
		return a
	}
	if r.quoted && slices.ContainsFunc(s.quote, try) {
		return a
	}
	for _, dir := range s.angled {
		if try(dir) {
			break
		}
	}
	return a
}

// passed returns the folders that a path goes into before it leaves them by
// a `..`.
func passed(dir, name string) []string {
	var dirs []string
	at := dir
	for rest := name; ; {
		part, after, more := strings.Cut(rest, "/")
		if !more {
			return dirs
		}
		if part == ".." {
			dirs = append(dirs, clean(at))
		}
		at = clean(at + "/" + part)
		rest = after
	}
}
