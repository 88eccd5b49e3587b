package trimtree

import (
	"fmt"
	"slices"
	"strings"
)

// The C text of a use of each of the kernel's symbols.
var kernelCalls = map[string]string{
	"dump_stack": "dump_stack();",
	"msleep":     "msleep(1);",
	"schedule":   "schedule();",
	"yield":      "yield();",
}

// Sources returns the tree as a package of the rules: a BUILD file with a target for each module and the set, called set, for the SDK
// that is named, the keep-list, and the sources in C. The keys are the files' names.
func (t *Tree) Sources(sdk string) map[string]string {
	files := map[string]string{"BUILD.bazel": t.buildFile(sdk), "keep.txt": strings.Join(t.Keep, "\n") + "\n"}
	for _, m := range t.Modules {
		for i := range m.Units {
			files[m.Stem(i)+".c"] = m.source(i)
		}
	}
	return files
}

func (t *Tree) buildFile(sdk string) string {
	var b strings.Builder
	b.WriteString("load(\"@rules_kbuild//rules:defs.bzl\", \"kernel_module\", \"kernel_module_set\")\n")
	exporters := t.Exporters()
	for _, m := range t.Modules {
		var sources []string
		for i := range m.Units {
			sources = append(sources, m.Stem(i)+".c")
		}
		fmt.Fprintf(&b, "\nkernel_module(\n    name = %q,\n    srcs = %s,\n    kernel = %q,\n    deps = %s,\n)\n",
			m.Name, list(sources), sdk, list(targets(t.Deps(m, exporters))))
	}
	fmt.Fprintf(&b, "\nkernel_module_set(\n    name = \"set\",\n    modules = %s,\n", list(targets(t.With(InSet))))
	if t.Trim {
		fmt.Fprintf(&b, "    also_used_by = %s,\n    keep = [\"keep.txt\"],\n    trim = True,\n", list(targets(t.With(User))))
	}
	b.WriteString(")\n")
	return b.String()
}

func targets(modules []*Module) []string {
	var labels []string
	for _, m := range modules {
		labels = append(labels, ":"+m.Name)
	}
	return labels
}

func list(words []string) string {
	var quoted []string
	for _, w := range words {
		quoted = append(quoted, fmt.Sprintf("%q", w))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// source is the C text of a unit. The first of a module has what makes it one.
func (m *Module) source(unit int) string {
	u := m.Units[unit]
	var b strings.Builder
	b.WriteString("#include <linux/delay.h>\n#include <linux/module.h>\n#include <linux/printk.h>\n#include <linux/sched.h>\n\n")
	for _, e := range u.Exports {
		// The type is another with each signature, and so is the CRC.
		parameters := strings.TrimSuffix(strings.Repeat("int, ", e.Signature), ", ")
		names := ""
		for i := range e.Signature {
			names += fmt.Sprintf(", int a%d", i)
		}
		kind := ""
		if e.GPL {
			kind = "_GPL"
		}
		fmt.Fprintf(&b, "int %[1]s(%[2]s);\nint %[1]s(%[3]s) { return %[4]d; }\nEXPORT_SYMBOL%[5]s(%[1]s);\n\n", e.Name, parameters, names[2:], u.Code, kind)
	}
	var calls strings.Builder
	for _, i := range u.Imports {
		call, ofKernel := kernelCalls[i.Name]
		switch {
		case ofKernel && i.How == Strong:
			fmt.Fprintf(&calls, "\t%s\n", call)
			continue
		case i.How == Strong:
			fmt.Fprintf(&calls, "\tsum += %s();\n", i.Name)
		case i.How == Weak:
			fmt.Fprintf(&calls, "\tif (%s)\n\t\tsum += %[1]s();\n", i.Name)
		case i.How == SymbolGet:
			fmt.Fprintf(&calls, "\tif (symbol_get(%s))\n\t\tsymbol_put(%[1]s);\n", i.Name)
		}
		attribute := ""
		if i.How == Weak {
			attribute = " __attribute__((weak))"
		}
		if !slices.ContainsFunc(u.Exports, func(e Export) bool { return e.Name == i.Name }) {
			fmt.Fprintf(&b, "extern int %s(void)%s;\n", i.Name, attribute)
		}
	}
	use := func(i int) string { return "use_" + strings.ReplaceAll(m.Stem(i), "-", "_") }
	fmt.Fprintf(&b, "\nint %s(void);\nint %[1]s(void)\n{\n\tint sum = %d;\n\n%s\treturn sum;\n}\n", use(unit), u.Code, calls.String())
	if unit > 0 {
		return b.String()
	}
	sum := ""
	for i := range m.Units {
		if i > 0 {
			fmt.Fprintf(&b, "\nint %s(void);\n", use(i))
			sum += " + "
		}
		sum += use(i) + "()"
	}
	fmt.Fprintf(&b, "\nstatic int __init tree_init(void)\n{\n\treturn %s ? 0 : -EINVAL;\n}\nmodule_init(tree_init);\n\n", sum)
	b.WriteString("MODULE_DESCRIPTION(\"One of a tree\");\nMODULE_LICENSE(\"GPL\");\n")
	return b.String()
}
