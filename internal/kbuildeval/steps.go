package kbuildeval

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// A step is a target that make would update, and its recipe.
type step struct {
	target   string
	makefile string
	line     int
	phony    bool
	recipe   string
}

// trace is a line of make's --trace: `Makefile:12: update target 'x' due to: y`,
// and in GNU make before 4.4 also `Makefile:12: target 'x' does not exist`.
var trace = regexp.MustCompile(`^(\S[^:]*):(\d+): (?:update )?target '(.*?)' (due to: .*|does not exist)$`)

// readSteps parts what `make --trace -n` printed.
func readSteps(printed string) []step {
	var steps []step
	var recipe strings.Builder
	end := func() {
		if len(steps) > 0 {
			steps[len(steps)-1].recipe = recipe.String()
		}
		recipe.Reset()
	}
	for line := range strings.Lines(printed) {
		if m := trace.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			end()
			n, _ := strconv.Atoi(m[2])
			steps = append(steps, step{target: m[3], makefile: m[1], line: n, phony: strings.HasSuffix(m[4], "target is .PHONY")})
			continue
		}
		recipe.WriteString(line)
	}
	end()
	return steps
}

// commands returns the simple commands of a recipe, in the order in which they
// are written, quoting undone: both branches of an `if`, each part of a
// pipeline. Parts of words that only a shell could know (`$x`, `$(cmd)`) are
// empty. Lines that are no shell text are left out.
func commands(recipe string) [][]string {
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	file, err := parser.Parse(strings.NewReader(recipe), "")
	if err != nil {
		// One line that cannot be read, such as a message of make's,
		// does not hide the others.
		lines := logicalLines(recipe)
		if len(lines) < 2 {
			return nil
		}
		var all [][]string
		for _, line := range lines {
			all = append(all, commands(line)...)
		}
		return all
	}
	var all [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CallExpr:
			var words []string
			for _, w := range node.Args {
				words = append(words, literal(noEnvironment, w))
			}
			if len(words) > 0 {
				all = append(all, words)
			}
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		}
		return true
	})
	return all
}

// noEnvironment expands words where no variable is set.
var noEnvironment = &expand.Config{Env: expand.FuncEnviron(func(string) string { return "" })}

// literal returns a word's text; as it is written if it has a substitution.
func literal(config *expand.Config, w *syntax.Word) string {
	if fields, err := expand.Fields(config, w); err == nil {
		return strings.Join(fields, " ")
	}
	var b bytes.Buffer
	if err := syntax.NewPrinter().Print(&b, w); err != nil {
		return ""
	}
	return b.String()
}

// logicalLines are lines, those that end in a backslash together with the next.
func logicalLines(text string) []string {
	var lines []string
	var line strings.Builder
	for l := range strings.Lines(text) {
		line.WriteString(l)
		if !strings.HasSuffix(l, "\\\n") {
			lines = append(lines, line.String())
			line.Reset()
		}
	}
	if line.Len() > 0 {
		lines = append(lines, line.String())
	}
	return lines
}
