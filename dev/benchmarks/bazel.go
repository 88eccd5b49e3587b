package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
)

// A workspace is built by dev/bazel: the checkout, or one that depends on it.
type workspace struct {
	program  string // dev/bazel
	dir      string
	execRoot string
}

// openWorkspace opens the workspace in a folder.
func openWorkspace(dir string) (*workspace, error) {
	program, err := filepath.Abs("dev/bazel")
	if err != nil {
		return nil, err
	}
	w := &workspace{program: program, dir: dir}
	out, err := w.query("info", "execution_root")
	if err != nil {
		return nil, err
	}
	w.execRoot = strings.TrimSpace(out)
	return w, nil
}

// build builds targets, showing Bazel's progress.
func (w *workspace) build(args ...string) error {
	cmd := exec.Command(w.program, append([]string{"build"}, args...)...)
	cmd.Dir = w.dir
	cmd.Stdout = os.Stderr
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("bazel build %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// quietBuild builds targets and shows what Bazel says only if it fails.
func (w *workspace) quietBuild(args ...string) error {
	_, err := w.query(append([]string{"build", "--noshow_progress", "--ui_event_filters=-info"}, args...)...)
	return err
}

// file returns the one file that a target is.
func (w *workspace) file(target string, options ...string) (string, error) {
	files, err := w.files(target, options...)
	if err != nil {
		return "", err
	}
	if len(files) != 1 {
		return "", fmt.Errorf("%s is %d files, one was expected", target, len(files))
	}
	return files[0], nil
}

// builtFile builds a target and returns the one file that it is.
func (w *workspace) builtFile(target string) (string, error) {
	if err := w.build(target); err != nil {
		return "", err
	}
	return w.file(target)
}

// runBenchmark builds a benchmark that is a program of its own and runs it, with
// a folder in memory to work in.
func (w *workspace) runBenchmark(target string, args ...string) error {
	program, err := w.builtFile(target)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("/dev/shm", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	cmd := exec.Command(program, append(args, "--work", work)...)
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// files returns the files that a target is.
func (w *workspace) files(target string, options ...string) ([]string, error) {
	out, err := w.query(append([]string{"cquery", "--output=files", target}, options...)...)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, line := range strings.Fields(out) {
		if !filepath.IsAbs(line) {
			line = filepath.Join(w.execRoot, line)
		}
		files = append(files, line)
	}
	return files, nil
}

// moduleFolder returns the folder of a module's outputs, given its .ko.
func moduleFolder(ko string) (string, error) {
	dir := filepath.Dir(ko)
	if _, err := os.Stat(strings.TrimSuffix(ko, ".ko") + ".mod"); err != nil {
		return "", fmt.Errorf("%s does not look like a folder of a module's outputs: %w", dir, err)
	}
	return dir, nil
}

// query runs a command of Bazel and returns its standard output.
func (w *workspace) query(args ...string) (string, error) {
	return bazel.Output(w.program, w.dir, args...)
}
