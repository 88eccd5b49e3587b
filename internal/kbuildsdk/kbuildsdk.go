// Package kbuildsdk runs GNU make and Kbuild of a kernel's SDK in place, to
// have them evaluate Makefiles. It reads the file sdk.json that every SDK's
// repository holds (kernel/private/sdk.bzl writes it).
package kbuildsdk

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An SDK is a kernel's SDK as its repository describes it. Paths of files are
// relative to the repository, or absolute for those of the machine; paths
// called canonical are those below Tree.
type SDK struct {
	Release     string              `json:"release"`      // `uname -r`
	Arch        string              `json:"arch"`         // SRCARCH
	Objtree     string              `json:"objtree"`      // canonical folder that make starts in
	Cwd         string              `json:"cwd"`          // canonical folder that commands run in, or %{M}
	Src         string              `json:"src"`          // how $(src) is spelled in a module's flags: %{M} or .
	Tree        string              `json:"tree"`         // the folder below which canonical paths lie
	Make        string              `json:"make"`         // GNU make; empty if the SDK has none
	Busybox     string              `json:"busybox"`      // shell and small programs; empty: the machine's
	Programs    string              `json:"programs"`     // folder of the compiler and binutils; empty: the machine's
	Tools       map[string]string   `json:"tools"`        // a command's first word to the program
	Loader      string              `json:"loader"`       // dynamic loader; empty: programs start by themselves
	LibraryPath []string            `json:"library_path"` // folders of libraries for the loader
	Roots       map[string]string   `json:"roots"`        // folder of headers to its canonical path
	Templates   map[string][]string `json:"templates"`    // as those of kernel_sdk

	// ObjtoolDelayed: objtool runs on a composite module as a whole, not on
	// its parts.
	ObjtoolDelayed bool `json:"objtool_delayed"`

	dir string
}

// Open reads the sdk.json at a path, which may be a link to the one in the
// SDK's repository.
func Open(path string) (*SDK, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(real)
	if err != nil {
		return nil, err
	}
	s := &SDK{dir: filepath.Dir(real)}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%s: %w", real, err)
	}
	if s.Release == "" || s.Objtree == "" || s.Templates["cc"] == nil {
		return nil, fmt.Errorf("%s: not the description of an SDK", real)
	}
	return s, nil
}

// Path returns where a path of the description is on this machine.
func (s *SDK) Path(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(s.dir, path)
}

// TreePath returns where a canonical path below the SDK's tree is on this
// machine.
func (s *SDK) TreePath(canonical string) string {
	return filepath.Join(s.Path(s.Tree), canonical)
}

// Srctree returns the canonical folder of the kernel's own sources and
// headers, Kbuild's srctree.
func (s *SDK) Srctree() string {
	for _, word := range s.Templates["cc"] {
		if folder, found := strings.CutSuffix(word, "/include/linux/kconfig.h"); found {
			if canonical, below := strings.CutPrefix(folder, "%{root}/"); below {
				return canonical
			}
		}
	}
	return s.Objtree
}
