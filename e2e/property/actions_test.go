package property

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/trimtree"
)

// A line is a line of kernels: how the rules trim for it.
type line struct {
	release     string
	compiled    bool // exports are in the objects, which are compiled again
	modversions bool
}

var lines = []line{
	{release: "6.1", compiled: true, modversions: true},
	{release: "6.12", modversions: true},
	{release: "7.2"},
}

// Names of files that are there once.
const (
	kernelSymvers = "kernel/Module.symvers"
	keepList      = "keep.txt"
	neededSet     = "set/needed.ksyms"
)

// Actions that cut facts for consumers: they may run whenever a fact changes.
var cutting = []string{"KernelNeeded", "KernelAutoksyms", "KernelTrimSlice", "KernelKeepList", "KernelSymversSlice", "KernelSymversJoin"}

// sources are the files that a tree of modules is written in.
func sources(t *trimtree.Tree) map[string]string {
	files := map[string]string{keepList: strings.Join(t.Keep, "\n") + "\n"}
	for _, m := range t.Modules {
		for i, u := range m.Units {
			var b strings.Builder
			if i == 0 {
				b.WriteString("module\n")
			}
			for _, e := range u.Exports {
				fmt.Fprintf(&b, "export %s %v %d\n", e.Name, e.GPL, e.Signature)
			}
			for _, im := range u.Imports {
				fmt.Fprintf(&b, "import %s %d\n", im.Name, im.How)
			}
			fmt.Fprintf(&b, "code %d\n", u.Code)
			files["m/"+m.Stem(i)+".c"] = b.String()
		}
	}
	return files
}

// A declarer collects the actions that the rules declare, in the order in which they can run.
type declarer struct {
	line    line
	actions []*action
}

func (d *declarer) add(kind, name string, args, inputs, outputs []string) {
	d.actions = append(d.actions, &action{kind: kind, name: name, args: args, inputs: inputs, outputs: outputs})
}

func (d *declarer) flag(set bool, name string) []string {
	if set {
		return []string{name}
	}
	return nil
}

// A built is what kernel_module hands on: rules/private/module.bzl.
type built struct {
	path, label string
	units       []string // the stems of its units' outputs
	sources     []string
	object      string
	ksyms       string
	slice       string
	symversions []string
	symvers     string
	transitive  []string // Module.symvers of all that it depends on and its own, each after those that it depends on
	exporters   []string // their labels
}

// declare declares the actions of all modules and of the set.
func declare(l line, t *trimtree.Tree) []*action {
	d := &declarer{line: l}
	modules := map[*trimtree.Module]*built{}
	exporters := t.Exporters()
	for _, m := range t.Modules {
		modules[m] = d.module(t, m, modules, exporters)
	}
	d.set(t, modules)
	return d.actions
}

// module is rules/private/module.bzl.
func (d *declarer) module(t *trimtree.Tree, m *trimtree.Module, all map[*trimtree.Module]*built, exporters map[string]*trimtree.Module) *built {
	b := &built{path: "m/" + m.Name, label: "//m:" + m.Name, ksyms: "m/" + m.Name + ".ksyms", symvers: "m/" + m.Name + ".symvers"}
	folder := "m/_objs/" + m.Name + "/"
	var objects []string
	for i := range m.Units {
		stem := folder + m.Stem(i)
		source := "m/" + m.Stem(i) + ".c"
		outputs := []string{stem + ".o"}
		if d.line.modversions {
			outputs = append(outputs, stem+".symversions")
			b.symversions = append(b.symversions, stem+".symversions")
		}
		d.add("KernelCompile", stem, append([]string{d.line.release}, d.flag(d.line.modversions, "crcs")...), []string{source}, outputs)
		b.units = append(b.units, m.Stem(i))
		b.sources = append(b.sources, source)
		objects = append(objects, stem+".o")
	}
	b.object = objects[0]
	if len(objects) > 1 {
		b.object = folder + m.Name + ".linked.o"
		d.add("KernelLink", b.object, nil, objects, []string{b.object})
	}
	d.add("KernelScan", m.Name, []string{b.path, b.label}, []string{b.object}, []string{b.ksyms})
	for _, dep := range t.Deps(m, exporters) {
		for i, symvers := range all[dep].transitive {
			if !contains(b.transitive, symvers) {
				b.transitive = append(b.transitive, symvers)
				b.exporters = append(b.exporters, all[dep].exporters[i])
			}
		}
	}
	b.slice = folder + "Module.symvers.slice"
	d.add("KernelSymversSlice", m.Name, d.flag(d.line.modversions, "modversions"),
		append([]string{b.ksyms, kernelSymvers}, b.transitive...), []string{b.slice})
	d.finish(b, b.object, "m/"+m.Name, "")
	b.transitive = append(b.transitive, b.symvers)
	b.exporters = append(b.exporters, b.label)
	return b
}

