package compile

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/pack"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

// The test program is also the tools that the commands run: with the word
// faketool among its arguments, it does what the words behind it say.
func TestMain(m *testing.M) {
	for i, arg := range os.Args {
		if arg == "faketool" {
			os.Exit(fakeTool(os.Args[1:i], os.Args[i+1:]))
		}
	}
	os.Exit(m.Run())
}

func fakeTool(options, words []string) int {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(90)
		}
	}
	for len(words) > 0 {
		verb := words[0]
		words = words[1:]
		next := func() string {
			w := words[0]
			words = words[1:]
			return w
		}
		switch verb {
		case "compile": // SOURCE OBJECT: the object is the source; dependencies to the file of -MMD
			source, object := next(), next()
			text, err := os.ReadFile(source)
			fail(err)
			fail(os.WriteFile(object, text, 0o600))
			for _, o := range options {
				if file, is := strings.CutPrefix(o, "-Wp,-MMD,"); is {
					fail(os.WriteFile(file, []byte(object+": "+source+" ./x.h \\\n "+os.Getenv("PWD")+"/../sub/y.h x.h\n"), 0o600))
				}
			}
		case "append": // FILE TEXT
			f, err := os.OpenFile(next(), os.O_APPEND|os.O_WRONLY, 0)
			fail(err)
			_, err = f.WriteString(next())
			fail(err)
			fail(f.Close())
		case "cat": // FILE OUT
			text, err := os.ReadFile(next())
			fail(err)
			fail(os.WriteFile(next(), text, 0o600))
		case "list": // LIST OUT: the content of the files that LIST names
			names, err := os.ReadFile(strings.TrimPrefix(next(), "@"))
			fail(err)
			var all []byte
			for _, name := range strings.Fields(string(names)) {
				text, err := os.ReadFile(name)
				fail(err)
				all = append(all, text...)
			}
			fail(os.WriteFile(next(), all, 0o600))
		case "say":
			fmt.Fprintln(os.Stderr, next())
		case "print":
			fmt.Println(next())
		case "stdin": // PREFIX
			text, err := io.ReadAll(os.Stdin)
			fail(err)
			prefix := next()
			for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				fmt.Println(prefix, line)
			}
		case "environment":
			fmt.Fprintln(os.Stderr, strings.Join(os.Environ(), "\n"))
		case "fail":
			code := 0
			fmt.Sscan(next(), &code)
			return code
		case "sleep":
			time.Sleep(time.Minute)
		default:
			fail(fmt.Errorf("no fake verb %q", verb))
		}
	}
	return 0
}

// common returns what a step needs to run the test program as the tool `tool`.
func common(t *testing.T, cwd, obj string) (Common, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	var messages bytes.Buffer
	return Common{
		Tools:    map[string]string{"tool": self},
		Cwd:      cwd,
		Vars:     template.Vars{"obj": obj},
		Messages: &messages,
	}, &messages
}

// unit returns a unit whose source has that text and whose pack has x.h.
func unit(t *testing.T, text string) (Unit, *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	data, err := pack.Encode(&pack.Pack{Files: []pack.File{
		{Path: "w/hello/x.h", Blob: pack.Compress([]byte("int x;\n"))},
		{Path: "w/sub/y.h", Blob: pack.Compress([]byte("int y;\n"))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	c, messages := common(t, "w/hello", "hello")
	return Unit{
		Common:     c,
		Pack:       write("hello.pack", data),
		Source:     "w/hello/hello.c",
		SourceFile: write("hello.c", []byte(text)),
		Compiler:   []string{"tool", "faketool", "compile", "%{obj}.c", "%{obj}.o"},
		Out:        filepath.Join(dir, "out.o"),
		Deps:       filepath.Join(dir, "out.deps"),
	}, messages
}

func object(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func contentOf(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
