package kernelgraph

import (
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// Read reads what make has said of a tree. top is the folder of the tree on this
// machine.
func Read(top string, said *Said) (*Graph, error) {
	g, err := newGraph(top, said.Steps, said.Environment)
	if err != nil {
		return nil, err
	}
	for _, s := range said.Steps {
		if slices.Contains(said.Anew, s.Target) {
			g.Anew = append(g.Anew, s.Target)
		}
	}
	return g, nil
}

func newGraph(top string, steps []maketrace.Step, environment map[string]string) (*Graph, error) {
	g := &Graph{Objects: map[string]*Object{}, Archives: map[string]*Archive{}, Recipes: map[string]*Recipe{}}
	r := &reader{
		Graph: g, top: top, environment: environment,
		made: map[string]bool{}, guessed: map[string][]string{}, links: map[string]*Link{}, parts: map[string][]string{}, finals: map[string]final{},
	}
	for _, s := range steps {
		r.made[s.Target] = true
	}
	for _, s := range steps {
		if err := r.step(s); err != nil {
			return nil, err
		}
	}
	g.partRecipes()
	r.dropFollowing()
	return g, r.modules(modulesOrder(steps))
}

type reader struct {
	*Graph
	top         string
	environment map[string]string   // of recipes
	made        map[string]bool     // the targets of all steps
	guessed     map[string][]string // by recipe: inputs that it does not name, but a script or a variable of it
	links       map[string]*Link    // by path of the object
	parts       map[string][]string // module to the objects of its .mod
	finals      map[string]final    // by module
}

// A final is the command that links a module's .ko, and those that add BTF.
type final struct {
	link []string
	btf  [][]string
}

func (r *reader) step(s maketrace.Step) error {
	all, err := statements(s.Recipe)
	if err != nil {
		return &Error{s.Target, where(s), "its recipe is no shell text that could be read", strings.TrimSpace(s.Recipe)}
	}
	base := path.Base(s.Target)
	switch {
	case len(all) == 0, base == "modules.order":
		return nil
	case strings.HasSuffix(base, ".mod"):
		r.parts[strings.TrimSuffix(s.Target, ".mod")] = maketrace.Listed(path.Dir(s.Target), maketrace.Commands(s.Recipe))
		return nil
	case strings.HasSuffix(base, ".ko"):
		btf, plain := btfCommands(s.Target, all[1:])
		if words := all[0].words; slices.Contains(words, "-r") && plain {
			r.finals[strings.TrimSuffix(s.Target, ".ko")] = final{words, btf}
			return nil
		}
		return &Error{s.Target, where(s), "what makes a module of the kernel's tree is not a link, with BTF added by pahole and resolve_btfids or without", all[len(all)-1].text}
	case strings.HasSuffix(base, ".a"):
		a := archive(s.Target, all)
		if a == nil {
			a = r.copied(s.Target, all)
		}
		if a != nil {
			r.Archives[s.Target] = a
			return nil
		}
	case strings.HasSuffix(base, ".o"):
		if r.object(s, all) {
			return nil
		}
	case base == "Module.symvers", base == "vmlinux.symvers":
		for _, words := range maketrace.Commands(s.Recipe) {
			if path.Base(words[0]) == "modpost" {
				r.Modpost = words
				return nil
			}
		}
	}
	return r.recipe(s, all)
}

// object reads the recipe of an object, if it is one that a compiler makes of
// one source, or a linker of the parts of a module.
func (r *reader) object(s maketrace.Step, all []statement) bool {
	words := all[0].words
	if len(words) < 3 || maketrace.After(words, "-o") == "" || path.Clean(maketrace.After(words, "-o")) != s.Target {
		return false
	}
	after, plain := afterwards(s.Target, all[1:])
	if !plain || !r.sameGenksyms(after.genksyms) {
		return false
	}
	switch {
	case slices.Contains(words, "-c"):
		source := path.Clean(words[len(words)-1])
		if ext := path.Ext(source); ext != ".c" && ext != ".S" {
			return false
		}
		r.Objects[s.Target] = &Object{
			Path: s.Target, Source: source, Command: withoutDeps(words), Objtool: after.objtool,
			Headers: r.headers(s, source), Preprocess: after.preprocess, Prototypes: after.prototypes,
		}
	case slices.Contains(words, "-r") && strings.HasPrefix(words[len(words)-1], "@") && strings.HasSuffix(words[len(words)-1], ".mod"):
		r.links[s.Target] = &Link{Path: s.Target, Command: words, Objtool: after.objtool}
	default:
		return false
	}
	return true
}

// headers are the prerequisites that the build makes and that are no objects:
// what the source includes.
func (r *reader) headers(s maketrace.Step, source string) []string {
	var headers []string
	for _, due := range s.Due {
		due = path.Clean(due)
		if r.made[due] && due != source && path.Ext(due) != ".o" {
			headers = append(headers, due)
		}
	}
	return headers
}

// A later is the commands that a recipe runs on an object once it is made.
type later struct{ objtool, preprocess, prototypes, genksyms []string }

// afterwards finds what a recipe does with an object once it is made. plain:
// that is all.
func afterwards(target string, rest []statement) (after later, plain bool) {
	for _, st := range rest {
		if len(st.words) > 1 && strings.HasPrefix(path.Base(st.words[0]), "objtool") && path.Clean(st.words[len(st.words)-1]) == target {
			after.objtool = st.words
			continue
		}
		if !after.symversions(st) {
			return later{}, false
		}
	}
	return after, true
}

const include = "#include <"

// symversions reads the statement by which Kbuild writes the CRCs of an
// object's exports to its .cmd file, if it is that.
func (l *later) symversions(st statement) bool {
	if !strings.Contains(st.text, ".cmd") {
		return false
	}
	for _, words := range maketrace.Commands(st.text) {
		switch {
		case path.Base(words[0]) == "genksyms":
			l.genksyms = words
		case slices.Contains(words, "-D__GENKSYMS__"):
			l.preprocess = withoutDeps(words)
		case words[0] == "echo" && len(words) == 2 && strings.HasPrefix(words[1], include) && strings.HasSuffix(words[1], ">"):
			l.prototypes = append(l.prototypes, words[1][len(include):len(words[1])-1])
		}
	}
	return len(l.genksyms) > 0 && len(l.preprocess) > 0
}

// sameGenksyms says whether genksyms is run as on all other objects.
func (r *reader) sameGenksyms(words []string) bool {
	if len(words) > 0 && len(r.Genksyms) == 0 {
		r.Genksyms = words
	}
	return len(words) == 0 || slices.Equal(words, r.Genksyms)
}

// withoutDeps leaves out the option by which the compiler writes a list of what
// it read.
func withoutDeps(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		return strings.HasPrefix(w, "-Wp,-MMD,") || strings.HasPrefix(w, "-Wp,-MD,")
	})
}

