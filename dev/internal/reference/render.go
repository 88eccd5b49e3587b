package reference

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bzldoc"
)

// What an attribute's kind is in words, and what it is where nothing sets it.
var kinds = map[string]struct{ words, unset string }{
	"bool":                    {"bool", "False"},
	"int":                     {"int", "0"},
	"int_list":                {"list of ints", "[]"},
	"label":                   {"label", "None"},
	"label_keyed_string_dict": {"dict of label to string", "{}"},
	"label_list":              {"list of labels", "[]"},
	"output":                  {"output", "None"},
	"output_list":             {"list of outputs", "[]"},
	"string":                  {"string", `""`},
	"string_dict":             {"dict of strings", "{}"},
	"string_keyed_label_dict": {"dict of string to label", "{}"},
	"string_list":             {"list of strings", "[]"},
	"string_list_dict":        {"dict of string to list of strings", "{}"},
}

// A page is Markdown in the making.
type page struct {
	*site
	bytes.Buffer
}

func (s *site) begin(from, title string) *page {
	p := &page{site: s}
	p.printf("<!-- Generated from %s by `go run ./dev/docs`. -->\n\n# %s\n", from, title)
	return p
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// paragraphs writes a docstring, which is Markdown, after an empty line.
func (p *page) paragraphs(from, doc string) {
	if doc != "" {
		p.printf("\n%s\n", p.relink(from, doc))
	}
}

var link = regexp.MustCompile(`\]\(([^)\s#]+)(#[^)\s]*)?\)`)

// relink turns the links of a docstring, which are relative to its file, to ones from the pages' folder: to the page of a
// .bzl file where there is one.
func (s *site) relink(from, doc string) string {
	return link.ReplaceAllStringFunc(doc, func(found string) string {
		m := link.FindStringSubmatch(found)
		if strings.Contains(m[1], ":") {
			return found
		}
		target := path.Join(path.Dir(from), m[1])
		to, ok := s.pages[target]
		if !ok {
			to = strings.Repeat("../", strings.Count(Folder, "/")+1) + target
		}
		return "](" + to + m[2] + ")"
	})
}

// index is the page that names all others.
func (s *site) index() []byte {
	p := s.begin(contents, "Reference")
	p.paragraphs(contents, s.contents.Doc)
	p.printf("\nIn their tables, the attributes `name`, `visibility`, `tags` and so on, which every rule has, and for tests `size`, `timeout` and so on, are left out.\n")
	linked := p.String()
	p.printf("\nBeside the rules there are:\n\n")
	for _, f := range s.files {
		if page := s.pages[f.Path]; !strings.Contains(linked, "]("+page+")") {
			p.printf("- [%s](%s): %s\n", title(f), page, strings.Join(symbols(f), ", "))
		}
	}
	p.printf("- [Flags](%s): %s\n", flagsPage, strings.Join(p.flagNames(), ", "))
	return p.Bytes()
}

func symbols(f *bzldoc.File) []string {
	var names []string
	for _, r := range f.Rules {
		names = append(names, code(r.Name))
	}
	for _, x := range f.Functions {
		names = append(names, code(x.Name))
	}
	for _, x := range f.Providers {
		names = append(names, code(x.Name))
	}
	for _, x := range f.Extensions {
		for _, tag := range x.Tags {
			names = append(names, code(x.Name+"."+tag.Name))
		}
	}
	return names
}

// title is what a file's page is called: by the symbol that the file is named after, or by the file.
func title(f *bzldoc.File) string {
	base := strings.TrimSuffix(path.Base(f.Path), ".bzl")
	if slices.Equal(symbols(f), []string{code(base)}) {
		return base
	}
	return f.Path
}

// page is the page of one .bzl file.
func (s *site) page(f *bzldoc.File) []byte {
	name := title(f)
	p := s.begin(f.Path, name)
	intro := f.Doc
	// "kernel_module: a module." under the title kernel_module is "A module."
	if rest, ok := strings.CutPrefix(intro, name+": "); ok {
		intro = strings.ToUpper(rest[:1]) + rest[1:]
	}
	p.paragraphs(f.Path, intro)
	for _, x := range f.Extensions {
		p.extension(f, x)
	}
	for _, r := range f.Rules {
		p.rule(f, r)
	}
	for _, x := range f.Functions {
		p.function(f, x)
	}
	for _, x := range f.Providers {
		p.provider(f, x)
	}
	return p.Bytes()
}

func (p *page) rule(f *bzldoc.File, r bzldoc.Rule) {
	what := "Rule"
	switch {
	case r.Repository:
		what = "Repository rule"
	case r.Test:
		what = "Test rule"
	}
	p.printf("\n## %s `%s`\n", what, r.Name)
	p.paragraphs(f.Path, r.Doc)
	p.attrs(f, r.Name, r.Attrs)
	if len(r.Provides) > 0 {
		p.printf("\nProvides %s.\n", p.providerNames(r.Provides, " and "))
	}
}

func (p *page) extension(f *bzldoc.File, x bzldoc.Extension) {
	p.printf("\n## Module extension `%s`\n", x.Name)
	p.paragraphs(f.Path, x.Doc)
	for _, tag := range x.Tags {
		p.printf("\n### `%s.%s`\n", x.Name, tag.Name)
		p.paragraphs(f.Path, tag.Doc)
		p.attrs(f, x.Name+"."+tag.Name, tag.Attrs)
	}
}

func (p *page) provider(f *bzldoc.File, x bzldoc.Provider) {
	p.printf("\n## %s\n", x.Name)
	p.paragraphs(f.Path, x.Doc)
	if len(x.Fields) == 0 {
		return
	}
	p.printf("\n| field | |\n| --- | --- |\n")
	for _, field := range x.Fields {
		p.printf("| %s | %s |\n", anchored(x.Name, field.Name), p.cell(f.Path, field.Doc))
	}
}

func (p *page) function(f *bzldoc.File, x bzldoc.Function) {
	if x.Wraps != nil && x.Wraps.Test {
		p.printf("\n## Test rule `%s`\n", x.Name)
	} else if x.Wraps != nil {
		p.printf("\n## Rule `%s`\n", x.Name)
	} else {
		p.printf("\n## Function `%s`\n", x.Name)
	}
	p.paragraphs(f.Path, x.Doc)
	if x.Wraps != nil {
		p.attrs(f, x.Name, macroAttrs(x))
	} else if len(x.Params) > 0 {
		p.printf("\n| argument | default | |\n| --- | --- | --- |\n")
		for _, q := range x.Params {
			unset := "required"
			if strings.HasPrefix(q.Name, "*") {
				unset = ""
			} else if q.Default != "" {
				unset = code(q.Default)
			}
			p.printf("| %s | %s | %s |\n", anchored(x.Name, q.Name), unset, p.cell(f.Path, q.Doc))
		}
	}
	if x.Returns != "" {
		p.printf("\nReturns %s\n", p.relink(f.Path, x.Returns))
	}
}

// common is the kinds of the attributes, of those that every rule has, that a macro may have as parameters of its own.
var common = map[string]string{
	"compatible_with":        "label_list",
	"tags":                   "string_list",
	"target_compatible_with": "label_list",
	"testonly":               "bool",
	"visibility":             "label_list",
}

// macroAttrs returns the attributes of a macro around a rule: its parameters, then what the rule has besides. The name is left
// out, as it is for rules.
func macroAttrs(x bzldoc.Function) []bzldoc.Attr {
	var attrs []bzldoc.Attr
	rest := slices.Clone(x.Wraps.Attrs)
	for _, q := range x.Params {
		if q.Name == "name" || strings.HasPrefix(q.Name, "*") {
			continue
		}
		attr := bzldoc.Attr{Name: q.Name, Kind: common[q.Name]}
		if i := slices.IndexFunc(rest, func(a bzldoc.Attr) bool { return a.Name == q.Name }); i >= 0 {
			attr = rest[i]
			rest = slices.Delete(rest, i, i+1)
		}
		attr.Doc, attr.Default, attr.Mandatory = q.Doc, q.Default, q.Default == ""
		attrs = append(attrs, attr)
	}
	return append(attrs, rest...)
}

func (p *page) attrs(f *bzldoc.File, of string, attrs []bzldoc.Attr) {
	if len(attrs) == 0 {
		return
	}
	p.printf("\n| attribute | type | default | |\n| --- | --- | --- | --- |\n")
	for _, a := range attrs {
		unset := "required"
		if !a.Mandatory {
			unset = code(cmp.Or(a.Default, kinds[a.Kind].unset))
		}
		p.printf("| %s | %s | %s | %s |\n", anchored(of, a.Name), p.kind(a), unset, p.cell(f.Path, a.Doc))
	}
}

func (p *page) kind(a bzldoc.Attr) string {
	words := cmp.Or(kinds[a.Kind].words, strings.ReplaceAll(a.Kind, "_", " "))
	if len(a.Values) > 0 {
		var values []string
		for _, value := range a.Values {
			values = append(values, code(value))
		}
		words += ": " + strings.Join(values, ", ")
	}
	var lists []string
	for _, list := range a.Providers {
		lists = append(lists, p.providerNames(list, " and "))
	}
	if len(lists) > 0 {
		words += " with " + strings.Join(lists, " or ")
	}
	return words
}

// providerNames returns names of providers, as links where they have a page.
func (p *page) providerNames(names []string, and string) string {
	var linked []string
	for _, name := range names {
		if home, ok := p.homes[name]; ok {
			name = fmt.Sprintf("[%s](%s#%s)", name, home, strings.ToLower(name))
		} else {
			name = code(name)
		}
		linked = append(linked, name)
	}
	return strings.Join(linked, and)
}

// anchored is a name that links can lead to: kernel_module.md#kernel_module-srcs.
func anchored(of, name string) string {
	return fmt.Sprintf("<a id=%q></a>%s", of+"-"+strings.TrimLeft(name, "*"), code(name))
}

func code(text string) string { return "`" + strings.ReplaceAll(text, "|", `\|`) + "`" }

// cell returns a doc as a cell of a table, which is one line.
func (p *page) cell(from, doc string) string {
	var lines []string
	for _, paragraph := range strings.Split(doc, "\n\n") {
		lines = append(lines, strings.Join(strings.Fields(paragraph), " "))
	}
	return strings.ReplaceAll(p.relink(from, strings.Join(lines, "<br><br>")), "|", `\|`)
}

func (s *site) flagNames() []string {
	var names []string
	for _, flag := range s.flags {
		names = append(names, code("--"+bzldoc.Repository+flag.Label))
	}
	return names
}

// flagPage is the page of the flags.
func (s *site) flagPage() []byte {
	var from []string
	for _, pkg := range packages {
		from = append(from, pkg+"/BUILD.bazel")
	}
	p := s.begin(strings.Join(from, ", "), "Flags")
	p.printf("\nFor the command line, and for `build` lines of `.bazelrc`.\n")
	for _, flag := range s.flags {
		p.printf("\n## `--%s%s`\n", bzldoc.Repository, flag.Label)
		p.paragraphs(flag.Path, flag.Doc)
		p.printf("\nA %s", strings.ReplaceAll(flag.Kind, "_", " "))
		if flag.Default != "" {
			p.printf(", default %s", code(absolute(flag)))
		}
		if len(flag.Values) > 0 {
			p.printf("; one of `%s`", strings.Join(flag.Values, "`, `"))
		}
		p.printf(".\n")
	}
	return p.Bytes()
}

// absolute is a flag's default as a user would write it.
func absolute(flag bzldoc.Flag) string {
	if strings.HasPrefix(flag.Default, "//") {
		return bzldoc.Repository + flag.Default
	}
	return flag.Default
}
