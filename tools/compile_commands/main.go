// Command compile_commands joins the fragments that kernel_module writes to the
// compile_commands.json of the workspace, for clangd and other tools:
//
//	bazel build --output_groups=+compile_commands //...
//	bazel run @rules_kbuild//tools/compile_commands
//
// Run by Bazel, it reads what is below the workspace's bazel-bin.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const (
	suffix = ".compile_commands.json"
	// What fragments say for the top of the workspace and for Bazel's output
	// base (rules/private/compile_commands.bzl).
	topWord        = "__WORKSPACE__"
	outputBaseWord = "__OUTPUT_BASE__"

	buildFirst = "build first: bazel build --output_groups=+compile_commands //..."
)

func main() {
	workspace := flag.String("workspace", os.Getenv("BUILD_WORKSPACE_DIRECTORY"), "top `folder` of the workspace")
	flag.Parse()
	n, err := run(*workspace)
	if err != nil {
		fmt.Fprintf(os.Stderr, "compile_commands: %v\n", err)
		os.Exit(1)
	}
	fmt.Printf("compile_commands.json: %d sources\n", n)
}

// run writes the workspace's compile_commands.json and returns how many
// sources it tells of.
func run(workspace string) (int, error) {
	if workspace == "" {
		return 0, fmt.Errorf("no workspace: run it with bazel run, or give --workspace")
	}
	bin, err := filepath.EvalSymlinks(filepath.Join(workspace, "bazel-bin"))
	if err != nil {
		return 0, fmt.Errorf("%w (%s)", err, buildFirst)
	}
	outputBase, _, found := strings.Cut(bin, "/execroot/")
	if !found {
		return 0, fmt.Errorf("%s is not below Bazel's output base", bin)
	}
	var files []string
	err = filepath.WalkDir(bin, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, suffix) && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	if len(files) == 0 {
		return 0, fmt.Errorf("%s has no *%s (%s)", bin, suffix, buildFirst)
	}
	sort.Strings(files)
	var all []json.RawMessage
	for _, file := range files {
		entries, err := read(file, workspace, outputBase)
		if err != nil {
			return 0, err
		}
		all = append(all, entries...)
	}
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return 0, err
	}
	return len(all), os.WriteFile(filepath.Join(workspace, "compile_commands.json"), append(data, '\n'), 0o644)
}

// read reads a fragment, with the folders put in.
func read(file, workspace, outputBase string) ([]json.RawMessage, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for word, folder := range map[string]string{topWord: workspace, outputBaseWord: outputBase} {
		quoted, err := json.Marshal(folder)
		if err != nil {
			return nil, err
		}
		data = bytes.ReplaceAll(data, []byte(word), bytes.Trim(quoted, `"`))
	}
	var entries []json.RawMessage
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return entries, nil
}
