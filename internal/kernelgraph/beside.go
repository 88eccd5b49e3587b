package kernelgraph

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// written are the words of a statement that may be files which it writes: what
// programs are given, and what output goes to.
func written(node syntax.Node) []string {
	var words []string
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			if len(n.Args) > 0 && !slices.Contains(notReading, maketrace.Literal(n.Args[0])) {
				for _, w := range n.Args[1:] {
					words = append(words, path.Clean(maketrace.Literal(w)))
				}
			}
		case *syntax.Redirect:
			if n.Word != nil {
				words = append(words, path.Clean(maketrace.Literal(n.Word)))
			}
		}
		return true
	})
	return words
}

// mayMake says whether a word of a recipe's text may be a file that it makes
// beside its target: x.asn1.h is one of the two that a compiler of ASN.1 makes.
func (r *reader) mayMake(target, word string) bool {
	switch {
	case word == target, r.made[word], isFile(filepath.Join(r.top, word)):
		return false
	case path.Ext(word) == "", strings.HasPrefix(path.Base(word), "."), strings.HasPrefix(word, "-"), strings.HasPrefix(word, "../"), path.IsAbs(word):
		return false
	}
	return !strings.ContainsFunc(word, func(c rune) bool { return !isPathRune(c) })
}
