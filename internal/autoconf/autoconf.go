// Package autoconf knows the header that Kconfig writes of a configuration, and
// which of its lines a source can see: those of the options that the source, what
// it includes and its compiler's options mention.
package autoconf

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// A Request asks for what some sources see of a configuration.
type Request struct {
	Autoconf      []string // files, its parts
	HeaderOptions string   // file with the options that headers mention, by which it was parted
	Options       string   // file that says what the sources mention
	Slices        []Slice
	Unused        string // file for the names of those parts that no source can see; may be empty
}

// A Slice is a source, by its canonical path, and the file to write what it sees
// to. Sources with the same file share it: it has what any of them sees.
type Slice struct{ Source, Out string }

// outside is the header of sources that cannot include it, as far as is known.
const outside = "#error autoconf.h is not among what this source was found to include\n"

// Run writes the slices.
func Run(r Request) error {
	if len(r.Autoconf) == 0 || r.HeaderOptions == "" || r.Options == "" || len(r.Slices) == 0 {
		return errors.New("--autoconf, --header_options, --options and at least one --out are required")
	}
	parts, err := ReadParts(r.HeaderOptions, len(r.Autoconf))
	if err != nil {
		return err
	}
	options, err := ReadOptions(r.Options)
	if err != nil {
		return err
	}
	seen := map[string]map[csource.Config]bool{}
	used := make([]bool, len(r.Autoconf))
	for _, s := range r.Slices {
		mentioned, includes := options[s.Source]
		if includes && seen[s.Out] == nil {
			seen[s.Out] = map[csource.Config]bool{}
		}
		maps.Copy(seen[s.Out], mentioned)
		for c := range mentioned {
			if c.Prefix {
				// Whatever a macro pastes to it.
				used = slices.Repeat([]bool{true}, len(used))
			}
			used[parts.of(c.Name)] = true
		}
	}
	text, err := r.read(used)
	if err != nil {
		return err
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

// read returns the text of the parts that are used, and writes down which are not.
func (r *Request) read(used []bool) ([]byte, error) {
	var text []byte
	var unused strings.Builder
	for i, file := range r.Autoconf {
		if !used[i] {
			unused.WriteString(file + "\n")
			continue
		}
		part, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		text = append(text, part...)
	}
	if r.Unused == "" {
		return text, nil
	}
	return text, os.WriteFile(r.Unused, []byte(unused.String()), 0o644)
}
