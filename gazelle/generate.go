package kbuild

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildgen"
)

// A tree is what was evaluated of a folder.
type tree struct {
	err error
}

// GenerateRules implements language.Language.
func (k *kbuild) GenerateRules(args language.GenerateArgs) language.GenerateResult {
	s := settingsOf(args.Config)
	if s.ignore {
		return language.GenerateResult{}
	}
	if s.inTree {
		if err := k.evaluate(args.Config, s); err != nil {
			// What is there stays as it is.
			return language.GenerateResult{}
		}
	}
	var result language.GenerateResult
	generated := k.rules[args.Rel]
	for _, r := range generated {
		if r.Kind() == kbuildgen.TodoKind && isDone(args.File, r.Name()) {
			continue
		}
		result.Gen = append(result.Gen, r.Rule)
	}
	slices.SortFunc(result.Gen, func(a, b *rule.Rule) int { return order(a) - order(b) })
	for _, r := range result.Gen {
		result.Imports = append(result.Imports, generated[r.Name()])
		if args.File == nil || !args.File.HasDefaultVisibility() {
			r.SetAttr("visibility", s.visibility)
		}
	}
	result.Empty = stale(args.File, generated, s)
	return result
}

// isDone says whether a person wrote the rule that a kernel_todo stands for.
func isDone(f *rule.File, name string) bool {
	return f != nil && slices.ContainsFunc(f.Rules, func(r *rule.Rule) bool { return r.Name() == name && r.Kind() != kbuildgen.TodoKind })
}

// place is the private attribute with a rule's place among those of its folder.
const place = "_kbuild_place"

func order(r *rule.Rule) int {
	at, _ := r.PrivateAttr(place).(int)
	return at
}

// evaluate evaluates the tree that a folder is in, once, and files what it
// generates by folder.
func (k *kbuild) evaluate(c *config.Config, s *settings) error {
	if t := k.trees[s.root]; t != nil {
		return t.err
	}
	t := &tree{}
	k.trees[s.root] = t
	if t.err = k.generate(c, s); t.err != nil {
		log.Print(t.err)
	}
	return t.err
}

func (k *kbuild) generate(c *config.Config, s *settings) error {
	kernels := k.chosen(s)
	if len(kernels) == 0 {
		return fmt.Errorf("%s: no kernel to evaluate Kbuild with: name some in kbuild_gazelle, which makes this program (@rules_kbuild//gazelle:defs.bzl)", filepath.Join(c.RepoRoot, s.root))
	}
	var words []string
	for _, known := range kernels {
		words = append(words, known.selected+"="+known.sdk)
	}
	in, err := kbuildgen.Evaluate(c.RepoRoot, s.root, words, s.variables)
	if err != nil {
		return err
	}
	in.SetName = s.setName
	in.IsPackage = func(dir string) bool {
		return slices.ContainsFunc(c.ValidBuildFileNames, func(name string) bool {
			_, err := os.Stat(filepath.Join(c.RepoRoot, dir, name))
			return err == nil
		})
	}
	packages, err := kbuildgen.Generate(*in)
	if err != nil {
		return err
	}
	for _, p := range packages {
		if k.rules[p.Dir] == nil {
			k.rules[p.Dir] = map[string]*kbuildgen.Rule{}
		}
		for _, r := range p.Rules {
			r.SetPrivateAttr(place, len(k.rules[p.Dir]))
			k.rules[p.Dir][r.Name()] = r
		}
	}
	return nil
}

// stale are the rules of a file that Kbuild does not make any more. Of headers
// and sets only those are this language's that have the names it gives.
func stale(f *rule.File, generated map[string]*kbuildgen.Rule, s *settings) []*rule.Rule {
	if f == nil || !s.inTree {
		return nil
	}
	var empty []*rule.Rule
	for _, r := range f.Rules {
		if g := generated[r.Name()]; g != nil && g.Kind() == r.Kind() {
			continue
		}
		ours := r.Kind() == kbuildgen.ModuleKind || r.Kind() == kbuildgen.TodoKind ||
			r.Kind() == kbuildgen.HeadersKind && r.Name() == kbuildgen.HeadersName ||
			r.Kind() == kbuildgen.SetKind && r.Name() == s.setName
		if ours {
			empty = append(empty, rule.NewRule(r.Kind(), r.Name()))
		}
	}
	return empty
}
