// Package template fills in the commands of an SDK: what GNU make printed for
// a probe module, with placeholders `%{name}` where a module's own names go.
package template

import (
	"fmt"
	"strings"
)

// Root is the placeholder of the folder that canonical paths are below:
// `-I%{root}/usr/src/linux-headers-.../include`.
const Root = "%{root}"

// Vars are the values of placeholders. A value may use %{root} itself.
type Vars map[string]string

// Expand returns words with every placeholder replaced. A placeholder without
// a value is an error that names it and the word.
func Expand(words []string, vars Vars) ([]string, error) {
	out := make([]string, len(words))
	for i, word := range words {
		var err error
		if out[i], err = vars.Word(word); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Word expands one word.
func (v Vars) Word(word string) (string, error) {
	before, rest, found := strings.Cut(word, "%{")
	if !found {
		return word, nil
	}
	var b strings.Builder
	for found {
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("the command word %q has a placeholder that is not closed", word)
		}
		value, known := v[name]
		if !known {
			return "", fmt.Errorf("the command word %q has a placeholder %%{%s} that nothing gives a value (--define %s=...)", word, name, name)
		}
		if name != "root" {
			value = strings.ReplaceAll(value, Root, v["root"])
		}
		b.WriteString(value)
		before, rest, found = strings.Cut(after, "%{")
	}
	b.WriteString(before)
	return b.String(), nil
}

// Canonical returns words with %{root} gone, so that canonical paths become
// absolute ones (`-I/usr/src/...`), and all other placeholders left.
func Canonical(words []string) []string {
	out := make([]string, len(words))
	for i, word := range words {
		out[i] = strings.ReplaceAll(word, Root, "")
	}
	return out
}

// Parse reads `NAME=value` definitions.
func Parse(definitions []string) (Vars, error) {
	vars := Vars{}
	for _, d := range definitions {
		name, value, found := strings.Cut(d, "=")
		if !found || name == "" || name == "root" {
			return nil, fmt.Errorf("--define %q is not NAME=value, with a name other than root", d)
		}
		vars[name] = value
	}
	return vars, nil
}
