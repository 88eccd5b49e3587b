package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/autoconf"
	"github.com/rules-kbuild/rules_kbuild/internal/csource"
	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A guess is at what modules import that are not compiled yet: what their sources
// mention of each other's exports, some of it by what headers define.
type guess struct {
	sources  []string // MODULE=FILE
	mentions string   // file of lines NAME EXPORT...: what a name that headers define mentions
	autoconf string   // file: what its options leave out of sources is not mentioned
}

func (g *guess) flags(f *flag.FlagSet) {
	params.StringsVar(f, &g.sources, "source", "`MODULE=FILE`: a source of a module that is not compiled yet (repeated)")
	f.StringVar(&g.mentions, "mentions", "", "`file` of what names that headers define mention")
	f.StringVar(&g.autoconf, "autoconf", "", "the kernel's autoconf.h, a `file`")
}

// imports returns modules that import what is guessed.
func (g *guess) imports() ([]*ksympb.Object, error) {
	headers, err := readMentions(g.mentions)
	if err != nil {
		return nil, err
	}
	taken := func(text []byte) []byte { return text }
	if g.autoconf != "" {
		text, err := os.ReadFile(g.autoconf)
		if err != nil {
			return nil, err
		}
		defined := autoconf.Defined(text)
		taken = func(text []byte) []byte {
			return csource.Taken(text, func(macro string) bool { return defined[macro] })
		}
	}
	modules := map[string][][]byte{}
	for _, arg := range g.sources {
		module, file, err := params.Pair(arg)
		if err != nil {
			return nil, fmt.Errorf("--source: %w", err)
		}
		text, err := exporttext.ReadSource(file)
		if err != nil {
			return nil, err
		}
		modules[module] = append(modules[module], taken(text))
	}
	mentions := exporttext.Mentions(modules, headers)
	var objects []*ksympb.Object
	for _, module := range slices.Sorted(maps.Keys(mentions)) {
		objects = append(objects, &ksympb.Object{Path: module, Module: module, Imports: mentions[module]})
	}
	return objects, nil
}

// readMentions reads what names that headers define mention; none if there is no file.
func readMentions(file string) (map[string][]string, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	headers := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 {
			headers[words[0]] = words[1:]
		}
	}
	return headers, nil
}
