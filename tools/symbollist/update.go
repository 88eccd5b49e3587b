package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symbollist"
)

// update writes the list in the workspace that `bazel run` was started in, and
// says what changed.
func update(args []string, getenv func(string) string, stdout io.Writer) error {
	flags := flag.NewFlagSet("symbollist update", flag.ContinueOnError)
	uses := flags.String("uses", "", "`file` that says which modules take what")
	path := flags.String("path", "", "the list's `path` in the workspace")
	format := flags.String("format", "", "android or kbuild")
	noGrouping := flags.Bool("no_grouping", false, "do not part Android's format by modules")
	additionsOnly := flags.Bool("additions_only", false, "leave names on the list that no module takes")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if *uses == "" || *path == "" {
		return errors.New("update: --uses and --path are needed")
	}
	style := symbollist.Style{Format: symbollist.Format(*format), Group: !*noGrouping}
	if err := style.Check(); err != nil {
		return fmt.Errorf("update: --format: %w", err)
	}
	workspace := getenv("BUILD_WORKSPACE_DIRECTORY")
	if workspace == "" {
		return errors.New("update: BUILD_WORKSPACE_DIRECTORY is not set: start this by `bazel run`")
	}
	set, err := ksyms.ReadNeededFile(located(*uses))
	if err != nil {
		return err
	}
	file := filepath.Join(workspace, filepath.FromSlash(*path))
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text, err := symbollist.Update(set, style, *path, old, *additionsOnly)
	if err != nil {
		return fmt.Errorf("%w; nothing is written", err)
	}
	list, err := symbollist.Parse(*path, old)
	if err != nil {
		return err
	}
	d := symbollist.Compare(set, list)
	if *additionsOnly {
		d.Unused = nil
	}
	if bytes.Equal(old, text) {
		fmt.Fprintf(stdout, "%s is as it should be.\n", *path)
		return nil
	}
	if err := os.WriteFile(file, text, 0o666); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is written: %d added, %d dropped.\n%s", *path, len(d.Missing), len(d.Unused), d.Text())
	return nil
}
