// Package modfile reads .mod files: which objects a module is linked from.
//
// One path a line, in the order of the link (scripts/Makefile.build, Linux
// 5.19 to 7.2). Livepatch builds have had a line with the word LIVEPATCH.
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

// Parse returns the paths of the objects (.o) and archives (.a) in a .mod
// file, in its order. The name is for errors, which are *Error.
func Parse(name string, data []byte) ([]string, error) {
	var objects []string
	offset, line := 0, 0
	for text := range strings.Lines(string(data)) {
		line++
		path, ended := strings.CutSuffix(text, "\n")
		reason := ""
		switch {
		case !ended:
			reason = "the last line does not end: the file is cut short"
		case strings.Contains(path, "LIVEPATCH"):
			path = ""
		case !strings.HasSuffix(path, ".o") && !strings.HasSuffix(path, ".a"):
			reason = fmt.Sprintf("%.80q is neither an object (.o) nor an archive (.a)", path)
		case strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f }):
			reason = fmt.Sprintf("%.80q is not one path a line", path)
		}
		if reason != "" {
			return nil, &Error{File: name, Line: line, Offset: int64(offset), Reason: reason}
		}
		if path != "" {
			objects = append(objects, path)
		}
		offset += len(text)
	}
	return objects, nil
}
