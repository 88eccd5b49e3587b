package modpost

import (
	"slices"
	"strings"
)

// check resolves the module's imports and reports those that it may not have.
// It only reads what other modules' checks read.
func (r *runner) check(m *module, l *log) {
	address := 8
	if !m.in.Object.Is64() {
		address = 4
	}
	path := m.in.Path
	if len(m.base) >= 64-address {
		l.error("module name is too long [%s.ko]", path)
	}
	for i := range m.imports {
		ref := &m.imports[i]
		e := r.exports[lookupName(ref.name)]
		if e == nil {
			if !ref.weak {
				msg := Message{Text: "\"" + ref.name + "\" [" + path + ".ko] undefined!", undefined: true}
				if r.o.Label != "" {
					msg.Hint = r.undefinedHint(ref.name)
				}
				l.errorUnless(r.o.UndefinedOK, msg)
			}
			continue
		}
		if e.owner == m.self {
			l.error("\"%s\" [%s.ko] was exported without definition", ref.name, path)
			continue
		}
		ref.from = e
		if !r.mayUseNamespace(m, e) {
			msg := Message{Text: "module " + m.base + " uses symbol " + e.name + " from namespace " + e.namespace + ", but does not import it."}
			if r.o.Label != "" {
				msg.Hint = r.namespaceHint(e)
			}
			l.errorUnless(r.o.MissingNamespaceOK, msg)
			if !slices.Contains(m.missing, e.namespace) {
				m.missing = append(m.missing, e.namespace)
			}
		}
		if m.license != "" && e.gplOnly {
			msg := Message{Level: Error, Text: "GPL-incompatible module " + m.base + ".ko uses GPL-only symbol '" + e.name + "'"}
			if r.o.Label != "" {
				msg.Hint = r.licenseHint(m, e)
			}
			l.add(msg)
		}
	}
}

func (r *runner) mayUseNamespace(m *module, e *export) bool {
	if e.namespace == "" {
		return true
	}
	if r.o.Style.ModuleNamespaces {
		if list, ok := strings.CutPrefix(e.namespace, "module:"); ok && listsModule(list, m.base) {
			return true
		}
	}
	return slices.Contains(m.namespaces, e.namespace)
}

// listsModule says whether a namespace's list of modules, "a,b*", has base. A
// star at the end of an item stands for any rest.
func listsModule(list, base string) bool {
	for item := range strings.SplitSeq(list, ",") {
		if prefix, ok := strings.CutSuffix(item, "*"); ok && strings.HasPrefix(base, prefix) || item == base {
			return true
		}
	}
	return false
}
