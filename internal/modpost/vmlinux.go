package modpost

// The kernel itself, vmlinux.o: it exports as modules do, imports nothing, and
// has no .mod.c but the file .vmlinux.export.c, which is compiled and linked
// into vmlinux (write_vmlinux_export_c_file() of scripts/mod/modpost.c).

import "fmt"

// exportC returns the text of .vmlinux.export.c.
func (r *runner) exportC(m *module, l *log) []byte {
	b := make([]byte, 0, 1024+96*len(m.exports))
	b = append(b, "#include <linux/export-internal.h>\n"...)
	b = r.appendExports(b, m, l)
	if r.o.Style.BuiltinAliases {
		b = appendBuiltinAliases(b, m.aliases)
	}
	return b
}

// appendBuiltinAliases writes the aliases of the device tables of modules that
// are built in, each with its module's name before it: they become a part of
// modules.builtin.modinfo. Of several modules with the same alias only the first
// has it, because modpost keeps one list for all of vmlinux.o.
func appendBuiltinAliases(b []byte, tables []tableAliases) []byte {
	b = append(b, "#include <linux/module.h>\n#undef __MODULE_INFO_PREFIX\n#define __MODULE_INFO_PREFIX\n"...)
	seen := map[string]bool{}
	for _, t := range tables {
		for _, alias := range t.aliases {
			if !seen[alias] {
				seen[alias] = true
				b = fmt.Appendf(b, "MODULE_INFO(%s.alias, \"%s\");\n", t.module, alias)
			}
		}
	}
	return b
}
