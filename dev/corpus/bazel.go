package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
)

// A runner runs dev/bazel in the corpus's workspace.
type runner struct {
	program, external, bin string
}

func openBazel() (*runner, error) {
	program, err := filepath.Abs("dev/bazel")
	if err != nil {
		return nil, err
	}
	b := &runner{program: program}
	base, err := b.output("info", "output_base")
	if err != nil {
		return nil, err
	}
	b.external = filepath.Join(strings.TrimSpace(base), "external")
	bin, err := b.output("info", "bazel-bin")
	b.bin = strings.TrimSpace(bin)
	return b, err
}

func (b *runner) output(args ...string) (string, error) {
	return bazel.Output(b.program, folder, args...)
}

// run runs a command, and shows what it says only if it fails.
func (b *runner) run(args ...string) error {
	_, err := b.output(append([]string{args[0], "--noshow_progress", "--ui_event_filters=-info,-warning"}, args[1:]...)...)
	return err
}

// repository returns where a repository is that the kernel extension made.
func (b *runner) repository(name string) (string, error) {
	for _, separator := range []string{"~", "+"} {
		found, err := filepath.Glob(filepath.Join(b.external, "*kernel"+separator+name))
		if err == nil && len(found) == 1 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%s: no repository %s", b.external, name)
}
