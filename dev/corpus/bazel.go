package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A bazel runs dev/bazel in the corpus's workspace.
type bazel struct {
	program, external, bin string
}

func openBazel() (*bazel, error) {
	program, err := filepath.Abs("dev/bazel")
	if err != nil {
		return nil, err
	}
	b := &bazel{program: program}
	base, err := b.output("info", "output_base")
	if err != nil {
		return nil, err
	}
	b.external = filepath.Join(strings.TrimSpace(base), "external")
	bin, err := b.output("info", "bazel-bin")
	b.bin = strings.TrimSpace(bin)
	return b, err
}

func (b *bazel) output(args ...string) (string, error) {
	cmd := exec.Command(b.program, args...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("bazel %s: %w\n%s", strings.Join(args, " "), err, said.String())
	}
	return string(out), nil
}

// run runs a command, and shows what it says only if it fails.
func (b *bazel) run(args ...string) error {
	_, err := b.output(append([]string{args[0], "--noshow_progress", "--ui_event_filters=-info,-warning"}, args[1:]...)...)
	return err
}

// repository returns where a repository is that the kernel extension made.
func (b *bazel) repository(name string) (string, error) {
	for _, separator := range []string{"~", "+"} {
		found, err := filepath.Glob(filepath.Join(b.external, "*kernel"+separator+name))
		if err == nil && len(found) == 1 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%s: no repository %s", b.external, name)
}

// removeAll removes Bazel's outputs, which are read-only.
func removeAll(dir string) error {
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return nil
	})
	return os.RemoveAll(dir)
}
