// Package kbuild is a Gazelle language: it writes BUILD files for trees of
// Kbuild Makefiles. GNU make and the Kbuild of a kernel's SDK say what there is
// to build; what they say becomes kernel_module, kernel_headers and
// kernel_module_set rules.
//
// The macro kbuild_gazelle (defs.bzl) makes the binary and tells it of the
// kernels. Directives, defaults in parentheses; each holds for a folder and
// those below it:
//
//	# gazelle:kbuild_ignore true           write nothing here (false)
//	# gazelle:kbuild_kernels LABEL...      the kernels to write for (all that kbuild_gazelle names)
//	# gazelle:kbuild_make NAME=VALUE       a variable for make's command line; may be repeated
//	# gazelle:kbuild_set_name NAME         name of the kernel_module_set of a tree (modules); `-`: none
//	# gazelle:kbuild_visibility LABEL...   visibility of what is written (//visibility:public)
//	# gazelle:kbuild_symbol_index FILE     at the top: the file to write who exports what to, for --@rules_kbuild//rules:symbol_index
package kbuild

import (
	"github.com/bazelbuild/bazel-gazelle/language"
	"github.com/bazelbuild/bazel-gazelle/rule"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildgen"
)

// name is the language's name, in `# gazelle:resolve kbuild ...` and `-lang`.
const name = "kbuild"

type kbuild struct {
	language.BaseLang
	language.BaseLifecycleManager

	kernels   []kernel
	trees     map[string]*tree                      // what was evaluated, by folder
	rules     map[string]map[string]*kbuildgen.Rule // generated rules by folder and name
	exports   map[string][]string                   // label of a module to what it exports
	indexFile string                                // absolute path of the symbol index; empty: none
	dry       bool                                  // nothing is to be written
}

// NewLanguage returns the language, for a gazelle_binary.
func NewLanguage() language.Language {
	return &kbuild{
		trees:   map[string]*tree{},
		rules:   map[string]map[string]*kbuildgen.Rule{},
		exports: map[string][]string{},
	}
}

// Name implements resolve.Resolver.
func (*kbuild) Name() string { return name }

// Kinds implements language.Language.
func (*kbuild) Kinds() map[string]rule.KindInfo {
	set := func(names ...string) map[string]bool {
		m := map[string]bool{}
		for _, n := range names {
			m[n] = true
		}
		return m
	}
	return map[string]rule.KindInfo{
		kbuildgen.ModuleKind: {
			NonEmptyAttrs: set("srcs"),
			MergeableAttrs: set("srcs", "hdrs", "nostdinc_copts", "copts", "asopts", "copts_remove", "linkopts", "src_copts",
				"src_copts_remove", "src_modnames", "kbuild_root", "target_compatible_with"),
			ResolveAttrs: set("deps"),
		},
		kbuildgen.HeadersKind: {NonEmptyAttrs: set("hdrs"), MergeableAttrs: set("hdrs")},
		kbuildgen.SetKind:     {NonEmptyAttrs: set("modules"), MergeableAttrs: set("modules")},
		kbuildgen.GenruleKind: {NonEmptyAttrs: set("commands"), MergeableAttrs: set("srcs", "commands", "kbuild_root")},
		kbuildgen.TodoKind:    {NonEmptyAttrs: set("tags"), MergeableAttrs: set("command", "makefile", "tags")},
	}
}

// Loads implements language.Language.
func (*kbuild) Loads() []rule.LoadInfo {
	return loads("rules_kbuild")
}

// ApparentLoads implements language.ModuleAwareLanguage.
func (*kbuild) ApparentLoads(apparent func(string) string) []rule.LoadInfo {
	repository := apparent("rules_kbuild")
	if repository == "" {
		repository = "rules_kbuild"
	}
	return loads(repository)
}

func loads(repository string) []rule.LoadInfo {
	return []rule.LoadInfo{{
		Name:    "@" + repository + kbuildgen.DefsLabel,
		Symbols: []string{kbuildgen.GenruleKind, kbuildgen.HeadersKind, kbuildgen.ModuleKind, kbuildgen.SetKind, kbuildgen.TodoKind},
	}}
}
