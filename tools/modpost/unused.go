package main

import (
	"fmt"
	"os"
	"strings"
)

// warnOfUnused warns of deps that give the module neither a symbol nor a
// header.
func (c *config) warnOfUnused() error {
	unused, err := lines(c.unused)
	if err != nil || len(unused) == 0 {
		return err
	}
	read, err := c.readByCompiler()
	if err != nil {
		return err
	}
	included := map[string]bool{}
	for _, header := range c.depHeaders {
		label, path, ok := cutLast(header, "=")
		if !ok {
			return fmt.Errorf("--dep_header %q is not of the form LABEL=PATH", header)
		}
		included[label] = included[label] || read[path]
	}
	for _, label := range unused {
		if !included[label] {
			fmt.Fprintf(c.stderr, "WARNING: modpost: %s: deps: %s is not used: the module uses no symbol of it and includes none of its headers; buildozer 'remove deps %s' %s\n",
				c.options.Label, label, label, c.options.Label)
		}
	}
	return nil
}

// readByCompiler are the canonical paths of the files that the module's objects
// were compiled from.
func (c *config) readByCompiler() (map[string]bool, error) {
	read := map[string]bool{}
	for _, file := range c.deps {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			path, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
			read[path] = true
		}
	}
	return read, nil
}

// cutLast cuts a string at the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}
