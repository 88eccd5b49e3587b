package symbollist

import (
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A List is one that was read.
type List struct {
	Name    string // what to call it in messages
	Entries []keeplist.Entry

	comments []string // of each line, the comment that stands above its block
}

// Parse reads a list.
func Parse(name string, data []byte) (*List, error) {
	entries, err := keeplist.Parse(name, data)
	if err != nil {
		return nil, err
	}
	l := &List{Name: name, Entries: entries}
	comment := ""
	for row := range strings.SplitSeq(string(data), "\n") {
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			comment = row
		}
		l.comments = append(l.comments, comment)
	}
	return l, nil
}

// Names returns the names on the list.
func (l *List) Names() []string {
	names := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		names[i] = e.Name
	}
	return names
}

// requirer returns the module's file that a comment says required the entry,
// empty if none does.
func (l *List) requirer(e keeplist.Entry) string {
	module, _ := strings.CutPrefix(l.comments[e.Line-1], requiredBy)
	if module == l.comments[e.Line-1] {
		return ""
	}
	return module
}

// A Difference is how a list differs from what modules take.
type Difference struct {
	// Missing are the symbols that modules take and that are not on the list.
	Missing []*ksympb.NeededSymbol
	// Unused are the names on the list that no module takes, each once.
	Unused []keeplist.Entry

	set  *ksympb.NeededSet
	list *List
}

// Compare compares the names on a list with a set. In which order they are, and
// what comments say, makes no difference.
func Compare(set *ksympb.NeededSet, list *List) Difference {
	d := Difference{set: set, list: list}
	taken := make(map[string]bool, len(set.GetSymbols()))
	for _, s := range set.GetSymbols() {
		taken[s.Name] = true
	}
	listed := make(map[string]bool, len(list.Entries))
	for _, e := range list.Entries {
		if !taken[e.Name] && !listed[e.Name] {
			d.Unused = append(d.Unused, e)
		}
		listed[e.Name] = true
	}
	d.Missing = unlisted(set, listed)
	return d
}

// maxUsers bounds how many of a symbol's users a line names.
const maxUsers = 4

// Text returns a line for each difference: with + what is missing and who takes
// it, with - what no module takes.
func (d Difference) Text() string {
	var b strings.Builder
	for _, s := range d.Missing {
		fmt.Fprintf(&b, "+ %s: %s\n", s.Name, needed.ExplainSome(d.set, s, maxUsers))
	}
	for _, e := range d.Unused {
		fmt.Fprintf(&b, "- %s: no module takes it", e.Name)
		if module := d.list.requirer(e); module != "" {
			fmt.Fprintf(&b, "; line %d says %s did", e.Line, module)
		} else {
			fmt.Fprintf(&b, " (line %d)", e.Line)
		}
		b.WriteString("\n")
	}
	return b.String()
}
