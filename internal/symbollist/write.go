package symbollist

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A Format is how a list is written.
type Format string

// The formats.
const (
	// Android is that of android/abi_gki_*: a header, names indented by two
	// spaces, and comments that say which module requires them.
	Android Format = "android"
	// Kbuild is that of CONFIG_UNUSED_KSYMS_WHITELIST: a name a line, and nothing
	// else, because Kbuild takes a comment for names.
	Kbuild Format = "kbuild"
)

// The comments of Android's lists, as its extract_symbols writes them.
const (
	header       = "[abi_symbol_list]"
	commonly     = "# commonly used symbols"
	requiredBy   = "# required by "
	listedBy     = "# listed by "
	preservedFor = "# preserved by additions_only"
)

// A Style is how to write a list.
type Style struct {
	Format Format
	// Group parts a list in Android's format by the modules that require the
	// symbols. Without, they are one sorted block.
	Group bool
}

// Check returns an error if the style is none.
func (s Style) Check() error {
	if s.Format != Android && s.Format != Kbuild {
		return fmt.Errorf("%q is not %s or %s", s.Format, Android, Kbuild)
	}
	return nil
}

// Write returns the list of a set's symbols, and of others that stay on it
// although they are not in the set.
func Write(set *ksympb.NeededSet, style Style, others []string) ([]byte, error) {
	var names []string
	inSet := make(map[string]bool, len(set.GetSymbols()))
	for _, s := range set.GetSymbols() {
		if !keeplist.IsName(s.Name) {
			return nil, fmt.Errorf("symbol %q cannot be on a list: its name would not be read again", s.Name)
		}
		names = append(names, s.Name)
		inSet[s.Name] = true
	}
	var preserved []string
	for _, n := range others {
		if !inSet[n] {
			preserved = append(preserved, n)
		}
	}
	var b strings.Builder
	switch {
	case style.Format == Kbuild:
		names = append(names, preserved...)
		slices.Sort(names)
		for _, n := range slices.Compact(names) {
			b.WriteString(n + "\n")
		}
		return []byte(b.String()), nil
	case !style.Group:
		b.WriteString(header + "\n")
		block(&b, append(names, preserved...))
	default:
		b.WriteString(header + "\n")
		grouped(&b, set, preserved)
	}
	return []byte(b.String()), nil
}

// grouped writes the sections of a list that is parted by modules.
func grouped(b *strings.Builder, set *ksympb.NeededSet, preserved []string) {
	sections := map[string][]string{}
	for _, s := range set.GetSymbols() {
		title := sectionOf(set, s)
		sections[title] = append(sections[title], s.Name)
	}
	first := true
	section := func(title string, names []string) {
		if len(names) == 0 {
			return
		}
		if !first {
			b.WriteString("\n")
		}
		first = false
		b.WriteString(title + "\n")
		block(b, names)
	}
	section(commonly, sections[commonly])
	delete(sections, commonly)
	titles := slices.SortedFunc(maps.Keys(sections), func(a, c string) int {
		// Modules go before lists.
		if ofList := strings.HasPrefix(a, listedBy); ofList != strings.HasPrefix(c, listedBy) {
			if ofList {
				return 1
			}
			return -1
		}
		return strings.Compare(a, c)
	})
	for _, title := range titles {
		section(title, sections[title])
	}
	section(preservedFor, preserved)
}

// sectionOf returns the title of the section that a symbol belongs to.
func sectionOf(set *ksympb.NeededSet, s *ksympb.NeededSymbol) string {
	modules, lists := map[string]bool{}, map[string]bool{}
	for _, r := range s.Reasons {
		for _, i := range r.Users {
			name := set.Users[i].GetName()
			switch r.Kind {
			case ksympb.Reason_KIND_KERNEL:
				return commonly
			case ksympb.Reason_KIND_KEEP_LIST:
				list := name[:max(0, strings.LastIndexByte(name, ':'))] // without the line
				lists[oneLine(list)] = true
			default:
				modules[moduleFile(name)] = true
			}
		}
	}
	switch {
	case len(modules) == 1:
		return requiredBy + slices.Collect(maps.Keys(modules))[0]
	case len(modules) == 0 && len(lists) == 1:
		return listedBy + slices.Collect(maps.Keys(lists))[0]
	}
	return commonly
}

// moduleFile returns the name of a module's file, as Android's lists have it.
func moduleFile(module string) string { return oneLine(path.Base(module)) + ".ko" }

// oneLine keeps a name within a comment.
func oneLine(name string) string { return strings.Join(strings.Fields(name), " ") }

// block writes names, each once, in Android's order.
func block(b *strings.Builder, names []string) {
	names = slices.Clone(names)
	slices.SortFunc(names, compareAndroid)
	for _, n := range slices.Compact(names) {
		b.WriteString("  " + n + "\n")
	}
}

// compareAndroid orders names as Android's lists do: by their letters without
// regard to case and underscores, and of those that do not differ in that, the
// one with more leading underscores first.
func compareAndroid(a, b string) int {
	if c := strings.Compare(androidKey(a), androidKey(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func androidKey(name string) string {
	leading := len(name) - len(strings.TrimLeft(name, "_"))
	return strings.ToLower(strings.ReplaceAll(name, "_", "")) + strings.Repeat("_", max(0, 5-leading))
}
