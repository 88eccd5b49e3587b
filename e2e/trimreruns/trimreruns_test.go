// Package trimreruns edits trimmed sets of modules and asserts, from Bazel's execution log, which actions run again: of a module whose
// exports stay what they were, none. Each edit is taken back, which has to give the bytes of the first build.
package trimreruns

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

// An edit changes something for each kernel, and is taken back.
type edit struct {
	name       string
	do, undo   func(w folder)
	want       func(k kernel) []string // what runs
	wantUndone func(k kernel) []string // the same if nil
}

// replace makes an edit of one place of a file.
func (e edit) replace(file, old, new string) edit {
	e.do = func(w folder) { w.replace(file, old, new) }
	e.undo = func(w folder) { w.replace(file, new, old) }
	return e
}

var edits = []edit{
	edit{
		name: "a module starts using one more symbol, which nobody needed",
		want: func(k kernel) []string {
			return list(k.importsOf("player"), k.exportsOf("codec", k.trims("codec/stream")), k.cutFor(set...))
		},
	}.replace("player.c", "codec_frame();", "codec_frame() + codec_seek() - 3;"),
	edit{
		name: "a module starts using one more symbol, which another needs too",
		want: func(k kernel) []string { return list(k.importsOf("player"), k.cutFor(set...)) },
	}.replace("player.c", "codec_frame();", "codec_frame() + codec_close() - 2;"),
	edit{
		name: "a module starts using one more symbol of the kernel",
		want: func(k kernel) []string { return list(k.importsOf("player"), k.cutFor(set...)) },
	}.replace("player.c", "return sum", "pr_info(\"plays\\n\");\n\treturn sum"),
	edit{
		name: "a module's code changes, and no symbol of it",
		want: func(k kernel) []string {
			return list(k.codeOf("player"), []string{"KernelModpost set/player", "KernelModuleLink set/player"})
		},
	}.replace("player.c", "sum == 5", "sum >= 5"),
	edit{
		name: "a module stops using what nobody else needs, of an object that lost no export before",
		want: func(k kernel) []string {
			return list(k.importsOf("player"), k.exportsOf("codec", k.trims("codec/frame")), k.cutFor(set...))
		},
		wantUndone: func(k kernel) []string {
			return list(k.importsOf("player"), k.exportsOf("codec", k.passesOn("codec/frame")), k.cutFor(set...))
		},
	}.replace("player.c", "codec_frame();", "4;"),
	edit{
		name: "a module is removed from the set",
		want: func(k kernel) []string {
			return list(k.exportsOf("codec", k.trims("codec/stream")), k.cutFor("codec", "player", "stranger"))
		},
		// Its own slice is still there, and right.
	}.replace("BUILD.bazel", "\":recorder\",", "# Not the recorder."),
	edit{
		name: "the keep-list names a symbol that is needed anyway",
		want: func(k kernel) []string { return k.cutFor(set...) },
	}.replace("keep.txt", "promised.\n", "promised.\ncodec_open\n"),
	edit{
		name: "the keep-list gets a comment",
		want: func(k kernel) []string { return []string{"KernelNeeded set/needed"} },
	}.replace("keep.txt", "promised.\n", "promised.\n# More to come.\n"),
	edit{
		name: "the keep-list names a symbol that nobody needed",
		want: func(k kernel) []string {
			return list(k.exportsOf("stranger", k.passesOn("stranger/stranger")), k.cutFor(set...))
		},
		wantUndone: func(k kernel) []string {
			return list(k.exportsOf("stranger", k.trims("stranger/stranger")), k.cutFor(set...))
		},
	}.replace("keep.txt", "promised.\n", "promised.\nstranger_name\n"),
	edit{
		name: "a module outside of the set is said to use it",
		want: func(k kernel) []string {
			return list(k.exportsOf("codec", k.trims("codec/stream")), k.cutFor(set...),
				[]string{"KernelSlice outsider/outsider", "KernelCompile outsider/outsider", "KernelScan outsider"})
		},
		wantUndone: func(k kernel) []string {
			return list(k.exportsOf("codec", k.trims("codec/stream")), k.cutFor(set...))
		},
	}.replace("BUILD.bazel", "also_used_by = []", "also_used_by = [\":outsider\"]"),
	edit{
		name: "the set is no longer trimmed",
		want: func(k kernel) []string {
			actions := []string{"KernelSymversJoin set/Module"}
			for _, name := range set {
				actions = append(actions, "KernelModC "+name+"/"+name, "KernelModuleLink "+name)
				if name != "codec" { // whose Module.symvers others read
					actions = append(actions, "KernelModpost "+name)
				}
				if !k.compiled {
					actions = append(actions, "KernelModC "+name+"/module-common")
				}
			}
			return actions
		},
		wantUndone: func(k kernel) []string { return []string{"KernelSymversJoin set/Module"} },
	}.replace("BUILD.bazel", "TRIM = True", "TRIM = False"),
	{
		name: "times of files alone, to the past and to the future",
		do:   func(w folder) { w.touch(time.Unix(1e9, 0)) },
		undo: func(w folder) { w.touch(time.Now().Add(24 * time.Hour)) },
		want: func(k kernel) []string { return nil },
	},
}

