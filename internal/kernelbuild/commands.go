package kernelbuild

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// Placeholders of a command, which the rule and the action's program fill in.
const (
	placeObj      = "%{obj}"      // the object's path without suffix
	placeSource   = "%{source}"   // the source's path
	placeBasename = "%{basename}" // KBUILD_BASENAME
	placeModname  = "%{modname}"  // KBUILD_MODNAME
	placeModfile  = "%{modfile}"  // KBUILD_MODFILE
)

// A compile is an object's command with placeholders, and what goes there.
type compile struct {
	words      []string
	objtool    []string
	preprocess []string
	modname    string // empty: that of the object
	modfile    string // empty: the module's name in the object's folder
}

// compileOf puts placeholders into an object's command, where it says what the
// object's own name says, or that of its module.
func compileOf(o *kernelgraph.Object) compile {
	obj := strings.TrimSuffix(o.Path, ".o")
	base := maketrace.KbuildName(path.Base(obj))
	var c compile
	own := base
	placed := func(command []string) []string {
		var words []string
		for i, w := range command {
			switch {
			case w == obj+".o" && command[i-1] == "-o":
				w = placeObj + ".o"
			case w == o.Source:
				w = placeSource
			case w == `-DKBUILD_BASENAME="`+base+`"`:
				w = `-DKBUILD_BASENAME="` + placeBasename + `"`
			case strings.HasPrefix(w, `-DKBUILD_MODFILE="`):
				c.modfile = strings.TrimSuffix(strings.TrimPrefix(w, `-DKBUILD_MODFILE="`), `"`)
				w = `-DKBUILD_MODFILE="` + placeModfile + `"`
			case strings.HasPrefix(w, `-DKBUILD_MODNAME="`):
				own = strings.TrimSuffix(strings.TrimPrefix(w, `-DKBUILD_MODNAME="`), `"`)
				w = `-DKBUILD_MODNAME="` + placeModname + `"`
			case strings.HasPrefix(w, "-D__KBUILD_MODNAME="):
				w = "-D__KBUILD_MODNAME=" + strings.Replace(strings.TrimPrefix(w, "-D__KBUILD_MODNAME="), own, placeModname, 1)
			}
			words = append(words, w)
		}
		return words
	}
	c.words = placed(o.Command)
	c.preprocess = placed(o.Preprocess)
	if own != base {
		c.modname = own
	}
	if dir := folder(o.Path); c.modfile == path.Join(dir, path.Base(obj)) {
		c.modfile = ""
	}
	for _, w := range o.Objtool {
		if path.Clean(w) == o.Path {
			w = placeObj + ".o"
		}
		c.objtool = append(c.objtool, w)
	}
	return c
}

// preprocess is the name of the base command of what runs before genksyms.
const preprocess = "cpp"

// kind is the name of the base command of an object's.
func kind(o *kernelgraph.Object) string {
	if path.Ext(o.Source) == ".S" {
		return "as"
	}
	return "cc"
}

// chooseBases returns the commands that most objects share: cc and as,
// objtool's, and cpp, whose output genksyms reads. Others are written as what
// differs from them.
func chooseBases(objects []*kernelgraph.Object) map[string][]string {
	count := map[string]map[string]int{}
	words := map[string][]string{}
	add := func(kind string, command []string) {
		if len(command) == 0 {
			return
		}
		key := strings.Join(command, "\x00")
		if count[kind] == nil {
			count[kind] = map[string]int{}
		}
		count[kind][key]++
		words[key] = command
	}
	for _, o := range objects {
		c := compileOf(o)
		add(kind(o), c.words)
		add("objtool", c.objtool)
		add(preprocess, c.preprocess)
	}
	bases := map[string][]string{}
	for kind, keys := range count {
		best := slices.MaxFunc(slices.Sorted(maps.Keys(keys)), func(a, b string) int { return cmp.Compare(keys[a], keys[b]) })
		bases[kind] = words[best]
	}
	return bases
}

// against writes a command as what differs from a base: `%{cc:3-60}` stands for
// the words 3 to 59 of cc.
func against(kind string, base, command []string) []string {
	var out []string
	j := 0 // the words of command before it are written
	pairs := maketrace.Align(base, command)
	for len(pairs) > 0 {
		first, n := pairs[0], 1
		for n < len(pairs) && pairs[n] == (maketrace.Pair{A: first.A + n, B: first.B + n}) {
			n++
		}
		pairs = pairs[n:]
		// What stands for two words is no shorter than they are.
		if n > 2 {
			out = append(out, command[j:first.B]...)
			out = append(out, fmt.Sprintf("%%{%s:%d-%d}", kind, first.A, first.A+n))
			j = first.B + n
		}
	}
	return append(out, command[j:]...)
}
