package headerslice

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/pack"
)

// A workspace of one module, hello, and a kernel with some headers.
type workspace struct {
	t   *testing.T
	dir string
	r   Request
}

func newWorkspace(t *testing.T) *workspace {
	w := &workspace{t: t, dir: t.TempDir()}
	w.r = Request{
		Roots:     map[string]string{"k": filepath.Join(w.dir, "k")},
		Files:     map[string]string{},
		Cwd:       "k",
		Autoconf:  "k/include/generated/autoconf.h",
		CFlags:    []string{"gcc", "-I%{root}/k/include", "-include", "%{root}/k/include/linux/kconfig.h", "-c", "-o", "%{obj}.o", "%{obj}.c"},
		ASFlags:   []string{"gcc", "-I%{root}/k/include", "-include", "%{root}/k/include/linux/kconfig.h", "-D__ASSEMBLY__"},
		UnitFlags: map[string][]string{},
	}
	w.write("k/include/linux/kconfig.h", "#include <generated/autoconf.h>\n")
	w.write("k/include/generated/autoconf.h", "#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n#define CONFIG_HZ 250\n")
	w.write("k/include/linux/module.h", "/* modules */\n#ifdef CONFIG_SMP\n#endif\n#include <linux/list.h>\n")
	w.write("k/include/linux/list.h", "struct list_head;\n")
	w.write("k/include/linux/kernel.h", "int printk(void);\n")
	w.write("k/include/linux/unrelated.h", "int unrelated;\n")
	w.write("k/include/asm/asm-prototypes.h", "#include <linux/list.h>\n")
	w.write("w/hello/hello.c", "#include <linux/module.h>\n#include \"hello.h\"\n#if IS_ENABLED(CONFIG_NET)\n#endif\n")
	w.write("w/hello/hello.h", "int hello; // a header\n")
	w.write("w/other/other.h", "int other;\n")
	return w
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	file := filepath.Join(w.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		w.t.Fatal(err)
	}
	if strings.HasPrefix(name, "w/") {
		w.r.Files[name] = file
	}
}

// pack returns the pack of a source.
func (w *workspace) pack(source string) []byte {
	w.t.Helper()
	out := filepath.Join(w.dir, "out.pack")
	w.r.Units = []Unit{{source, out}}
	if err := Run(w.r); err != nil {
		w.t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		w.t.Fatal(err)
	}
	return data
}

