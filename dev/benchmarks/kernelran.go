package main

import (
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/profile"
)

// A kernelAction is an action that Bazel has executed to build a kernel.
type kernelAction struct {
	profile.Action
	objects []string // what it compiled, by its path in the tree
}

// ran has Bazel build a target, and returns what it executed. build is given what
// options it takes to know that, which are to cost nothing: it may be timed.
func (s *kernelSpace) ran(target string, build func(options ...string) error) ([]kernelAction, error) {
	file := filepath.Join(s.dir, "profile.json")
	defer os.Remove(file)
	if err := build(profile.Options(file)...); err != nil {
		return nil, err
	}
	executed, err := profile.Read(file)
	if err != nil {
		return nil, err
	}
	var outputs map[string][]string
	if slices.ContainsFunc(executed, func(a profile.Action) bool { return a.Mnemonic == "KernelTrim" }) {
		if outputs, err = s.trimOutputs(target); err != nil {
			return nil, err
		}
	}
	return kernelActions(executed, outputs, s.passedOn)
}

// trimOutputs are all outputs of each KernelTrim of a target, by the first.
func (s *kernelSpace) trimOutputs(target string) (map[string][]string, error) {
	graph, err := s.query(append([]string{"aquery", "--output=jsonproto", "--noinclude_commandline"},
		s.flags(fmt.Sprintf("mnemonic(KernelTrim, deps(%s))", target))...)...)
	if err != nil {
		return nil, err
	}
	return actionOutputs(graph)
}

// passedOn says whether an object of a trimmed kernel is the one that was there
// before: its list of dropped exports is empty, or, of one that exports nothing, that
// of its folder.
func (s *kernelSpace) passedOn(object string) bool {
	for _, list := range []string{strings.TrimSuffix(object, ".o"), path.Join(path.Dir(object), "_quiet")} {
		if info, err := os.Stat(filepath.Join(s.execRoot, list+".dropped")); err == nil {
			return info.Size() == 0
		}
	}
	return false
}

// inTree matches the part of an output's path that is before its path in the tree.
var inTree = regexp.MustCompile(`^.*?/bin/(external/[^/]+/|trimmed/)(_trim/|_guess/|_modules/)?`)

// kernelActions are the actions of a profile, with what each compiled. A KernelCompile
// declares its object first. A KernelTrim may be for several objects, all of which
// outputs has by the first; those that it has passed on it has not compiled.
func kernelActions(executed []profile.Action, outputs map[string][]string, passedOn func(object string) bool) ([]kernelAction, error) {
	var actions []kernelAction
	for _, a := range executed {
		action := kernelAction{Action: a}
		var made []string
		switch a.Mnemonic {
		case "KernelCompile":
			made = []string{a.Output}
			if path.Ext(a.Output) != ".o" {
				return nil, fmt.Errorf("the first output of a KernelCompile is %s, which is no object: compile_object in rules/private/source_objects.bzl is to declare that first", a.Output)
			}
		case "KernelTrim":
			if made = outputs[a.Output]; made == nil {
				return nil, fmt.Errorf("the graph of actions has no KernelTrim that makes %s: was it asked for another target than was built?", a.Output)
			}
		}
		for _, out := range made {
			if path.Ext(out) == ".o" && !(a.Mnemonic == "KernelTrim" && passedOn(out)) {
				action.objects = append(action.objects, inTree.ReplaceAllString(out, ""))
			}
		}
		actions = append(actions, action)
	}
	return actions, nil
}

// summary counts actions by their kind.
func summary(actions []kernelAction) string {
	count := map[string]int{}
	for _, a := range actions {
		count[a.Mnemonic]++
	}
	var parts []string
	for kind, n := range count {
		parts = append(parts, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}

// compiledObjects are the objects that were compiled, in order.
func compiledObjects(actions []kernelAction) []string {
	var objects []string
	for _, a := range actions {
		objects = append(objects, a.objects...)
	}
	slices.Sort(objects)
	return slices.Compact(objects)
}

// compileTime is the sum of what the actions took that compiled something.
func compileTime(actions []kernelAction) time.Duration {
	var sum time.Duration
	for _, a := range actions {
		if len(a.objects) > 0 {
			sum += a.End - a.Start
		}
	}
	return sum
}

// linkTime is the time from when vmlinux.o is linked to the end of the last action;
// 0 if it was not linked.
func linkTime(actions []kernelAction) time.Duration {
	first := slices.IndexFunc(actions, func(a kernelAction) bool {
		return a.Mnemonic == "KernelRecipe" && path.Base(a.Output) == "vmlinux.o"
	})
	if first < 0 {
		return 0
	}
	last := slices.MaxFunc(actions, func(a, b kernelAction) int { return cmp.Compare(a.End, b.End) })
	return last.End - actions[first].Start
}
