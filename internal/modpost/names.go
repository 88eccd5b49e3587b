package modpost

import (
	"debug/elf"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// plainName cuts the number that the compiler appends to the name of a static
// symbol at its first dot: foo.123 is foo, foo.constprop.0 stays.
func plainName(name string) string {
	dot := strings.IndexByte(name, '.')
	if dot <= 0 {
		return name
	}
	rest := strings.TrimLeft(name[dot+1:], "0123456789")
	if rest == "" || rest[0] == '.' {
		return name[:dot]
	}
	return name
}

// lookupName is the name under which an export is found: on ppc64 ELFv1 the
// name of a function's code has a dot before that of its descriptor.
func lookupName(name string) string { return strings.TrimPrefix(name, ".") }

// namesPlace says whether a symbol of that name is a name for the code or data
// that it marks: assemblers make others ($ on ARM and AArch64, .L and L0 on
// RISC-V and LoongArch).
func namesPlace(style Style, name string) bool {
	if name == "" || name[0] == '$' {
		return false
	}
	return !style.ExportSection || !strings.HasPrefix(name, ".L") && !strings.HasPrefix(name, "L0")
}

// Prefixes of undefined symbols that are no imports, because the linker of
// the final module (or the loader) provides them.
var (
	ppcProvided   = []string{"_restgpr_", "_savegpr_", "_rest32gpr_", "_save32gpr_", "_restvr_", "_savevr_"}
	ppc64Provided = []string{"_restgpr0_", "_savegpr0_", "_restgpr1_", "_savegpr1_", "_restfpr_", "_savefpr_", "_restvr_", "_savevr_"}
)

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// importName returns the name that an undefined symbol asks the loader for,
// and whether it does.
func importName(style Style, f *elfobj.File, s elfobj.Symbol, name string) (string, bool) {
	switch name {
	case "", "__this_module", "_GLOBAL_OFFSET_TABLE_":
		return "", false
	}
	switch f.Machine {
	case elf.EM_PPC:
		if hasAnyPrefix(name, ppcProvided) {
			return "", false
		}
	case elf.EM_PPC64:
		if name == ".TOC." || hasAnyPrefix(name, ppc64Provided) {
			return "", false
		}
	case elf.EM_S390:
		if style.S390Expoline && strings.HasPrefix(name, "__s390_indirect_jump_r") {
			return "", false
		}
	case elf.EM_SPARC, elf.EM_SPARCV9:
		const sttSparcRegister = 13
		if s.Type() == sttSparcRegister {
			return "", false
		}
		if name[0] == '.' {
			name = sparcName(name)
		}
	}
	if style.SectionBounds && (strings.HasPrefix(name, "__start_") || strings.HasPrefix(name, "__stop_")) {
		return "", false
	}
	return name, true
}

// sparcName gives a SPARC helper such as .umul the name that it is exported
// under, _Umul.
func sparcName(name string) string {
	rest := name[1:]
	if rest == "" {
		return "_"
	}
	return "_" + strings.ToUpper(rest[:1]) + rest[1:]
}
