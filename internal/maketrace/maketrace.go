// Package maketrace reads what GNU make says that it would do: the output of
// `make --trace -n`, and the shell text of recipes.
package maketrace

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

// A Step is a target that make would update, and its recipe.
type Step struct {
	Target   string // as make spells it
	Makefile string
	Line     int
	Phony    bool
	Due      []string // the prerequisites that are newer; all of them if the target did not exist and had any
	Recipe   string   // what make printed of it: shell text
}

// trace is a line of make's --trace: `Makefile:12: update target 'x' due to: y`,
// and in GNU make before 4.4 also `Makefile:12: target 'x' does not exist`.
var trace = regexp.MustCompile(`^(\S[^:]*):(\d+): (?:update )?target '(.*?)' (due to: .*|does not exist)$`)

// Steps parts what `make --trace -n` printed.
func Steps(printed string) []Step {
	var steps []Step
	var recipe strings.Builder
	end := func() {
		if len(steps) > 0 {
			steps[len(steps)-1].Recipe = recipe.String()
		}
		recipe.Reset()
	}
	for line := range strings.Lines(printed) {
		if m := trace.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			end()
			n, _ := strconv.Atoi(m[2])
			s := Step{Target: m[3], Makefile: m[1], Line: n, Phony: strings.HasSuffix(m[4], "target is .PHONY")}
			if due, found := strings.CutPrefix(m[4], "due to: "); found && !s.Phony && due != "target does not exist" {
				s.Due = strings.Fields(due)
			}
			steps = append(steps, s)
			continue
		}
		recipe.WriteString(line)
	}
	end()
	return steps
}

// Commands returns the simple commands of a recipe, in the order in which they
// are written, quoting undone: both branches of an `if`, each part of a
// pipeline. Parts of words that only a shell could know (`$x`, `$(cmd)`) are
// empty. Lines that are no shell text are left out.
func Commands(recipe string) [][]string {
	parser := syntax.NewParser(syntax.Variant(syntax.LangBash))
	file, err := parser.Parse(strings.NewReader(recipe), "")
	if err != nil {
		// One line that cannot be read, such as a message of make's,
		// does not hide the others.
		lines := LogicalLines(recipe)
		if len(lines) < 2 {
			return nil
		}
		var all [][]string
		for _, line := range lines {
			all = append(all, Commands(line)...)
		}
		return all
	}
	var all [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CallExpr:
			var words []string
			for _, w := range node.Args {
				words = append(words, Literal(w))
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

// noEnvironment has no variables.
var noEnvironment = &expand.Config{Env: expand.FuncEnviron(func(string) string { return "" })}

// Literal returns a word's text where no variable is set; as it is written if it
// has a substitution.
func Literal(w *syntax.Word) string {
	if fields, err := expand.Fields(noEnvironment, w); err == nil {
		return strings.Join(fields, " ")
	}
	var b bytes.Buffer
	if err := syntax.NewPrinter().Print(&b, w); err != nil {
		return ""
	}
	return b.String()
}

// LogicalLines are lines, those that end in a backslash together with the next.
func LogicalLines(text string) []string {
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
