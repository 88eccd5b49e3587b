package kernelbuild

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// A pkg is the rules of a BUILD file.
type pkg struct {
	rules    []rule
	exported []string // files of the tree that other packages name
}

// A rule is a call in a BUILD file.
type rule struct {
	kind string
	args []arg
}

// An arg is an argument: a string, a list or a dict of them, or a bool. Empty
// ones are left out.
type arg struct {
	name  string
	value any
}

// native are the rules that a BUILD file need not load.
var native = map[string]bool{"alias": true, "config_setting": true}

func (p *pkg) add(kind string, args ...arg) { p.rules = append(p.rules, rule{kind, args}) }

// text is the BUILD file.
func (p *pkg) text(dir, rules string) ([]byte, error) {
	kinds := map[string]bool{}
	for _, r := range p.rules {
		kinds[r.kind] = true
	}
	var b strings.Builder
	b.WriteString("# Written from what GNU make and Kbuild say.\n\n")
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if native[kind] {
			continue
		}
		fmt.Fprintf(&b, "load(%q, %q)\n", rules+"//rules/source:"+kind+".bzl", kind)
	}
	b.WriteString("\npackage(default_visibility = [\"//visibility:public\"])\n\n")
	slices.Sort(p.exported)
	if exported := slices.Compact(p.exported); len(exported) > 0 {
		fmt.Fprintf(&b, "exports_files(%s)\n\n", expression(exported))
	}
	for _, r := range p.rules {
		fmt.Fprintf(&b, "%s(\n", r.kind)
		for _, a := range r.args {
			if text := expression(a.value); text != "" {
				fmt.Fprintf(&b, "%s = %s,\n", a.name, text)
			}
		}
		b.WriteString(")\n\n")
	}
	file, err := build.ParseBuild(dir+"/BUILD.bazel", []byte(b.String()))
	if err != nil {
		return nil, err
	}
	return build.Format(file), nil
}

// expression is a value in Starlark; empty for an empty one.
func expression(value any) string {
	switch v := value.(type) {
	case string:
		if v == "" {
			return ""
		}
		return strconv.Quote(v)
	case bool:
		if !v {
			return ""
		}
		return "True"
	case []string:
		if len(v) == 0 {
			return ""
		}
		return "[" + strings.Join(quoted(v), ", ") + "]"
	case map[string]string:
		var items []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			items = append(items, strconv.Quote(k)+": "+strconv.Quote(v[k]))
		}
		return dict(items)
	case map[string][]string:
		var items []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			items = append(items, strconv.Quote(k)+": ["+strings.Join(quoted(v[k]), ", ")+"]")
		}
		return dict(items)
	}
	panic(fmt.Sprintf("no such attribute value: %T", value))
}

func dict(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return "{" + strings.Join(items, ", ") + "}"
}

func quoted(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, strconv.Quote(w))
	}
	return out
}
