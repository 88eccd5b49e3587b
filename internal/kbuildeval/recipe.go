package kbuildeval

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// Generated is a file that a recipe makes.
type Generated struct {
	Path     string // workspace path
	Makefile string // workspace path of the Makefile, or below $(srctree)
	Line     int
	// Commands are the recipe's lines of shell text, without those by which
	// Kbuild tells what it does and remembers it. Folders are $(M) and so on.
	Commands []string
	Sources  []string // workspace paths of the files of the tree that they name
	// Program is the first that they need and that the SDK's busybox has not;
	// empty if there is none.
	Program string
	Root    string // workspace path of M
	// Content is the file's, if what ran before Kbuild made it: an outer
	// Makefile, a script of dkms.conf. There is no recipe then.
	Content []byte
}

// generatedBy reads a recipe that makes a file of the tree.
func (p *printed) generatedBy(target string, s maketrace.Step) *Generated {
	g := &Generated{Path: target, Makefile: p.run.clean(s.Makefile), Line: s.Line, Root: p.root}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(s.Recipe), "")
	if err != nil {
		g.Commands = recipeLines(s.Recipe)
		g.Program = "a shell that can read this"
		return g
	}
	for _, stmt := range file.Stmts {
		if p.bookkeeping(stmt) {
			continue
		}
		var text strings.Builder
		if syntax.NewPrinter(syntax.Indent(4)).Print(&text, stmt) != nil {
			continue
		}
		g.Commands = append(g.Commands, p.spellAbsolute(strings.TrimSpace(text.String())))
		p.inspect(g, stmt)
	}
	slices.Sort(g.Sources)
	g.Sources = slices.Compact(g.Sources)
	return g
}

// bookkeeping says whether a statement is Kbuild's own: what says what is done,
// removes a target that is interrupted, or writes a .cmd file.
func (p *printed) bookkeeping(stmt *syntax.Stmt) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	for _, r := range stmt.Redirs {
		if r.Op == syntax.RdrOut || r.Op == syntax.AppOut {
			return strings.HasSuffix(maketrace.Literal(r.Word), ".cmd")
		}
	}
	switch maketrace.Literal(call.Args[0]) {
	case ":", "echo", "printf", "trap", "set":
		return true
	}
	return false
}

// inspect finds what a statement reads and runs.
func (p *printed) inspect(g *Generated, stmt *syntax.Stmt) {
	syntax.Walk(stmt, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CallExpr:
			if len(node.Args) > 0 {
				p.program(g, maketrace.Literal(node.Args[0]))
			}
		case *syntax.Word:
			for _, name := range strings.Fields(maketrace.Literal(node)) {
				if file, inside := p.path(name); inside && file != g.Path && p.isSource(file) {
					g.Sources = append(g.Sources, file)
				}
			}
		}
		return true
	})
}

// isSource says whether a workspace path is a file of the workspace itself.
func (p *printed) isSource(file string) bool {
	info, err := os.Stat(filepath.Join(p.run.Workspace, file))
	return err == nil && info.Mode().IsRegular()
}

// program notes a program that the SDK's busybox has not, and that is neither a
// script of the tree nor a part of the shell.
func (p *printed) program(g *Generated, name string) {
	switch {
	case g.Program != "", name == "":
		return
	case slices.Contains(builtins, name), exists(filepath.Join(p.run.scratch, "bin", "applets", name)) && !strings.Contains(name, "/"):
		return
	case strings.Contains(name, "/"):
		if file, inside := p.path(name); inside && p.isSource(file) {
			return
		}
	}
	g.Program = p.run.clean(name)
}

// builtins are the commands of a shell that need no program.
var builtins = []string{".", ":", "[", "cd", "echo", "eval", "exec", "exit", "export", "false", "printf", "read", "set", "shift", "test", "trap", "true", "umask", "unset"}

// spellAbsolute puts the names of folders into an option or shell text.
func (p *printed) spellAbsolute(text string) string {
	for _, folder := range []struct{ path, name string }{
		{path.Join(p.run.scratch, "w", p.root), "$(M)"},
		{path.Join(p.run.scratch, "w"), "$(repository)"},
		{path.Join(p.run.scratch, p.run.SDK.Srctree()), "$(srctree)"},
		{p.run.objtree(), "$(objtree)"},
	} {
		text = replacePath(text, folder.path, folder.name)
	}
	return text
}
