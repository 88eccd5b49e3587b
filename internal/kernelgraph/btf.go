package kernelgraph

import (
	"path"

	"mvdan.cc/sh/v3/syntax"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// btfCommands finds the commands that add BTF to a module in what its recipe
// does after the link: `if [ ! -f vmlinux ]; then ...; else pahole ...;
// resolve_btfids ...; fi`. Words of a command's environment come before it.
// plain: there is nothing else.
func btfCommands(ko string, rest []statement) (commands [][]string, plain bool) {
	for _, st := range rest {
		before := len(commands)
		syntax.Walk(st.node, func(node syntax.Node) bool {
			call, is := node.(*syntax.CallExpr)
			if !is || len(call.Args) == 0 {
				return true
			}
			var words []string
			for _, a := range call.Assigns {
				if a.Value != nil {
					words = append(words, a.Name.Value+"="+maketrace.Literal(a.Value))
				}
			}
			program := path.Base(maketrace.Literal(call.Args[0]))
			for _, w := range call.Args {
				words = append(words, maketrace.Literal(w))
			}
			if (program == "pahole" || program == "resolve_btfids") && words[len(words)-1] == ko {
				commands = append(commands, words)
			}
			return true
		})
		if len(commands) == before {
			return nil, false
		}
	}
	return commands, true
}
