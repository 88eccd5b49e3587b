package autoconf

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// Options are what sources mention, by their canonical paths. A source that
// cannot include autoconf.h is not among them.
type Options map[string]map[csource.Config]bool

// pasted follows a name that macros paste more to, in the file.
const pasted = "##"

// WriteFile writes the options to a file: a line a source, its path, a tab, and
// the names with spaces between.
func (o Options) WriteFile(file string) error {
	var lines []string
	for source, mentioned := range o {
		var names []string
		for c := range mentioned {
			if c.Prefix {
				c.Name += pasted
			}
			names = append(names, c.Name)
		}
		slices.Sort(names)
		lines = append(lines, source+"\t"+strings.Join(names, " ")+"\n")
	}
	slices.Sort(lines)
	return os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644)
}

// ReadOptions reads what WriteFile wrote.
func ReadOptions(file string) (Options, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	o := Options{}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		source, names, found := strings.Cut(strings.TrimSuffix(string(line), "\n"), "\t")
		if !found || source == "" {
			return nil, fmt.Errorf("%s:%d: no source and tab; the file must be one that `slice headers --options` of this version wrote", file, n)
		}
		mentioned := map[csource.Config]bool{}
		for _, name := range strings.Fields(names) {
			name, prefix := strings.CutSuffix(name, pasted)
			mentioned[csource.Config{Name: name, Prefix: prefix}] = true
		}
		o[source] = mentioned
	}
	return o, nil
}