// finish is rules/private/finish.bzl.
func (d *declarer) finish(b *built, object, to, keep string) {
	inputs := append([]string{object, b.slice}, b.symversions...)
	args := append([]string{d.line.release, b.path, b.label}, d.flag(d.line.modversions, "modversions")...)
	if keep != "" {
		args = append(args, "trim")
		inputs = append(inputs, keep)
	}
	d.add("KernelModpost", to, args, inputs, []string{to + ".mod.c", to + ".symvers"})
	d.add("KernelModC", to, nil, []string{to + ".mod.c"}, []string{to + ".mod.o"})
	d.add("KernelModuleLink", to, nil, []string{object, to + ".mod.o"}, []string{to + ".ko"})
}

// set is rules/private/module_set.bzl and trim.bzl.
func (d *declarer) set(t *trimtree.Tree, modules map[*trimtree.Module]*built) {
	var members []*built
	for _, m := range t.With(trimtree.InSet) {
		members = append(members, modules[m])
	}
	var symvers []string
	if t.Trim {
		d.needed(t, modules)
		for _, b := range members {
			to := "set/" + b.path
			if d.line.compiled {
				d.finish(b, d.trimObjects(b, to), to, "")
			} else {
				d.add("KernelKeepList", to, nil, []string{neededSet, b.ksyms}, []string{to + ".keep"})
				d.finish(b, b.object, to, to+".keep")
			}
			symvers = append(symvers, to+".symvers")
		}
	} else {
		for _, b := range members {
			symvers = append(symvers, b.symvers)
		}
	}
	d.add("KernelSymversJoin", "set", nil, symvers, []string{"set/Module.symvers"})
}

// needed is needed_set of rules/private/trim.bzl.
func (d *declarer) needed(t *trimtree.Tree, modules map[*trimtree.Module]*built) {
	var ksyms, outside, labels, inside []string
	for _, m := range append(t.With(trimtree.InSet), t.With(trimtree.User)...) {
		ksyms = append(ksyms, modules[m].ksyms)
		inside = append(inside, modules[m].symvers)
	}
	for _, m := range append(t.With(trimtree.InSet), t.With(trimtree.User)...) {
		for i, symvers := range modules[m].transitive {
			if !contains(inside, symvers) && !contains(outside, symvers) {
				outside = append(outside, symvers)
				labels = append(labels, modules[m].exporters[i])
			}
		}
	}
	args := append([]string{strconv.Itoa(len(ksyms))}, d.flag(d.line.modversions, "modversions")...)
	args = append(args, labels...)
	d.add("KernelNeeded", "set", args, append(append(append([]string{keepList}, ksyms...), kernelSymvers), outside...), []string{neededSet})
	if d.line.compiled {
		d.add("KernelAutoksyms", "set", nil, []string{neededSet}, []string{"set/autoksyms.h"})
	}
}

// trimObjects is trim_objects of rules/private/trim.bzl.
func (d *declarer) trimObjects(b *built, to string) string {
	var objects, slices []string
	for _, unit := range b.units {
		slices = append(slices, to+"/"+unit+".autoksyms.h", to+"/"+unit+".dropped")
		objects = append(objects, path.Join("m/_objs", path.Base(b.path), unit+".o"))
	}
	d.add("KernelTrimSlice", to, nil, append([]string{neededSet}, objects...), slices)
	var trimmed []string
	for i, unit := range b.units {
		out := to + "/" + unit + ".o"
		d.add("KernelTrim", to+"/"+unit, []string{d.line.release},
			[]string{b.sources[i], objects[i], to + "/" + unit + ".autoksyms.h", to + "/" + unit + ".dropped"}, []string{out})
		trimmed = append(trimmed, out)
	}
	if len(trimmed) == 1 {
		return trimmed[0]
	}
	out := to + "/" + path.Base(b.path) + ".linked.o"
	d.add("KernelLink", out, nil, trimmed, []string{out})
	return out
}

func contains(list []string, s string) bool {
	for _, other := range list {
		if other == s {
			return true
		}
	}
	return false
}
