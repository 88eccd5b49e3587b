package kernelbuild

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
)

// btfOf are the commands that add BTF to a module, with placeholders, by their
// numbers.
func btfOf(m *kernelgraph.Module) map[string][]string {
	commands := map[string][]string{}
	for i, words := range m.BTF {
		commands[strconv.Itoa(i)] = placedFinal(m, words)
	}
	return commands
}

// btfTools say what adds BTF to modules; none if they have none. All modules
// have the same commands.
func (w *writer) btfTools() []arg {
	if len(w.Graph.Modules) == 0 || len(w.Graph.Modules[0].BTF) == 0 {
		return nil
	}
	tools, programs := map[string]string{}, map[string]string{}
	var libraries []string
	add := func(name string) {
		program, there := w.Programs.Programs[name]
		if !there {
			return // the action says that it is missing
		}
		tools[name] = program.Path
		for _, dir := range w.Programs.Loaders[program.Loader].LibraryPath {
			if !slices.Contains(libraries, dir) && !strings.HasPrefix(dir, "%{sdk}/") {
				libraries = append(libraries, dir)
			}
		}
	}
	for _, words := range w.Graph.Modules[0].BTF {
		for len(words) > 0 && strings.Contains(words[0], "=") {
			_, value, _ := strings.Cut(words[0], "=")
			add(value)
			words = words[1:]
		}
		if name := words[0]; strings.Contains(name, "/") {
			programs[w.label("", path.Clean(name))] = name
		} else {
			add(name)
		}
	}
	return []arg{{"btf_tools", tools}, {"btf_libraries", libraries}, {"btf_programs", programs}}
}
