// Package kbuildoracle builds modules by real Kbuild and compares what it makes
// with what the rules made: the test that the rules make the same bytes.
//
// Make runs with the SDK's own compiler in a copy of the SDK's tree below a
// folder of the test's. The compiler is told to call that folder `/` and the
// workspace in it nothing, as the rules' own compiles are, so that debug info
// and __FILE__ say the same on both sides.
//
// Modules are built as external ones, package by package, or, if they are a
// kernel_module_set, as one tree of them, which Kbuild trims if the set is
// trimmed: trim.go says what is Kbuild's own there.
package kbuildoracle

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"strings"
)

// A Manifest says what to build and what to compare it with. Paths of files
// are relative to the folder that the test starts in.
type Manifest struct {
	Release     string            `json:"release"`      // the kernel's, for messages
	Objtree     string            `json:"objtree"`      // canonical path of the folder that make starts in
	Tree        string            `json:"tree"`         // the folder of the SDK below which canonical paths lie
	Tools       map[string]string `json:"tools"`        // name in commands to program
	Loader      string            `json:"loader"`       // the SDK's dynamic loader; empty: programs start by themselves
	LibraryPath []string          `json:"library_path"` // folders of libraries for the loader
	Make        string            `json:"make"`         // GNU make
	Modules     []Module          `json:"modules"`      // in the order in which they must be built
	Set         *Set              `json:"set"`          // the set that the modules are; nil: they are built one package after the other
}

// A Set is a kernel_module_set, which Kbuild builds as one tree of external
// modules.
type Set struct {
	Label   string            `json:"label"`
	Order   string            `json:"order"`   // modules.order
	Symvers string            `json:"symvers"` // Module.symvers
	Needed  string            `json:"needed"`  // the needed set of a trimmed set; empty: it is not trimmed
	Extra   []string          `json:"extra"`   // Module.symvers of modules that the set uses and that are not in it
	Users   []string          `json:"users"`   // labels of modules outside of the set that use it (kernel_module_set's also_used_by)
	Scripts map[string]string `json:"scripts"` // scripts of the kernel's that its packages of headers lack, by base name
	Markers bool              `json:"markers"` // whether debug info, too, is to be as Kbuild's (kernel_module_set's ksym_markers)
}

// A Module is one module as the rules made it, and what Kbuild needs to make it.
type Module struct {
	Label    string            `json:"label"`
	Name     string            `json:"name"`     // base name
	Package  string            `json:"package"`  // workspace path of its folder
	Root     string            `json:"root"`     // workspace path of M, which is above Package or the same
	Kbuild   string            `json:"kbuild"`   // file with the module's part of its package's Kbuild file; modules may share one
	Makefile bool              `json:"makefile"` // Kbuild is the kernel's own Makefile of the folder, which may make other modules too
	Files    map[string]string `json:"files"`    // workspace path of a source or header to where it is
	Parts    []string          `json:"parts"`    // objects of a composite module, package relative without suffix; empty for a single one
	Compare  bool              `json:"compare"`  // whether to compare it, or to build it only for others
	Ko       string            `json:"ko"`
	Mod      string            `json:"mod"`
	Symvers  string            `json:"symvers"` // empty if only the set's is known
}

// ReadManifest reads a manifest from a JSON file.
func ReadManifest(file string) (*Manifest, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// partsFolder is where the sources of a module are put whose name one of its
// objects has. Kbuild cannot build those: the object and the module would be
// one file. The compiler is told to leave the folder out of what it writes.
const partsFolder = "kbuildtest_parts"

// clashes says whether one of a module's objects has the module's own name.
func (m *Module) clashes() bool {
	for _, part := range m.Parts {
		if part == m.Name {
			return true
		}
	}
	return false
}

// place is the workspace path at which Kbuild finds a file. All files of a
// clashing module are in its folder of parts, so that sources find their
// headers beside them.
func (m *Module) place(workspacePath string) string {
	if !m.clashes() || !strings.HasPrefix(workspacePath, m.Package+"/") {
		return workspacePath
	}
	return path.Join(m.Package, partsFolder, strings.TrimPrefix(workspacePath, m.Package+"/"))
}
