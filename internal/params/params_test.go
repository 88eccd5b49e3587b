package params

import (
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "args.params")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, file string
		args, want []string
	}{
		{"arguments without a file stay as they are", "", []string{"-m", "--object", "a.o", "@"}, []string{"-m", "--object", "a.o", "@"}},
		{"a file gives one argument a line, in place", "-m\n--object\na b.o\n", []string{"x", "@" + file, "y"}, []string{"x", "-m", "--object", "a b.o", "y"}},
		{"the last line needs no newline", "a\nb", []string{"@" + file}, []string{"a", "b"}},
		{"an empty line is an empty argument", "a\n\nb\n", []string{"@" + file}, []string{"a", "", "b"}},
		{"an empty file gives nothing", "", []string{"@" + file}, []string{}},
		{"a line that starts with @ is not another file", "@hello.mod\n", []string{"@" + file}, []string{"@hello.mod"}},
		{"a doubled @ is a literal one", "", []string{"@@hello.mod"}, []string{"@hello.mod"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			write(tt.file)
			got, err := Expand(tt.args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Expand(%q): -want +got\n%s", tt.args, diff)
			}
		})
	}
}

func TestExpandNamesAMissingFile(t *testing.T) {
	_, err := Expand([]string{"@no/such.params"})
	if err == nil || !strings.Contains(err.Error(), "no/such.params") {
		t.Errorf("Expand with a missing file: %v, want an error that names it", err)
	}
}

func TestFlagsThatMayBeRepeated(t *testing.T) {
	flags := flag.NewFlagSet("tool", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	var words, pairs []string
	StringsVar(flags, &words, "word", "a `word`")
	Pairs(flags, "file", "`CANONICAL=PATH`", func(name, value string) { pairs = append(pairs, name+" is "+value) })
	if err := ParseFlags(flags, []string{"--word=a", "--file=x=/y=z", "--word", "", "--file", "b=c"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", ""}, words); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"x is /y=z", "b is c"}, pairs); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	for _, arg := range []string{"--file=x", "--file=x=", "--file==x"} {
		if err := flags.Parse([]string{arg}); err == nil || !strings.Contains(err.Error(), "is not of the form NAME=VALUE") {
			t.Errorf("%s: error %v", arg, err)
		}
	}
}
