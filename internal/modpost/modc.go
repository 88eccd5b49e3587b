package modpost

import (
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/devtable"
)

// The parts of a .mod.c that are the same in every module of a kernel.
const (
	includesCommon = `#include <linux/module.h>
#include <linux/export-internal.h>
#include <linux/compiler.h>

MODULE_INFO(name, KBUILD_MODNAME);
`
	includesFull = `#include <linux/module.h>
#define INCLUDE_VERMAGIC
#include <linux/build-salt.h>
#include <linux/elfnote-lto.h>
#include <linux/export-internal.h>
#include <linux/vermagic.h>
#include <linux/compiler.h>

`
	orcHeader = `#ifdef CONFIG_UNWINDER_ORC
#include <asm/orc_header.h>
ORC_HEADER;
#endif

`
	constantInfo = `BUILD_SALT;
BUILD_LTO_INFO;

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_INFO(name, KBUILD_MODNAME);
`
)

// modC returns the text of the module's .mod.c.
func (r *runner) modC(m *module, l *log) []byte {
	b := make([]byte, 0, 1024+64*(len(m.exports)+len(m.imports)+len(m.aliases)))
	b = r.appendHeader(b, m)
	b = r.appendExports(b, m, l)
	b = r.appendVersions(b, m, l)
	b = append(b, "\nMODULE_INFO(depends, \""...)
	b = append(b, strings.Join(dependencies(m), ",")...)
	b = append(b, "\");\n\n"...)
	var tables [][]string
	for _, t := range m.aliases {
		tables = append(tables, t.aliases)
	}
	for _, alias := range devtable.Merge(devtable.Version(r.o.Style.Version), tables...) {
		b = append(b, "MODULE_ALIAS(\""...)
		b = append(b, alias...)
		b = append(b, "\");\n"...)
	}
	if m.srcversion != "" {
		b = fmt.Appendf(b, "\nMODULE_INFO(srcversion, \"%s\");\n", m.srcversion)
	}
	return b
}

func (r *runner) appendHeader(b []byte, m *module) []byte {
	style := r.o.Style
	if style.ModuleCommon {
		b = append(b, includesCommon...)
	} else {
		b = append(b, includesFull...)
		if style.ORCHeader {
			b = append(b, orcHeader...)
		}
		b = append(b, constantInfo...)
	}
	b = append(b, "\n__visible struct module __this_module\n__section(\".gnu.linkonce.this_module\") = {\n\t.name = KBUILD_MODNAME,\n"...)
	if m.hasInit {
		b = append(b, "\t.init = init_module,\n"...)
	}
	if m.hasCleanup {
		b = append(b, "#ifdef CONFIG_MODULE_UNLOAD\n\t.exit = cleanup_module,\n#endif\n"...)
	}
	b = append(b, "\t.arch = MODULE_ARCH_INIT,\n};\n"...)
	if !r.o.External {
		b = append(b, "\nMODULE_INFO(intree, \"Y\");\n"...)
	}
	if style.RetpolineConfig != "" {
		b = append(b, "\n#ifdef "...)
		b = append(b, style.RetpolineConfig...)
		b = append(b, "\nMODULE_INFO(retpoline, \"Y\");\n#endif\n"...)
	}
	if strings.HasPrefix(m.in.Path, "drivers/staging") {
		b = append(b, "\nMODULE_INFO(staging, \"Y\");\n"...)
	}
	if strings.HasPrefix(m.in.Path, "tools/testing") {
		b = append(b, "\nMODULE_INFO(test, \"Y\");\n"...)
	}
	return b
}

func gplSuffix(e *export) string {
	if e.gplOnly {
		return "_gpl"
	}
	return ""
}

