package includes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// tree writes files below a folder for each canonical root `k` and `w`, the
// second as single files.
func tree(t *testing.T, files map[string]string) *Tree {
	t.Helper()
	dir := t.TempDir()
	single := map[string]string{}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "w/") {
			single[name] = file
		}
	}
	return NewTree(map[string]string{"k": filepath.Join(dir, "k")}, single)
}

func paths(c *Closure) string {
	var p []string
	for _, f := range c.Files {
		p = append(p, f.Path)
	}
	return strings.Join(p, " ")
}

func TestClosure(t *testing.T) {
	for _, tt := range []struct {
		name    string
		files   map[string]string
		options string
		extra   []string
		want    string
	}{
		{
			name:    "headers of headers",
			files:   map[string]string{"w/a.c": "#include <b.h>", "k/i/b.h": "#include <c.h>", "k/i/c.h": "", "k/i/d.h": ""},
			options: "-I/k/i",
			want:    "k/i/b.h k/i/c.h",
		},
		{
			name:    "the first folder wins",
			files:   map[string]string{"w/a.c": "#include <b.h>", "k/i/b.h": "", "k/j/b.h": ""},
			options: "-I /k/j -I/k/i",
			want:    "k/j/b.h",
		},
		{
			name:    "a quoted name is looked for beside the file first",
			files:   map[string]string{"w/p/a.c": "#include \"b.h\"\n#include <c.h>", "w/p/b.h": "", "k/i/b.h": "", "w/p/c.h": "", "k/i/c.h": ""},
			options: "-I/k/i",
			want:    "k/i/c.h w/p/b.h",
		},
		{
			name:    "beside the header that includes it, not the source",
			files:   map[string]string{"w/p/a.c": "#include <sub/b.h>", "k/i/sub/b.h": "#include \"c.h\"", "k/i/sub/c.h": "", "w/p/c.h": ""},
			options: "-I/k/i",
			want:    "k/i/sub/b.h k/i/sub/c.h",
		},
		{
			name:    "-iquote is for quoted names alone, before -I",
			files:   map[string]string{"w/p/a.c": "#include \"b.h\"\n#include <c.h>", "w/q/b.h": "", "k/i/b.h": "", "w/q/c.h": ""},
			options: "-I/k/i -iquote /w/q",
			want:    "w/q/b.h",
		},
		{
			name:    "-isystem comes behind -I wherever it stands",
			files:   map[string]string{"w/a.c": "#include <b.h>", "k/s/b.h": "", "k/i/b.h": ""},
			options: "-isystem /k/s -I/k/i",
			want:    "k/i/b.h",
		},
		{
			name:    "all headers of the name that is included next",
			files:   map[string]string{"w/a.c": "#include <b.h>", "k/i/b.h": "#include_next <b.h>", "k/j/b.h": "", "k/l/b.h": ""},
			options: "-I/k/i -I/k/j -I/k/l",
			want:    "k/i/b.h k/j/b.h k/l/b.h",
		},
		{
			name:    "a header that is only asked for",
			files:   map[string]string{"w/a.c": "#if __has_include(<b.h>)\n#endif", "k/i/b.h": ""},
			options: "-I/k/i",
			want:    "k/i/b.h",
		},
		{
			name:    "-include, from the folder that the compiler runs in",
			files:   map[string]string{"w/p/a.c": "", "k/c/b.h": "", "w/p/b.h": ""},
			options: "-include ./b.h",
			want:    "k/c/b.h",
		},
		{
			name:    "relative folders, from there too",
			files:   map[string]string{"w/p/a.c": "#include <b.h>", "k/c/include/b.h": ""},
			options: "-I./include",
			want:    "k/c/include/b.h",
		},
		{
			name:    "includes in comments do not count",
			files:   map[string]string{"w/a.c": "/* #include <b.h> */\n// #include <c.h>\n", "k/i/b.h": "", "k/i/c.h": ""},
			options: "-I/k/i",
			want:    "",
		},
		{
			name:    "what exists nowhere is left to the compiler",
			files:   map[string]string{"w/a.c": "#include <b.h>\n#include \"c.h\""},
			options: "-I/k/i",
			want:    "",
		},
		{
			name:    "extra headers",
			files:   map[string]string{"w/a.S": "", "k/i/b.h": "#include \"c.h\"", "k/i/c.h": ""},
			options: "-I/k/i",
			extra:   []string{"b.h", "none.h"},
			want:    "k/i/b.h k/i/c.h",
		},
		{
			name:    "a file that assembly takes in",
			files:   map[string]string{"w/p/a.S": ".incbin \"fw.bin\"", "w/q/fw.bin": "x"},
			options: "-I/w/q",
			want:    "w/q/fw.bin",
		},
		{
			name: "trace headers, by the macros that name them",
			files: map[string]string{
				"w/p/a.c":                  "#define CREATE_TRACE_POINTS\n#include \"my_trace.h\"",
				"w/p/my_trace.h":           "#undef TRACE_SYSTEM\n#define TRACE_SYSTEM other\n#define TRACE_INCLUDE_PATH .\n#define TRACE_INCLUDE_FILE my_events\n#include <trace/define_trace.h>",
				"w/p/my_events.h":          "#include \"deep.h\"",
				"w/p/deep.h":               "",
				"k/i/trace/define_trace.h": "#include <linux/stringify.h>\n#ifndef TRACE_INCLUDE_FILE\n#define TRACE_INCLUDE_FILE TRACE_SYSTEM\n#endif\n#ifndef TRACE_INCLUDE_PATH\n#define __TRACE_INCLUDE(system) <trace/events/system.h>\n#else\n#define __TRACE_INCLUDE(system) __stringify(TRACE_INCLUDE_PATH/system.h)\n#endif\n# define TRACE_INCLUDE(system) __TRACE_INCLUDE(system)\n#include TRACE_INCLUDE(TRACE_INCLUDE_FILE)",
				"k/i/trace/events/other.h": "",
				"k/i/linux/stringify.h":    "#define __stringify_1(x...)\t#x\n#define __stringify(x...)\t__stringify_1(x)",
			},
			options: "-I/k/i -I/w/p",
			want:    "k/i/linux/stringify.h k/i/trace/define_trace.h k/i/trace/events/other.h w/p/deep.h w/p/my_events.h w/p/my_trace.h",
		},
		{
			name:    "a computed name from an option",
			files:   map[string]string{"w/a.c": "#include HEADER", "k/i/b.h": ""},
			options: "-I/k/i -DHEADER=<b.h>",
			want:    "k/i/b.h",
		},
		{
			name:    "a pasted name",
			files:   map[string]string{"w/a.c": "#define H(x) <x##_def.h>\n#define B b\n#include H(b)\n", "k/i/b_def.h": ""},
			options: "-I/k/i",
			want:    "k/i/b_def.h",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := tree(t, tt.files)
			source := ""
			for name := range tt.files {
				if b := filepath.Base(name); b == "a.c" || b == "a.S" {
					source = name
				}
			}
			c, err := files.Closure(source, NewSearch("k/c", strings.Fields(tt.options)), tt.extra)
			if err != nil {
				t.Fatal(err)
			}
			if got := paths(c); got != tt.want {
				t.Errorf("closure: %s\nwant:    %s", got, tt.want)
			}
		})
	}
}

