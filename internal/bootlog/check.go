package bootlog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// regexpPrefix marks a pattern that is a regular expression.
const regexpPrefix = "re:"

// A Pattern is what a line is looked for by: a text that it contains, or, if
// it was written as `re:EXPR`, a regular expression (Go's syntax, RE2) that
// matches somewhere in it.
type Pattern struct {
	text string // as written
	expr *regexp.Regexp
}

// ParsePattern reads a pattern. An empty one, which every line would match, is
// an error.
func ParsePattern(text string) (Pattern, error) {
	expr, ok := strings.CutPrefix(text, regexpPrefix)
	if !ok {
		if text == "" {
			return Pattern{}, fmt.Errorf("an empty pattern matches every line")
		}
		return Pattern{text: text}, nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return Pattern{}, fmt.Errorf("%q: %w", text, err)
	}
	if re.MatchString("") {
		return Pattern{}, fmt.Errorf("%q matches every line", text)
	}
	return Pattern{text, re}, nil
}

// Match reports whether a line's text is one that the pattern means.
func (p Pattern) Match(text string) bool {
	if p.expr != nil {
		return p.expr.MatchString(text)
	}
	return strings.Contains(text, p.text)
}

// String says in a message what was looked for.
func (p Pattern) String() string {
	if p.expr != nil {
		return "matching " + fmt.Sprintf("%q", p.expr)
	}
	return "with " + fmt.Sprintf("%q", p.text)
}

// DefaultForbid is what a kernel writes when something went wrong in it. That
// a module is unsigned or built out of tree is no such thing.
var DefaultForbid = []string{
	"BUG:",
	"WARNING:",
	"Oops",
	"Call Trace",
	"Kernel panic",
	"UBSAN:",
	"general protection fault",
}

// Checks are what a log is judged by. Only what comes after /init began is
// looked at, and none of the lines in which /init says what it does.
type Checks struct {
	// Expect are patterns that must each match a line.
	Expect []Pattern
	// AnyOrder lets them match in any order; else each has to match a line
	// below the one before it.
	AnyOrder bool
	// Forbid are patterns that may match no line, except one that a pattern
	// of Allow matches too.
	Forbid []Pattern
	Allow  []Pattern
}

// A Problem is one reason why a test failed: a first line, and what belongs to
// it below.
type Problem struct {
	Text   string
	Detail []string
}

// maxForbidden is the number of forbidden lines that are reported: one oops
// has many.
const maxForbidden = 4

// Check returns all that is wrong with a log, the most telling first; nothing
// if the test passed.
func (l *Log) Check(c Checks) []Problem {
	problems := l.checkInit()
	problems = append(problems, l.checkForbidden(c)...)
	if len(problems) == 0 || l.Passed() {
		// Had /init not come to its end, lines would be missing because of
		// that.
		problems = append(problems, l.checkExpected(c)...)
	}
	return problems
}

// checkInit reports how /init ended if it was not well.
func (l *Log) checkInit() []Problem {
	doing := l.Doing()
	switch {
	case !l.Started():
		return []Problem{{Text: "the kernel did not get as far as /init"}}
	case doing == bootplan.Passed:
		return nil
	case strings.HasPrefix(doing, bootplan.Failed):
		return []Problem{{Text: doing[len(bootplan.Failed):], Detail: l.reason()}}
	}
	return []Problem{{Text: fmt.Sprintf("the kernel stopped before /init had finished; the last that it said was %q", doing)}}
}

// maxReason is the number of the kernel's lines shown with a failed step.
const maxReason = 10

// reason returns what the kernel had to say in the step at which /init failed:
// the lines between its last two.
func (l *Log) reason() []string {
	var lines []string
	judged := l.judged()
	i := len(judged) - 1
	for i >= 0 && judged[i].Source != Init {
		i--
	}
	for i--; i >= 0 && judged[i].Source != Init; i-- {
		lines = append([]string{judged[i].String()}, lines...)
	}
	return lines[max(len(lines)-maxReason, 0):]
}

func (l *Log) checkForbidden(c Checks) []Problem {
	var hits []*Line
	lines := l.judged()
	for i := range lines {
		if line := &lines[i]; line.Source != Init && matchAny(c.Forbid, line.Text) && !matchAny(c.Allow, line.Text) {
			hits = append(hits, line)
		}
	}
	if len(hits) == 0 {
		return nil
	}
	p := Problem{Text: "the kernel log has lines that it must not have"}
	for _, hit := range hits[:min(len(hits), maxForbidden)] {
		p.Detail = append(p.Detail, hit.String())
	}
	if more := len(hits) - maxForbidden; more > 0 {
		p.Detail = append(p.Detail, fmt.Sprintf("and %d more", more))
	}
	return []Problem{p}
}

func (l *Log) checkExpected(c Checks) []Problem {
	var problems []Problem
	lines := l.judged()
	from := 0
	after := ""
	for _, p := range c.Expect {
		start := from
		if c.AnyOrder {
			start = 0
		}
		i := find(lines, start, p)
		if i < 0 {
			text := fmt.Sprintf("the kernel log has no line %v%s", p, after)
			problem := Problem{Text: text}
			if early := find(lines[:start], 0, p); early >= 0 {
				problem.Text += ", only one above it"
				problem.Detail = []string{lines[early].String()}
			}
			problems = append(problems, problem)
			continue
		}
		if !c.AnyOrder {
			from = i + 1
			after = fmt.Sprintf(" below line %d, the one %v", lines[i].Number, p)
		}
	}
	return problems
}

// find returns the index of the first line from start that the pattern
// matches, -1 if there is none.
func find(lines []Line, start int, p Pattern) int {
	for i := start; i < len(lines); i++ {
		if lines[i].Source != Init && p.Match(lines[i].Text) {
			return i
		}
	}
	return -1
}

func matchAny(patterns []Pattern, text string) bool {
	for _, p := range patterns {
		if p.Match(text) {
			return true
		}
	}
	return false
}
