package modpost

import (
	"debug/elf"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/mismatch"
	"github.com/rules-kbuild/rules_kbuild/internal/modinfo"
)

// A module is what reading one input found. The kernel itself is one, too.
type module struct {
	in   Input
	base string // the last component of the path
	self *owner
	// checked says that it is one that the loader loads, and read for more than
	// its exports: what it imports and says of itself matters.
	checked bool

	exports    []*export
	imports    []reference
	namespaces []string // that it imports
	license    string   // the first that is not compatible with the GPL
	hasInit    bool
	hasCleanup bool
	aliases    []tableAliases
	srcversion string
	noTrim     []string // names that symbol_get asks for
	mismatches int
	missing    []string // namespaces

	log log
}

// tableAliases are the aliases of one device table.
type tableAliases struct {
	module  string // of the table, where the names of tables say it
	aliases []string
}

// A reference is one undefined symbol and, after resolving, its exporter.
type reference struct {
	name string
	weak bool
	from *export
}

// An export is one symbol that a module, or the kernel, exports.
type export struct {
	name      string
	namespace string
	owner     *owner
	crc       uint32
	hasCRC    bool
	gplOnly   bool
	function  bool
	used      bool
	at        int // how many messages of its module come before it
}

// An owner is who exports: a module of this run or one of a dump.
type owner struct {
	path  string // without suffix; vmlinux for the kernel
	label string
}

func (o *owner) isVmlinux() bool { return o.path == "vmlinux" }

// file is what messages call the file that the kernel loads.
func (o *owner) file() string {
	if o.isVmlinux() {
		return o.path
	}
	return o.path + ".ko"
}

func (o *owner) base() string { return o.path[strings.LastIndexByte(o.path, '/')+1:] }

// gplCompatible has the licences whose modules may use GPL-only symbols
// (Documentation/process/license-rules.rst, MODULE_LICENSE).
var gplCompatible = map[string]bool{
	"GPL": true, "GPL v2": true, "GPL and additional rights": true,
	"Dual BSD/GPL": true, "Dual MIT/GPL": true, "Dual MPL/GPL": true,
}

