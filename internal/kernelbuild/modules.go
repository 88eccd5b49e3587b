package kernelbuild

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
)

// vmlinuxSymvers is the file with what vmlinux exports.
const vmlinuxSymvers = "vmlinux.symvers"

// modpostFlags are modpost's options, without the files that it reads and
// writes, and without those by which it trims.
func (w *writer) modpostFlags() []string {
	var flags []string
	skip := false
	for _, word := range w.Graph.Modpost {
		switch {
		case skip:
			skip = false
		case slices.Contains([]string{"-o", "-i", "-T", "-u"}, word):
			skip = true
		case strings.HasPrefix(word, "-") && word != "-t":
			flags = append(flags, word)
		}
	}
	return flags
}

// exportsRule writes what modpost makes of vmlinux.o. With CONFIG_MODVERSIONS
// it reads the CRCs of the objects in it.
func (w *writer) exportsRule() {
	archive := ""
	var objects []string
	if len(w.Graph.Genksyms) > 0 {
		archive = ":" + builtinArchive
		for _, o := range w.builtin(builtinArchive) {
			if len(o.Preprocess) > 0 && w.included[o.Path].exports {
				objects = append(objects, w.target("", o.Path))
			}
		}
	}
	w.pkg("").add("kernel_vmlinux_exports",
		arg{"name", "vmlinux_exports"},
		arg{"export_c", kernelgraph.ExportSource},
		arg{"symvers", vmlinuxSymvers},
		arg{"vmlinux", ":vmlinux.o"},
		arg{"archive", archive},
		arg{"objects", unique(objects)},
		arg{"tree", treeLabel},
	)
}

// builtin are the objects that an archive and those in it hold.
func (w *writer) builtin(archive string) []*kernelgraph.Object {
	var all []*kernelgraph.Object
	for _, member := range w.Graph.Archives[archive].Members {
		switch {
		case w.Graph.Archives[member] != nil:
			all = append(all, w.builtin(member)...)
		case w.Graph.Objects[member] != nil:
			all = append(all, w.Graph.Objects[member])
		}
	}
	return all
}

// moduleRules writes the modules of all folders, and what they have in common.
// There may be none, though the kernel could load some.
func (w *writer) moduleRules() error {
	var labels []string
	var mod, final []string
	var btf map[string][]string
	var objtool []string
	for _, m := range w.Graph.Modules {
		labels = append(labels, w.moduleRule(m))
		c := compileOf(m.Mod)
		words := finalOf(m)
		if mod == nil {
			mod, final, objtool, btf = c.words, words, c.objtool, btfOf(m)
		}
		if !slices.Equal(mod, c.words) || !slices.Equal(final, words) || !slices.Equal(objtool, c.objtool) || !maps.EqualFunc(btf, btfOf(m), slices.Equal) {
			return fmt.Errorf("%s.ko: it is not linked by the command that links the other modules: %s", m.Path, strings.Join(m.Final, " "))
		}
	}
	vmlinux := ""
	if len(btf) > 0 {
		vmlinux = ":vmlinux"
	}
	w.pkg("").add("kernel_intree_modules",
		arg{"name", "modules"},
		arg{"modules", labels},
		arg{"vmlinux_symvers", ":" + vmlinuxSymvers},
		arg{"mod_command", against("cc", w.bases["cc"], mod)},
		arg{"mod_objtool", objtool},
		arg{"final", final},
		arg{"link_files", w.allLabels("", scripts(final))},
		arg{"link_objects", w.allLabels("", w.linkedToAll(final))},
		arg{"btf", btf},
		arg{"vmlinux", vmlinux},
		arg{"order_suffix", w.Graph.OrderSuffix},
		arg{"header_mentions", w.mentions},
		arg{"tree", treeLabel},
	)
	return nil
}

// finalOf is the command that links a module, with placeholders.
func finalOf(m *kernelgraph.Module) []string { return placedFinal(m, m.Final) }

func placedFinal(m *kernelgraph.Module, command []string) []string {
	var words []string
	for _, word := range command {
		for _, suffix := range []string{".ko", ".o", ".mod.o"} {
			if word == m.Path+suffix {
				word = placeObj + suffix
			}
		}
		words = append(words, word)
	}
	return words
}

// scripts are the linker scripts of a command.
func scripts(words []string) []string {
	var files []string
	for i := range len(words) - 1 {
		if words[i] == "-T" {
			files = append(files, path.Clean(words[i+1]))
		}
	}
	return files
}

// linkedToAll are the objects that the command which links a module names and
// that are not the module's own: .module-common.o, since 6.12.
func (w *writer) linkedToAll(words []string) []string {
	var objects []string
	for _, word := range words {
		if w.Graph.Objects[path.Clean(word)] != nil {
			objects = append(objects, path.Clean(word))
		}
	}
	return objects
}

func (w *writer) moduleRule(m *kernelgraph.Module) string {
	dir := w.folder(m.Path + ".ko")
	name := below(dir, m.Path) + "_module"
	var link, objtool, objects []string
	if m.Link != nil {
		for _, word := range m.Link.Command {
			switch word {
			case m.Path + ".o":
				word = placeObj + ".o"
			case "@" + m.Path + ".mod":
				word = "@" + placeObj + ".mod"
			}
			link = append(link, word)
		}
		for _, word := range m.Link.Objtool {
			if path.Clean(word) == m.Path+".o" {
				word = placeObj + ".o"
			}
			objtool = append(objtool, word)
		}
	}
	for _, o := range m.Objects {
		objects = append(objects, w.target(dir, o))
	}
	w.pkg(dir).add("kernel_intree_module",
		arg{"name", name},
		arg{"path", m.Path},
		arg{"parts", m.Objects},
		arg{"objects", unique(objects)},
		arg{"link", link},
		arg{"objtool", objtool},
		arg{"tree", treeLabel},
	)
	return w.label("", path.Join(dir, name))
}

// target is the label of the kernel_objects that makes an object.
func (w *writer) target(from, object string) string {
	name := w.targetName(w.Graph.Objects[object])
	dir := w.folder(object)
	if dir == from {
		return ":" + name
	}
	return "//" + dir + ":" + name
}

// targetName is the name of the kernel_objects that makes an object.
func (w *writer) targetName(o *kernelgraph.Object) string {
	if w.alone(o) {
		return strings.TrimSuffix(path.Base(o.Path), ".o") + "_object"
	}
	return "objects"
}

// alone says whether an object has a target of its own: something that it reads
// is made by the build.
func (w *writer) alone(o *kernelgraph.Object) bool { return w.needed[o.Source] || len(o.Headers) > 0 }
