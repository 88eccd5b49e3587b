package csource

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestBlank(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"text without comments stays", "int a;\n", "int a;\n"},
		{"a comment becomes white space of its width", "int /* x */ a;\n", "int         a;\n"},
		{"tabs in a comment stay tabs", "a /*\t*/ b\n", "a   \t   b\n"},
		{"white space before the end of a line goes with the comment", "int a; /* x */\n", "int a;\n"},
		{"a line comment goes", "int a; // x\nint b;\n", "int a;\nint b;\n"},
		{"a line comment may go on after a backslash", "int a; // x \\\n y\nint b;\n", "int a;\n\nint b;\n"},
		{"even with white space behind the backslash", "a // x \\  \n y\nb\n", "a\n\nb\n"},
		{"a comment alone keeps its lines", "/* a\n * b\n */\nint c;\n", "\n\n\nint c;\n"},
		{"a token behind a comment of several lines keeps its column", "/* a\n b */ int c;\n", "\n      int c;\n"},
		{"a comment in the middle of a directive keeps its delimiters", "#define A /* x\n y */ 1\n", "#define A /*\n   */ 1\n"},
		{"one at the end of a directive goes", "#define A 1 /* x\n y */\nint b;\n", "#define A 1\n\nint b;\n"},
		{"a comment before a directive goes", "/* x */ #define A\n", "        #define A\n"},
		{"a continued directive is one line", "#define A \\\n 1 /* x\n y */ + 2\n", "#define A \\\n 1 /*\n   */ + 2\n"},
		{"no comment begins in a string", `char *a = "/* x */ // y";` + "\n", `char *a = "/* x */ // y";` + "\n"},
		{"an escaped quote does not end a string", `char *a = "\"/*"; /* x */` + "\n", `char *a = "\"/*";` + "\n"},
		{"a quote in a character constant is no string", `char a = '"'; /* x */` + "\n", `char a = '"';` + "\n"},
		{"a string may be continued", "char *a = \"x \\\n /* y */\"; /* z */\n", "char *a = \"x \\\n /* y */\";\n"},
		{"no comment begins in the name of a header", "#include <a//b.h>\n", "#include <a//b.h>\n"},
		{"nor in a quoted one", "#include \"a/*b.h\" /* x */\n", "#include \"a/*b.h\"\n"},
		{"nor in what __has_include asks for", "#if __has_include(<a//b.h>) /* x */\n", "#if __has_include(<a//b.h>)\n"},
		{"less than is no header", "#if A < 3 /* > */\n", "#if A < 3\n"},
		{"a division is no comment", "a = b / c; /* x */\n", "a = b / c;\n"},
		{"carriage returns are white space", "a // x\r\nb\r\n", "a\nb\r\n"},
		{"quotes in comments do not matter", "/* don't */ a /* \" */\n", "            a\n"},
		{"a comment may end at the end of the file", "a /* x */", "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Blank([]byte(tt.src))
			if !ok || string(got) != tt.want {
				t.Errorf("Blank(%q) = %q, %v; want %q", tt.src, got, ok, tt.want)
			}
		})
	}
}

func TestBlankLeavesDoubtfulTextAlone(t *testing.T) {
	for _, tt := range []struct{ name, src string }{
		{"an apostrophe in #error", "#error don't /* x */\n"},
		{"an apostrophe in assembly", "ENTRY(a) # isn't /* x\n */\n"},
		{"a raw string", "char *a = R\"(/*)\"; /* x */\n"},
		{"a comment without an end", "a /* x\n"},
		{"a comment whose beginning is cut", "/\\\n* x */\n"},
		{"a comment whose end is cut", "/* x *\\\n/ b /* y */\n"},
		{"a backslash that would come to continue its line", "#define A \\ /* x */\nint b;\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Blank([]byte(tt.src))
			if ok || string(got) != tt.src {
				t.Errorf("Blank(%q) = %q, %v; want it as it is, and false", tt.src, got, ok)
			}
		})
	}
}

// TestBlankedTextMeansTheSame has the machine's preprocessor judge, where
// there is one.
func TestBlankedTextMeansTheSame(t *testing.T) {
	cpp, err := exec.LookPath("cpp")
	if err != nil {
		t.Skip("this machine has no cpp to compare with")
	}
	src, err := os.ReadFile("testdata/comments.c")
	if err != nil {
		t.Fatal(err)
	}
	blanked, ok := Blank(src)
	if !ok || bytes.Contains(blanked, []byte("comment")) {
		t.Fatalf("comments are left: ok = %v\n%s", ok, blanked)
	}
	preprocess := func(text []byte) string {
		cmd := exec.Command(cpp, "-nostdinc", "-")
		cmd.Stdin = bytes.NewReader(text)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if got, want := preprocess(blanked), preprocess(src); got != want {
		t.Errorf("preprocessed:\n%s\nwithout comments:\n%s", want, got)
	}
}

func FuzzBlank(f *testing.F) {
	for _, seed := range []string{
		"/* a */ b // c\n", "#define A /* x\n y */ 1\n", "\"a\\\"/*\" '\\'' /*/ */", "#include <a/*b>\n/**/", "a\\\n//b\\\nc\n", "R\"(/*)\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		got, ok := Blank(src)
		if !bytes.Equal(src, before) {
			t.Fatal("the source was changed")
		}
		if !ok {
			if !bytes.Equal(got, src) {
				t.Fatal("a doubtful text was changed")
			}
			return
		}
		want, lines := strings.Split(string(src), "\n"), strings.Split(string(got), "\n")
		if len(want) != len(lines) {
			t.Fatalf("%d lines became %d", len(want), len(lines))
		}
		for i, line := range lines {
			if len(line) > len(want[i]) {
				t.Fatalf("line %q became longer: %q", want[i], line)
			}
			for col := range len(line) {
				if line[col] != want[i][col] && line[col] != ' ' {
					t.Fatalf("line %q became %q: column %d is neither blank nor what it was", want[i], line, col+1)
				}
			}
			if strings.HasSuffix(line, "\\") && !strings.HasSuffix(strings.TrimRight(want[i], " \t\r\v\f"), "\\") {
				t.Fatalf("line %q became a continued one: %q", want[i], line)
			}
		}
	})
}
