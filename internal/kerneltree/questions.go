package kerneltree

import (
	"errors"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// isSettled says whether the output of a command that Kconfig runs depends on nothing
// but the programs that make runs, what is in scripts/ and the environment. It is
// cautious: what it does not understand may depend on anything. These it takes
// to be settled:
//
//   - scripts of scripts/: they read what is there;
//   - the toolchain's programs with options and what comes from another command:
//     files that they name are /dev/null or of their own folder .tmp_PID;
//   - the shell's own commands that look at no file.
func (t *Tree) isSettled(command string, environment []string) bool {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(command), "")
	if err != nil {
		return false
	}
	settled := true
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case nil, *syntax.File, *syntax.Stmt, *syntax.BinaryCmd, *syntax.Block, *syntax.Subshell, *syntax.IfClause,
			*syntax.Word, *syntax.Lit, *syntax.SglQuoted, *syntax.DblQuoted, *syntax.ParamExp:
		case *syntax.CallExpr:
			settled = settled && t.isSettledCall(n, environment)
		case *syntax.Redirect:
			to, err := wordText(n.Word.Parts, environment)
			settled = settled && err == nil && n.Hdoc == nil && (to == "/dev/null" || n.Op == syntax.DplOut)
		default:
			settled = false
		}
		return settled
	})
	return settled
}

// looking are options of a compiler or a linker that name what it reads, or by which it
// runs another program.
var looking = regexp.MustCompile(`^(@|-(I|L|B|T|include|imacros|isystem|iquote|idirafter|isysroot|-sysroot|specs|fplugin|wrapper|Wl,|Xlinker))`)

// fileName is a word that could be the name of a file beside the command.
var fileName = regexp.MustCompile(`^[^-]*\.[A-Za-z]`)

// including is a text for a compiler by which it reads a file.
var including = regexp.MustCompile(`#\s*(include|embed)|\.inc(bin|lude)|__has_(include|embed)`)

// filters are programs of the host part that commands give no files to, as long as
// their words are no paths.
var filters = []string{"cut", "grep", "head", "sed", "tail", "tr", "wc"}

// filesOfFilter are options by which they read files all the same.
var filesOfFilter = regexp.MustCompile(`^(-[A-Za-z]*[rRf]|--(recursive|file|files0-from))`)

func (t *Tree) isSettledCall(call *syntax.CallExpr, environment []string) bool {
	if len(call.Assigns) > 0 {
		return false
	}
	words := make([]string, len(call.Args))
	for i, arg := range call.Args {
		var err error
		if words[i], err = wordText(arg.Parts, environment); err != nil {
			return false
		}
	}
	return len(words) > 0 && t.areSettled(words, environment)
}

// areSettled is isSettled of the words of one command.
func (t *Tree) areSettled(words, environment []string) bool {
	name, args := words[0], words[1:]
	if slices.ContainsFunc(args, including.MatchString) {
		return false
	}
	switch name {
	case ":", "echo", "expr", "false", "printf", "true":
		return true // they know no files
	case "test", "[":
		return !slices.ContainsFunc(args, looksAtFile.MatchString)
	case "command":
		return len(args) == 2 && args[0] == "-v" && t.Programs[args[1]].Path != ""
	case "trap":
		return len(args) == 2 && t.isSettled(args[0], environment)
	case "mkdir", "rm":
		return !slices.ContainsFunc(args, func(arg string) bool { return !strings.HasPrefix(arg, "-") && !isOwn(arg) })
	case "env":
		for len(args) > 0 && strings.Contains(args[0], "=") && !strings.HasPrefix(args[0], "-") {
			if t.mayBeFile(args[0]) {
				return false
			}
			args = args[1:]
		}
		return len(args) > 0 && t.areSettled(args, environment)
	case "set":
		return !slices.ContainsFunc(args, t.mayBeFile)
	}
	if slices.Contains(filters, name) {
		return !slices.ContainsFunc(args, func(arg string) bool { return filesOfFilter.MatchString(arg) || t.mayBeFile(arg) })
	}
	tool := strings.HasPrefix(t.Programs[name].Path, sdkWord+"/") && name != "make"
	return (tool || isScript(name)) && !slices.ContainsFunc(args, func(arg string) bool { return looking.MatchString(arg) || t.mayBeFile(arg) })
}

// looksAtFile are the options of test that are about a file.
var looksAtFile = regexp.MustCompile(`^-([a-mo-yA-Z]|nt|ot|ef)$`)

// isScript says whether a word is a path of something in scripts/.
func isScript(word string) bool {
	return strings.HasPrefix(path.Clean(strings.TrimPrefix(word, treeWord+"/")), "scripts/")
}

// isOwn says whether a word is a file that a command makes for itself.
func isOwn(word string) bool {
	return strings.HasPrefix(word, ".tmp_") && !strings.Contains(word, "..")
}

// mayBeFile says whether a word of a command may name a file, other than those that
// settled commands do.
func (t *Tree) mayBeFile(word string) bool {
	word = strings.TrimSuffix(word, "=/dev/null")
	switch {
	case word == "/dev/null", isOwn(word), isScript(word):
		return false
	case strings.ContainsAny(word, "/$"), fileName.MatchString(word):
		return true
	}
	return word != "" && !strings.HasPrefix(word, "-") && exists(filepath.Join(t.Dir, word))
}

// wordText is the text of a word, with variables of the environment put in, and others
// as they stand. A pattern of files is an error, and what else the shell puts in.
func wordText(parts []syntax.WordPart, environment []string) (string, error) {
	var text strings.Builder
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if strings.ContainsAny(p.Value, `*?\~`) || strings.Contains(p.Value, "[") && p.Value != "[" {
				return "", errors.New("a pattern")
			}
			text.WriteString(p.Value)
		case *syntax.SglQuoted:
			text.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, inner := range p.Parts {
				if lit, ok := inner.(*syntax.Lit); ok {
					text.WriteString(lit.Value) // no pattern
					continue
				}
				more, err := wordText([]syntax.WordPart{inner}, environment)
				if err != nil {
					return "", err
				}
				text.WriteString(more)
			}
		case *syntax.ParamExp:
			if p.Length || p.Exp != nil || p.Repl != nil || p.Slice != nil {
				return "", errors.New("more than a variable")
			}
			switch value, found := lookup(environment, p.Param.Value); {
			case found:
				text.WriteString(value)
			case p.Param.Value == "$":
				text.WriteString("PID")
			default:
				text.WriteString("$" + p.Param.Value)
			}
		default:
			return "", errors.New("no plain word")
		}
	}
	return text.String(), nil
}

func lookup(environment []string, name string) (value string, found bool) {
	for _, variable := range environment {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value, true
		}
	}
	return "", false
}
