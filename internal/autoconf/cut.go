package autoconf

import (
	"bytes"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// Cut returns the lines of an autoconf.h that define the options
// mentioned, or what IS_ENABLED and IS_MODULE paste of them, X_MODULE.
// Everything that is not a definition of an option goes.
func Cut(text []byte, mentioned map[csource.Config]bool) []byte {
	var prefixes []string
	for c := range mentioned {
		if c.Prefix {
			prefixes = append(prefixes, c.Name)
		}
	}
	var cut []byte
	for line := range bytes.Lines(text) {
		name := defined(line)
		if name != "" && (mentioned[csource.Config{Name: name}] || mentioned[csource.Config{Name: option(name)}] || hasPrefix(name, prefixes)) {
			cut = append(cut, line...)
		}
	}
	return cut
}

// Defined are the macros that an autoconf.h defines.
func Defined(text []byte) map[string]bool {
	all := map[string]bool{}
	for line := range bytes.Lines(text) {
		if macro := defined(line); macro != "" {
			all[macro] = true
		}
	}
	return all
}

// defined is the macro of an option that a line defines, or empty.
func defined(line []byte) string {
	rest, is := bytes.CutPrefix(line, []byte("#define "))
	if !is || !bytes.HasPrefix(rest, []byte(prefix)) {
		return ""
	}
	if end := bytes.IndexAny(rest, " \t\r\n"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest)
}

func hasPrefix(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
