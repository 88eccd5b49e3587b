// Package bazel is what programs of dev have Bazel do: answer, and forget what
// it has built.
package bazel

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Output runs a command of Bazel in a folder, by the program dev/bazel, and
// returns its standard output. The error has what Bazel said.
func Output(program, folder string, args ...string) (string, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("bazel %s: %w\n%s", strings.Join(args, " "), err, said.String())
	}
	return string(out), nil
}

// Remove removes a folder of Bazel's outputs, which are read-only. That there is
// none is no error.
func Remove(folder string) error {
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			err = os.Chmod(path, 0o755)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(folder)
}
