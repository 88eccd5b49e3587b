package bzldoc

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// A Flag is a build setting that users give on the command line.
type Flag struct {
	Pos
	Label   string // //rules:kernel
	Kind    string // label, string, bool
	Doc     string // the comment above it
	Default string
	Values  []string // the only ones, if there are any
}

// Flags returns the flags of a package, in the order of its BUILD file.
func Flags(root, pkg string) ([]Flag, error) {
	name := pkg + "/BUILD.bazel"
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	file, err := build.ParseBuild(name, text)
	if err != nil {
		return nil, err
	}
	var flags []Flag
	for _, rule := range file.Rules("") {
		kind, ok := strings.CutSuffix(rule.Kind(), "_flag")
		if !ok {
			continue
		}
		start, _ := rule.Call.Span()
		flag := Flag{
			Pos:     Pos{name, start.Line},
			Label:   "//" + pkg + ":" + rule.Name(),
			Kind:    kind,
			Default: rule.AttrString("build_setting_default"),
			Values:  rule.AttrStrings("values"),
		}
		if flag.Default == "" {
			flag.Default = rule.AttrLiteral("build_setting_default")
		}
		var lines []string
		for _, comment := range rule.Call.Comment().Before {
			lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(comment.Token, "#"), " "))
		}
		flag.Doc = strings.Join(lines, "\n")
		flags = append(flags, flag)
	}
	return flags, nil
}
