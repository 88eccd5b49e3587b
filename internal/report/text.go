package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// textKeepers is how many of a symbol's keepers the text names: kfree has
// thousands.
const textKeepers = 8

// Text returns the report for a terminal: each symbol with the number of
// modules that use it, the most used first; each module with its providers;
// and what nobody uses.
func (r *Report) Text() []byte {
	var b strings.Builder
	if r.Title != "" {
		fmt.Fprintf(&b, "%s\n\n", r.Title)
	}
	t := r.Totals
	fmt.Fprintf(&b, "%s, %s: %d needed, %d unused. %s from elsewhere.\n",
		count(t.Modules, "module"), count(t.Exports, "exported symbol"), t.Needed, t.Unused, count(t.Taken, "symbol"))

	b.WriteString("\nSymbols, by the number of modules that use them\n\n")
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "uses\tsymbol\texported by\ttype\tkept because\n")
	symbols := slices.Clone(r.Symbols)
	slices.SortStableFunc(symbols, func(a, b *Symbol) int {
		return cmp.Or(cmp.Compare(b.Uses, a.Uses), slices.Compare(a.Exporters, b.Exporters))
	})
	for _, s := range symbols {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", s.Uses, s.Name, exporters(s), exportType(s), keepers(s))
	}
	w.Flush()

	b.WriteString("\nModules, what they use and from whom (a number after a symbol: the modules that use it)\n")
	uses := make(map[string]int, len(r.Symbols))
	for _, s := range r.Symbols {
		uses[s.Name] = s.Uses
	}
	for _, m := range r.Modules {
		if len(m.Providers) == 0 && len(m.Undecoded) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s", m.Name)
		if m.Label != "" {
			fmt.Fprintf(&b, " (%s)", m.Label)
		}
		b.WriteString("\n")
		for _, u := range m.Providers {
			from := "from " + u.Module
			if u.Module == "" {
				from = "from nobody that is known"
			}
			fmt.Fprintf(&b, "  %s:", from)
			for i, name := range u.Symbols {
				if i > 0 {
					b.WriteString(",")
				}
				fmt.Fprintf(&b, " %s %d", name, uses[name])
			}
			b.WriteString("\n")
		}
		for _, u := range m.Undecoded {
			fmt.Fprintf(&b, "  symbol_get of a name that is not known: %s\n", u)
		}
	}

	b.WriteString("\nExports that nobody uses\n")
	none := true
	for _, m := range r.Modules {
		if len(m.Unused) == 0 {
			continue
		}
		none = false
		fmt.Fprintf(&b, "\n%s: %d of %d\n", callModule(m), len(m.Unused), len(m.Exports))
		for _, name := range m.Unused {
			fmt.Fprintf(&b, "  %s\n", name)
		}
	}
	if none {
		b.WriteString("\nnone\n")
	}
	return []byte(b.String())
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func exporters(s *Symbol) string {
	if len(s.Exporters) == 0 {
		return "-"
	}
	return strings.Join(s.Exporters, " ")
}

func exportType(s *Symbol) string {
	t := cmp.Or(s.Export, "-")
	if s.Namespace != "" {
		t += " " + s.Namespace
	}
	return t
}

// verbs say how a symbol is kept, before the name of who keeps it.
var verbs = map[How]string{
	Import:     "imported by",
	WeakImport: "weakly imported by",
	SymbolGet:  "asked for by symbol_get() in",
	KeepList:   "on the list",
	Kernel:     "wanted by",
	Klp:        "named by a klp relocation of",
}

// keepers says who keeps a symbol.
func keepers(s *Symbol) string {
	if !s.Needed {
		return "unused"
	}
	var b strings.Builder
	var last How
	for i, k := range s.Keepers {
		if i == textKeepers {
			fmt.Fprintf(&b, " and %d more", len(s.Keepers)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if k.How != last {
			b.WriteString(verbs[k.How] + " ")
			last = k.How
		}
		b.WriteString(cmp.Or(k.Label, k.Name))
	}
	return b.String()
}
