package sdklock

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
)

// Index is the packages of a suite: its main archive and its security archive together.
type Index struct {
	packages map[string][]entry
}

type entry struct {
	archive string
	fields  debian.Paragraph
}

// Add puts the stanzas of an archive's Packages into the index.
func (x *Index) Add(archive string, paragraphs []debian.Paragraph) {
	if x.packages == nil {
		x.packages = map[string][]entry{}
	}
	for _, p := range paragraphs {
		x.packages[p["Package"]] = append(x.packages[p["Package"]], entry{archive: archive, fields: p})
	}
}

// find is the newest version of a package that a dependency allows. A package that both archives have in the same
// version is taken from the one added first.
func (x *Index) find(d debian.Dependency) (entry, bool) {
	var best entry
	for _, e := range x.packages[d.Name] {
		if d.Operator != "" && !d.Allows(e.fields["Version"]) {
			continue
		}
		if best.fields == nil || debian.CompareVersions(e.fields["Version"], best.fields["Version"]) > 0 {
			best = e
		}
	}
	return best, best.fields != nil
}

// A rule says which dependencies of an SDK's packages belong to the SDK: the first rule whose prefix fits a package's
// name decides. A program that only a person at the machine would use, documentation, and what a running system wants
// (an initramfs, debconf) fit none.
type rule struct {
	prefix string
	part   Part
	// through: the package holds nothing itself, and only leads to others.
	through bool
	// never: not part of an SDK, though another rule would take it.
	never bool
}

var rules = []rule{
	{prefix: "linux-compiler-", through: true},
	{prefix: "linux-headers-", part: Headers},
	{prefix: "linux-kbuild-", part: Headers},
	{prefix: "linux-image-", part: Boot},
	{prefix: "linux-binary-", part: Boot},
	{prefix: "linux-modules-", part: Boot},
	{prefix: "gcc-", part: Toolchain},
	{prefix: "cpp-", part: Toolchain},
	{prefix: "binutils", part: Toolchain},
	{prefix: "pahole", part: Toolchain},
	{prefix: "make", part: Make},
	{prefix: "busybox-static", part: Make},
	// Binutils' own libraries, which are not in section libs.
	{prefix: "libbinutils", part: Toolchain},
	{prefix: "libctf", part: Toolchain},
	{prefix: "libsframe", part: Toolchain},
	// A plugin of gdb; and what only linux-kbuild's sign-file loads, which signs whole kernels' modules.
	{prefix: "libcc1-", never: true},
	{prefix: "libssl", never: true},
	// Character sets that no compiler of kernel sources asks for.
	{prefix: "libc-gconv-modules", never: true},
}

// classify says which part a package reached from another belongs to.
func classify(fields debian.Paragraph) (part Part, follow bool) {
	name := fields["Package"]
	if strings.HasSuffix(name, "-base") || strings.HasSuffix(name, "-common") && !strings.HasPrefix(name, "linux-headers-") {
		return "", false
	}
	for _, r := range rules {
		if strings.HasPrefix(name, r.prefix) {
			return r.part, !r.never
		}
	}
	// Shared libraries, which a program needs in order to start.
	return Toolchain, fields["Section"] == "libs"
}

