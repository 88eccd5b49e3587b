package sdklock

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// hostPrograms are the packages of programs that a kernel's Kbuild runs, beside an SDK's toolchain and make. Those that busybox is
// too are here because it is not the same byte for byte (gzip, date), or lacks options (diff -I).
var hostPrograms = []string{
	"bc", "bison", "bzip2", "coreutils", "cpio", "dash", "diffutils", "findutils", "flex", "grep", "gzip", "lz4", "lzop", "m4", "mawk",
	"pahole", "perl-base", "python3-minimal", "sed", "tar", "xz-utils", "zstd",
}

// hostLibraries are the packages that programs of Kbuild's own are compiled with. libgcc-N-dev, of the compiler, comes besides.
var hostLibraries = []string{"libc6-dev", "libelf-dev", "libssl-dev", "linux-libc-dev"}

// hostPackage says whether a package that another of the host part depends on belongs to it. A program needs the shared libraries that it
// loads; a static library the static ones that it is made of. Python comes in several packages.
func hostPackage(from, fields debian.Paragraph) bool {
	name := fields["Package"]
	switch {
	case strings.HasSuffix(name, "-base"):
		return false
	case fields["Section"] == "libdevel":
		return from["Section"] == "libdevel" && (name == "zlib1g-dev" || name == "libzstd-dev")
	case from["Section"] == "libdevel":
		return false
	case name == "m4", strings.HasPrefix(name, "python3."), strings.HasPrefix(name, "libpython3."):
		return true
	}
	return fields["Section"] == "libs"
}

// compilerPackage is the suite's compiler of kernels: gcc-14, or gcc-16-for-host.
var compilerPackage = regexp.MustCompile(`^gcc-([0-9]+)(-|$)`)

// ResolveKernel finds the newest version of a package with a kernel's sources (linux-source-6.12), and what its Kbuild runs and compiles its
// programs with, beside the toolchain of the suite's SDK.
func ResolveKernel(index *Index, suite, architecture, name string) (*Lock, error) {
	lock, err := ResolvePackage(index, suite, architecture, name)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(name, "linux-source-") {
		return nil, fmt.Errorf("%s does not carry a kernel's sources; those that do are called linux-source-VERSION, and a driver is locked with --package", name)
	}
	sdk, err := Resolve(index, suite, architecture)
	if err != nil {
		return nil, err
	}
	library := ""
	for _, p := range sdk.Packages {
		if m := compilerPackage.FindStringSubmatch(p.Name); m != nil {
			library = "libgcc-" + m[1] + "-dev"
		}
	}
	if library == "" {
		return nil, fmt.Errorf("%s's kernels for %s are compiled by no package gcc-N, whose libgcc-N-dev Kbuild's programs need", suite, architecture)
	}
	roots := slices.Concat(hostPrograms, hostLibraries, []string{library})
	seen := map[string]bool{}
	var visit func(d debian.Dependency, from string) error
	visit = func(d debian.Dependency, from string) error {
		if seen[d.Name] {
			return nil
		}
		e, ok := index.find(d)
		if !ok {
			return fmt.Errorf("%s has no package %s %s %s, which %s needs", suite, d.Name, d.Operator, d.Version, from)
		}
		seen[d.Name] = true
		p, err := newPackage(e, Host)
		if err != nil {
			return err
		}
		lock.Packages = append(lock.Packages, p)
		for _, alternatives := range debian.ParseDepends(e.fields["Pre-Depends"] + "," + e.fields["Depends"]) {
			for _, alternative := range alternatives {
				next, ok := index.find(alternative)
				if !ok {
					continue
				}
				if hostPackage(e.fields, next.fields) {
					if err := visit(alternative, d.Name); err != nil {
						return err
					}
				}
				break
			}
		}
		return nil
	}
	for _, root := range roots {
		if err := visit(debian.Dependency{Name: root}, "building a kernel"); err != nil {
			return nil, err
		}
	}
	sortPackages(lock.Packages)
	return lock, nil
}