// set are the modules of the set.
var set = []string{"codec", "player", "recorder", "stranger"}

func list(lists ...[]string) []string { return slices.Concat(lists...) }

// cutFor are the actions that cut the needed set anew, for the modules named: slices, which cost little.
func (k kernel) cutFor(modules ...string) []string {
	actions := []string{"KernelNeeded set/needed"}
	if k.compiled {
		actions = append(actions, "KernelAutoksyms set/autoksyms")
	}
	for _, name := range modules {
		switch {
		case !k.compiled:
			actions = append(actions, "KernelKeepList set/"+name)
		case name == "codec":
			actions = append(actions, "KernelTrimSlice set/codec/frame")
		default:
			actions = append(actions, "KernelTrimSlice set/"+name+"/"+name)
		}
	}
	return actions
}

// codeOf are the actions that compile a module, of one unit that exports nothing, and look at its symbols.
func (k kernel) codeOf(name string) []string {
	unit := name + "/" + name
	actions := []string{"KernelSlice " + unit, "KernelCompile " + unit, "KernelScan " + name}
	if k.compiled {
		actions = append(actions, "KernelTrimSlice set/"+unit)
	}
	return append(actions, k.passesOn(unit)...)
}

// importsOf are the actions of a module, of one unit that exports nothing, when its imports change; its slice of the needed set is among
// those of cutFor.
func (k kernel) importsOf(name string) []string {
	actions := slices.DeleteFunc(k.codeOf(name), func(action string) bool { return strings.HasPrefix(action, "KernelTrimSlice") })
	actions = append(actions, "KernelSymversSlice "+name+"/Module", "KernelModpost set/"+name, "KernelModuleLink set/"+name)
	if k.versions {
		actions = append(actions, "KernelModC set/"+name+"/"+name)
	}
	return actions
}

// exportsOf are the actions of a module that exports one symbol more or less, given those that make the exporting object.
func (k kernel) exportsOf(name string, object []string) []string {
	actions := list(object, []string{
		"KernelModpost set/" + name, "KernelModC set/" + name + "/" + name, "KernelModuleLink set/" + name, "KernelSymversJoin set/Module",
	})
	if k.compiled && name == "codec" {
		actions = append(actions, "KernelLink set/codec/codec")
	}
	return actions
}

// trims is the action that compiles a unit again, without the exports that nobody needs; passesOn the one that takes the untrimmed object.
func (k kernel) trims(unit string) []string {
	if !k.compiled {
		return nil
	}
	return []string{"KernelTrim " + unit}
}

func (k kernel) passesOn(unit string) []string {
	if !k.compiled {
		return nil
	}
	return []string{"KernelTrim " + unit + " (passed on)"}
}

