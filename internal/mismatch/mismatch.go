// Package mismatch finds references from one section of a kernel module to
// another that is gone when the reference is used: code or data that stays
// refers to what is freed after init, or that is left out of a module which
// cannot be unloaded.
//
// The rules and the words are those of scripts/mod/modpost.c, Linux 6.1 to
// 7.2. Nothing that a build makes depends on what is found: the findings are
// warnings, or errors without CONFIG_SECTION_MISMATCH_WARN_ONLY.
package mismatch

import (
	"debug/elf"
	"fmt"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// A Finding is one reference that should not be.
type Finding struct {
	Kind                   Kind
	FromSection, ToSection string
	FromSymbol             string // the nearest symbol at or below the reference; empty if there is none
	FromOffset             uint64 // of the reference, from FromSymbol, or from the section without one
	At                     uint64 // of the reference, in the section
	ToSymbol               string // what is referred to; empty if nothing near has a name
	ToAddress              uint64 // in the section
	ToFunction             bool
	FromFunction           bool

	style style
}

// A Kind is what is wrong with a reference.
type Kind int

// The kinds of findings.
const (
	Reference        Kind = iota // to a section that may be gone
	ExportedInit                 // an entry of the ksymtab for an init or exit symbol (before 6.5)
	ExtableForbidden             // an exception table entry for replacement instructions
	ExtableUnknown               // an exception table entry for code of a section that is not known
	ExtableData                  // an exception table entry for what is not code
)

// Fails says whether the finding is an error whatever the configuration is.
func (f Finding) Fails() bool { return f.Kind == ExtableForbidden || f.Kind == ExtableData }

// Text returns Kbuild's words for the finding in the module of that path
// (without suffix), without prefix and last newline: a warning and, for some
// kinds, a second message.
func (f Finding) Text(path string) (warning, more string) {
	file := path
	if f.style.suffixed {
		file += ".o"
	}
	switch {
	case f.Kind == ExportedInit:
		return fmt.Sprintf("%s: EXPORT_SYMBOL used for init/exit symbol: %s (section: %s)", file, f.to(), f.ToSection), ""
	case f.Kind != Reference && f.style.suffixed:
		from := "(unknown reference) (unknown)"
		if f.FromSymbol != "" {
			from = kindOf(f.FromFunction) + " " + f.FromSymbol + parens(f.FromFunction)
		}
		to := "(unknown reference)"
		if f.ToSymbol != "" {
			to = kindOf(f.ToFunction)
		}
		warning = fmt.Sprintf("%s(%s+0x%x): Section mismatch in reference from the %s to the %s %s:%s%s",
			file, f.FromSection, f.At, from, to, f.ToSection, f.to(), parens(f.ToFunction))
	case f.style.suffixed:
		from := f.FromSymbol
		if from == "" {
			from = "(unknown)"
		}
		return fmt.Sprintf("%s: section mismatch in reference: %s (section: %s) -> %s (section: %s)", file, from, f.FromSection, f.to(), f.ToSection), ""
	default:
		from := fmt.Sprintf("0x%x", uint32(f.FromOffset)) // Kbuild's width
		if f.FromSymbol != "" {
			from = f.FromSymbol + "+" + from
		}
		warning = fmt.Sprintf("%s: section mismatch in reference: %s (section: %s) -> %s (section: %s)", file, from, f.FromSection, f.to(), f.ToSection)
	}
	switch f.Kind {
	case ExtableForbidden:
		more = fmt.Sprintf("The relocation at %s+0x%x references\nsection \"%s\" which is black-listed.\nSomething is seriously wrong and should be fixed.\nYou might get more information about where this is\ncoming from by using scripts/check_extable.sh %s",
			f.FromSection, f.At, f.ToSection, file)
	case ExtableUnknown:
		more = fmt.Sprintf("The relocation at %s+0x%x references\nsection \"%s\" which is not in the list of\nauthorized sections.  If you're adding a new section\nand/or if this reference is valid, add \"%s\" to the\nlist of authorized sections to jump to on fault.\nThis can be achieved by adding \"%s\" to%s\nOTHER_TEXT_SECTIONS in scripts/mod/modpost.c.",
			f.FromSection, f.At, f.ToSection, f.ToSection, f.ToSection, f.style.trailingSpace)
	case ExtableData:
		more = fmt.Sprintf("%s+0x%x references non-executable section '%s'", f.FromSection, f.At, f.ToSection)
	}
	return warning, more
}

func (f Finding) to() string {
	switch {
	case f.ToSymbol != "":
		return f.ToSymbol
	case f.style.suffixed:
		return "(unknown)"
	}
	return fmt.Sprintf("0x%x", uint32(f.ToAddress))
}

func kindOf(function bool) string {
	if function {
		return "function"
	}
	return "variable"
}

func parens(function bool) string {
	if function {
		return "()"
	}
	return ""
}

// A Checker checks the references of one object.
type Checker struct {
	f       *elfobj.File
	syms    *elfobj.Symbols
	locator *elfobj.Locator
	name    func(elfobj.Symbol) string
	style   style
	classes []class
	all     class              // what the object has
	byName  map[string][]int32 // sections, once they were asked for by name
}

// New returns a Checker of the object f for a kernel of that version (6012 for
// 6.12). The locator finds the symbols that can stand for a place; name gives
// their names as messages have them. Extra adds what -W asks for.
func New(version int, f *elfobj.File, syms *elfobj.Symbols, locator *elfobj.Locator, name func(elfobj.Symbol) string, extra bool) *Checker {
	c := &Checker{f: f, syms: syms, locator: locator, name: name, style: styleOf(version, extra)}
	sections := f.Sections()
	c.classes = make([]class, len(sections))
	for i := range sections {
		c.classes[i] = classify(sections[i].Name) & c.style.known
		c.all |= c.classes[i]
	}
	return c
}

// Exempt says whether references from a section of that name are not checked.
func (c *Checker) Exempt(name string) bool { return exempt(c.style.version, name) }

// Unallocated returns modpost's words about a section that has content, but no
// flag that makes the loader keep it: a forgotten "ax" in assembly. It is
// empty for other sections.
func (c *Checker) Unallocated(s *elfobj.Section, path string) string {
	if s.Type != elf.SHT_PROGBITS || s.Flags&elf.SHF_ALLOC != 0 || c.Exempt(s.Name) {
		return ""
	}
	if c.style.suffixed {
		path += ".o"
	}
	return fmt.Sprintf("%s (%s): unexpected non-allocatable section.\nDid you forget to use \"ax\"/\"aw\" in a .S file?\nNote that for example <linux/init.h> contains\nsection definitions for use in .S files.\n", path, s.Name)
}

// Section checks the references that a relocation section holds.
func (c *Checker) Section(relocs *elfobj.Relocs) ([]Finding, error) {
	from := c.classes[relocs.Target.Index]
	var rules []rule
	var bad class
	closed := false // targets of no class are forbidden too
	for _, r := range c.style.rules {
		if r.from&from != 0 && (r.bad&c.all != 0 || r.good != 0) {
			rules = append(rules, r)
			bad |= r.bad
			closed = closed || r.good != 0
		}
	}
	if len(rules) == 0 {
		return nil, nil
	}
	var findings []Finding
	for i := range relocs.Len() {
		rel := relocs.At(i)
		if uint64(rel.Symbol) >= uint64(c.syms.Len()) {
			return nil, c.f.Errorf(relocs.Target.Offset, "relocation %d of section %q names symbol %d of %d", i, relocs.Target.Name, rel.Symbol, c.syms.Len())
		}
		section := c.syms.SectionOf(int(rel.Symbol))
		if section <= 0 || c.classes[section]&bad == 0 && !closed {
			continue
		}
		for _, r := range rules {
			to := c.classes[section]
			if r.bad&to == 0 && (r.good == 0 || r.good&to != 0) {
				continue
			}
			if finding, ok := c.look(r, relocs, rel, section); ok {
				findings = append(findings, finding)
			}
			break
		}
	}
	return findings, nil
}

// below finds the symbol that names a place. Before 6.5 it is looked for in all
// sections of that name, and of several at one place the last counts.
func (c *Checker) below(s *elfobj.Section, at uint64) (best elfobj.Symbol, found bool) {
	if !c.style.suffixed {
		return c.locator.Below(int32(s.Index), at)
	}
	for _, index := range c.named(s.Name) {
		if sym, ok := c.locator.LastBelow(index, at); ok &&
			(!found || sym.Value > best.Value || sym.Value == best.Value && sym.Index > best.Index) {
			best, found = sym, true
		}
	}
	return best, found
}

// named returns the indexes of the sections of that name.
func (c *Checker) named(name string) []int32 {
	if c.byName == nil {
		c.byName = make(map[string][]int32)
		sections := c.f.Sections()
		for i := range sections {
			c.byName[sections[i].Name] = append(c.byName[sections[i].Name], int32(i))
		}
	}
	return c.byName[name]
}

// targetName returns what messages call the target of a reference, and whether
// it is a function.
func (c *Checker) targetName(target elfobj.Symbol, section int32, at uint64) (name string, function bool) {
	own, _ := c.syms.Name(target)
	if name = c.name(target); name == "" && c.style.suffixed {
		name = own // before 6.5, any name does for the symbol itself
	}
	if name != "" {
		return name, target.Type() == elf.STT_FUNC
	}
	if s, ok := c.near(section, at); ok {
		return c.name(s), s.Type() == elf.STT_FUNC
	}
	return own, target.Type() == elf.STT_FUNC
}

// near finds the symbol nearest to a place that is referred to by its section.
func (c *Checker) near(section int32, at uint64) (elfobj.Symbol, bool) {
	if !c.style.suffixed {
		return c.locator.Near(section, at, c.style.near)
	}
	return c.locator.FirstNear(section, at, c.style.near)
}

// look finds out what a suspicious reference is about, and whether it is one
// of those that are known to be right.
func (c *Checker) look(r rule, relocs *elfobj.Relocs, rel elfobj.Reloc, section int32) (Finding, bool) {
	sections := c.f.Sections()
	target := c.syms.At(int(rel.Symbol))
	addend := rel.Addend
	if !relocs.HasAddends() {
		addend = c.addend(relocs.Target, rel, target)
	}
	f := Finding{
		Kind: r.kind, At: rel.Offset, FromOffset: rel.Offset, style: c.style,
		FromSection: relocs.Target.Name, ToSection: sections[section].Name,
		ToAddress: target.Value + uint64(addend),
	}
	if s, ok := c.below(relocs.Target, rel.Offset); ok {
		f.FromSymbol, f.FromOffset, f.FromFunction = c.name(s), rel.Offset-s.Value, s.Type() == elf.STT_FUNC
	}
	f.ToSymbol, f.ToFunction = c.targetName(target, section, f.ToAddress)
	if r.kind == ExtableUnknown {
		switch {
		case c.classes[section]&altReplacement != 0:
			f.Kind = ExtableForbidden
		case sections[section].Flags&elf.SHF_EXECINSTR == 0:
			f.Kind = ExtableData
		}
		return f, true
	}
	if r.kind == ExportedInit {
		return f, true
	}
	return f, !c.style.allowed(r, f, c.classes[relocs.Target.Index], c.classes[section])
}
