// Package params reads the arguments of action tools: it expands the params
// files that Bazel passes, and takes nothing but flags.
//
// An argument `@FILE` stands for the lines of FILE, one argument a line
// (Bazel's "multiline" format, which neither quotes nor escapes). An
// argument that must start with @ is written with two: `@@x` is `@x`.
package params

import (
	"fmt"
	"os"
	"strings"
)

// Expand returns args with each `@FILE` replaced by the lines of FILE.
// Lines are taken as they are: a line that starts with @ is an argument, not
// another file, because link templates contain words such as `@hello.mod`.
// An empty line is an empty argument. The error names the file that could
// not be read.
func Expand(args []string) ([]string, error) {
	out := make([]string, 0, len(args))
	for _, a := range args {
		switch {
		case strings.HasPrefix(a, "@@"):
			out = append(out, a[1:])
		case len(a) > 1 && a[0] == '@':
			text, err := os.ReadFile(a[1:])
			if err != nil {
				return nil, fmt.Errorf("params file of argument %q: %w", a, err)
			}
			out = append(out, lines(string(text))...)
		default:
			out = append(out, a)
		}
	}
	return out, nil
}

// lines splits text after every newline; what follows the last newline counts
// as a line only if it is not empty.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
