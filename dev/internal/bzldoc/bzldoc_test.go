package bzldoc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/tools/txtar"
)

// repository writes the files of an archive to a folder and returns a reader for it.
func repository(t *testing.T, archive string) *Reader {
	t.Helper()
	root := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(root, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &Reader{Root: root}
}

func read(t *testing.T, archive, name string) *File {
	t.Helper()
	f, err := repository(t, archive).Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// equal compares without places in files, which a test of their own is about.
func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(Pos{})); diff != "" {
		t.Error(diff)
	}
}

const ruleFile = `
-- p/private/common.bzl --
_SUITE = "trixie"
COMMON = {
    "name_of_it": attr.string(doc = "Such as {} or {other}.".format(_SUITE, other = "sid"), mandatory = True),
    "size": attr.int(doc = "Old."),
}
-- p/thing.bzl --
"""thing: a thing.

    Indented.
  Less.
"""

load("//p/private:common.bzl", _COMMON = "COMMON")
load(":infos.bzl", "InfoA", "InfoB")

_DEFAULT = Label("//p:flag")

thing = rule(
    implementation = lambda ctx: [],
    doc = """A rule
of two lines.""",
    attrs = _COMMON | {
        "deps": attr.label_list(
            doc = "One " + "text.",
            default = [_DEFAULT],
            providers = [[InfoA], [InfoA, InfoB]],
        ),
        "size": attr.int(doc = "New.", default = 1, values = [1, 2]),
        "src": attr.label(default = _DEFAULT, providers = [InfoA]),
        "_tool": attr.label(),
    },
    provides = [InfoA],
    test = True,
)

_hidden = rule(implementation = None)
`

func TestARuleHasItsAttributesFromWhereverTheyAreWritten(t *testing.T) {
	got := read(t, ruleFile, "p/thing.bzl")
	want := &File{
		Path: "p/thing.bzl",
		Doc:  "thing: a thing.\n\n  Indented.\nLess.",
		Rules: []Rule{{
			Name: "thing",
			Doc:  "A rule\nof two lines.",
			Test: true,
			Attrs: []Attr{
				{Name: "name_of_it", Kind: "string", Doc: "Such as trixie or sid.", Mandatory: true},
				{Name: "size", Kind: "int", Doc: "New.", Default: "1", Values: []string{"1", "2"}},
				{Name: "deps", Kind: "label_list", Doc: "One text.", Default: "[\"@rules_kbuild//p:flag\"]", Providers: [][]string{{"InfoA"}, {"InfoA", "InfoB"}}},
				{Name: "src", Kind: "label", Default: `"@rules_kbuild//p:flag"`, Providers: [][]string{{"InfoA"}}},
			},
			Provides: []string{"InfoA"},
		}},
	}
	equal(t, want, got)
}

func TestPlacesAreThoseOfTheFileThatHasTheText(t *testing.T) {
	attrs := read(t, ruleFile, "p/thing.bzl").Rules[0].Attrs
	if got, want := attrs[0].Pos, (Pos{"p/private/common.bzl", 3}); got != want {
		t.Errorf("name_of_it is at %v, want %v", got, want)
	}
	if got, want := attrs[2].Pos, (Pos{"p/thing.bzl", 17}); got != want {
		t.Errorf("deps is at %v, want %v", got, want)
	}
}

func TestAMacroHasItsArgumentsAndTheRuleThatItPassesTheOthersTo(t *testing.T) {
	got := read(t, `
-- p/m.bzl --
_thing = rule(implementation = None, doc = "See thing.", attrs = {"a": attr.int(doc = "An a."), "set_by_thing": attr.int()})

def thing(name, tags = ["x"], **kwargs):
    """Makes a thing.

    It has two paragraphs.

    Args:
      name: the name,
        in two lines.
      tags (optional): tags: some.
      **kwargs: the rest.

    Returns:
      Nothing.
    """
    _thing(name = name, tags = tags, set_by_thing = 2, **kwargs)

def helper(x, *, y = None):
    """Helps."""
    return x

def _private():
    pass
`, "p/m.bzl")
	want := &File{
		Path: "p/m.bzl",
		Functions: []Function{
			{
				Name: "thing",
				Doc:  "Makes a thing.\n\nIt has two paragraphs.",
				Params: []Param{
					{Name: "name", Doc: "the name,\nin two lines."},
					{Name: "tags", Doc: "tags: some.", Default: `["x"]`},
					{Name: "**kwargs", Doc: "the rest."},
				},
				Returns: "Nothing.",
				Wraps:   &Rule{Name: "_thing", Doc: "See thing.", Attrs: []Attr{{Name: "a", Kind: "int", Doc: "An a."}}},
			},
			{
				Name:   "helper",
				Doc:    "Helps.",
				Params: []Param{{Name: "x"}, {Name: "*"}, {Name: "y", Default: "None"}},
			},
		},
	}
	equal(t, want, got)
}