// Resolve finds the packages of an SDK for the newest kernel of a suite.
//
// It starts from the suite's linux-headers and linux-image metapackages of the architecture, make and a static busybox,
// and follows Depends as far as the SDK needs: headers, linux-kbuild, the compiler that the kernel was built with,
// binutils, pahole, and the shared libraries that these load. Packages come sorted by part and name.
func Resolve(index *Index, suite, architecture string) (*Lock, error) {
	lock := &Lock{Version: FormatVersion, Suite: suite, Architecture: architecture}
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
		part, _ := classify(e.fields)
		if part != "" && !metapackage(e.fields, architecture) {
			p, err := newPackage(e, part)
			if err != nil {
				return err
			}
			lock.Packages = append(lock.Packages, p)
		}
		fields := e.fields["Pre-Depends"] + "," + e.fields["Depends"]
		for _, alternatives := range debian.ParseDepends(fields) {
			for _, alternative := range alternatives {
				next, ok := index.find(alternative)
				if !ok {
					continue
				}
				nextPart, follow := classify(next.fields)
				// Headers depend on the image in some suites only; the image has its own way in, below.
				if !follow || nextPart == Boot && part == Headers {
					break
				}
				if err := visit(alternative, d.Name); err != nil {
					return err
				}
				break
			}
		}
		return nil
	}
	for _, name := range []string{"linux-headers-" + architecture, "linux-image-" + architecture, "make", "busybox-static"} {
		if err := visit(debian.Dependency{Name: name}, "an SDK"); err != nil {
			return nil, err
		}
	}
	for _, p := range lock.Packages {
		if p.Part == Headers && p.Architecture == architecture && strings.HasPrefix(p.Name, "linux-headers-") {
			lock.KernelRelease = strings.TrimPrefix(p.Name, "linux-headers-")
		}
	}
	if lock.KernelRelease == "" {
		return nil, fmt.Errorf("%s: linux-headers-%s leads to no headers of a kernel", suite, architecture)
	}
	sortPackages(lock.Packages)
	return lock, nil
}

// sortPackages brings packages into the order of a lock.
func sortPackages(packages []Package) {
	slices.SortFunc(packages, func(a, b Package) int {
		if a.Part != b.Part {
			return slices.Index(partOrder, a.Part) - slices.Index(partOrder, b.Part)
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// ResolvePackage finds the newest version of one package of a suite, without what it depends on.
func ResolvePackage(index *Index, suite, architecture, name string) (*Lock, error) {
	e, ok := index.find(debian.Dependency{Name: name})
	if !ok {
		hint := ""
		if _, dkms := index.find(debian.Dependency{Name: name + "-dkms"}); dkms {
			hint = fmt.Sprintf("; it has %s-dkms", name)
		}
		return nil, fmt.Errorf("%s has no package %s for %s in its component main%s", suite, name, architecture, hint)
	}
	p, err := newPackage(e, Source)
	if err != nil {
		return nil, err
	}
	return &Lock{Version: FormatVersion, Suite: suite, Architecture: architecture, Packages: []Package{p}}, nil
}

// sdkParts are those of an SDK; partOrder is the order of parts in a lock.
var (
	sdkParts  = []Part{Headers, Toolchain, Make, Boot}
	partOrder = slices.Concat(sdkParts, []Part{Source, Host})
)

// metapackage says whether a package holds nothing and names the newest kernel: linux-headers-amd64, linux-image-amd64,
// and from 7.2 the linux-image-RELEASE that leads to linux-binary-RELEASE.
func metapackage(fields debian.Paragraph, architecture string) bool {
	name := fields["Package"]
	if name == "linux-headers-"+architecture || name == "linux-image-"+architecture {
		return true
	}
	release, isImage := strings.CutPrefix(name, "linux-image-")
	return isImage && slices.ContainsFunc(debian.ParseDepends(fields["Depends"]), func(alternatives []debian.Dependency) bool {
		return alternatives[0].Name == "linux-binary-"+release
	})
}

func newPackage(e entry, part Part) (Package, error) {
	p := Package{
		Name:         e.fields["Package"],
		Version:      e.fields["Version"],
		Architecture: e.fields["Architecture"],
		Part:         part,
		Archive:      e.archive,
		Path:         e.fields["Filename"],
		SHA256:       e.fields["SHA256"],
	}
	if _, err := fmt.Sscan(e.fields["Size"], &p.Size); err != nil || p.Path == "" || !digest.MatchString(p.SHA256) {
		return Package{}, fmt.Errorf("the index's entry of %s %s lacks Filename, SHA256 or Size", p.Name, p.Version)
	}
	return p, nil
}
