package kmod

import (
	"fmt"
	"slices"
	"strings"
)

// A Step is one module to load.
type Step struct {
	*Module
	// Own says that the module was given, not found in the kernel's tree.
	Own bool
}

// Order returns what to load for the modules given, each after all that it
// depends on. needs are names of modules of the kernel's tree to load although
// nothing given says so; they come first. A dependency is looked for among the
// modules given and then in tree, which may be nil; what a module merely asks
// for (Pre) is left out if it is found nowhere, and follows at once if it depends
// on what asks for it. Apart from that, what is given first is loaded first.
func Order(given []*Module, needs []string, tree *Tree) ([]Step, error) {
	o := order{tree: tree, given: map[string]*Module{}, done: map[string]bool{}}
	for _, m := range given {
		if other := o.given[m.Name]; other != nil {
			return nil, fmt.Errorf("%s and %s are both the module %s; a kernel can hold only one of them", other.File, m.File, m.Name)
		}
		o.given[m.Name] = m
	}
	for _, name := range needs {
		if err := o.need(name); err != nil {
			return nil, err
		}
	}
	for _, m := range given {
		if err := o.visit(Step{m, true}); err != nil {
			return nil, err
		}
	}
	return o.steps, nil
}

type order struct {
	tree  *Tree
	given map[string]*Module
	done  map[string]bool
	path  []string // the modules being visited, outermost first
	later []Step   // modules that were asked for, and depend on what asked
	steps []Step
}

// need adds a module that the test asked for by name.
func (o *order) need(name string) error {
	name = Canonical(name)
	if o.tree == nil {
		return fmt.Errorf("the test needs the kernel's module %s, but its SDK brings no modules", name)
	}
	if o.tree.Builtin(name) {
		return nil
	}
	step, err := o.find(name)
	if err != nil {
		return err
	}
	if step.Module == nil {
		return fmt.Errorf("the test needs the kernel's module %s, which is not below %s, nor built into the kernel", name, o.tree.dir)
	}
	return o.visit(step)
}

// find looks a name up; the step's Module is nil if there is none.
func (o *order) find(name string) (Step, error) {
	if m := o.given[name]; m != nil {
		return Step{m, true}, nil
	}
	if o.tree == nil {
		return Step{}, nil
	}
	m, err := o.tree.Find(name)
	return Step{m, false}, err
}

func (o *order) visit(s Step) error {
	if o.done[s.Name] {
		return nil
	}
	if i := slices.Index(o.path, s.Name); i >= 0 {
		return fmt.Errorf("modules depend on each other in a circle: %s -> %s", strings.Join(o.path[i:], " -> "), s.Name)
	}
	o.path = append(o.path, s.Name)
	for _, name := range s.Pre {
		if o.done[name] || slices.Contains(o.path, name) {
			continue
		}
		dep, err := o.find(name)
		if err != nil {
			return err
		}
		if dep.Module == nil {
			continue
		}
		back, err := o.leadsBack(dep, map[string]bool{})
		if err != nil {
			return err
		}
		if back {
			o.later = append(o.later, dep)
			continue
		}
		if err := o.visit(dep); err != nil {
			return err
		}
	}
	for _, name := range s.Depends {
		if o.done[name] {
			continue
		}
		dep, err := o.find(name)
		if err != nil {
			return err
		}
		if dep.Module == nil {
			return o.missing(s, name)
		}
		if err := o.visit(dep); err != nil {
			return err
		}
	}
	o.path = o.path[:len(o.path)-1]
	o.done[s.Name] = true
	o.steps = append(o.steps, s)
	return o.visitLater()
}

// visitLater loads what could not be loaded before what asks for it, as soon as
// what it depends on is there.
func (o *order) visitLater() error {
	for i := 0; i < len(o.later); i++ {
		s := o.later[i]
		back, err := o.leadsBack(s, map[string]bool{})
		if err != nil {
			return err
		}
		if back || slices.Contains(o.path, s.Name) {
			continue
		}
		o.later = slices.Delete(o.later, i, i+1)
		if err := o.visit(s); err != nil {
			return err
		}
		i = -1
	}
	return nil
}

// leadsBack says whether a module depends on one that is being visited, so that
// it cannot be loaded before that: cryptomgr depends on crypto_algapi, which
// asks for it, and needs it for whatever registers with it next.
func (o *order) leadsBack(s Step, seen map[string]bool) (bool, error) {
	seen[s.Name] = true
	for _, name := range s.Depends {
		if slices.Contains(o.path, name) {
			return true, nil
		}
		if o.done[name] || seen[name] {
			continue
		}
		dep, err := o.find(name)
		if err != nil {
			return false, err
		}
		if dep.Module == nil {
			continue // visit says so
		}
		if back, err := o.leadsBack(dep, seen); back || err != nil {
			return back, err
		}
	}
	return false, nil
}

func (o *order) missing(s Step, name string) error {
	if o.tree == nil {
		return fmt.Errorf("%s depends on the module %s, which is not among the modules of the test; add the target that builds it, or use an SDK that brings the kernel's modules", s.File, name)
	}
	if o.tree.Builtin(name) {
		return fmt.Errorf("%s depends on the module %s, which this kernel has built in: it was made for another kernel", s.File, name)
	}
	return fmt.Errorf("%s depends on the module %s, which is neither among the modules of the test nor below %s", s.File, name, o.tree.dir)
}
