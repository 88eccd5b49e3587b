package ksymscan

import (
	"debug/elf"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// ignored says whether modpost takes an undefined symbol of this name for one
// that the linker or the module loader makes, not for an import.
func ignored(machine elf.Machine, s elfobj.Symbol, name string) bool {
	switch name {
	case "__this_module", "_GLOBAL_OFFSET_TABLE_":
		return true
	}
	switch machine {
	case elf.EM_PPC:
		// The compiler's own register savers, which every module has a copy of.
		return hasAnyPrefix(name, "_restgpr_", "_savegpr_", "_rest32gpr_", "_save32gpr_", "_restvr_", "_savevr_")
	case elf.EM_PPC64:
		return name == ".TOC." || hasAnyPrefix(name, "_restgpr0_", "_savegpr0_", "_restgpr1_", "_savegpr1_",
			"_restfpr_", "_savefpr_", "_restvr_", "_savevr_")
	case elf.EM_S390:
		return strings.HasPrefix(name, "__s390_indirect_jump_r")
	case elf.EM_SPARC, elf.EM_SPARCV9:
		const registerSymbol = 13 // STT_SPARC_REGISTER
		return s.Type() == registerSymbol
	}
	return false
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// importName returns the name that an undefined symbol is looked up by.
func importName(machine elf.Machine, name string) string {
	// A function's code has a leading dot on 64-bit PowerPC with the first ELF
	// ABI; its export does not.
	if machine == elf.EM_PPC64 && len(name) > 1 && name[0] == '.' {
		name = name[1:]
	}
	if dot := strings.IndexByte(name, '.'); dot > 0 {
		return withoutCloneNumber(name, dot)
	}
	return name
}

// withoutCloneNumber cuts what modpost cuts from a name whose first dot is at
// dot: all from a number that ends at the next dot or the end (`foo.123`, but
// not `foo.constprop.0`).
func withoutCloneNumber(name string, dot int) string {
	end := dot + 1
	for end < len(name) && '0' <= name[end] && name[end] <= '9' {
		end++
	}
	if end > dot+1 && (end == len(name) || name[end] == '.') {
		return name[:dot]
	}
	return name
}
