package ksymquery

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// An Answer answers a question from one build.
type Answer func(b *Build) (string, error)

// Ask asks the first build. If it has no answer, it asks the others: what all of
// them say is told once, what some of them say with their names above. If none
// knows an answer, that is the first one's error.
func Ask(builds []*Build, question Answer) (string, error) {
	if len(builds) == 0 {
		return "", fmt.Errorf("nothing is built: run `%s`", BuildFirst)
	}
	text, err := question(builds[0])
	if err == nil {
		return text, nil
	}
	if text := askAll(builds[1:], question); text != "" {
		return text, nil
	}
	return "", err
}

func askAll(builds []*Build, question Answer) string {
	var texts []string
	said := make(map[string][]string) // by which builds
	for _, b := range builds {
		text, err := question(b)
		if err != nil {
			continue
		}
		if said[text] == nil {
			texts = append(texts, text)
		}
		said[text] = append(said[text], b.Name)
	}
	if len(texts) == 1 {
		return texts[0]
	}
	var out strings.Builder
	for i, text := range texts {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "In %s:\n%s", strings.Join(said[text], ", "), text)
	}
	return out.String()
}

// WhoUses tells who exports a symbol, and which modules use it, and how.
func WhoUses(symbol string) Answer {
	return func(b *Build) (string, error) {
		var out strings.Builder
		users := b.users(symbol)
		exporters, _ := b.exporters(symbol)
		if len(users) == 0 && len(exporters) == 0 && !b.needs(symbol) {
			return "", b.unknown(symbol)
		}
		b.writeExporters(&out, symbol)
		for _, u := range users {
			fmt.Fprintf(&out, "  %s %s\n", u.verb, call(u.object))
		}
		if len(users) == 0 {
			out.WriteString("  no module that is built uses it\n")
		}
		return out.String(), nil
	}
}

// Exports tells what a module exports, and who uses each symbol.
func Exports(module string) Answer {
	return func(b *Build) (string, error) {
		objects := b.objectsCalled(module)
		if len(objects) == 0 {
			return "", b.unknownModule(module)
		}
		var out strings.Builder
		for _, o := range objects {
			fmt.Fprintf(&out, "%s exports %s\n", describe(o), count(len(o.Exports), "symbol"))
			w := tabwriter.NewWriter(&out, 0, 8, 2, ' ', 0)
			for _, e := range o.Exports {
				var by []string
				for _, u := range b.users(e.Name) {
					by = append(by, call(u.object))
				}
				by = slices.Compact(by)
				used := "unused"
				if len(by) > 0 {
					used = "used by " + strings.Join(by, ", ")
				}
				fmt.Fprintf(w, "  %s\t%s\t%s\n", e.Name, licence(e), used)
			}
			w.Flush()
		}
		return out.String(), nil
	}
}

// Why tells for each set of modules whether it keeps a symbol, and for whom.
func Why(symbol string) Answer {
	return func(b *Build) (string, error) {
		exporters, _ := b.exporters(symbol)
		if len(exporters) == 0 && len(b.users(symbol)) == 0 && !b.needs(symbol) {
			return "", b.unknown(symbol)
		}
		if len(b.Sets) == 0 {
			return "", fmt.Errorf("no needed.ksyms is built, of a kernel_module_set with trim = True: run `%s`; `who-uses %s` works without", BuildFirst, symbol)
		}
		var out strings.Builder
		b.writeExporters(&out, symbol)
		for _, s := range b.Sets {
			if n := find(s.Needed, symbol); n != nil {
				fmt.Fprintf(&out, "  %s keeps it: %s\n", s.called(), needed.Explain(s.Needed, n))
			} else {
				fmt.Fprintf(&out, "  %s does not need it\n", s.called())
			}
		}
		return out.String(), nil
	}
}

// SetCalled returns the needed set that a person means by name: its file below
// the outputs, or the label of the target that made it.
func (b *Build) SetCalled(name string) *ksympb.NeededSet {
	for _, s := range b.Sets {
		if s.Name == name || isLabel(name) && s.label() != "" && canonicalLabel(name) == canonicalLabel(s.label()) {
			return s.Needed
		}
	}
	return nil
}

