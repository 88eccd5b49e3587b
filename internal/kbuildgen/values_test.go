package kbuildgen

import (
	"testing"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
)

// expr parses an expression of a BUILD file.
func expr(t *testing.T, text string) build.Expr {
	t.Helper()
	f, err := build.ParseBuild("BUILD", []byte("x = "+text+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return f.Stmt[0].(*build.AssignExpr).RHS
}

func TestListsDifferOnlyWhereKernelsDo(t *testing.T) {
	g := &generator{Input: Input{Kernels: []Kernel{{Selected: "@a//:selected"}, {Selected: "@b//:selected"}, {Selected: "@c//:selected"}}}}
	for _, tc := range []struct {
		name  string
		lists [][]string
		built []bool
		want  string
	}{
		{"all the same", [][]string{{"x", "y"}, {"x", "y"}, {"x", "y"}}, []bool{true, true, true}, `["x", "y"]`},
		{"none", [][]string{nil, nil, nil}, []bool{true, true, true}, ``},
		{"one kernel adds", [][]string{{"x"}, {"x"}, {"x", "y"}}, []bool{true, true, true},
			`["x"] + select({"@c//:selected": ["y"], "//conditions:default": []})`},
		{"the middle differs", [][]string{{"x", "1", "z"}, {"x", "2", "z"}, {"x", "2", "z"}}, []bool{true, true, true},
			`["x"] + select({"@a//:selected": ["1"], "//conditions:default": ["2"]}) + ["z"]`},
		{"all differ", [][]string{{"1"}, {"2"}, {"3"}}, []bool{true, true, true},
			`select({"@b//:selected": ["2"], "@c//:selected": ["3"], "//conditions:default": ["1"]})`},
		{"a kernel without the module does not count", [][]string{{"x"}, nil, {"x"}}, []bool{true, false, true}, `["x"]`},
		{"an option and its value stay together", [][]string{{"-I", "a", "-O2"}, {"-I", "b", "-O2"}, {"-I", "b", "-O2"}}, []bool{true, true, true},
			`select({"@a//:selected": ["-I", "a"], "//conditions:default": ["-I", "b"]}) + ["-O2"]`},
	} {
		got := g.perKernel(tc.lists, tc.built)
		if tc.want == "" {
			if got != nil {
				t.Errorf("%s: %s, want nothing", tc.name, build.FormatString(got))
			}
			continue
		}
		if got == nil || build.FormatString(got) != build.FormatString(forceLines(expr(t, tc.want))) {
			t.Errorf("%s: %s, want %s", tc.name, build.FormatString(got), tc.want)
		}
	}
}

// forceLines lays lists and dicts out as the generator does.
func forceLines(e build.Expr) build.Expr {
	walk(e, func(e build.Expr) {
		switch e := e.(type) {
		case *build.ListExpr:
			e.ForceMultiLine = len(e.List) > 1
		case *build.DictExpr:
			e.ForceMultiLine = true
		}
	})
	return e
}

func TestMergingTakesTheNewOrderAndKeepsWhatIsMarked(t *testing.T) {
	for _, tc := range []struct{ generated, written, want string }{
		{`["a", "b"]`, `["b", "gone", "a"]`, `["a", "b"]`},
		{`["a"]`, "[\n\"a\",\n\"mine\",  # keep\n]", "[\n    \"a\",\n    \"mine\",  # keep\n]"},
		{`glob(["*.h"])`, "[\n\"mine.h\",  # keep\n]", "glob([\"*.h\"]) + [\n    \"mine.h\",  # keep\n]"},
		{`["a"]`, `glob(["*.c"])`, `["a"]`},
		{`["a"]`, "select({\"//x\": [\n\"a\",  # keep\n]})", `["a"]`},
	} {
		got := value{expr(t, tc.generated)}.Merge(expr(t, tc.written))
		if text := build.FormatString(got); text != build.FormatString(expr(t, tc.want)) {
			t.Errorf("%s merged into %s: %s, want %s", tc.generated, tc.written, text, tc.want)
		}
	}
}

func TestTreeThatIsForNoneOfTheKernelsIsAnError(t *testing.T) {
	_, err := Generate(Input{Dir: "lamp", Kernels: []Kernel{
		{Selected: "@old//:selected", Tree: &kbuildeval.Tree{Skipped: "BUILD_EXCLUSIVE_KERNEL_MIN is 6.5"}},
		{Selected: "@older//:selected", Tree: &kbuildeval.Tree{Skipped: "BUILD_EXCLUSIVE_KERNEL_MIN is 6.5"}},
	}})
	want := "lamp: its dkms.conf builds for none of the kernels: not for @old since BUILD_EXCLUSIVE_KERNEL_MIN is 6.5, nor for @older since BUILD_EXCLUSIVE_KERNEL_MIN is 6.5"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestModulesOfAllKernelsStandInTheOrderOfModulesOrder(t *testing.T) {
	tree := func(names ...string) *kbuildeval.Tree {
		var tree kbuildeval.Tree
		for _, n := range names {
			tree.Modules = append(tree.Modules, &kbuildeval.Module{Name: n})
		}
		return &tree
	}
	g := &generator{Input: Input{Kernels: []Kernel{{Tree: tree("a", "c")}, {Tree: tree("a", "b", "c", "d")}}}}
	g.collect()
	var got string
	for _, m := range g.modules {
		got += m.name
	}
	if got != "abcd" {
		t.Errorf("order %q, want abcd", got)
	}
}
