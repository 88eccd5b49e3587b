package kernelgraph

import (
	"path"
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// A statement is one of a recipe's that is more than Kbuild's bookkeeping.
type statement struct {
	text  string   // as it is printed
	words []string // if it is a simple command without redirection
	node  *syntax.Stmt
}

// told is a line by which a recipe that ran in spite of -n tells what it does.
var told = regexp.MustCompile(`(?m)^  [A-Z]\S* .*\n?`)

// statements reads a recipe, and leaves out those by which Kbuild tells what is done,
// removes a target that is interrupted, checks, or writes .cmd files.
func statements(recipe string) ([]statement, error) {
	recipe = told.ReplaceAllString(recipe, "")
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(recipe), "")
	if err != nil {
		return nil, err
	}
	var all []statement
	for _, stmt := range file.Stmts {
		if bookkeeping(stmt) {
			continue
		}
		s := statement{node: stmt, text: strings.TrimSpace(recipe[stmt.Pos().Offset():stmt.End().Offset()])}
		s.text = strings.TrimSpace(strings.TrimSuffix(s.text, ";"))
		if call, ok := stmt.Cmd.(*syntax.CallExpr); ok && len(stmt.Redirs) == 0 && len(call.Assigns) == 0 && !stmt.Negated {
			for _, w := range call.Args {
				s.words = append(s.words, maketrace.Literal(w))
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// bookkeeping says whether a statement makes nothing.
func bookkeeping(stmt *syntax.Stmt) bool {
	for _, r := range stmt.Redirs {
		if r.Word != nil && strings.HasSuffix(maketrace.Literal(r.Word), ".cmd") {
			return true
		}
	}
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok {
		return false
	}
	if len(call.Args) == 0 {
		return len(call.Assigns) == 0
	}
	word := func(i int) string {
		if i < len(call.Args) {
			return maketrace.Literal(call.Args[i])
		}
		return ""
	}
	switch path.Base(word(0)) {
	case "set", "trap", ":", "true", "fixdep", "check-local-export":
		return true
	case "echo", "printf":
		return len(stmt.Redirs) == 0
	case "rm":
		return strings.HasSuffix(word(len(call.Args)-1), ".d")
	case "make":
		return true
	}
	return false
}

// makesFile says whether a step makes the file that it is named for.
func makesFile(s maketrace.Step) bool {
	// Kbuild has the shell remove the target if it is interrupted, where that
	// is a file.
	if strings.Contains(s.Recipe, "trap 'rm -f "+s.Target+"; trap - HUP") {
		return true
	}
	all, err := statements(s.Recipe)
	if err != nil {
		return strings.Contains(s.Recipe, s.Target)
	}
	for _, st := range all {
		for _, w := range pathsIn(st.node) {
			if w == s.Target {
				return true
			}
		}
	}
	return false
}

// pathsIn are all words, and parts of words, of a statement that could be paths.
func pathsIn(node syntax.Node) []string {
	var all []string
	add := func(text string) {
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !isPathRune(r) }) {
			all = append(all, path.Clean(w))
		}
	}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Lit:
			add(n.Value)
		case *syntax.SglQuoted:
			add(n.Value)
		}
		return true
	})
	return all
}

func isPathRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r)
}