func TestClosureNamesFoldersThatPathsGoThrough(t *testing.T) {
	files := tree(t, map[string]string{
		"w/p/a.c":    "#include \"../q/b.h\"\n#include <x/../c.h>",
		"w/q/b.h":    "",
		"k/i/c.h":    "",
		"k/i/x/d.h":  "",
		"k/empty/.x": "",
	})
	c, err := files.Closure("w/p/a.c", NewSearch("w/p", []string{"-I/k/i", "-I/k/empty", "-I/k/none"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"k/empty", "k/i", "k/i/x", "w/p"}
	if diff := cmp.Diff(want, c.Dirs); diff != "" {
		t.Errorf("folders (-want +got):\n%s", diff)
	}
}

func TestClosureCollectsConfigs(t *testing.T) {
	files := tree(t, map[string]string{
		"w/a.c":          "#include <b.h>\n#ifdef CONFIG_SOURCE\n",
		"k/i/b.h":        "CONFIG_HEADER /* CONFIG_COMMENT */ CONFIG_##x\n#include <autoconf.h>",
		"k/i/autoconf.h": "#define CONFIG_ALL 1\n",
	})
	c, err := files.Closure("w/a.c", NewSearch("w", []string{"-I/k/i", "-DX=CONFIG_OPTION"}), nil, "k/i/autoconf.h")
	if err != nil {
		t.Fatal(err)
	}
	want := map[csource.Config]bool{{Name: "CONFIG_SOURCE"}: true, {Name: "CONFIG_HEADER"}: true, {Name: "CONFIG_OPTION"}: true, {Name: "CONFIG_", Prefix: true}: true}
	if diff := cmp.Diff(want, c.Configs); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}

func TestASingleFileHidesOneInAFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("b.h", "int kernel;")
	files := NewTree(map[string]string{"k": dir}, map[string]string{"w/a.c": write("a.c", "#include <b.h>"), "k/b.h": write("mine.h", "int mine;")})
	c, err := files.Closure("w/a.c", NewSearch("w", []string{"-I/k"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := c.Files[0].Text(); err != nil || string(text) != "int mine;" {
		t.Errorf("k/b.h is %q, %v", text, err)
	}
}

// kernel/configs.c is such a source.
func TestASourceOfTheKernelInCTakesInData(t *testing.T) {
	files := tree(t, map[string]string{
		"k/kernel/a.c":  "asm(\n\"\t.incbin \\\"kernel/a.gz\\\"\t\\n\"\n);\n",
		"k/kernel/a.gz": "x",
	})
	c, err := files.Closure("k/kernel/a.c", NewSearch("k", []string{"-Iinclude"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Files) != 1 || c.Files[0].Path != "k/kernel/a.gz" || !c.Data[c.Files[0]] {
		t.Errorf("it takes in %v, as data %v; want k/kernel/a.gz", c.Files, c.Data)
	}
}

func TestAMissingSourceIsAnError(t *testing.T) {
	_, err := tree(t, nil).Closure("w/none.c", NewSearch("w", nil), nil)
	if err == nil || !strings.Contains(err.Error(), "w/none.c") {
		t.Errorf("error %v does not name the source", err)
	}
}

// Macros that name each other twice would take for ever if all was tried.
func TestComputedIncludesEnd(t *testing.T) {
	text := "#include A0\n"
	for i := range 26 {
		text += "#define A" + string(rune('0'+i)) + " A" + string(rune('1'+i)) + " A" + string(rune('1'+i)) + "\n"
	}
	text += "#define F(x) F(x) F(F(x))\n#include F(F(F(x)))\n#define M M\n#include M\n"
	if _, err := tree(t, map[string]string{"w/a.c": text}).Closure("w/a.c", NewSearch("w", nil), nil); err != nil {
		t.Error(err)
	}
}

func FuzzComputed(f *testing.F) {
	f.Add("#define A(x) #x\n#include A(b)\n")
	f.Add("#define A B A\n#define B(x,y...) <x##y>\n#include B(A,A)\n")
	f.Add("#define S(x...) #x\n#define P a/b\n#include S(P/c.h)\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := filepath.Join(t.TempDir(), "a.c")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		files := NewTree(nil, map[string]string{"w/a.c": file})
		if _, err := files.Closure("w/a.c", NewSearch("w", nil), nil); err != nil {
			t.Error(err)
		}
	})
}
