package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// folder makes a workspace, and the file that says what the module //v:cam
// takes: kfree and _printk.
func folder(t *testing.T) (workspace, uses string) {
	t.Helper()
	workspace = t.TempDir()
	uses = filepath.Join(workspace, "kmi.uses")
	set := &ksympb.NeededSet{Users: []*ksympb.User{{Name: "v/cam", Label: "//v:cam"}}}
	for _, n := range []string{"_printk", "kfree"} {
		set.Symbols = append(set.Symbols, &ksympb.NeededSymbol{Name: n, Reasons: []*ksympb.Reason{{Kind: ksympb.Reason_KIND_IMPORT, Users: []uint32{0}}}})
	}
	if err := ksyms.WriteNeededFile(uses, set); err != nil {
		t.Fatal(err)
	}
	return workspace, uses
}

// runProgram runs the program as Bazel does: its arguments lie beside it.
func runProgram(t *testing.T, workspace string, args ...string) (stdout string, err error) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	text := ""
	for _, a := range args {
		text += a + "\n"
	}
	write(t, program+".args", text)
	var out bytes.Buffer
	err = run([]string{program}, func(name string) string {
		if name == "BUILD_WORKSPACE_DIRECTORY" {
			return workspace
		}
		return ""
	}, &out)
	return out.String(), err
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTestSaysWhatDiffersAndHowToAcceptIt(t *testing.T) {
	const names = "//v:abi.txt"
	for _, tc := range []struct {
		name, list string
		more       []string
		pass       bool
		want       string
	}{
		{"the same symbols", "kfree _printk # in any order\n", nil, true, "PASS: //v:abi.txt has what the modules of //v:kmi take from their kernel, 6.12.1: 2 symbols.\n"},
		{"others", "[abi_symbol_list]\n# required by old.ko\n  kmalloc\n  kfree\n", nil, false, `//v:abi.txt is not what the modules of //v:kmi take from their kernel, 6.12.1:
+ _printk: imported by //v:cam
- kmalloc: no module takes it; line 3 says old.ko did
To accept this: bazel run //v:kmi_test.update
`},
		{"unused ones, which may stay", "kfree _printk kmalloc\n", []string{"--additions_only"}, true,
			"PASS: //v:abi.txt has what the modules of //v:kmi take from their kernel, 6.12.1: 2 symbols.\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			workspace, uses := folder(t)
			list := filepath.Join(workspace, "abi.txt")
			write(t, list, tc.list)
			args := append([]string{"test", "--uses=" + uses, "--checked_in=" + list, "--name=" + names,
				"--modules=//v:kmi", "--release=6.12.1", "--update=//v:kmi_test.update"}, tc.more...)
			got, err := runProgram(t, "", args...)
			if tc.pass != (err == nil) || err != nil && !errors.Is(err, errDiffers) {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTestOfAListThatDoesNotExistSaysHowToWriteIt(t *testing.T) {
	_, uses := folder(t)
	got, err := runProgram(t, "", "test", "--uses="+uses, "--name=//v:abi.txt", "--update=//v:kmi_test.update")
	if want := "//v:abi.txt does not exist yet. To write it: bazel run //v:kmi_test.update\n"; got != want || !errors.Is(err, errDiffers) {
		t.Errorf("%v: %q, want %q", err, got, want)
	}
}

func TestUpdateWritesTheListInTheWorkspaceAndSaysWhatChanged(t *testing.T) {
	const android = "[abi_symbol_list]\n# required by cam.ko\n  kfree\n  _printk\n"
	for _, tc := range []struct {
		name, old  string
		more       []string
		want, says string
	}{
		{"a new list", "", []string{"--format=android"}, android, "abi.txt is written: 2 added, 0 dropped.\n+ _printk: imported by //v:cam\n+ kfree: imported by //v:cam\n"},
		{"one that is right", android, []string{"--format=android"}, android, "abi.txt is as it should be.\n"},
		{"one that has a comment at the top", "# Owned by the camera team.\n\nkmalloc\nkfree\n", []string{"--format=kbuild"},
			"# Owned by the camera team.\n\n_printk\nkfree\n", "abi.txt is written: 1 added, 1 dropped.\n+ _printk: imported by //v:cam\n- kmalloc: no module takes it (line 3)\n"},
		{"a comment before the header", "# Owned by the camera team.\n" + android, []string{"--format=android", "--no_grouping"},
			"# Owned by the camera team.\n[abi_symbol_list]\n  kfree\n  _printk\n", "abi.txt is written: 0 added, 0 dropped.\n"},
		{"a comment of the names below it is not kept", "# old\nkfree\n_printk\n", []string{"--format=kbuild"}, "_printk\nkfree\n", "abi.txt is written: 0 added, 0 dropped.\n"},
		{"additions only", "kmalloc\n", []string{"--format=android", "--additions_only"}, android + "\n# preserved by additions_only\n  kmalloc\n",
			"abi.txt is written: 2 added, 0 dropped.\n+ _printk: imported by //v:cam\n+ kfree: imported by //v:cam\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			workspace, uses := folder(t)
			list := filepath.Join(workspace, "abi.txt")
			if tc.old != "" {
				write(t, list, tc.old)
			}
			update := append([]string{"update", "--uses=" + uses, "--path=abi.txt"}, tc.more...)
			got, err := runProgram(t, workspace, update...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.says, got); diff != "" {
				t.Errorf("says (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.want, read(t, list)); diff != "" {
				t.Errorf("list (-want +got):\n%s", diff)
			}
			if got, err := runProgram(t, workspace, update...); err != nil || got != "abi.txt is as it should be.\n" {
				t.Errorf("a second time: %v, %q", err, got)
			}
		})
	}
}

func TestUpdateDoesNotWriteOverWhatIsNoList(t *testing.T) {
	workspace, uses := folder(t)
	file := filepath.Join(workspace, "abi.txt")
	const text = "int main(void);\n"
	write(t, file, text)
	_, err := runProgram(t, workspace, "update", "--uses="+uses, "--path=abi.txt", "--format=kbuild")
	want := `abi.txt:1: "main(void);" is not the name of a symbol: write names alone, with spaces or newlines between them, and comments after #; nothing is written`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if got := read(t, file); got != text {
		t.Errorf("it was written over: %q", got)
	}
}

func TestWrongUseIsExplained(t *testing.T) {
	for args, want := range map[string]string{
		"":                                       "no verb: test or update",
		"diff":                                   `no verb "diff": test or update`,
		"test":                                   "test: --uses and --name are needed",
		"update --uses=x --path=y --format=json": `update: --format: "json" is not android or kbuild`,
		"update --uses=x --path=y --format=kbuild": "update: BUILD_WORKSPACE_DIRECTORY is not set: start this by `bazel run`",
		"test x": `argument "x" is not a flag`,
	} {
		_, err := runProgram(t, "", strings.Fields(args)...)
		if err == nil || err.Error() != want {
			t.Errorf("symbollist %s: error %v, want %q", args, err, want)
		}
	}
}
