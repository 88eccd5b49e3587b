package mismatch

import (
	"slices"
	"strings"
)

// A class is what a section is for; a section can be of several.
type class uint32

const (
	text     class = 1 << iota
	otherTxt       // code that no rule is about, but exceptions may be in
	data
	initAll
	initCode // .init.text
	initData // the .init sections of data
	exitAll
	exitCode // .exit.text
	memInit  // before 6.5, as are memCode and memData
	memCode  // .meminit.text
	memData  // the .meminit sections of data
	pciFixup
	ksymtab // before 6.5
	exTable
	altReplacement
	headText
)

// classify returns the classes of a section by its name.
func classify(name string) class {
	if len(name) < 4 {
		return 0
	}
	switch name {
	case ".text", ".sched.text", ".kprobes.text", ".cpuidle.text", ".noinstr.text", ".ltext":
		return text
	case ".data", ".data.rel":
		return data
	case ".ref.text", ".spinlock.text", ".fixup", ".entry.text", ".exception.text", ".coldtext", ".softirqentry.text", ".irqentry.text":
		return otherTxt
	case ".head.text":
		return otherTxt | headText
	case ".init.text":
		return initAll | initCode
	case ".init.setup", ".init.rodata", ".init.data":
		return initAll | initData
	case ".exit.text":
		return exitAll | exitCode
	case ".meminit.text":
		return memInit | memCode
	case ".meminit.rodata", ".meminit.data":
		return memInit | memData
	case "__ex_table":
		return exTable
	case ".altinstr_replacement":
		return altReplacement
	case ".pci_fixup_early", ".pci_fixup_header", ".pci_fixup_final", ".pci_fixup_enable", ".pci_fixup_resume", ".pci_fixup_resume_early", ".pci_fixup_suspend":
		return pciFixup
	}
	for _, p := range classPrefixes {
		if strings.HasPrefix(name, p.prefix) {
			return p.class
		}
	}
	return 0
}

var classPrefixes = []struct {
	prefix string
	class  class
}{
	{".text.", text}, {".ltext.", text},
	{".init.", initAll}, {".exit.", exitAll}, {".meminit.", memInit},
	{"___ksymtab", ksymtab},
	{".head.text", headText},
}

// allCode is where an exception may happen, or be fixed up.
const allCode = text | otherTxt | initCode | exitCode | memCode

// A rule forbids references from sections of one class to those of another.
type rule struct {
	kind    Kind
	from    class
	bad     class    // targets that are forbidden
	good    class    // if not 0, all targets but these are forbidden
	symbols []string // patterns of data symbols that may refer to them all the same
}

// A style is what differs between kernels.
type style struct {
	version       int
	suffixed      bool   // messages name the object, not the module, and no offsets
	trailingSpace string // of a line of a message
	near          uint64 // the farthest that a name is from what it stands for
	known         class  // classes that there are
	rules         []rule
}

func styleOf(version int, extra bool) style {
	if version < 6005 {
		return oldStyle(version, extra)
	}
	s := style{version: version, near: 20, known: ^(memInit | memCode | memData | ksymtab)}
	dataSymbols := []string{"*_ops", "*_probe", "*_console"}
	if version >= 6013 {
		dataSymbols = []string{"*_ops", "*_ops.llvm.*", "*_console"}
	}
	s.rules = []rule{
		{from: text, bad: initAll | exitAll},
		{from: data, bad: initAll | exitAll, symbols: dataSymbols},
		{from: initAll, bad: exitAll},
		{from: exitAll, bad: initAll},
		{from: pciFixup, bad: initAll},
		{kind: ExtableUnknown, from: exTable, good: allCode},
	}
	return s
}

func oldStyle(version int, extra bool) style {
	s := style{version: version, suffixed: true, trailingSpace: " ", near: 19, known: ^class(0)}
	dataSymbols := []string{"*_template", "*_timer", "*_sht", "*_ops", "*_probe", "*_probe_one", "*_console"}
	withDrivers := append(slices.Clone(dataSymbols), "*driver")
	exitSymbols := withDrivers
	if extra {
		exitSymbols = dataSymbols
	}
	s.rules = []rule{
		{from: text, bad: initAll | memInit | exitAll},
		{from: data, bad: initAll, symbols: dataSymbols},
		{from: data, bad: memInit, symbols: withDrivers},
		{from: data, bad: exitAll, symbols: exitSymbols},
		{from: memInit, bad: initAll | exitAll},
		{from: initAll, bad: exitAll},
		{from: exitAll, bad: initAll | memInit},
		{from: pciFixup, bad: initAll},
		{kind: ExportedInit, from: ksymtab, bad: initAll | exitAll},
		{kind: ExtableUnknown, from: exTable, good: allCode},
	}
	return s
}

// allowed says whether a reference that a rule forbids is known to be right by
// the names of its symbols.
func (s style) allowed(r rule, f Finding, from, to class) bool {
	if from&data != 0 {
		switch {
		case strings.HasPrefix(f.FromSymbol, "__param") && to&(initData|memData) != 0,
			strings.HasPrefix(f.FromSymbol, "__param_ops_") && to&initCode != 0:
			return true
		}
		for _, p := range r.symbols {
			if matches(p, f.FromSymbol) {
				return true
			}
		}
	}
	if from&headText != 0 && to&(initAll|memInit) != 0 {
		return true
	}
	switch f.ToSymbol {
	case "__init_begin", "_sinittext", "_einittext":
		return true
	}
	if from&allCode != 0 && to&(initAll|memInit) != 0 && matches("*.constprop.*", f.FromSymbol) {
		return true
	}
	return s.suffixed && strings.HasPrefix(f.FromSymbol, ".L")
}

// matches says whether s is of the pattern's form: a star stands for any
// letters.
func matches(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return rest == ""
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[last])
}

// Sections that hold no references of the running kernel, by the beginnings of
// their names.
var exemptPrefixes = []string{
	".comment", ".debug", ".zdebug", ".mdebug", ".stab", ".note", ".got", ".toc",
	".arcextmap", ".gnu.linkonce.arcext", ".cmem", ".fmt_slot", ".gnu.lto", ".discard.",
}

func exempt(version int, name string) bool {
	switch name {
	case ".GCC.command.line", ".pdr", ".xt.prop", ".xt.lit":
		return true
	case ".llvm.call-graph-profile":
		return version >= 6005
	case "__llvm_covfun", "__llvm_covmap":
		return version >= 6013
	case ".klp.symid":
		return version >= 7000
	}
	for _, p := range exemptPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
