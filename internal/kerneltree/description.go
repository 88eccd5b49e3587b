// Package kerneltree makes a kernel's sources ready to be built object by
// object: it resolves the configuration by the kernel's own Kconfig and runs
// `make prepare`, with the programs of a kernel's SDK and of a lock's host part,
// and none of the machine's. What it leaves is the same wherever it was made.
//
//	err := kerneltree.LayOut(dir, sources)         // sources in dir, the host part in dir/.host
//	t, err := kerneltree.New(dir, sdk, identity)
//	err = t.Configure(base, fragments, nil, sources) // .config
//	err = t.Prepare()                              // make prepare
//	out, err := t.Make("-n", "bzImage", "modules") // whatever else make is to say
//	files, err := t.Read(sources, made)            // which of the sources all that was made from
//	err = t.Finish()                               // nothing that names dir; kernel.json
//	err = t.Close()
package kerneltree

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// DescriptionFile is the name of the description, at the top of a tree.
const DescriptionFile = "kernel.json"

// HostDir is the folder of a tree that the packages of a lock's host part are
// unpacked into.
const HostDir = ".host"

// What stands for a folder in the words of a description. Who runs a program
// puts in where they are.
const (
	treeWord = "%{tree}" // the top of the kernel's sources
	sdkWord  = "%{sdk}"  // the repository of the SDK, where its sdk.json is
	binWord  = "%{bin}"  // where scripts that start the programs are, by their names
)

// A Description says how the commands of a kernel's Kbuild are run: which
// programs their plain names are, and in what environment.
type Description struct {
	Release string `json:"release"` // KERNELRELEASE
	Arch    string `json:"arch"`    // SRCARCH

	// Variables are those of make's command line: ARCH, CC and their like.
	Variables map[string]string `json:"variables"`

	// Environment is all of it, but for PATH and TMPDIR.
	Environment map[string]string `json:"environment"`

	Programs map[string]Program `json:"programs"` // by the names in commands
	Loaders  map[string]Loader  `json:"loaders"`
	Busybox  string             `json:"busybox"` // all programs besides
	Applets  []string           `json:"applets"` // their names
}

// A Program is one that commands call by a plain name.
type Program struct {
	Path   string `json:"path"`
	Loader string `json:"loader,omitempty"` // key of Loaders; empty: it starts by itself
	Argv0  string `json:"argv0,omitempty"`  // empty: Path

	// Options come before those of the command, Last after them.
	Options []string `json:"options,omitempty"`
	Last    []string `json:"last,omitempty"`

	// Hosted come before Options unless -nostdinc is in the command: what a
	// compiler takes to make a program of the machine.
	Hosted []string `json:"hosted,omitempty"`

	Environment map[string]string `json:"environment,omitempty"`
}

// A Loader starts programs that are linked dynamically.
type Loader struct {
	Path        string   `json:"path"`
	LibraryPath []string `json:"library_path"`
}

// places are the folders that the words of a description stand for.
type places struct{ tree, sdk, bin string }

func (p places) expand(word string) string {
	if !strings.Contains(word, "%{") {
		return word
	}
	return strings.NewReplacer(treeWord, p.tree, sdkWord, p.sdk, binWord, p.bin).Replace(word)
}

func (p places) expandAll(words []string) []string {
	expanded := make([]string, len(words))
	for i, word := range words {
		expanded[i] = p.expand(word)
	}
	return expanded
}

// contract is the reverse of expand.
func (p places) contract(text string) string {
	return strings.NewReplacer(p.bin, binWord, p.tree, treeWord, p.sdk, sdkWord).Replace(text)
}

// write writes a description to the top of a tree.
func (d *Description) write(dir string) error {
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return replace(filepath.Join(dir, DescriptionFile), append(data, '\n'), 0o644)
}

// ReadDescription reads the description at the top of a tree.
func ReadDescription(dir string) (*Description, error) {
	file := filepath.Join(dir, DescriptionFile)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d Description
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if d.Arch == "" || len(d.Programs) == 0 {
		return nil, fmt.Errorf("%s: not the description of a kernel's tree", file)
	}
	return &d, nil
}
