package kmod

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tree makes a kernel's tree: of each module its name and what it depends on,
// both of five letters ("alpha: beta5"), made of real modules that depend on
// nothing (greet) and on one other (needy).
func tree(t *testing.T, builtin string, modules ...string) *Tree {
	t.Helper()
	files := map[string][]byte{"modules.builtin": []byte(builtin)}
	for _, m := range modules {
		name, dep, ok := strings.Cut(m, ": ")
		data := contents(t, "greet")
		if ok {
			data = bytes.ReplaceAll(contents(t, "needy"), []byte("depends=greet"), []byte("depends="+dep))
		}
		files["kernel/"+name+".ko"] = data
	}
	tree, err := OpenTree(makeTree(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// given makes modules of `name: dependency, dependency; softdep`.
func given(modules ...string) []*Module {
	var list []*Module
	for _, text := range modules {
		text, pre, _ := strings.Cut(text, "; ")
		name, deps, _ := strings.Cut(text, ": ")
		m := &Module{Name: name, File: "w/" + name + ".ko"}
		if deps != "" {
			m.Depends = strings.Split(deps, ", ")
		}
		if pre != "" {
			m.Pre = []string{pre}
		}
		list = append(list, m)
	}
	return list
}

func TestModulesAreLoadedAfterWhatTheyDependOn(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []string
		needs []string
		tree  []string
		want  string // names in order, the kernel's own in brackets
	}{
		{"nothing", nil, nil, nil, ""},
		{"independent ones as given", []string{"b", "a", "c"}, nil, nil, "b a c"},
		{"given in the wrong order", []string{"top: mid", "mid: low", "low"}, nil, nil, "low mid top"},
		{"a diamond", []string{"top: left, right", "left: low", "right: low", "low"}, nil, nil, "low left right top"},
		{"what the kernel has", []string{"cam: video"}, nil, []string{"video: media", "media"}, "[media] [video] cam"},
		{"one given hides the kernel's", []string{"cam: video", "video"}, nil, []string{"video: media", "media"}, "video cam"},
		{"a kernel's module that depends on a given one", []string{"cam: video", "media"}, nil, []string{"video: media", "media"}, "media [video] cam"},
		{"needs come first", []string{"a"}, []string{"video"}, []string{"video: media", "media"}, "[media] [video] a"},
		{"needs name what is built in", []string{"a"}, []string{"crc-16"}, nil, "a"},
		{"twice needed", []string{"cam: video"}, []string{"media", "media"}, []string{"video: media", "media"}, "[media] [video] cam"},
		{"asked for and found", []string{"a; video"}, nil, []string{"video: media", "media"}, "[media] [video] a"},
		{"asked for and not found", []string{"a; other"}, nil, nil, "a"},
		{"asked for and depending on who asks", []string{"algapi: low; mgr", "mgr: mid", "mid: algapi", "low"}, nil, nil, "low algapi mid mgr"},
		{"asked for and depending on who depends on who asks", []string{"crc: hash", "algapi; mgr", "hash: algapi", "mgr: hash"}, nil, nil, "algapi hash mgr crc"},
		{"asked for each other", []string{"a; b", "b; a"}, nil, nil, "b a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps, err := Order(given(c.given...), c.needs, tree(t, "kernel/lib/crc-16.ko\n", c.tree...))
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, s := range steps {
				name := s.Name
				if !s.Own {
					name = "[" + name + "]"
				}
				names = append(names, name)
			}
			if diff := cmp.Diff(c.want, strings.Join(names, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatCannotBeLoadedIsAnError(t *testing.T) {
	full := tree(t, "kernel/lib/crc16.ko\n", "video: media")
	for _, c := range []struct {
		name  string
		given []string
		needs []string
		tree  *Tree
		want  string
	}{
		{"a circle", []string{"a: b", "b: c", "c: b"}, nil, nil, "modules depend on each other in a circle: b -> c -> b"},
		{"itself", []string{"a: a"}, nil, nil, "modules depend on each other in a circle: a -> a"},
		{"two of one name", []string{"a", "a"}, nil, nil, "w/a.ko and w/a.ko are both the module a; a kernel can hold only one of them"},
		{"nowhere, and no tree", []string{"a: b"}, nil, nil, "w/a.ko depends on the module b, which is not among the modules of the test; add the target that builds it, or use an SDK that brings the kernel's modules"},
		{"nowhere", []string{"a: b"}, nil, full, "w/a.ko depends on the module b, which is neither among the modules of the test nor below TREE"},
		{"nowhere, one step away", []string{"a: video"}, nil, full, "TREE/kernel/video.ko depends on the module media, which is neither among the modules of the test nor below TREE"},
		{"made for a kernel with it as a module", []string{"a: crc16"}, nil, full, "w/a.ko depends on the module crc16, which this kernel has built in: it was made for another kernel"},
		{"needed and nowhere", nil, []string{"b-c"}, full, "the test needs the kernel's module b_c, which is not below TREE, nor built into the kernel"},
		{"needed without a tree", nil, []string{"b"}, nil, "the test needs the kernel's module b, but its SDK brings no modules"},
	} {
		t.Run(c.name, func(t *testing.T) {
			steps, err := Order(given(c.given...), c.needs, c.tree)
			if err == nil {
				t.Fatalf("got %v, want an error", steps)
			}
			got := strings.ReplaceAll(err.Error(), full.dir, "TREE")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
