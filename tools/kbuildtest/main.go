// Command kbuildtest is the test that kbuild_test runs: it builds modules by
// real Kbuild and fails if a byte differs from what the rules made.
package main

import (
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
	outputs := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR")
	if outputs == "" {
		outputs = root
	}
	log, err := os.Create(filepath.Join(outputs, "kbuild.log"))
	if err != nil {
		return false, err
	}
	defer log.Close()
	fmt.Printf("Building by Kbuild of %s; what make prints is in %s.\n", m.Release, log.Name())
	build, err := kbuildoracle.NewBuild(m, root, log)
	if err != nil {
		return false, err
	}
	if err := build.Make(); err != nil {
		printEnd(log.Name())
		return false, err
	}
	differences, err := build.Compare()
	if err != nil {
		return false, err
	}
	if len(differences) == 0 {
		fmt.Println("PASS: the same bytes as Kbuild's.")
		return true, nil
	}
	for _, difference := range differences {
		fmt.Println(difference)
	}
	if err := build.Keep(outputs); err != nil {
		return false, err
	}
	fmt.Printf("Both sides' modules are in %s.\n", outputs)
	fmt.Printf("FAIL: %d differences from Kbuild.\n", len(differences))
	return false, nil
}

// endLines is how much of make's output is shown when it fails.
const endLines = 30

func printEnd(log string) {
	data, err := os.ReadFile(log)
	if err != nil {
		return
	}
	lines := strings.SplitAfter(string(data), "\n")
	fmt.Print(strings.Join(lines[max(0, len(lines)-endLines):], ""))
}
