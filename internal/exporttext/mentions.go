package exporttext

import (
	"maps"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// Mentions returns for each module, by its name, which exports of others its
// sources mention: what it will import, as far as one can guess before it is
// compiled. A header may make it use more, and what is mentioned may be left out,
// or be something else of that name. The texts are those of a module's sources,
// without comments.
func Mentions(modules map[string][][]byte) map[string][]string {
	exporter := map[string]string{}
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		for _, text := range modules[module] {
			for _, name := range Named(text).Names {
				exporter[name] = module
			}
		}
	}
	mentions := map[string][]string{}
	for module, texts := range modules {
		found := map[string]bool{}
		for _, text := range texts {
			csource.EachName(text, func(name []byte, _ int, _ bool) {
				if from, exported := exporter[string(name)]; exported && from != module {
					found[string(name)] = true
				}
			})
		}
		mentions[module] = slices.Sorted(maps.Keys(found))
	}
	return mentions
}
