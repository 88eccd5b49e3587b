package maketrace

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestStepsOfBothMakes(t *testing.T) {
	// GNU make 4.3 says in two ways why a target is made, 4.4 in one.
	printed := `make: Entering directory '/k'
/k/Makefile:12: update target 'prepare' due to: target is .PHONY
:
/k/scripts/Makefile.build:234: target '/w/m/a.o' does not exist
set -e; gcc -c \
  -o /w/m/a.o /w/m/a.c
:
/k/scripts/Makefile.build:243: update target '/w/m/a.mod' due to: target does not exist
printf '%s\n'   a.o | awk '!x[$0]++ { print("/w/m/"$0) }' > /w/m/a.mod
`
	want := []Step{
		{Target: "prepare", Makefile: "/k/Makefile", Line: 12, Phony: true, Recipe: ":\n"},
		{Target: "/w/m/a.o", Makefile: "/k/scripts/Makefile.build", Line: 234, Recipe: "set -e; gcc -c \\\n  -o /w/m/a.o /w/m/a.c\n:\n"},
		{Target: "/w/m/a.mod", Makefile: "/k/scripts/Makefile.build", Line: 243, Recipe: "printf '%s\\n'   a.o | awk '!x[$0]++ { print(\"/w/m/\"$0) }' > /w/m/a.mod\n"},
	}
	if diff := cmp.Diff(want, Steps(printed)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommandsOfARecipe(t *testing.T) {
	for _, tc := range []struct {
		name, recipe string
		want         [][]string
	}{
		{"quoting is undone", `gcc -DNAME='"a"' -DV=\"1\" "-I/x y" -c`, [][]string{{"gcc", `-DNAME="a"`, `-DV="1"`, "-I/x y", "-c"}}},
		{"both branches and each part of a pipeline", "if nm x | grep -q y; then a; else b; fi", [][]string{{"nm", "x"}, {"grep", "-q", "y"}, {"a"}, {"b"}}},
		{"redirections are no words", "{ echo a; cat b; } > c", [][]string{{"echo", "a"}, {"cat", "b"}}},
		{"a line that is no shell text hides no other", "make[1]: it's (odd\ngcc -c x.c\n", [][]string{{"gcc", "-c", "x.c"}}},
		{"variables are empty", `kill -s HUP $$; echo $x`, [][]string{{"kill", "-s", "HUP", ""}, {"echo", ""}}},
	} {
		if diff := cmp.Diff(tc.want, Commands(tc.recipe), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func FuzzPrinted(f *testing.F) {
	f.Add("Makefile:1: update target 'x.o' due to: x.c\nif ( $(\n")
	f.Add("a:1: target 'x' does not exist\n'\"\\\n")
	f.Fuzz(func(t *testing.T, printed string) {
		for _, s := range Steps(printed) {
			Commands(s.Recipe)
		}
	})
}