// modules puts the modules together, in the order of modules.order.
func (r *reader) modules(order []string) error {
	for _, file := range order {
		r.OrderSuffix = path.Ext(file)
		name := strings.TrimSuffix(file, r.OrderSuffix)
		m := &Module{Path: name, Objects: r.parts[name], Mod: r.Objects[name+".mod.o"], Final: r.finals[name].link, BTF: r.finals[name].btf}
		if len(m.Objects) == 0 || m.Mod == nil || m.Final == nil {
			return &Error{name + ".ko", "modules.order", "Kbuild lists the module, but says nothing of what it is made of", ""}
		}
		m.Link = r.links[name+".o"]
		r.Modules = append(r.Modules, m)
	}
	return nil
}

// copied reads the recipe of an archive that is another one under a new name:
// `cat built-in-fixup.a > vmlinux.a`. nil if it is none.
func (r *reader) copied(target string, all []statement) *Archive {
	if len(all) != 1 {
		return nil
	}
	for _, words := range maketrace.Commands(all[0].text) {
		if len(words) != 2 || words[0] != "cat" || r.Archives[path.Clean(words[1])] == nil {
			continue
		}
		a := *r.Archives[path.Clean(words[1])]
		var further []string
		for _, line := range a.Further {
			further = append(further, strings.ReplaceAll(line, a.Path, target))
		}
		a.Path, a.Further = target, further
		return &a
	}
	return nil
}

// archive reads the recipe of an archive: `ar FLAGS ARCHIVE MEMBER...`, or
// `printf "FOLDER/%s " MEMBER... | xargs ar FLAGS ARCHIVE`.
func archive(target string, all []statement) *Archive {
	a := &Archive{Path: target}
	for _, st := range all {
		if len(st.words) == 3 && st.words[0] == "rm" {
			continue
		}
		if a.Flags != "" {
			a.Further = append(a.Further, strings.Split(st.text, "\n")...)
			for _, w := range pathsIn(st.node) {
				if w != target && strings.Contains(w, "/") {
					a.Reads = append(a.Reads, w)
				}
			}
			continue
		}
		prefix := ""
		var names []string
		for _, words := range maketrace.Commands(st.text) {
			switch {
			case words[0] == "printf" && len(words) > 1 && strings.HasSuffix(words[1], "%s "):
				prefix, names = strings.TrimSuffix(words[1], "%s "), words[2:]
			case words[0] == "xargs" && len(words) > 3:
				words = words[1:]
				fallthrough
			case len(words) > 2 && path.Clean(words[2]) == target && a.Flags == "":
				a.Flags = words[1]
				for _, n := range words[3:] {
					a.Members = append(a.Members, path.Clean(n))
				}
			}
		}
		for _, n := range names {
			a.Members = append(a.Members, path.Clean(prefix+n))
		}
	}
	if a.Flags == "" {
		return nil
	}
	return a
}