func TestOnlyModulesWhoseExportsChangeAreMadeAgain(t *testing.T) {
	w := bazeltesting.New(t, workspace())
	for _, k := range kernels {
		w.CopySDK(k.sdk)
	}
	var args []string
	for _, k := range kernels {
		args = append(args, "//"+k.folder+":set")
	}
	args = append(args,
		"--output_groups=+needed,+keep,+autoksyms,+symvers,+modules_order",
		// What is in the disk cache since an earlier edit, or test, runs again too.
		"--modify_execution_info=Kernel.*=+no-cache")

	log := w.Build(args...)
	for _, k := range kernels {
		if got := len(ran(log, k).Mnemonic("KernelCompile")); got != 5 {
			t.Fatalf("%s: the first build ran %d KernelCompile, want 5", k.sdk, got)
		}
	}
	first := outputs(t, w)
	if again := w.Build(args...); len(again) != 0 {
		t.Fatalf("a second build ran %q", again.Outputs())
	}
	for _, e := range edits {
		for _, k := range kernels {
			e.do(folder{w, k.folder})
		}
		e.check(t, e.name, w.Build(args...), e.want)
		for _, k := range kernels {
			e.undo(folder{w, k.folder})
		}
		want := e.want
		if e.wantUndone != nil {
			want = e.wantUndone
		}
		e.check(t, e.name+", taken back", w.Build(args...), want)
		got := outputs(t, w)
		maps.DeleteFunc(got, func(name, _ string) bool { return first[name] == "" })
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("%s, taken back: other bytes than the first build's:\n%s", e.name, diff)
		}
	}
}

func (e edit) check(t *testing.T, what string, log bazeltesting.Log, want func(k kernel) []string) {
	t.Helper()
	for _, k := range kernels {
		var actions []string
		for _, action := range ran(log, k) {
			actions = append(actions, k.name(action))
		}
		wanted := want(k)
		slices.Sort(wanted)
		slices.Sort(actions)
		if diff := cmp.Diff(wanted, actions, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s: what ran (-want +got):\n%s", what, k.sdk, diff)
		}
	}
}

// ran are the actions of a kernel's modules and their set that were executed.
func ran(log bazeltesting.Log, k kernel) bazeltesting.Log {
	var actions bazeltesting.Log
	for _, action := range log {
		if strings.HasPrefix(action.TargetLabel, "//"+k.folder+":") {
			actions = append(actions, action)
		}
	}
	return actions
}

var output = regexp.MustCompile(`^bazel-out/[^/]+/bin/[^/]+/(?:_objs/)?`)

// name names an action by its mnemonic and what it makes. What is made in the set begins with set/.
func (k kernel) name(action bazeltesting.Spawn) string {
	made := output.ReplaceAllString(action.ListedOutputs[0], "")
	made = strings.Replace(made, "set/"+k.folder+"/", "set/", 1)
	base := filepath.Base(made)
	stem, _, _ := strings.Cut(base, ".")
	made = strings.TrimSuffix(made, base) + stem
	if action.Mnemonic != "KernelTrim" {
		return action.Mnemonic + " " + made
	}
	made = action.Mnemonic + " " + strings.TrimPrefix(made, "set/")
	for _, in := range action.Inputs {
		if strings.HasSuffix(in.Path, ".dropped") && in.Digest.Hash == fmt.Sprintf("%x", sha256.Sum256(nil)) {
			return made + " (passed on)"
		}
	}
	return made
}

// outputs are the digests of all files of the modules and their sets.
func outputs(t *testing.T, w *bazeltesting.Workspace) map[string]string {
	t.Helper()
	digests := map[string]string{}
	top, err := filepath.EvalSymlinks(filepath.Join(w.Dir, "bazel-bin"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kernels {
		err := filepath.WalkDir(filepath.Join(top, k.folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(top, path)
			digests[name] = fmt.Sprintf("%x", sha256.Sum256(data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return digests
}

// A folder is that of one kernel's modules.
type folder struct {
	*bazeltesting.Workspace
	name string
}

func (f folder) replace(file, old, new string) { f.Replace(f.name+"/"+file, old, new) }

// touch sets the times of all files.
func (f folder) touch(to time.Time) {
	names, err := filepath.Glob(filepath.Join(f.Dir, f.name, "*"))
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("%s: no files, %v", f.name, err))
	}
	for _, name := range names {
		if err := os.Chtimes(name, to, to); err != nil {
			panic(err)
		}
	}
}
