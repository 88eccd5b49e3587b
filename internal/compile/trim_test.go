package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnObjectIsCompiledAgainOnlyIfItLosesAnExportOrIsToHaveMarkers(t *testing.T) {
	const kept = "#define __KSYM_kept 1\n"
	for _, tt := range []struct {
		name            string
		header, dropped string
		markers         bool
		again           bool
	}{
		{"it loses an export", kept, "other\nbar\n", false, true},
		{"another object loses one", kept, "other\n", false, false},
		{"a guess at what it exports was wrong", kept, "#define __KSYM_other 1\n", false, true},
		{"it keeps all that it exports", kept, "", false, false},
		{"it keeps all that it exports, and markers are wanted", kept, "", true, true},
		{"it loses all that it exports, and markers are wanted", "", "bar\n", true, true},
		{"it exports nothing, and markers are wanted", "/* #undef */\n", "", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			compiled, untrimmed := object(t, "none.o"), object(t, "ksymtab.o")
			u, messages := unit(t, compiled)
			dir := t.TempDir()
			write := func(name, text string) string {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			u.Autoksyms = Input{Canonical: "usr/src/linux/include/generated/autoksyms.h", File: write("autoksyms.h", tt.header)}
			u.Dropped = write("dropped", tt.dropped)
			u.Untrimmed = write("untrimmed.o", untrimmed)
			u.Markers = tt.markers
			if err := CC(u); err != nil {
				t.Fatal(err, messages)
			}
			want := untrimmed
			if tt.again {
				want = compiled
			}
			if got := contentOf(t, u.Out); got != want {
				t.Errorf("compiled again: %v, want %v", got == compiled, tt.again)
			}
		})
	}
}

func TestAnObjectThatIsCompiledOnlyTrimmedExportsWhatItsSourceNames(t *testing.T) {
	for _, tt := range []struct {
		name, source, object string
		want                 string
		others               []string
	}{
		{"all named", "EXPORT_SYMBOL(kept);\nEXPORT_SYMBOL_GPL(gone);\n", "trimmed.o", "", nil},
		{"one that a named one stands for", "EXPORT_SYMBOL(kept);\nEXPORT_SYMBOL(lost);\n", "trimmed.o", "", []string{"gone"}},
		{"nothing exported", "", "none.o", "", nil},
		{"one that a macro made", "EXPORT_SYMBOL(kept);\n/* EXPORT_SYMBOL(gone); */ DEFINE_ALL_OF(go);\n", "trimmed.o",
			"hello.c: exports gone, which its text does not name to a macro such as EXPORT_SYMBOL", nil},
		{"it asks for a symbol", "ask(x);\n", "asking.o", "hello.c: uses symbol_get", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, messages := unit(t, tt.source)
			compiled, err := filepath.Abs("testdata/" + tt.object)
			if err != nil {
				t.Fatal(err)
			}
			u.Compiler, u.Deps = []string{"tool", "faketool", "cat", compiled, "%{obj}.o"}, ""
			header := filepath.Join(t.TempDir(), "autoksyms.h")
			if err := os.WriteFile(header, []byte("#define __KSYM_kept 1\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			u.Autoksyms = Input{Canonical: "usr/src/linux/include/generated/autoksyms.h", File: header}
			u.Others = tt.others
			err = CC(u)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err, messages)
				}
				if got := contentOf(t, u.Out); got != object(t, tt.object) {
					t.Error("the object is not what was compiled")
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || !strings.Contains(err.Error(), "bazel fetch --force") {
				t.Errorf("error %v, want one that begins with %q and says what to do", err, tt.want)
			}
		})
	}
}
