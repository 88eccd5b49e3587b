// Package modfile reads .mod files: which objects a module is linked from.
//
// One path a line, in the order of the link (scripts/Makefile.build, Linux
// 5.19 to 7.2). A livepatch module's has one more line, LIVEPATCH, as Kbuild's
// maintainer proposed; no released Kbuild writes or reads it.
package modfile

import (
	"fmt"
	"strings"
)

// An Error says what is wrong where in a .mod file.
type Error struct {
	File   string
	Line   int   // from 1
	Offset int64 // of the line, in bytes from the beginning of the file
	Reason string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: offset %#x: %s", e.File, e.Line, e.Offset, e.Reason)
}

// Livepatch is the line that marks a livepatch module.
const Livepatch = "LIVEPATCH"

// A Mod is what a .mod file says.
type Mod struct {
	Objects   []string // paths of objects (.o) and archives (.a), in the file's order
	Livepatch bool
}

// Parse reads a .mod file. The name is for errors, which are *Error. A line
// with the word LIVEPATCH that is no path is a mark, whatever else it says.
func Parse(name string, data []byte) (Mod, error) {
	var mod Mod
	offset, line := 0, 0
	for text := range strings.Lines(string(data)) {
		line++
		path, ended := strings.CutSuffix(text, "\n")
		reason := ""
		switch {
		case !ended:
			reason = "the last line does not end: the file is cut short"
		case isPath(path):
		case strings.Contains(path, Livepatch):
			mod.Livepatch = true
			path = ""
		default:
			reason = fmt.Sprintf("%.80q is neither an object (.o) nor an archive (.a)", path)
		}
		if reason == "" && strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			reason = fmt.Sprintf("%.80q is not one path a line", path)
		}
		if reason != "" {
			return Mod{}, &Error{File: name, Line: line, Offset: int64(offset), Reason: reason}
		}
		if path != "" {
			mod.Objects = append(mod.Objects, path)
		}
		offset += len(text)
	}
	return mod, nil
}

func isPath(line string) bool {
	return strings.HasSuffix(line, ".o") || strings.HasSuffix(line, ".a")
}
