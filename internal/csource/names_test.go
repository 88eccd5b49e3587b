package csource

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEachNameSaysWhichAreInDirectives(t *testing.T) {
	text := "int a1 = 0x2f;\n  # define B(x) \\\n  c\nd #e\n"
	var got []string
	EachName([]byte(text), func(name []byte, rest int, directive bool) {
		got = append(got, fmt.Sprintf("%s %v %q", name, directive, text[rest]))
	})
	want := []string{"int false ' '", "a1 false ' '", "define true ' '", "B true '('", "x true ')'", "c true '\\n'", "d false ' '", "e false '\\n'"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestArgument(t *testing.T) {
	for _, tt := range []struct {
		text, want string
		called     bool
	}{
		{" (f);", "f", true},
		{"( f , NS)", "f", true},
		{"(KEY(f, g), h)", "KEY(f, g)", true},
		{"(f ## _x)", "f ## _x", true},
		{"()", "", true},
		{" f;", "", false},
		{"", "", false},
		{"(f", "f", true},
	} {
		name, called := Argument([]byte(tt.text))
		if string(name) != tt.want || called != tt.called {
			t.Errorf("Argument(%q): %q, %v, want %q, %v", tt.text, name, called, tt.want, tt.called)
		}
	}
}

func TestArguments(t *testing.T) {
	for text, want := range map[string][]string{
		" (f);":                      {"f"},
		"(f, (a, b), KEY(c, d) , )x": {"f", "(a, b)", "KEY(c, d)", ""},
		" f, g":                      nil,
		"(f, g":                      {"f", "g"},
	} {
		var got []string
		for _, a := range Arguments([]byte(text)) {
			got = append(got, string(a))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Arguments(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestIsName(t *testing.T) {
	for text, want := range map[string]bool{"f": true, "_f1": true, "": false, "1f": false, "f g": false, "f(": false} {
		if got := IsName([]byte(text)); got != want {
			t.Errorf("IsName(%q): %v, want %v", text, got, want)
		}
	}
}
