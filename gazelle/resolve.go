package kbuild

import (
	"context"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/repo"
	"github.com/bazelbuild/bazel-gazelle/resolve"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildgen"
)

// In Gazelle's index a symbol stands by its name, and a header by its workspace
// path after this.
const header = "header:"

// Imports implements resolve.Resolver: a module offers the symbols that it
// exports, it and kernel_headers offer headers.
func (k *kbuild) Imports(c *config.Config, r *rule.Rule, f *rule.File) []resolve.ImportSpec {
	if r.Kind() != kbuildgen.ModuleKind && r.Kind() != kbuildgen.HeadersKind {
		return nil
	}
	var specs []resolve.ImportSpec
	for _, h := range kbuildgen.Files(c.RepoRoot, f.Pkg, r.Attr("hdrs")) {
		specs = append(specs, resolve.ImportSpec{Lang: name, Imp: header + h})
	}
	if r.Kind() == kbuildgen.ModuleKind {
		exports := kbuildgen.Exports(c.RepoRoot, f.Pkg, r)
		k.exports[label.New("", f.Pkg, r.Name()).String()] = exports
		for _, symbol := range exports {
			specs = append(specs, resolve.ImportSpec{Lang: name, Imp: symbol})
		}
	}
	return specs
}

// Embeds implements resolve.Resolver.
func (*kbuild) Embeds(r *rule.Rule, from label.Label) []label.Label { return nil }

// Resolve implements resolve.Resolver: deps are who exports what a module uses,
// and who offers what it includes.
func (k *kbuild) Resolve(c *config.Config, ix *resolve.RuleIndex, _ *repo.RemoteCache, r *rule.Rule, imports any, from label.Label) {
	generated, ok := imports.(*kbuildgen.Rule)
	if !ok || generated == nil {
		return
	}
	find := func(imp string) string {
		spec := resolve.ImportSpec{Lang: name, Imp: imp}
		if l, found := resolve.FindRuleWithOverride(c, spec, name); found {
			return l.Rel(from.Repo, from.Pkg).String()
		}
		found := ix.FindRulesByImportWithConfig(c, spec, name)
		if slices.ContainsFunc(found, func(f resolve.FindResult) bool { return f.IsSelfImport(from) }) {
			return ""
		}
		if len(found) > 1 {
			var labels []string
			for _, f := range found {
				labels = append(labels, f.Label.String())
			}
			log.Printf("%s: %s: %s all have it; say which to use with `# gazelle:resolve %s %s LABEL`", from, imp, strings.Join(labels, ", "), name, imp)
			return ""
		}
		for _, f := range found {
			return f.Label.Rel(from.Repo, from.Pkg).String()
		}
		return ""
	}
	kbuildgen.Resolve(&kbuildgen.Rule{Rule: r, Uses: generated.Uses, Headers: generated.Headers},
		find, func(h string) string { return find(header + h) })
}

// AfterResolvingDeps implements language.LifecycleManager: it writes who
// exports what, if a directive asks for it.
func (k *kbuild) AfterResolvingDeps(context.Context) {
	if k.indexFile == "" || k.dry {
		return
	}
	var lines []string
	for _, l := range slices.Sorted(maps.Keys(k.exports)) {
		for _, symbol := range k.exports[l] {
			lines = append(lines, symbol+"\t"+l+"\n")
		}
	}
	slices.Sort(lines)
	if err := os.WriteFile(k.indexFile, []byte(strings.Join(lines, "")), 0o666); err != nil {
		log.Print(err)
	}
}
