package exporttext

import (
	"maps"
	"slices"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// An Exporter is a module that exports something, and what that is called.
type Exporter struct {
	Module string
	Names  []string
}

// staticCalls are what the exports of static calls are called, of which sources
// mention only what they are made of: static_call(x) takes both (include/linux/
// static_call.h of Linux 6.1).
var staticCalls = map[string][]string{
	"EXPORT_STATIC_CALL":           {"__SCK__", "__SCT__"},
	"EXPORT_STATIC_CALL_GPL":       {"__SCK__", "__SCT__"},
	"EXPORT_STATIC_CALL_TRAMP":     {"__SCT__"},
	"EXPORT_STATIC_CALL_TRAMP_GPL": {"__SCT__"},
}

// Exporters are the modules that name exports, by what sources mention of those. The
// texts are those of each module's sources, without comments.
func Exporters(modules map[string][][]byte) map[string]Exporter {
	exporters := map[string]Exporter{}
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		for _, text := range modules[module] {
			for _, name := range Named(text).Names {
				exporters[name] = Exporter{module, []string{name}}
			}
			eachNamed(text, func(macro string, symbol []byte) {
				var names []string
				for _, before := range staticCalls[macro] {
					names = append(names, before+string(symbol))
				}
				if len(names) > 0 && csource.IsName(symbol) {
					exporters[string(symbol)] = Exporter{module, names}
				}
			})
		}
	}
	return exporters
}

// Mentions returns for each module, by its name, which exports of others its
// sources mention: what it will import, as far as one can guess before it is
// compiled. What is mentioned may be left out, or be something else of that name.
// The texts are those of a module's sources, without comments; in headers is
// what they mention by naming something that headers define, as HeaderMentions has
// it.
func Mentions(modules map[string][][]byte, headers map[string][]string) map[string][]string {
	exporters := Exporters(modules)
	mentions := map[string][]string{}
	for module, texts := range modules {
		found := map[string]bool{}
		add := func(name string) {
			if from, exported := exporters[name]; exported && from.Module != module {
				for _, export := range from.Names {
					found[export] = true
				}
			}
		}
		for _, text := range texts {
			csource.EachName(text, func(name []byte, _ int, _ bool) {
				add(string(name))
				for _, further := range headers[string(name)] {
					add(further)
				}
			})
		}
		mentions[module] = slices.Sorted(maps.Keys(found))
	}
	return mentions
}

// HeaderMentions returns for each macro and each function that headers define, by its
// name, what of that by which Exporters has exports is mentioned by it, or by what it
// mentions in turn. The texts are those of headers, without comments.
func HeaderMentions(headers [][]byte, exporters map[string]Exporter) map[string][]string {
	bodies := map[string][][]byte{}
	for _, text := range headers {
		for _, macro := range csource.Macros(text) {
			_, body, _ := csource.Definition(text, macro)
			bodies[macro.Name] = append(bodies[macro.Name], []byte(body))
		}
		csource.EachFunction(text, func(name, body []byte) {
			bodies[string(name)] = append(bodies[string(name)], body)
		})
	}
	users := map[string][]string{} // of a name: what mentions it
	for name, texts := range bodies {
		for _, body := range texts {
			csource.EachName(body, func(mentioned []byte, _ int, _ bool) {
				m := string(mentioned)
				if _, exported := exporters[m]; m != name && (exported || bodies[m] != nil) {
					users[m] = append(users[m], name)
				}
			})
		}
	}
	mentions := map[string][]string{}
	for _, export := range slices.Sorted(maps.Keys(exporters)) {
		seen := map[string]bool{export: true}
		for fresh := []string{export}; len(fresh) > 0; {
			name := fresh[len(fresh)-1]
			fresh = fresh[:len(fresh)-1]
			for _, user := range users[name] {
				if !seen[user] {
					seen[user] = true
					mentions[user] = append(mentions[user], export)
					fresh = append(fresh, user)
				}
			}
		}
	}
	return mentions
}
