package csource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIncludes(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Include
	}{
		{"both forms", "#include <a/b.h>\n#include \"c.h\"\n", []Include{{Kind: Angled, Name: "a/b.h"}, {Kind: Quoted, Name: "c.h"}}},
		{"with white space", " # \t include\t<a.h>\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"without any", "#include<a.h>\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"over continued lines", "#\\\ninclude \\\n<a.h>\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"in branches that are not taken", "#if 0\n#include <a.h>\n#endif\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"the next of a name", "#include_next <a.h>\n", []Include{{Kind: Angled, Next: true, Name: "a.h"}}},
		{"a question for a header", "#if defined(X) && __has_include(<a.h>)\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"a question for the next", "#if __has_include_next ( \"a.h\" )\n", []Include{{Kind: Quoted, Next: true, Name: "a.h"}}},
		{"a computed one", "#include TRACE_INCLUDE(FILE)  \n", []Include{{Kind: Computed, Name: "TRACE_INCLUDE(FILE)"}}},
		{"a computed question", "#if __has_include(NAME(x)) && 1\n", []Include{{Kind: Computed, Name: "NAME(x)"}}},
		{"behind a comment", "/* x */ # /* y */ include <a.h>\n", []Include{{Kind: Angled, Name: "a.h"}}},
		{"not in ordinary text", "int include; do_include(<a>); #includes <b.h>\n", nil},
		{"not without an end", "#include <a.h\n#include \"b.h\n#include\n#include <>\n#include", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Includes([]byte(tt.text))); diff != "" {
				t.Errorf("Includes(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestDataFiles(t *testing.T) {
	text := "\t.incbin \"fw.bin\"\nasm(\".incbin \\\"a/b.bin\\\"\\n\");\n#embed <c.bin>\nint embed;\n"
	want := []Include{{Kind: Data, Name: "fw.bin"}, {Kind: Data, Name: "a/b.bin"}, {Kind: Data, Name: "c.bin"}}
	if diff := cmp.Diff(want, DataFiles([]byte(text))); diff != "" {
		t.Errorf("DataFiles (-want +got):\n%s", diff)
	}
}

func TestConfigs(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []Config
	}{
		{"each once, in order", "#ifdef CONFIG_B\nCONFIG_A CONFIG_B\n", []Config{{Name: "CONFIG_B"}, {Name: "CONFIG_A"}}},
		{"the module form stands for the option", "CONFIG_X_MODULE", []Config{{Name: "CONFIG_X"}}},
		{"not within another name", "MY_CONFIG_A xCONFIG_B", nil},
		{"not the bare prefix", "CONFIG_ CONFIG_*", nil},
		{"a pasted name is a prefix", "IS_ENABLED(CONFIG_FOO_ ## x)", []Config{{Name: "CONFIG_FOO_", Prefix: true}}},
		{"even the shortest", "CONFIG_##x", []Config{{Name: "CONFIG_", Prefix: true}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Configs([]byte(tt.text))); diff != "" {
				t.Errorf("Configs(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestDefinitions(t *testing.T) {
	type definition struct {
		Name     string
		Params   []string
		Body     string
		Function bool
	}
	text := "#define A b/c\n# define F(x, args...) \\\n #x args\n#define EMPTY\n#define P (x)\n#undef A\n#define N() n\n"
	want := []definition{
		{Name: "A", Body: "b/c"},
		{Name: "F", Params: []string{"x", "args..."}, Body: "#x args", Function: true},
		{Name: "EMPTY"},
		{Name: "P", Body: "(x)"},
		{Name: "N", Body: "n", Function: true},
	}
	var got []definition
	for _, m := range Macros([]byte(text)) {
		d := definition{Name: m.Name}
		d.Params, d.Body, d.Function = Definition([]byte(text), m)
		got = append(got, d)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("definitions (-want +got):\n%s", diff)
	}
}

func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"#include <a.h>\n", "#include_next\"a\"", "__has_include(<a>", "#define F(x) #x\n", "CONFIG_A##b", ".incbin \\\"a\\\"", "#include A(\\\n)", "#\\\ndefine X",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, inc := range append(Includes(text), DataFiles(text)...) {
			if inc.Name == "" && inc.Kind != Data {
				t.Errorf("an include without a name: %+v", inc)
			}
		}
		for _, m := range Macros(text) {
			Definition(text, m)
		}
		Configs(text)
	})
}
