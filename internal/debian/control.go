// Package debian reads Debian's package archives: control files, indexes, signed Release files, dependency fields,
// versions, and the machine's own apt sources.
package debian

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Paragraph is one stanza of a control file, field name to value. A value that went over several lines keeps its
// newlines, without the leading space of each continued line.
type Paragraph map[string]string

// ReadParagraphs calls f for each stanza of a control file (deb822(5): Packages, Release, apt's .sources), in order.
// It stops at the first error of f. Malformed lines give an error with the line's number.
func ReadParagraphs(r io.Reader, f func(Paragraph) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), 4<<20)
	paragraph := Paragraph{}
	field := ""
	number := 0
	for lines.Scan() {
		number++
		line := strings.TrimRight(lines.Text(), " \t\r")
		switch {
		case line == "":
			if len(paragraph) > 0 {
				if err := f(paragraph); err != nil {
					return err
				}
			}
			paragraph, field = Paragraph{}, ""
		case line[0] == '#':
		case line[0] == ' ' || line[0] == '\t':
			if field == "" {
				return fmt.Errorf("line %d: a continued line before any field", number)
			}
			paragraph[field] += "\n" + strings.TrimLeft(line, " \t")
		default:
			name, value, found := strings.Cut(line, ":")
			if !found || name == "" || strings.ContainsAny(name, " \t") {
				return fmt.Errorf("line %d: %q is no `Field: value`", number, truncate(line))
			}
			field = name
			paragraph[field] = strings.TrimLeft(value, " \t")
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("line %d: %w", number+1, err)
	}
	if len(paragraph) > 0 {
		return f(paragraph)
	}
	return nil
}

func truncate(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