// appendExports writes the ksymtab entries (from 6.5 on) and the CRCs of what
// the module exports.
func (r *runner) appendExports(b []byte, m *module, l *log) []byte {
	style := r.o.Style
	if style.ExportSection {
		b = append(b, '\n')
		for _, e := range m.exports {
			if !r.kept(e) {
				continue
			}
			kind := "DATA"
			if e.function {
				kind = "FUNC"
			}
			if style.FlagTable {
				flags := 0
				if e.gplOnly {
					flags = 1
				}
				b = fmt.Appendf(b, "KSYMTAB_%s(%s, \"%s\");\nSYMBOL_FLAGS(%s, 0x%02x);\n", kind, e.name, e.namespace, e.name, flags)
			} else {
				b = fmt.Appendf(b, "KSYMTAB_%s(%s, \"%s\", \"%s\");\n", kind, e.name, gplSuffix(e), e.namespace)
			}
		}
	}
	if !r.o.Modversions {
		return b
	}
	b = append(b, '\n')
	for _, e := range m.exports {
		if !r.kept(e) {
			continue
		}
		if !e.hasCRC {
			l.warn("EXPORT symbol \"%s\" [%s] version generation failed, symbol will not be versioned.\nIs \"%s\" prototyped in <asm/asm-prototypes.h>?", e.name, m.self.file(), e.name)
		}
		if style.FlagTable {
			b = fmt.Appendf(b, "SYMBOL_CRC(%s, 0x%08x);\n", e.name, e.crc)
		} else {
			b = fmt.Appendf(b, "SYMBOL_CRC(%s, 0x%08x, \"%s\");\n", e.name, e.crc, gplSuffix(e))
		}
	}
	return b
}

// appendVersions writes the tables of the CRCs that the module's imports must
// have.
func (r *runner) appendVersions(b []byte, m *module, l *log) []byte {
	o := r.o
	basic, extended := o.Modversions, false
	format := "\t{ %#8x, \"%s\" },\n"
	if o.Style.VersionFlags {
		basic, extended = o.BasicVersions, o.ExtendedVersions
		format = "\t{ 0x%08x, \"%s\" },\n"
	}
	nameLen := 56 // MODULE_NAME_LEN on 64 bits
	if !m.in.Object.Is64() {
		nameLen = 60
	}
	versioned := func(ref *reference, warn bool) bool {
		if ref.from == nil {
			return false
		}
		if !ref.from.hasCRC && warn {
			l.warn("\"%s\" [%s.ko] has no CRC!", ref.name, m.in.Path)
		}
		return ref.from.hasCRC
	}
	if basic {
		b = append(b, "\nstatic const struct modversion_info ____versions[]\n__used __section(\"__versions\") = {\n"...)
		for i := range m.imports {
			ref := &m.imports[i]
			if !versioned(ref, true) {
				continue
			}
			if len(ref.name) >= nameLen {
				if extended {
					continue
				}
				l.error("too long symbol \"%s\" [%s.ko]", ref.name, m.in.Path)
				break
			}
			b = fmt.Appendf(b, format, ref.from.crc, ref.name)
		}
		b = append(b, "};\n"...)
	}
	if extended {
		b = append(b, "\nstatic const u32 ____version_ext_crcs[]\n__used __section(\"__version_ext_crcs\") = {\n"...)
		for i := range m.imports {
			if ref := &m.imports[i]; versioned(ref, true) {
				b = fmt.Appendf(b, "\t0x%08x,\n", ref.from.crc)
			}
		}
		b = append(b, "};\nstatic const char ____version_ext_names[]\n__used __section(\"__version_ext_names\") =\n"...)
		for i := range m.imports {
			if ref := &m.imports[i]; versioned(ref, false) {
				b = fmt.Appendf(b, "\t\"%s\\0\"\n", ref.name)
			}
		}
		b = append(b, ";\n"...)
	}
	return b
}

// dependencies returns the names of the modules that m uses, in the order of
// its imports.
func dependencies(m *module) []string {
	var names []string
	seen := map[*owner]bool{}
	for _, ref := range m.imports {
		if ref.from == nil || ref.from.owner.isVmlinux() || seen[ref.from.owner] {
			continue
		}
		seen[ref.from.owner] = true
		names = append(names, ref.from.owner.base())
	}
	return names
}