func TestProvidersExtensionsAndRepositoryRules(t *testing.T) {
	got := read(t, `
-- p/x.bzl --
InfoA, _new_a = provider(doc = "An A.", init = _init, fields = {"f": "A field."})
InfoB = provider(fields = ["g"])
_NAME = attr.string(doc = "The name.")
_tag = tag_class(doc = "A tag.", attrs = {"name": _NAME})
ext = module_extension(implementation = None, doc = "An extension.", tag_classes = {"tag": _tag})
repo = repository_rule(implementation = None, doc = "A repository.")
CONSTANT = 1
`, "p/x.bzl")
	want := &File{
		Path:       "p/x.bzl",
		Rules:      []Rule{{Name: "repo", Doc: "A repository.", Repository: true}},
		Providers:  []Provider{{Name: "InfoA", Doc: "An A.", Fields: []Field{{Name: "f", Doc: "A field."}}}, {Name: "InfoB", Fields: []Field{{Name: "g"}}}},
		Extensions: []Extension{{Name: "ext", Doc: "An extension.", Tags: []Tag{{Name: "tag", Doc: "A tag.", Attrs: []Attr{{Name: "name", Kind: "string", Doc: "The name."}}}}}},
	}
	equal(t, want, got)
}

func TestWhatCannotBeReadIsAnErrorWithItsPlace(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"r = rule(attrs = make())", "p/x.bzl:1: not a dictionary that can be read"},
		{"r = rule(doc = f())", "p/x.bzl:1: not a text that can be read"},
		{"\nr = rule(attrs = {\"a\": make()})", "p/x.bzl:2: a: not an attribute that can be read"},
		{"r = rule(doc = \"{}\".format())", "p/x.bzl:1: format: nothing for {}"},
		{"A = B\nB = A\nr = rule(doc = A)", "names go round in a circle"},
		{"load(\":gone.bzl\", \"DOC\")\nr = rule(doc = DOC)", "p/x.bzl:2: load DOC: open "},
		{"e = module_extension(tag_classes = {\"t\": make()})", "p/x.bzl:1: t: not a tag class that can be read"},
		{"r = rule)", "p/x.bzl:1:"},
	} {
		_, err := repository(t, "-- p/x.bzl --\n"+test.text+"\n").Read("p/x.bzl")
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %q", test.text, err, test.want)
		}
	}
}

func TestATableOfContentsOffersNamesOfOtherFiles(t *testing.T) {
	r := repository(t, `
-- p/defs.bzl --
load(":a.bzl", _a = "a", _b = "b")
load("//q:c.bzl", _c = "c", _unused = "unused")
a = _a
b = _b
c = _c
-- p/renamed.bzl --
load(":a.bzl", "a")
z = a
`)
	files, names, err := r.Loads("p/defs.bzl")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []string{"p/a.bzl", "q/c.bzl"}, files)
	equal(t, map[string][]string{"p/a.bzl": {"a", "b"}, "q/c.bzl": {"c"}}, names)
	if _, _, err := r.Loads("p/renamed.bzl"); err == nil || !strings.Contains(err.Error(), "z is a of p/a.bzl") {
		t.Errorf("got %v for a name that changes", err)
	}
}

func TestAFlagIsDocumentedByTheCommentAboveIt(t *testing.T) {
	r := repository(t, `
-- p/BUILD.bazel --
# Of the package.

package(default_visibility = ["//visibility:public"])

# What it does.
#
# - more
label_flag(
    name = "it",
    build_setting_default = ":none",
)

string_flag(name = "bare", build_setting_default = "x", values = ["x", "y"])

bool_flag(name = "sure", build_setting_default = True)
`)
	got, err := Flags(r.Root, "p")
	if err != nil {
		t.Fatal(err)
	}
	want := []Flag{
		{Label: "//p:it", Kind: "label", Doc: "What it does.\n\n- more", Default: ":none"},
		{Label: "//p:bare", Kind: "string", Default: "x", Values: []string{"x", "y"}},
		{Label: "//p:sure", Kind: "bool", Default: "True"},
	}
	equal(t, want, got)
}
