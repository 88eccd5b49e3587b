package kerneltree

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// These stand for make and Kconfig's program. The latter asks what its question is, as popen does, and the machine.
const (
	makesKconfig = `#!/bin/sh
echo >> made
for arg; do case $arg in KCONFIG_QUESTIONS=*) export "$arg";; esac; done
export MAKEFLAGS=--jobserver-auth=3,4 VERSION=$(/bin/cat Makefile)
echo "Reading makefile 'Makefile'..."
echo "  Reading makefile 'include/config/auto.conf' (search path) (don't care)..."
exec scripts/kconfig/conf --olddefconfig Kconfig
`
	asksQuestions = `#!/bin/sh
PATH=/usr/bin:/bin
echo "${MAKEFLAGS:-no flags}" > flags
mkdir -p include/config && echo > include/config/auto.conf
for question in ./scripts/ask.sh 'test -e there && echo there || echo no' "$(cat Kconfig)"; do
	if answer=$(tr '\000' '\n' < "$KCONFIG_QUESTIONS/known" | grep -xF -A1 -e "$question"); then
		answer=${answer#*
}
	else
		answer=$(sh -c "$question")
		echo "$question" >> asked
		printf '%s\000%s\000' "$question" "$answer" >> "$KCONFIG_QUESTIONS/asked"
	fi
	echo "$answer $VERSION" >> .config
done
cp /proc/self/environ "$KCONFIG_QUESTIONS/environ"
printf '%s\000' "$0" "$@" > "$KCONFIG_QUESTIONS/cmdline"
`
)

func TestKconfigAsksAgainWhatMayHaveChanged(t *testing.T) {
	store := kept.Open(t.TempDir())
	of := unpacked(t, "[]")
	sources := map[string]string{
		"Makefile": "6", "Kconfig": "echo option",
		"scripts/ask.sh": "#!/bin/sh\necho one\n", "scripts/kconfig/conf": asksQuestions,
	}
	const there = "test -e there && echo there || echo no"
	const all = "./scripts/ask.sh|" + there + "|echo option"
	for _, test := range []struct {
		what       string
		file, text string // an edit before
		made       bool
		asked      string
		config     string
	}{
		{"first", "", "", true, all, "one 6|no 6|option 6"},
		{"nothing changed", "", "", false, there, "one 6|no 6|option 6"},
		{"what a question looks for is there", "there", "", false, there, "one 6|there 6|option 6"},
		{"a Kconfig file asks something else", "Kconfig", "echo other", false, there + "|echo other", "one 6|there 6|other 6"},
		{"and is as before", "Kconfig", "echo option", false, there, "one 6|there 6|option 6"},
		{"a script is edited", "scripts/ask.sh", "#!/bin/sh\necho two\n", true, all, "two 6|there 6|option 6"},
		{"a script is new", "scripts/new.sh", "", true, all, "two 6|there 6|option 6"},
		{"nothing changed since", "", "", false, there, "two 6|there 6|option 6"},
		{"a Makefile is edited", "Makefile", "7", true, all, "two 7|there 7|option 7"},
		{"a Makefile is there that was not", "include/config/auto.conf", "x", true, all, "two 7|there 7|option 7"},
	} {
		if test.file != "" {
			sources[test.file] = test.text
		}
		tree := laidOut(t, sources)
		fill(t, filepath.Dir(tree.Dir), map[string]string{"sdk/make/make": makesKconfig})
		if err := tree.resolve(store, of); err != nil {
			t.Fatal(err)
		}
		read := func(file string) string {
			text, err := os.ReadFile(filepath.Join(tree.Dir, file))
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			return strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "|")
		}
		if made := exists(filepath.Join(tree.Dir, "made")); made != test.made {
			t.Errorf("%s: make was run: %v, want %v", test.what, made, test.made)
		}
		if got := read("asked"); got != test.asked {
			t.Errorf("%s: asked %s, want %s", test.what, got, test.asked)
		}
		if got := read(".config"); got != test.config {
			t.Errorf("%s: %s, want %s", test.what, got, test.config)
		}
		if got := read("flags"); !test.made && got != "no flags" {
			t.Errorf("%s: Kconfig's program has make's flags %s", test.what, got)
		}
	}
}

func TestKconfigThatLeavesNoQuestionsIsMadeEachTime(t *testing.T) {
	store := t.TempDir()
	for _, dir := range []string{store, store, ""} {
		tree := laidOut(t, nil) // there are no scripts
		fill(t, filepath.Dir(tree.Dir), map[string]string{"sdk/make/make": "#!/bin/sh\necho \"Reading makefile 'Makefile'...\"; echo \"$*\" > said\n"})
		if err := tree.resolve(kept.Open(dir), unpacked(t, "[]")); err != nil {
			t.Fatal(err)
		}
		said, err := os.ReadFile(filepath.Join(tree.Dir, "said"))
		if err != nil || !strings.HasSuffix(string(said), " olddefconfig\n") {
			t.Errorf("make %s (%v)", said, err)
		}
		if kept := strings.Contains(string(said), questionsVariable); kept != (dir != "") {
			t.Errorf("with %q as store, make is asked %s", dir, said)
		}
	}
}

// asks is a program that asks what its arguments are, as Kconfig's does.
const asks = `
#include <stdio.h>
int main(int count, char **words)
{
	for (int i = 1; i < count; i++) {
		char text[100];
		FILE *output = popen(words[i], "r");
		text[output ? fread(text, 1, sizeof(text) - 1, output) : 0] = 0;
		printf("%s(%d)", text, output ? pclose(output) : -1);
	}
}
`

func TestPopenRunsWhatIsNotKnown(t *testing.T) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip(err) // e2e/kernel has it with the kernel's compiler
	}
	dir := t.TempDir()
	fill(t, dir, map[string]string{"asks.c": asks, "popen.c": popen, "questions/known": "ask\x00known\nwell\x00nothing\x00\x00"})
	program := filepath.Join(dir, "asks")
	if out, err := exec.Command(cc, "-Wall", "-Werror", "-o", program, program+".c", filepath.Join(dir, "popen.c")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	run := func(folder string, words ...string) string {
		cmd := exec.Command(program, words...)
		cmd.Env = append(os.Environ(), questionsVariable+"="+folder)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return string(out)
	}
	words := []string{"ask", "nothing", "echo new", "echo bad; exit 3", "printf '1\\0002'", ":"}
	folder := filepath.Join(dir, "questions")
	if got, want := run(folder, words...), "known\nwell(0)(0)new\n(0)bad\n(768)1(0)(0)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for file, want := range map[string]string{
		"asked":   "echo new\x00new\n\x00:\x00\x00", // neither what failed nor what is no text
		"cmdline": program + "\x00" + strings.Join(words, "\x00") + "\x00",
	} {
		got, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, want %q (%v)", file, got, want, err)
		}
	}
	environ, err := os.ReadFile(filepath.Join(folder, "environ"))
	if err != nil || !strings.Contains(string(environ), questionsVariable+"="+folder+"\x00") {
		t.Errorf("environ: %q (%v)", environ, err)
	}
	if got, want := run(filepath.Join(dir, "none"), "echo new"), "new\n(0)"; got != want {
		t.Errorf("without a folder: %q, want %q", got, want)
	}
}
