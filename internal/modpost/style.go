package modpost

import (
	"fmt"
	"strconv"
	"strings"
)

// A Style says which of modpost's conventions a kernel has. Each field is one
// change of scripts/mod/modpost.c (or of what it reads) between Linux 6.1 and
// 7.2, with the release that brought it.
type Style struct {
	// Version is the kernel's: 6012 for 6.12.
	Version int

	// ExportSection (6.5): exports are read from the relocations of section
	// .export_symbol, and modpost writes the KSYMTAB entries. Before, they
	// are the __ksymtab_ symbols that the compiler made.
	ExportSection bool
	// ModulesFlag (6.6): objects of a kernel without CONFIG_MODULES say what they
	// export, too, and -M says whether that counts.
	ModulesFlag bool
	// ORCHeader (6.5 to 6.11): the .mod.c has the ORC format's header.
	ORCHeader bool
	// RetpolineConfig is the option behind MODULE_INFO(retpoline): renamed in
	// 6.9, empty from 6.12 on.
	RetpolineConfig string
	// ModuleCommon (6.12): vermagic, build salt and LTO note are in
	// .module-common.c, not in each .mod.c.
	ModuleCommon bool
	// DescriptionWanted (6.15) and DescriptionWithW (6.4): a module without
	// MODULE_DESCRIPTION gets a warning, always or with -W.
	DescriptionWanted, DescriptionWithW bool
	// StringNamespaces (6.13): MODULE_IMPORT_NS takes a string.
	StringNamespaces bool
	// UniqueAliases (6.13): an alias that a module has already is left out.
	UniqueAliases bool
	// DeviceTables is how the symbols of device tables are named.
	DeviceTables deviceTableNames
	// NoTrimSection (6.14): section .no_trim_symbol names what symbol_get
	// wants.
	NoTrimSection bool
	// VersionFlags (6.14): -b and -x, not -m, ask for the tables of the
	// imports' CRCs, which are written with all their zeros.
	VersionFlags bool
	// ModuleNamespaces (6.16): a namespace "module:a,b*" names the modules
	// that may use a symbol.
	ModuleNamespaces bool
	// BuiltinAliases (6.18): .vmlinux.export.c has the aliases of the modules
	// that are built in.
	BuiltinAliases bool
	// SectionBounds (7.0): undefined __start_ and __stop_ symbols are the
	// linker's to make.
	SectionBounds bool
	// FlagTable (7.1): GPL-only is a flag beside one ksymtab, not a second
	// ksymtab.
	FlagTable bool
	// DumpModules (6.13): modules of one name from two symvers files are two.
	DumpModules bool
	// FatalPrefix (before 6.5): what ends modpost is a FATAL, not an ERROR.
	FatalPrefix bool
	// S390Expoline (before 6.5): __s390_indirect_jump_r* are no imports.
	S390Expoline bool
}

type deviceTableNames int

const (
	// __mod_TYPE__IDENT_device_table
	deviceTableSuffix deviceTableNames = iota
	// __mod_device_table__TYPE__IDENT (6.13)
	deviceTablePrefix
	// __mod_device_table__kmod_MODULE__TYPE__IDENT (6.18)
	deviceTableKmod
)

// StyleOf returns the conventions of a kernel release, such as
// "6.12.117+deb13-amd64" or "6.1".
func StyleOf(release string) (Style, error) {
	major, rest, dotted := strings.Cut(release, ".")
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	a, err1 := strconv.ParseUint(major, 10, 16)
	b, err2 := strconv.ParseUint(rest[:digits], 10, 16)
	if !dotted || err1 != nil || err2 != nil || b > 999 {
		return Style{}, fmt.Errorf("%q is not a kernel release: it must begin with two numbers, as 6.12 does", release)
	}
	v := int(a)*1000 + int(b)
	if v < 6001 {
		return Style{}, fmt.Errorf("kernel release %q: the oldest line whose conventions are known is 6.1", release)
	}
	s := Style{
		Version:           v,
		FatalPrefix:       v < 6005,
		S390Expoline:      v < 6005,
		DescriptionWithW:  v >= 6004,
		ExportSection:     v >= 6005,
		ModulesFlag:       v >= 6006,
		ORCHeader:         v >= 6005 && v < 6012,
		ModuleCommon:      v >= 6012,
		StringNamespaces:  v >= 6013,
		UniqueAliases:     v >= 6013,
		DumpModules:       v >= 6013,
		NoTrimSection:     v >= 6014,
		VersionFlags:      v >= 6014,
		DescriptionWanted: v >= 6015,
		ModuleNamespaces:  v >= 6016,
		BuiltinAliases:    v >= 6018,
		SectionBounds:     v >= 7000,
		FlagTable:         v >= 7001,
	}
	switch {
	case v < 6009:
		s.RetpolineConfig = "CONFIG_RETPOLINE"
	case v < 6012:
		s.RetpolineConfig = "CONFIG_MITIGATION_RETPOLINE"
	}
	switch {
	case v >= 6018:
		s.DeviceTables = deviceTableKmod
	case v >= 6013:
		s.DeviceTables = deviceTablePrefix
	}
	return s, nil
}