// readModule reads one input. The error is about bytes that are no object of
// a module; all else is in the module's log.
func readModule(o *Options, in Input) (*module, error) {
	f := in.Object
	self := &owner{path: in.Path, label: o.Label}
	m := &module{in: in, base: self.base(), self: self, checked: !self.isVmlinux() && !o.ExportsOnly}
	if f.Type != elf.ET_REL {
		return nil, f.Errorf(16, "not relocatable object (ELF type %d)", f.Type)
	}
	if !f.HasSymbols() {
		return nil, f.Errorf(0, "the object has no symtab")
	}
	syms, err := f.Symbols()
	if err != nil {
		return nil, err
	}
	if err := syms.Check(); err != nil {
		return nil, err
	}
	r := reader{o: o, f: f, syms: &syms, m: m}
	version := false
	if m.checked {
		info := f.Section(".modinfo")
		if info != nil && info.Type == elf.SHT_NOBITS {
			return nil, f.Errorf(info.Offset, "section .modinfo has no bytes in the file")
		}
		version = r.modinfo(f.Text(info)) || o.AllSrcversions
	}
	if err := r.symbols(); err != nil {
		return nil, err
	}
	if err := r.relocations(); err != nil {
		return nil, err
	}
	if o.Style.NoTrimSection {
		for _, name := range strings.Split(f.Text(f.Section(".no_trim_symbol")), "\x00") {
			if name != "" {
				m.noTrim = append(m.noTrim, name)
			}
		}
	}
	if version && in.Srcversion != nil {
		if m.srcversion, err = in.Srcversion(); err != nil {
			return nil, err
		}
	}
	if o.Modversions {
		if m.checked {
			m.imports = append(m.imports, reference{name: "module_layout"})
		}
		if err := m.applyCRCs(); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *module) applyCRCs() error {
	if m.in.CRCs == nil || len(m.exports) == 0 {
		return nil
	}
	crcs, err := m.in.CRCs()
	if err != nil {
		return err
	}
	for _, e := range m.exports {
		if crc, ok := crcs[e.name]; ok {
			e.crc, e.hasCRC = crc, true
		}
	}
	return nil
}

// A reader reads one object into a module.
type reader struct {
	o       *Options
	f       *elfobj.File
	syms    *elfobj.Symbols
	locator *elfobj.Locator
	m       *module
}

// modinfo takes what the module says about itself, and says whether it has a
// version.
func (r *reader) modinfo(section string) (version bool) {
	m, style := r.m, r.o.Style
	var licensed, described, livepatch bool
	var own []string
	for key, value := range modinfo.All(section) {
		switch key {
		case "license":
			licensed = true
			if !gplCompatible[value] && m.license == "" {
				m.license = value
				if value == "" {
					m.license = "(empty)"
				}
			}
		case "import_ns":
			m.namespaces = append(m.namespaces, value)
			if style.ModuleNamespaces && strings.HasPrefix(value, "module:") {
				own = append(own, value)
			}
		case "description":
			described = true
		case "version":
			version = true
		case "livepatch":
			livepatch = true // the loader does not look at the value
		}
	}
	if !licensed {
		msg := Message{Level: Error, Text: "missing MODULE_LICENSE() in " + m.in.Path + ".o"}
		if r.o.Label != "" {
			msg.Hint = r.o.Label + `: add MODULE_LICENSE("GPL"), or the licence that it has, to one of its sources`
		}
		m.log.add(msg)
	}
	r.checkLivepatch(livepatch)
	for _, ns := range own {
		m.log.error("%s: explicitly importing namespace \"%s\" is not allowed.", m.in.Path, ns)
	}
	if !described && (style.DescriptionWanted || style.DescriptionWithW && r.o.ExtraWarnings) {
		m.log.warn("missing MODULE_DESCRIPTION() in %s.o", m.in.Path)
	}
	return version
}

// checkLivepatch compares what the module says of itself, by MODULE_INFO, with
// what the build says of it. Kbuild's modpost knows of neither.
func (r *reader) checkLivepatch(says bool) {
	var msg Message
	switch in, label := &r.m.in, r.o.Label; {
	case in.Livepatch && !says:
		msg = Message{Level: Error, Text: in.Path + ".mod marks a livepatch module, but no MODULE_INFO(livepatch, \"Y\") is in " + in.Path + ".o"}
		if label != "" {
			msg.Hint = label + `: add MODULE_INFO(livepatch, "Y"); to one of its sources, without which the kernel refuses to enable the patch; or take livepatch = True away`
		}
	case says && !in.Livepatch && label != "":
		msg = Message{Level: Warning, Text: in.Path + ".o is a livepatch module, but its .mod does not say so",
			Hint: label + ": set livepatch = True, which also checks that the kernel can load it"}
	default:
		return
	}
	r.m.log.add(msg)
}

// symbols goes through the symbol table once.
func (r *reader) symbols() error {
	m := r.m
	var kstrtabns map[string]elfobj.Symbol
	for s := range r.syms.All() {
		switch {
		case s.Section == elfobj.SectionUndef:
			bind := s.Bind()
			if !m.checked || bind != elf.STB_GLOBAL && bind != elf.STB_WEAK {
				continue
			}
			raw, _ := r.syms.Name(s)
			if name, ok := importName(r.o.Style, r.f, s, plainName(raw)); ok {
				m.imports = append(m.imports, reference{name: name, weak: bind == elf.STB_WEAK})
			}
			continue
		case s.Section == elfobj.SectionCommon:
			raw, _ := r.syms.Name(s)
			if name := plainName(raw); !strings.HasPrefix(name, "__gnu_lto_") {
				m.log.warn("\"%s\" [%s] is COMMON symbol", name, m.in.Path)
			}
			continue
		}
		raw, _ := r.syms.Name(s)
		if len(raw) < len("init_module") {
			continue
		}
		switch raw[:2] {
		case "in":
			m.hasInit = m.hasInit || plainName(raw) == "init_module"
		case "cl":
			m.hasCleanup = m.hasCleanup || plainName(raw) == "cleanup_module"
		case "__":
			name := plainName(raw)
			if !r.o.Style.ExportSection {
				if rest, ok := strings.CutPrefix(name, "__ksymtab_"); ok {
					r.ksymtabExport(s, rest)
				} else if rest, ok := strings.CutPrefix(name, "__kstrtabns_"); ok {
					if kstrtabns == nil {
						kstrtabns = map[string]elfobj.Symbol{}
					}
					kstrtabns[rest] = s
				}
			}
			if strings.HasPrefix(name, "__mod_") && s.Type() == elf.STT_OBJECT && s.Defined() && !r.o.ExportsOnly {
				if err := r.deviceTable(s, name); err != nil {
					return err
				}
			}
		}
	}
	for _, e := range m.exports {
		if s, ok := kstrtabns[e.name]; ok {
			ns, err := r.stringAt(s)
			if err != nil {
				return err
			}
			e.namespace = ns
		}
	}
	return nil
}

// bytesAt returns the n bytes that symbol s stands for.
func (r *reader) bytesAt(s elfobj.Symbol, n uint64) ([]byte, error) {
	sec := &r.f.Sections()[s.Section]
	data, size := r.f.Data(sec), sec.Size
	if sec.Type != elf.SHT_NOBITS {
		size = uint64(len(data)) // a section of type SHT_NULL has none, whatever its header says
	}
	if s.Value > size || n > size-s.Value {
		name, _ := r.syms.Name(s)
		return nil, r.f.Errorf(sec.Offset, "symbol %q (offset %#x, size %#x) lies beyond the end of section %q (%#x bytes)", name, s.Value, n, sec.Name, size)
	}
	if sec.Type == elf.SHT_NOBITS {
		return make([]byte, min(n, maxZeros)), nil
	}
	return data[s.Value : s.Value+n], nil
}

// maxZeros bounds what a table in .bss, whose size costs a hostile file
// nothing, makes us allocate. Real device tables are far smaller.
const maxZeros = 1 << 20

// stringAt returns the NUL-terminated string that symbol s stands for.
func (r *reader) stringAt(s elfobj.Symbol) (string, error) {
	strs, err := r.stringsAt(s, 1)
	if err != nil {
		return "", err
	}
	return strs[0], nil
}

// stringsAt returns n such strings, one after the other.
func (r *reader) stringsAt(s elfobj.Symbol, n int) ([]string, error) {
	name, _ := r.syms.Name(s)
	if !s.Defined() {
		return nil, r.f.Errorf(0, "symbol %q, which should stand for a string, is in no section", name)
	}
	sec := &r.f.Sections()[s.Section]
	rest := r.f.Text(sec)
	if s.Value > uint64(len(rest)) {
		return nil, r.f.Errorf(sec.Offset, "symbol %q lies beyond the end of section %q", name, sec.Name)
	}
	rest = rest[s.Value:]
	strs := make([]string, n)
	for i := range strs {
		var ended bool
		if strs[i], rest, ended = strings.Cut(rest, "\x00"); !ended {
			return nil, r.f.Errorf(sec.Offset+s.Value, "the string at %q does not end within section %q", name, sec.Name)
		}
	}
	return strs, nil
}

// relocations goes through the sections: exports are relocations of one of
// them (6.5 and later), and references between sections can be mismatches.
func (r *reader) relocations() error {
	r.locator = elfobj.NewLocator(r.syms, func(name string) bool { return namesPlace(r.o.Style, name) })
	if r.o.ExportsOnly && !r.o.Style.ExportSection {
		return nil // the symbols have said all
	}
	check := mismatch.New(r.o.Style.Version, r.f, r.syms, r.locator, r.placeName, r.o.ExtraWarnings)
	exportSection := r.o.Style.ExportSection && !(r.o.NoModules && r.o.Style.ModulesFlag)
	sections := r.f.Sections()
	for i := range sections {
		s := &sections[i]
		if text := check.Unallocated(s, r.m.in.Path); text != "" {
			r.m.log.warn("%s", text)
		}
		if s.Type != elf.SHT_REL && s.Type != elf.SHT_RELA {
			continue
		}
		if uint64(s.Info) >= uint64(len(sections)) {
			return r.f.Errorf(s.Offset, "relocation section %q is about section %d, which is not there", s.Name, s.Info)
		}
		if s.Info == 0 || check.Exempt(sections[s.Info].Name) {
			continue
		}
		exports := exportSection && sections[s.Info].Name == ".export_symbol"
		if r.o.ExportsOnly && !exports {
			continue
		}
		relocs, err := r.f.Relocs(s)
		if err != nil {
			return err
		}
		if exports {
			if err := r.sectionExports(&relocs); err != nil {
				return err
			}
			continue
		}
		found, err := check.Section(&relocs)
		if err != nil {
			return err
		}
		for _, finding := range found {
			r.m.mismatches++
			r.addFinding(finding)
		}
	}
	return nil
}

// placeName returns the name of a symbol that stands for a place.
func (r *reader) placeName(s elfobj.Symbol) string {
	raw, _ := r.syms.Name(s)
	if !namesPlace(r.o.Style, raw) {
		return ""
	}
	return plainName(raw)
}

func (r *reader) addFinding(f mismatch.Finding) {
	warning, more := f.Text(r.m.in.Path)
	r.m.log.warn("%s", warning)
	if more == "" {
		return
	}
	msg := Message{Level: Warning, Text: more, bare: r.o.Style.FatalPrefix}
	if f.Fails() {
		msg.Level, msg.bare = Error, false
		if f.Kind == mismatch.ExtableForbidden && r.o.Style.FatalPrefix {
			msg.Level = Fatal
		}
	}
	r.m.log.add(msg)
}
