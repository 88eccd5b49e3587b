// Command kbuildtest is the test that kbuild_test runs: it builds modules by
// real Kbuild and fails if a byte differs from what the rules made.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
)

func main() {
	manifest := flag.String("manifest", "", "JSON `file` that says what to build and compare")
	flag.Parse()
	same, err := run(*manifest)
	if err != nil {
		fmt.Fprintf(os.Stderr, "kbuildtest: %v\n", err)
		os.Exit(1)
	}
	if !same {
		os.Exit(1)
	}
}

func run(manifest string) (bool, error) {
	m, err := kbuildoracle.ReadManifest(manifest)
	if err != nil {
		return false, err
	}
	root, err := os.MkdirTemp(os.Getenv("TEST_TMPDIR"), "kbuild")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(root)
	log, err := os.Create(filepath.Join(root, "kbuild.log"))
	if err != nil {
		return false, err
	}
	defer log.Close()
	fmt.Printf("Building by Kbuild of %s.\n", m.Release)
	build, err := kbuildoracle.NewBuild(m, filepath.Join(root, "build"), log)
	if err != nil {
		return false, err
	}
	// Kept when the test fails: a test that passes leaves nothing behind.
	outputs := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR")
	differences, err := check(build, m)
	if err != nil {
		printEnd(log.Name())
		return false, errors.Join(err, keepLog(log.Name(), outputs))
	}
	if len(differences) == 0 {
		if build.Unmarked() > 0 {
			fmt.Println("PASS: the same bytes as Kbuild's, these variables aside.")
			return true, nil
		}
		fmt.Println("PASS: the same bytes as Kbuild's.")
		return true, nil
	}
	for _, difference := range differences {
		fmt.Println(difference)
	}
	if outputs != "" {
		if err := errors.Join(build.Keep(outputs), keepLog(log.Name(), outputs)); err != nil {
			return false, err
		}
		fmt.Printf("Both sides' modules, and what make printed, are in %s.\n", outputs)
	}
	fmt.Printf("FAIL: %d differences from Kbuild.\n", len(differences))
	return false, nil
}

// check has Kbuild build the modules and compares them.
func check(build *kbuildoracle.Build, m *kbuildoracle.Manifest) ([]string, error) {
	if m.Set != nil {
		return build.CheckSet(func(format string, args ...any) { fmt.Printf(format+"\n", args...) })
	}
	if err := build.Make(); err != nil {
		return nil, err
	}
	return build.Compare()
}

// endLines is how much of make's output is shown when it fails.
const endLines = 30

// keepLog copies what make printed to the test's outputs.
func keepLog(log, outputs string) error {
	if outputs == "" {
		return nil
	}
	data, err := os.ReadFile(log)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(outputs, filepath.Base(log)), data, 0o644)
}

func printEnd(log string) {
	data, err := os.ReadFile(log)
	if err != nil {
		return
	}
	lines := strings.SplitAfter(string(data), "\n")
	fmt.Print(strings.Join(lines[max(0, len(lines)-endLines):], ""))
}
