package autoconf

import (
	"bytes"
	"hash/fnv"
	"os"
	"slices"
	"strings"
)

// Parts says in which of several files the lines of an option are: in the first if a
// header mentions it that many sources include; else, by its name, in one of the
// others, which most slices need not read.
type Parts struct {
	n        int             // how many
	inHeader map[string]bool // options
}

// ReadParts takes the list of options that headers mention, as WriteList wrote it,
// for n files.
func ReadParts(file string, n int) (*Parts, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p := &Parts{n, map[string]bool{}}
	for _, name := range strings.Fields(string(text)) {
		p.inHeader[name] = true
	}
	return p, nil
}

// WriteList writes options to a file, a line each.
func WriteList(file string, options map[string]bool) error {
	var lines []string
	for name := range options {
		lines = append(lines, name+"\n")
	}
	slices.Sort(lines)
	return os.WriteFile(file, []byte(strings.Join(lines, "")), 0o644)
}

// prefix begins the names of options.
const prefix = "CONFIG_"

// option is the option that a macro of autoconf.h is of: X_MODULE is of X.
func option(macro string) string { return strings.TrimSuffix(macro, "_MODULE") }

// of is the index of the file with an option.
func (p *Parts) of(macro string) int {
	name := option(macro)
	if p.inHeader[name] || p.n == 1 {
		return 0
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return 1 + int(h.Sum32()%uint32(p.n-1))
}

// Split parts an autoconf.h.
func (p *Parts) Split(text []byte) [][]byte {
	parts := make([][]byte, p.n)
	for line := range bytes.Lines(text) {
		if macro := defined(line); macro != "" {
			i := p.of(macro)
			parts[i] = append(parts[i], line...)
		}
	}
	return parts
}

// A SplitRequest asks for an autoconf.h in parts.
type SplitRequest struct {
	Autoconf      string   // file
	HeaderOptions string   // file with the options that headers mention
	Out           []string // files
}

// RunSplit writes the parts.
func RunSplit(r SplitRequest) error {
	parts, err := ReadParts(r.HeaderOptions, len(r.Out))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(r.Autoconf)
	if err != nil {
		return err
	}
	for i, part := range parts.Split(text) {
		if err := os.WriteFile(r.Out[i], part, 0o644); err != nil {
			return err
		}
	}
	return nil
}
