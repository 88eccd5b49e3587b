package kerneltree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// laidOut is a tree of sources that nothing was made in.
func laidOut(t *testing.T, sources map[string]string) *Tree {
	tree := newFake(t)
	fill(t, tree.Dir, sources)
	old := tree.started.Add(-time.Hour)
	for file := range sources {
		if err := os.Chtimes(filepath.Join(tree.Dir, file), old, old); err != nil {
			t.Fatal(err)
		}
	}
	return tree
}

// unpacked is a folder of packages, by their list.
func unpacked(t *testing.T, packages string) Sources {
	dir := t.TempDir()
	fill(t, dir, map[string]string{packagesFile: packages})
	return Sources{Unpacked: dir}
}

func TestProgramsAreKeptByTheirSources(t *testing.T) {
	sources := map[string]string{
		"scripts/conf.c": "1", "scripts/conf.h": "1", "scripts/lexer.l": "1", "scripts/parser.y": "1", "scripts/modpost.c": "1", "tools/objtool/check.c": "1", "tools/lib/help.c": "1",
	}
	store := kept.Open(t.TempDir())
	of := unpacked(t, "[]")
	first := laidOut(t, sources)
	fill(t, first.Dir, map[string]string{
		"scripts/conf": "\x7fELF", "scripts/conf.o": "o", "scripts/lexer.lex.c": "c", "scripts/parser.tab.c": "c", "scripts/parser.tab.h": "h",
		"scripts/modpost.o": "o", "scripts/offsets.h": "made of headers", "scripts/offsets.s": "s", "tools/objtool/check.o": "o",
		"scripts/.conf.cmd":                "cmd_scripts/conf := hostcc -o scripts/conf scripts/conf.o\n",
		"scripts/.conf.o.cmd":              "savedcmd_scripts/conf.o := hostcc -c -o scripts/conf.o scripts/conf.c\ndeps_scripts/conf.o := \\\n  scripts/conf.h \\\n  scripts/parser.tab.h \\\n",
		"scripts/.lexer.lex.c.cmd":         "cmd_scripts/lexer.lex.c := flex -oscripts/lexer.lex.c scripts/lexer.l\n",
		"scripts/.parser.tab.h.cmd":        "cmd_scripts/parser.tab.h := bison -o scripts/parser.tab.c --defines=scripts/parser.tab.h scripts/parser.y\n",
		"scripts/.modpost.o.cmd":           "cmd_scripts/modpost.o := hostcc -c -o scripts/modpost.o scripts/modpost.c\ndeps_scripts/modpost.o := scripts/offsets.h\n",
		"scripts/.offsets.s.cmd":           "cmd_scripts/offsets.s := gcc-14 -S -o scripts/offsets.s scripts/conf.c\n",
		"tools/objtool/.check.o.cmd":       "cmd_" + first.Dir + "/tools/objtool/check.o := hostcc -c -o " + first.Dir + "/tools/objtool/check.o check.c\n",
		"tools/objtool/help.o":             "made in another folder than the note tells",
		"tools/objtool/.help.o.cmd":        "cmd_" + first.Dir + "/tools/objtool/help.o := hostcc -c -o " + first.Dir + "/tools/objtool/help.o help.c\n",
		"include/generated/.version.h.cmd": "cmd_include/generated/version.h := echo > include/generated/version.h\n",
		"include/generated/version.h":      "",
	})
	if err := first.KeepPrograms(store, AllPrograms, of); err != nil {
		t.Fatal(err)
	}
	all := []string{"scripts/conf", "scripts/conf.o", "scripts/lexer.lex.c", "scripts/parser.tab.c", "scripts/parser.tab.h", "tools/objtool/check.o"}
	for _, test := range []struct {
		what string
		edit map[string]string
		of   Sources
		want []string
	}{
		{"nothing", nil, of, all},
		{"a header", map[string]string{"scripts/conf.h": "2"}, of, []string{"scripts/lexer.lex.c", "scripts/parser.tab.c", "scripts/parser.tab.h", "tools/objtool/check.o"}},
		{"what a header is made of", map[string]string{"scripts/parser.y": "2"}, of, []string{"scripts/lexer.lex.c", "tools/objtool/check.o"}},
		{"what modpost is made of", map[string]string{"scripts/modpost.c": "2"}, of, all},
		{"the packages", nil, unpacked(t, "[1]"), nil},
	} {
		t.Run(test.what, func(t *testing.T) {
			second := laidOut(t, sources)
			fill(t, second.Dir, test.edit)
			if err := second.RestorePrograms(store, AllPrograms, test.of); err != nil {
				t.Fatal(err)
			}
			var got []string
			err := second.walk(func(file string, entry os.DirEntry) error {
				if sources[file] == "" && file != DescriptionFile && !strings.HasSuffix(file, ".cmd") {
					got = append(got, file)
				}
				return nil
			})
			if err != nil || strings.Join(got, " ") != strings.Join(test.want, " ") {
				t.Errorf("there is %v (%v), want %v", got, err, test.want)
			}
			note, _ := os.ReadFile(filepath.Join(second.Dir, "tools/objtool/.check.o.cmd"))
			if want := "cmd_" + second.Dir + "/tools/objtool/check.o :="; test.want != nil && !strings.HasPrefix(string(note), want) {
				t.Errorf("the note is %q, want it to begin %q", note, want)
			}
		})
	}
}