// NoSet is the error that no build has a needed set of that name. It says which
// sets there are, and what to do.
func NoSet(builds []*Build, name string) error {
	what := "no file and no needed set"
	todo := "name a needed.ksyms, or the label of a kernel_module_set with trim = True"
	if isLabel(name) {
		what = "no needed set"
		todo = fmt.Sprintf("run `bazel build --output_groups=needed %s`", name)
	}
	var others []string
	for _, b := range builds {
		for _, s := range b.Sets {
			others = append(others, s.called())
		}
	}
	slices.Sort(others)
	others = slices.Compact(others)
	const most = 3
	built := ""
	switch n := len(others); {
	case n == 1:
		built = fmt.Sprintf(", as %s is", others[0])
	case n > most:
		built = fmt.Sprintf(", as %s and %d others are", strings.Join(others[:most], ", "), n-most)
	case n > 1:
		built = fmt.Sprintf(", as %s are", strings.Join(others, ", "))
	}
	return fmt.Errorf("%s is %s that is built%s: %s", name, what, built, todo)
}

// writeExporters writes who exports a symbol, a line each.
func (b *Build) writeExporters(out *strings.Builder, symbol string) {
	objects, exports := b.exporters(symbol)
	for i, o := range objects {
		fmt.Fprintf(out, "%s is exported by %s", symbol, describe(o))
		if l := licence(exports[i]); l != "" {
			fmt.Fprintf(out, ", %s", l)
		}
		out.WriteString("\n")
	}
	if len(objects) > 0 {
		return
	}
	var providers []string
	for _, s := range b.Sets {
		if n := find(s.Needed, symbol); n != nil {
			for _, p := range n.Providers {
				providers = append(providers, p.Module)
			}
		}
	}
	slices.Sort(providers)
	if providers = slices.Compact(providers); len(providers) > 0 {
		fmt.Fprintf(out, "%s is exported by %s, which is not built here\n", symbol, strings.Join(providers, ", "))
		return
	}
	fmt.Fprintf(out, "%s is exported by no module that is built: by the kernel, or by nobody\n", symbol)
}

// describe names an object by label and module.
func describe(o *ksympb.Object) string {
	if o.Label == "" {
		return ksyms.ModuleName(o)
	}
	return fmt.Sprintf("%s (%s)", o.Label, ksyms.ModuleName(o))
}

func licence(e *ksympb.Export) string {
	var parts []string
	if e.GplOnly {
		parts = append(parts, "GPL only")
	}
	if e.Namespace != "" {
		parts = append(parts, "namespace "+e.Namespace)
	}
	return strings.Join(parts, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func find(set *ksympb.NeededSet, symbol string) *ksympb.NeededSymbol {
	i, found := slices.BinarySearchFunc(set.Symbols, symbol, func(s *ksympb.NeededSymbol, name string) int { return strings.Compare(s.Name, name) })
	if !found {
		return nil
	}
	return set.Symbols[i]
}

// needs says whether a set needs a symbol.
func (b *Build) needs(symbol string) bool {
	return slices.ContainsFunc(b.Sets, func(s Set) bool { return find(s.Needed, symbol) != nil })
}

func (b *Build) objectsCalled(name string) []*ksympb.Object {
	var found []*ksympb.Object
	for _, o := range b.Objects {
		if isCalled(o, name) {
			found = append(found, o)
		}
	}
	return found
}

func (b *Build) unknown(symbol string) error {
	hint := didYouMean(needed.Nearest(symbol, b.names()))
	if hint == "" {
		hint = fmt.Sprintf(": if one should, run `%s`", BuildFirst)
	}
	return fmt.Errorf("no module that is built exports or uses %q%s", symbol, hint)
}

func (b *Build) unknownModule(name string) error {
	var names []string
	for _, o := range b.Objects {
		names = append(names, path.Base(ksyms.ModuleName(o)))
	}
	slices.Sort(names)
	hint := didYouMean(needed.Nearest(path.Base(name), slices.Compact(names)))
	switch {
	case hint != "":
	case isLabel(name):
		hint = fmt.Sprintf(": run `bazel build --output_groups=ksyms %s`", name)
	default:
		hint = fmt.Sprintf(": run `%s`", BuildFirst)
	}
	return fmt.Errorf("no module %q is built%s", name, hint)
}

func didYouMean(near []string) string {
	if len(near) == 0 {
		return ""
	}
	return ": did you mean " + strings.Join(near, ", ") + "?"
}
