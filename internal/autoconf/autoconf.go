// Package autoconf knows the header that Kconfig writes of a configuration, and
// which of its lines a source can see: those of the options that the source, what
// it includes and its compiler's options mention.
package autoconf

import (
	"errors"
	"maps"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// A Request asks for what some sources see of a configuration.
type Request struct {
	Autoconf string // file
	Options  string // file that says what the sources mention
	Slices   []Slice
}

// A Slice is a source, by its canonical path, and the file to write what it sees
// to. Sources with the same file share it: it has what any of them sees.
type Slice struct{ Source, Out string }

// outside is the header of sources that cannot include it, as far as is known.
const outside = "#error autoconf.h is not among what this source was found to include\n"

// Run writes the slices.
func Run(r Request) error {
	if r.Autoconf == "" || r.Options == "" || len(r.Slices) == 0 {
		return errors.New("--autoconf, --options and at least one --out are required")
	}
	text, err := os.ReadFile(r.Autoconf)
	if err != nil {
		return err
	}
	options, err := ReadOptions(r.Options)
	if err != nil {
		return err
	}
	seen := map[string]map[csource.Config]bool{}
	for _, s := range r.Slices {
		mentioned, includes := options[s.Source]
		if includes && seen[s.Out] == nil {
			seen[s.Out] = map[csource.Config]bool{}
		}
		maps.Copy(seen[s.Out], mentioned)
	}
	for _, s := range r.Slices {
		cut := []byte(outside)
		if mentioned, includes := seen[s.Out]; includes {
			cut = Cut(text, mentioned)
		}
		if err := os.WriteFile(s.Out, cut, 0o644); err != nil {
			return err
		}
	}
	return nil
}
