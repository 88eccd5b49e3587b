// Package sdklock makes and reads the locks of kernel.debian, kernel.source_package and kernel.source: which Debian packages, to the
// byte, an SDK is made of, which one carries the sources of a driver, or which ones a kernel is built from.
//
// A lock is JSON, checked in beside the workspace that names it:
//
//	{
//	  "version": 1,
//	  "suite": "trixie",
//	  "architecture": "amd64",
//	  "kernel_release": "6.12.117+deb13-amd64",
//	  "packages": [
//	    {
//	      "name": "linux-headers-6.12.117+deb13-amd64",
//	      "version": "6.12.117-1",
//	      "architecture": "amd64",
//	      "part": "headers",
//	      "archive": "debian-security",
//	      "path": "pool/updates/main/l/linux/linux-headers-6.12.117+deb13-amd64_6.12.117-1_amd64.deb",
//	      "sha256": "...",
//	      "size": 3290248
//	    }
//	  ]
//	}
//
// The lock of a source-carrying package has that one package, of the part "source", and no kernel_release. That of a kernel's sources
// has packages of the part "host" after it.
//
// kernel/private/lock.bzl reads the same format.
package sdklock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// FormatVersion is the version of the lock format that this package reads and writes.
const FormatVersion = 1

// Part says what a package is for, and with that which folder of the SDK it is unpacked into.
type Part string

// The parts of an SDK, and what is none of them.
const (
	// Headers are the kernel's headers and linux-kbuild: what Kbuild calls srctree and objtree.
	Headers Part = "headers"
	// Toolchain is the compiler, binutils, pahole and the libraries that they and Kbuild's programs load.
	Toolchain Part = "toolchain"
	// Make is GNU make and a shell with its small programs: what runs Kbuild itself.
	Make Part = "make"
	// Boot is the kernel's image and its own modules.
	Boot Part = "boot"
	// Source is a package with sources to build, such as a driver's NAME-dkms; no SDK has one.
	Source Part = "source"
	// Host is what the programs of a kernel's own tree are compiled with, and what else its Kbuild runs, beside Toolchain and Make.
	Host Part = "host"
)

// Package is one Debian package of a lock.
type Package struct {
	Name         string `json:"name"`
	Version      string `json:"version"`
	Architecture string `json:"architecture"`
	Part         Part   `json:"part"`
	// Archive is debian.MainArchive or debian.SecurityArchive.
	Archive string `json:"archive"`
	// Path is the .deb's path below an archive's URL (pool/...).
	Path string `json:"path"`
	// SHA256 is the digest of the .deb, in lower-case hexadecimal.
	SHA256 string `json:"sha256"`
	// Size is that of the .deb, in bytes.
	Size int64 `json:"size"`
}

// Lock is the content of a lock file.
type Lock struct {
	Version      int    `json:"version"`
	Suite        string `json:"suite"`
	Architecture string `json:"architecture"`
	// KernelRelease is that of an SDK's kernel; empty in the lock of sources.
	KernelRelease string    `json:"kernel_release,omitempty"`
	Packages      []Package `json:"packages"`
}

// A Subject is what a lock is made for: an SDK if it is empty.
type Subject struct {
	// Package is the name of a source-carrying package.
	Package string
	// Kernel: Package has a kernel's sources, and the lock what it takes to build them.
	Kernel bool
}

// Subject is what a lock was made for.
func (l *Lock) Subject() Subject {
	if l.KernelRelease != "" {
		return Subject{}
	}
	return Subject{Package: l.Packages[0].Name, Kernel: len(l.Packages) > 1}
}

// Resolve makes a lock of what an index has.
func (s Subject) Resolve(index *Index, suite, architecture string) (*Lock, error) {
	switch {
	case s.Kernel:
		return ResolveKernel(index, suite, architecture, s.Package)
	case s.Package != "":
		return ResolvePackage(index, suite, architecture, s.Package)
	}
	return Resolve(index, suite, architecture)
}

// Describe says in a few words what a lock is of: "linux 6.12.1-amd64", "jool-dkms 4.1.13-1".
func (l *Lock) Describe() string {
	if l.KernelRelease != "" {
		return "linux " + l.KernelRelease
	}
	return l.Packages[0].Name + " " + l.Packages[0].Version
}

var (
	digest   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	poolPath = regexp.MustCompile(`^pool/[A-Za-z0-9][A-Za-z0-9+._~%:-]*(/[A-Za-z0-9][A-Za-z0-9+._~%:-]*)*\.deb$`)
)

// Parse reads a lock and checks that it is whole.
func Parse(data []byte) (*Lock, error) {
	var lock Lock
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&lock); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("byte %d: %w", syntax.Offset, err)
		}
		return nil, fmt.Errorf("byte %d: %w", decoder.InputOffset(), err)
	}
	if lock.Version != FormatVersion {
		return nil, fmt.Errorf("version is %d, and this rules_kbuild reads %d", lock.Version, FormatVersion)
	}
	if lock.Suite == "" || lock.Architecture == "" {
		return nil, errors.New("suite or architecture is missing")
	}
	if len(lock.Packages) == 0 {
		return nil, errors.New("no packages")
	}
	ofSource := lock.Packages[0].Part == Source
	switch {
	case ofSource && lock.KernelRelease != "":
		return nil, fmt.Errorf("packages[0] (%s) is of part %q, and kernel_release is there", lock.Packages[0].Name, Source)
	case !ofSource && lock.KernelRelease == "":
		return nil, errors.New("kernel_release is missing")
	}
	for i, p := range lock.Packages {
		parts := sdkParts
		if ofSource {
			parts = []Part{Host}
			if i == 0 {
				parts = []Part{Source}
			}
		}
		switch {
		case p.Name == "" || p.Version == "" || p.Architecture == "" || p.Archive == "":
			return nil, fmt.Errorf("packages[%d] (%s): name, version, architecture or archive is missing", i, p.Name)
		case !slices.Contains(parts, p.Part):
			return nil, fmt.Errorf("packages[%d] (%s): part is %q", i, p.Name, p.Part)
		case !digest.MatchString(p.SHA256):
			return nil, fmt.Errorf("packages[%d] (%s): sha256 is %q", i, p.Name, p.SHA256)
		case !poolPath.MatchString(p.Path) || strings.Contains(p.Path, ".."):
			return nil, fmt.Errorf("packages[%d] (%s): path is %q", i, p.Name, p.Path)
		case p.Size <= 0:
			return nil, fmt.Errorf("packages[%d] (%s): size is %d", i, p.Name, p.Size)
		}
	}
	return &lock, nil
}

// Read reads a lock file.
func Read(path string) (*Lock, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lock, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return lock, nil
}

// Format is the text of a lock file.
func (l *Lock) Format() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(l); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Write replaces a lock file in one step, so that a reader never sees half of it. Its folder is made if need be.
func (l *Lock) Write(path string) error {
	data, err := l.Format()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, data) {
		return nil
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".lock-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(data)
	if err = errors.Join(err, temporary.Chmod(fs.FileMode(0o644)), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
