package kbuild

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bazelbuild/bazel-gazelle/config"
	"github.com/bazelbuild/bazel-gazelle/label"
	"github.com/bazelbuild/bazel-gazelle/rule"
	"github.com/bazelbuild/rules_go/go/runfiles"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// kernelsVariable names the kernels: `LABEL=FILE` words, FILE being the
// runfiles path of the SDK's sdk.json. kbuild_gazelle sets it.
const kernelsVariable = "RULES_KBUILD_KERNELS"

// A kernel is one that BUILD files can be written for.
type kernel struct {
	label    string // as a person wrote it: @linux_6_12//:sdk
	selected string // the config_setting that holds for it
	sdk      string // path of its sdk.json
}

// Directives.
const (
	ignoreDirective     = "kbuild_ignore"
	kernelsDirective    = "kbuild_kernels"
	makeDirective       = "kbuild_make"
	setDirective        = "kbuild_set_name"
	visibilityDirective = "kbuild_visibility"
	indexDirective      = "kbuild_symbol_index"
)

// settings are what directives say for a folder.
type settings struct {
	ignore     bool
	kernels    []string // labels; nil: all
	variables  []string
	setName    string
	visibility []string
	root       string // workspace path of the tree that the folder is in
	inTree     bool
}

func settingsOf(c *config.Config) *settings {
	if s, ok := c.Exts[name].(*settings); ok {
		return s
	}
	return &settings{setName: "modules", visibility: []string{"//visibility:public"}}
}

// KnownDirectives implements config.Configurer.
func (*kbuild) KnownDirectives() []string {
	return []string{ignoreDirective, kernelsDirective, makeDirective, setDirective, visibilityDirective, indexDirective}
}

// CheckFlags implements config.Configurer.
func (k *kbuild) CheckFlags(flags *flag.FlagSet, c *config.Config) error {
	if mode := flags.Lookup("mode"); mode != nil {
		k.dry = mode.Value.String() != "fix"
	}
	for word := range strings.FieldsSeq(os.Getenv(kernelsVariable)) {
		text, file, _ := strings.Cut(word, "=")
		l, err := label.Parse(text)
		if err != nil {
			return fmt.Errorf("%s: %w", kernelsVariable, err)
		}
		path := file
		if !filepath.IsAbs(path) {
			if path, err = runfiles.Rlocation(file); err != nil {
				return fmt.Errorf("%s: the SDK of %s: %w", kernelsVariable, text, err)
			}
		}
		l.Name = "selected"
		k.kernels = append(k.kernels, kernel{text, l.String(), path})
	}
	return nil
}

// Configure implements config.Configurer.
func (k *kbuild) Configure(c *config.Config, rel string, f *rule.File) {
	s := *settingsOf(c)
	s.variables = slices.Clone(s.variables)
	c.Exts[name] = &s
	if f != nil {
		for _, d := range f.Directives {
			if err := k.directive(c, &s, rel, d); err != nil {
				log.Printf("%s: # gazelle:%s %s: %v", f.Path, d.Key, d.Value, err)
			}
		}
	}
	if !s.inTree && !s.ignore && kbuildeval.IsRoot(filepath.Join(c.RepoRoot, rel)) {
		s.root, s.inTree = rel, true
	}
}

func (k *kbuild) directive(c *config.Config, s *settings, rel string, d rule.Directive) error {
	switch d.Key {
	case ignoreDirective:
		if d.Value != "true" && d.Value != "false" && d.Value != "" {
			return fmt.Errorf("neither true nor false")
		}
		s.ignore = d.Value != "false"
	case kernelsDirective:
		s.kernels = strings.Fields(d.Value)
		for _, l := range s.kernels {
			if !slices.ContainsFunc(k.kernels, func(known kernel) bool { return known.label == l }) {
				return fmt.Errorf("kbuild_gazelle does not name %s among its kernels (%s)", l, k.kernelLabels())
			}
		}
	case makeDirective:
		if !strings.Contains(d.Value, "=") {
			return fmt.Errorf("not NAME=VALUE")
		}
		s.variables = append(s.variables, d.Value)
	case setDirective:
		s.setName = d.Value
		if d.Value == "-" {
			s.setName = ""
		}
	case visibilityDirective:
		s.visibility = strings.Fields(d.Value)
	case indexDirective:
		if rel != "" {
			return fmt.Errorf("only in the BUILD file at the top")
		}
		k.indexFile = filepath.Join(c.RepoRoot, d.Value)
	}
	return nil
}

func (k *kbuild) kernelLabels() string {
	var labels []string
	for _, known := range k.kernels {
		labels = append(labels, known.label)
	}
	return strings.Join(labels, ", ")
}

// chosen are the kernels to write a folder for.
func (k *kbuild) chosen(s *settings) []kernel {
	if s.kernels == nil {
		return k.kernels
	}
	var all []kernel
	for _, known := range k.kernels {
		if slices.Contains(s.kernels, known.label) {
			all = append(all, known)
		}
	}
	return all
}
