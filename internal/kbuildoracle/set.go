package kbuildoracle

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// CheckSet has Kbuild build a set as one tree, and trim it if the set is
// trimmed. It returns a line for each difference between what the two made;
// none means that all is the same. What it finds out goes to the log that
// report writes.
func (b *Build) CheckSet(report func(format string, args ...any)) ([]string, error) {
	if b.manifest.Set.Needed == "" {
		if err := b.MakeSet(); err != nil {
			return nil, err
		}
		return b.compareSet()
	}
	t, w, err := b.readyToTrim()
	if err != nil {
		return nil, err
	}
	if err := t.trim(w.whitelist); err != nil {
		return nil, err
	}
	ours, err := b.ourExports()
	if err != nil {
		return nil, err
	}
	theirs, err := b.kbuildExports()
	if err != nil {
		return nil, err
	}
	lost := intersect(w.unseen, ours)
	report("%d modules, of whose exports Kbuild keeps %d and the rules %d (%s).", len(b.manifest.Modules), len(theirs), len(ours), t.how())
	differences := compareExports(ours, theirs, lost)
	if len(lost) > 0 {
		report("Kbuild of this kernel loses what nobody but these asks for: %s.", describe(lost, w.why))
		report("It is compared with these on its whitelist, too.")
		if err := t.trim(append(slices.Clone(w.whitelist), lost...)); err != nil {
			return nil, err
		}
	}
	b.withoutMarkers = !t.modpost && !b.manifest.Set.Markers
	more, err := b.compareSet()
	if len(b.markers) > 0 {
		report("Without ksym_markers the debug info of %d modules, and nothing else, lacks Kbuild's variables %sNAME: %s.", len(b.markers), marker, strings.Join(b.markers, ", "))
	}
	return append(differences, more...), err
}

// readyToTrim makes the SDK's copy one that trims, and says what of what the
// rules keep is to be on Kbuild's whitelist.
func (b *Build) readyToTrim() (*trimmer, want, error) {
	needed, err := ksyms.ReadNeededFile(b.manifest.Set.Needed)
	if err != nil {
		return nil, want{}, err
	}
	t, err := newTrimmer(b)
	if err != nil {
		return nil, want{}, err
	}
	w, err := explain(needed, b.manifest.users(), t.sees)
	if err != nil {
		return nil, want{}, fmt.Errorf("%s: %w", b.manifest.Set.Label, err)
	}
	return t, w, nil
}

// MakeSet has Kbuild build a set as one tree, without trimming.
func (b *Build) MakeSet() error { return b.makeSet("modules") }

// MakeTrimmedSet returns what has Kbuild build a trimmed set as one tree, from
// nothing: so that this alone can be timed. The copy of the SDK trims from then
// on.
func (b *Build) MakeTrimmedSet() (func() error, error) {
	t, w, err := b.readyToTrim()
	if err != nil {
		return nil, err
	}
	return func() error { return t.trim(w.whitelist) }, nil
}

// Unmarked is how many modules Compare found to lack only what ksym_markers
// would leave in debug info.
func (b *Build) Unmarked() int { return len(b.markers) }

// users are the labels of all that use the set's exports, with whether they are
// in it.
func (m *Manifest) users() map[string]bool {
	labels := map[string]bool{}
	for _, user := range m.Set.Users {
		labels[user] = false
	}
	for _, module := range m.Modules {
		labels[module.Label] = true
	}
	return labels
}

// makeSet runs Kbuild for a target of the set's tree.
func (b *Build) makeSet(target string) error {
	var extra []string
	for _, file := range b.manifest.Set.Extra {
		absolute, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		extra = append(extra, absolute)
	}
	if err := b.make(b.setFolder(), target, extra, []string{fmt.Sprintf("-j%d", runtime.NumCPU())}); err != nil {
		return fmt.Errorf("make %s of %s for %s: %w", strings.ReplaceAll(target, b.Root+"/", ""), b.manifest.Set.Label, b.manifest.Release, err)
	}
	return nil
}

// setFolder is M.
func (b *Build) setFolder() string { return filepath.Join(b.Root, "w", b.top) }

func (b *Build) ourExports() ([]string, error) {
	data, err := os.ReadFile(b.manifest.Set.Symvers)
	if err != nil {
		return nil, err
	}
	return exportNames(b.manifest.Set.Symvers, data)
}

func (b *Build) kbuildExports() ([]string, error) {
	file := filepath.Join(b.setFolder(), "Module.symvers")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return exportNames(file, data)
}

func exportNames(file string, data []byte) ([]string, error) {
	entries, err := symvers.Parse(file, data)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names, nil
}

// compareExports says which symbols are exported on one side only, those aside
// that Kbuild is known to lose. That it does not lose one of these is a
// difference too. All lists are sorted.
func compareExports(ours, theirs, lost []string) []string {
	var differences []string
	for _, name := range without(theirs, ours) {
		differences = append(differences, fmt.Sprintf("%s is exported by Kbuild's modules, not by the rules'", name))
	}
	missing := without(ours, theirs)
	for _, name := range without(missing, lost) {
		differences = append(differences, fmt.Sprintf("%s is exported by the rules' modules, not by Kbuild's", name))
	}
	for _, name := range without(lost, missing) {
		differences = append(differences, fmt.Sprintf("%s is exported by Kbuild's modules, although this Kbuild is said not to see who needs it", name))
	}
	return differences
}

func without(names, others []string) []string {
	var rest []string
	for _, name := range names {
		if _, is := slices.BinarySearch(others, name); !is {
			rest = append(rest, name)
		}
	}
	return rest
}

func intersect(names, others []string) []string {
	return without(names, without(names, others))
}

func describe(names []string, why map[string]string) string {
	var parts []string
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%s (%s)", name, why[name]))
	}
	return strings.Join(parts, "; ")
}

// compareSet compares the modules, Module.symvers and modules.order.
func (b *Build) compareSet() ([]string, error) {
	differences, err := b.Compare()
	if err != nil {
		return nil, err
	}
	for _, text := range []struct{ name, ours, separator string }{
		{"Module.symvers", b.manifest.Set.Symvers, "\t"},
		{"modules.order", b.manifest.Set.Order, ""},
	} {
		ours, err := os.ReadFile(text.ours)
		if err != nil {
			return nil, err
		}
		theirs, err := os.ReadFile(filepath.Join(b.setFolder(), text.name))
		if err != nil {
			return nil, err
		}
		if want := b.asInWorkspace(string(theirs), text.separator); string(ours) != want {
			differences = append(differences, fmt.Sprintf("%s differs:\n--- Kbuild\n%s--- rules\n%s", text.name, want, ours))
		}
	}
	return differences, nil
}

// asInWorkspace gives modules in a file of Kbuild's their workspace paths: in
// Module.symvers those in its third column. Where Kbuild runs in M, only
// modules.order is that exact; the rules call a module there as Kbuild does
// with M its package.
func (b *Build) asInWorkspace(text, separator string) string {
	var out strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		line = strings.ReplaceAll(line, b.Root+"/w/", "")
		if separator == "" && line != "" && !strings.HasPrefix(line, b.top+"/") {
			line = path.Join(b.top, line)
		}
		out.WriteString(line)
	}
	return out.String()
}
