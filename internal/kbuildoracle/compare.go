package kbuildoracle

import (
	"bytes"
	"debug/elf"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/modfile"
)

// Compare holds every module to be compared against what Kbuild made. It
// returns a line for each difference; none means that all are the same.
func (b *Build) Compare() ([]string, error) {
	var differences []string
	for i := range b.manifest.Modules {
		m := &b.manifest.Modules[i]
		if !m.Compare {
			continue
		}
		found, err := b.compareModule(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Label, err)
		}
		for _, difference := range found {
			differences = append(differences, m.Label+": "+difference)
		}
	}
	return differences, nil
}

func (b *Build) compareModule(m *Module) ([]string, error) {
	var differences []string
	ours, err := os.ReadFile(m.Ko)
	if err != nil {
		return nil, err
	}
	theirs, err := os.ReadFile(b.Path(m.Package, m.Name+".ko"))
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(ours, theirs) {
		if b.withoutMarkers && onlyMarkersDiffer(ours, theirs) {
			b.markers = append(b.markers, m.Name)
		} else {
			differences = append(differences, compareObjects(m.Name+".ko", ours, theirs)...)
		}
	}
	for _, text := range []struct {
		what, ours string
		theirs     func() (string, error)
	}{
		{m.Name + ".mod", m.Mod, func() (string, error) { return b.mod(m) }},
		{"Module.symvers", m.Symvers, func() (string, error) { return b.symvers(m) }},
	} {
		if text.ours == "" {
			continue
		}
		data, err := os.ReadFile(text.ours)
		if err != nil {
			return nil, err
		}
		// The mark of a livepatch module is the rules' own.
		ours := strings.TrimSuffix(string(data), modfile.Livepatch+"\n")
		theirs, err := text.theirs()
		if err != nil {
			return nil, err
		}
		if ours != theirs {
			differences = append(differences, fmt.Sprintf("%s differs:\n--- Kbuild\n%s--- rules\n%s", text.what, theirs, ours))
		}
	}
	return differences, nil
}

// mod is Kbuild's .mod file with workspace paths.
func (b *Build) mod(m *Module) (string, error) {
	data, err := os.ReadFile(b.Path(m.Package, m.Name+".mod"))
	if err != nil {
		return "", err
	}
	text := strings.ReplaceAll(string(data), b.Root+"/w/", "")
	if m.clashes() {
		text = strings.ReplaceAll(text, partsFolder+"/", "")
	}
	return text, nil
}

// symvers is the module's own lines of Kbuild's Module.symvers, with workspace
// paths.
func (b *Build) symvers(m *Module) (string, error) {
	data, err := os.ReadFile(b.Path(m.Root, "Module.symvers"))
	if err != nil {
		return "", err
	}
	inWorkspace := path.Join(m.Package, m.Name)
	inTree := strings.TrimPrefix(strings.TrimPrefix(inWorkspace, m.Root), "/")
	var lines strings.Builder
	for _, line := range strings.SplitAfter(string(data), "\n") {
		fields := strings.Split(line, "\t")
		if len(fields) < 3 {
			continue
		}
		fields[2] = strings.TrimPrefix(fields[2], b.Root+"/w/")
		if fields[2] == inWorkspace || fields[2] == inTree {
			lines.WriteString(strings.Join(fields, "\t"))
		}
	}
	return lines.String(), nil
}

// compareObjects says in which sections two objects differ.
func compareObjects(name string, ours, theirs []byte) []string {
	ourFile, err := elf.NewFile(bytes.NewReader(ours))
	if err != nil {
		return []string{fmt.Sprintf("%s of the rules is no ELF object: %v", name, err)}
	}
	theirFile, err := elf.NewFile(bytes.NewReader(theirs))
	if err != nil {
		return []string{fmt.Sprintf("%s of Kbuild is no ELF object: %v", name, err)}
	}
	var differences []string
	names := map[string]bool{}
	for _, section := range append(append([]*elf.Section{}, ourFile.Sections...), theirFile.Sections...) {
		names[section.Name] = true
	}
	for _, section := range sortedNames(names) {
		if difference := compareSection(ourFile.Section(section), theirFile.Section(section)); difference != "" {
			differences = append(differences, fmt.Sprintf("%s: section %s %s", name, section, difference))
		}
	}
	if len(differences) == 0 {
		differences = append(differences, name+": the sections are the same, but not their order or headers")
	}
	return differences
}

func compareSection(ours, theirs *elf.Section) string {
	switch {
	case ours == nil:
		return "is only in Kbuild's"
	case theirs == nil:
		return "is only in the rules'"
	case ours.Type == elf.SHT_NOBITS || theirs.Type == elf.SHT_NOBITS:
		if ours.Type != theirs.Type || ours.Size != theirs.Size {
			return fmt.Sprintf("is %v of %d bytes, Kbuild's %v of %d", ours.Type, ours.Size, theirs.Type, theirs.Size)
		}
		return ""
	}
	ourData, err := ours.Data()
	if err != nil {
		return "cannot be read: " + err.Error()
	}
	theirData, err := theirs.Data()
	if err != nil {
		return "of Kbuild cannot be read: " + err.Error()
	}
	if bytes.Equal(ourData, theirData) {
		return ""
	}
	at := 0
	for at < len(ourData) && at < len(theirData) && ourData[at] == theirData[at] {
		at++
	}
	return fmt.Sprintf("differs from byte %d (%d bytes, Kbuild's %d): %q, Kbuild's %q",
		at, len(ourData), len(theirData), around(ourData, at), around(theirData, at))
}

// marker begins the names of the variables that EXPORT_SYMBOL leaves in debug
// info where Kbuild compiles with CONFIG_TRIM_UNUSED_KSYMS (include/linux/
// export.h of Linux 4.7 to 6.4).
const marker = "__ksym_marker_"

// onlyMarkersDiffer says whether nothing but debug info differs, and the build
// ID that is made of it, and Kbuild's has markers.
func onlyMarkersDiffer(ours, theirs []byte) bool {
	ourFile, err := elf.NewFile(bytes.NewReader(ours))
	if err != nil {
		return false
	}
	theirFile, err := elf.NewFile(bytes.NewReader(theirs))
	if err != nil || len(ourFile.Sections) != len(theirFile.Sections) {
		return false
	}
	marked := false
	for i, s := range ourFile.Sections {
		t := theirFile.Sections[i]
		if s.Name != t.Name || s.Type != t.Type || s.Flags != t.Flags || s.Link != t.Link || s.Info != t.Info || s.Addralign != t.Addralign {
			return false
		}
		switch {
		case strings.HasPrefix(s.Name, ".debug_"):
			data, err := t.Data()
			if err != nil {
				return false
			}
			marked = marked || bytes.Contains(data, []byte(marker))
		case strings.HasPrefix(s.Name, ".rela.debug_"), s.Name == ".note.gnu.build-id":
		case compareSection(s, t) != "":
			return false
		}
	}
	return marked
}

// around is what stands at an offset, with a little before it.
func around(data []byte, at int) []byte {
	return data[max(0, at-16):min(len(data), at+48)]
}

// Keep copies Kbuild's and the rules' .ko files to a folder, for a closer look.
func (b *Build) Keep(dir string) error {
	for _, m := range b.manifest.Modules {
		if !m.Compare {
			continue
		}
		if err := copyFile(m.Ko, filepath.Join(dir, "rules", m.Package, m.Name+".ko")); err != nil {
			return err
		}
		if err := copyFile(b.Path(m.Package, m.Name+".ko"), filepath.Join(dir, "kbuild", m.Package, m.Name+".ko")); err != nil {
			return err
		}
	}
	return nil
}