func (w *workspace) content(source string) map[string]string {
	w.t.Helper()
	p, err := pack.Decode("out.pack", w.pack(source))
	if err != nil {
		w.t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range p.Files {
		text, err := f.Blob.Content(nil)
		if err != nil {
			w.t.Fatal(err)
		}
		files[f.Path] = string(text)
	}
	return files
}

func TestAPackHasTheClosureWithoutTheSource(t *testing.T) {
	got := newWorkspace(t).content("w/hello/hello.c")
	want := map[string]string{
		"k/include/linux/kconfig.h":      "#include <generated/autoconf.h>\n",
		"k/include/generated/autoconf.h": "#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n",
		"k/include/linux/module.h":       "\n#ifdef CONFIG_SMP\n#endif\n#include <linux/list.h>\n",
		"k/include/linux/list.h":         "struct list_head;\n",
		"w/hello/hello.h":                "int hello;\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAPackChangesWithWhatTheSourceCanSeeAndWithNothingElse(t *testing.T) {
	for _, tt := range []struct {
		name, file, text string
		same             bool
	}{
		{"another comment", "k/include/linux/module.h", "/* MODULES */\n#ifdef CONFIG_SMP\n#endif\n#include <linux/list.h>\n", true},
		{"another comment in the workspace", "w/hello/hello.h", "int hello; // the header\n", true},
		{"a header that is not included", "k/include/linux/unrelated.h", "int changed;\n", true},
		{"an option that is not mentioned", "k/include/generated/autoconf.h", "#define CONFIG_SMP 1\n#define CONFIG_NET_MODULE 1\n#define CONFIG_HZ 1000\n#define CONFIG_NEW 1\n", true},
		{"the code of the source", "w/hello/hello.c", "#include <linux/module.h>\n#include \"hello.h\"\n#if IS_ENABLED(CONFIG_NET)\nint x;\n#endif\n", true},
		{"a header that is included", "k/include/linux/list.h", "struct list_head { int x; };\n", false},
		{"a line more in a comment, which moves the lines below", "k/include/linux/module.h", "/* modules\n */\n#ifdef CONFIG_SMP\n#endif\n#include <linux/list.h>\n", false},
		{"an option that IS_ENABLED asks for", "k/include/generated/autoconf.h", "#define CONFIG_SMP 1\n#define CONFIG_NET 1\n#define CONFIG_HZ 250\n", false},
		{"an option that the source mentions now", "w/hello/hello.c", "#include <linux/module.h>\n#include \"hello.h\"\n#if IS_ENABLED(CONFIG_NET) && CONFIG_HZ\n#endif\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorkspace(t)
			before := w.pack("w/hello/hello.c")
			w.write(tt.file, tt.text)
			if same := bytes.Equal(before, w.pack("w/hello/hello.c")); same != tt.same {
				t.Errorf("the pack is the same: %v, want %v", same, tt.same)
			}
		})
	}
}

// As in a kernel's own tree, whose folders of headers do without it.
func TestAPackIsTheSameInAllConfigurations(t *testing.T) {
	w := newWorkspace(t)
	w.r.Options = filepath.Join(w.dir, "x.options")
	w.r.CFlags = append(w.r.CFlags, "-DX=CONFIG_WORD_SIZE")
	w.write("w/hello/host.c", "#if CONFIG_HZ\n#endif\n")
	before := w.pack("w/hello/hello.c")
	if err := os.Remove(filepath.Join(w.dir, w.r.Autoconf)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, w.pack("w/hello/hello.c")) {
		t.Error("the pack depends on autoconf.h")
	}
	if _, there := w.content("w/hello/hello.c")[w.r.Autoconf]; there {
		t.Error("autoconf.h is in the pack")
	}
	options := func() string {
		text, err := os.ReadFile(w.r.Options)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if got, want := options(), "w/hello/hello.c\tCONFIG_NET CONFIG_SMP CONFIG_WORD_SIZE\n"; got != want {
		t.Errorf("what is mentioned: %q, want %q", got, want)
	}
	w.r.CFlags = []string{"hostcc"}
	w.pack("w/hello/host.c")
	if got := options(); got != "" {
		t.Errorf("what a program mentions that does not include autoconf.h: %q", got)
	}
	w.r.Autoconf = ""
	if err := Run(w.r); err == nil || !strings.Contains(err.Error(), "--autoconf is required") {
		t.Errorf("error: %v", err)
	}
}

func TestAUnitsOwnOptionsCount(t *testing.T) {
	w := newWorkspace(t)
	w.write("w/hello/hello.c", "#include <other.h>\n")
	if got := w.content("w/hello/hello.c"); got["w/other/other.h"] != "" {
		t.Fatal("other.h was found without an option")
	}
	w.r.UnitFlags["w/hello/hello.c"] = []string{"-I%{root}/w/other"}
	if got := w.content("w/hello/hello.c"); got["w/other/other.h"] == "" {
		t.Error("other.h is not in the pack")
	}
}

func TestAssemblyThatExportsHasThePrototypes(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		crcs, want bool
	}{
		{"an export in a kernel with CRCs", "EXPORT_SYMBOL(x)\n", true, true},
		{"an export in one without", "EXPORT_SYMBOL(x)\n", false, false},
		{"no export", "/* EXPORT_SYMBOL(x) */\n", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorkspace(t)
			w.r.Genksyms = tt.crcs
			w.write("w/hello/a.S", tt.text)
			got := w.content("w/hello/a.S")
			for _, header := range []string{"k/include/linux/kernel.h", "k/include/asm/asm-prototypes.h", "k/include/linux/list.h"} {
				if _, there := got[header]; there != tt.want {
					t.Errorf("%s is in the pack: %v, want %v", header, there, tt.want)
				}
			}
		})
	}
}

func TestPrototypesAreFoundByTheirOwnCommand(t *testing.T) {
	w := newWorkspace(t)
	w.write("w/hello/a.S", "EXPORT_BY_ANOTHER_NAME(x)\n")
	command := w.r.CFlags
	w.r.CFlags = nil
	w.r.Prototypes = map[string][]string{"w/hello/a.S": command}
	if _, there := w.content("w/hello/a.S")["k/include/asm/asm-prototypes.h"]; !there {
		t.Error("asm-prototypes.h is not in the pack")
	}
}

func TestSourcesTextHasWhatSrcversionCounts(t *testing.T) {
	w := newWorkspace(t)
	w.r.SourcesText = filepath.Join(w.dir, "sources.text")
	w.pack("w/hello/hello.c")
	got, err := os.ReadFile(w.r.SourcesText)
	if err != nil {
		t.Fatal(err)
	}
	want := "66 w/hello/hello.c\n#include<linux/module.h>#include\"hello.h\"#ifIS_ENABLED(CONFIG_NET)#endif\n19 w/hello/hello.h\ninthello;//aheader\n"
	want = strings.Replace(strings.Replace(want, "66", "72", 1), "19", "18", 1)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDataThatASourceTakesInIsAsItIs(t *testing.T) {
	w := newWorkspace(t)
	const data = "\x7f/* no comment */\x00// nor this\n"
	w.write("w/fw.bin", data)
	w.write("w/fw.S", ".incbin \"../w/fw.bin\"\n")
	if got := w.content("w/fw.S")["w/fw.bin"]; got != data {
		t.Errorf("the pack has %q of %q", got, data)
	}
}

func TestErrorsNameTheFile(t *testing.T) {
	w := newWorkspace(t)
	w.r.Units = []Unit{{"w/hello/none.c", filepath.Join(w.dir, "out")}}
	if err := Run(w.r); err == nil || !strings.Contains(err.Error(), "w/hello/none.c") {
		t.Errorf("error: %v", err)
	}
	w.r.Files["w/hello/none.c"] = filepath.Join(w.dir, "gone.c")
	if err := Run(w.r); err == nil || !strings.Contains(err.Error(), "w/hello/none.c") {
		t.Errorf("error: %v", err)
	}
}
