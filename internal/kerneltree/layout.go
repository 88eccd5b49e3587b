package kerneltree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The folders of what kernel.source has unpacked.
const (
	unpackedSources = "sources"
	unpackedHost    = "host"
)

// Sources are where a kernel's sources are, and what its programs are made with.
type Sources struct {
	Unpacked string // the folder of what kernel.source has unpacked
	Edited   string // the folder of the sources, if people edit them; empty: they are unpacked
	Arch     string // Kbuild's SRCARCH
}

// open finds the folder of the sources, and says which of its files a build reads.
func (s Sources) open() (dir string, keep func(file string, entry fs.DirEntry) bool, err error) {
	dir = s.Edited
	if dir == "" {
		dir = filepath.Join(s.Unpacked, unpackedSources)
	}
	if dir, err = realDir(dir); err != nil {
		return "", nil, err
	}
	for _, top := range []string{"Kbuild", "Kconfig", "Makefile", "arch/" + s.Arch} {
		if !exists(filepath.Join(dir, top)) {
			return "", nil, fmt.Errorf("these are no kernel's sources for %s: there is no %s", s.Arch, top)
		}
	}
	kept, err := otherArchitectures(dir, s.Arch)
	if err != nil {
		return "", nil, err
	}
	kept = append(kept, s.Arch)
	return dir, func(file string, entry fs.DirEntry) bool { return keepSource(file, entry, kept) }, nil
}

// walkKept visits the regular files of the sources that a build reads, by their
// paths in them; keep is that of open.
func walkKept(sources string, keep func(file string, entry fs.DirEntry) bool, visit func(file string, entry fs.DirEntry) error) error {
	return walkFiles(sources, keep, func(file string, entry fs.DirEntry) error {
		if !entry.Type().IsRegular() {
			return nil
		}
		return visit(file, entry)
	})
}

// walkFiles visits the files below a folder, by their paths in it, but for those that
// are not to be kept, and what is in folders that are not.
func walkFiles(top string, keep func(file string, entry fs.DirEntry) bool, visit func(file string, entry fs.DirEntry) error) error {
	return filepath.WalkDir(top, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside := filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(file, top), "/"))
		kept := inside == "" || keep(inside, entry)
		switch {
		case entry.IsDir() && !kept:
			return filepath.SkipDir
		case entry.IsDir() || !kept:
			return nil
		}
		return visit(inside, entry)
	})
}

// LayOut fills a folder with what a build for an architecture reads: the kernel's
// sources at its top, and the host part in HostDir. Files are second names of
// the unpacked ones where that is possible, so that kernels with other configurations
// share them. Those that people edit are symbolic links, so that Bazel looks at
// the files themselves. Make replaces files, and does not write to those that are
// there.
func LayOut(dir string, s Sources) error {
	if s.Edited != "" {
		return s.layOut(dir, pointTo, linkTree)
	}
	return s.layOut(dir, linkTree, linkTree)
}

// A linker fills a folder with what is wanted of another.
type linker func(from, to string, keep func(file string, entry fs.DirEntry) bool) error

// layOut fills a folder with the sources, and with the host part, each as a linker
// does that.
func (s Sources) layOut(dir string, link, linkHost linker) error {
	sources, keep, err := s.open()
	if err != nil {
		return err
	}
	if s.Edited != "" {
		if err := clean(sources, s.Arch); err != nil {
			return err
		}
	}
	unpacked, err := realDir(s.Unpacked)
	if err != nil {
		return err
	}
	host := filepath.Join(dir, HostDir)
	return errors.Join(
		link(sources, dir, keep),
		linkHost(filepath.Join(unpacked, unpackedHost), host, keepHost),
		mergeUsr(host),
	)
}

// clean refuses sources that make was run in: what it made would be taken for
// theirs.
func clean(sources, arch string) error {
	for _, made := range []string{".config", "include/config", "include/generated", "arch/" + arch + "/include/generated"} {
		if exists(filepath.Join(sources, made)) {
			return fmt.Errorf("the sources are not clean: there is %s, which make has left; run `make mrproper` in them", made)
		}
	}
	return nil
}

// linkTree fills a folder with second names of another's files.
func linkTree(from, to string, keep func(file string, entry fs.DirEntry) bool) error {
	return fillTree(from, to, keep, linkFile, func(string) bool { return false })
}

// pointTo fills a folder with symbolic links to another's files.
func pointTo(from, to string, keep func(file string, entry fs.DirEntry) bool) error {
	return fillTree(from, to, keep, os.Symlink, onlyHeaders.MatchString)
}

// onlyHeaders are folders of sources that nothing is made in. One is a link, so
// that a new header is there at once.
var onlyHeaders = regexp.MustCompile(`^(arch/[^/]+/)?include/[^/]+$`)

// fillTree fills a folder with another's files that are wanted; keep gets their
// paths below it. Folders are there even if nothing of them is, since links lead
// to them; put makes a link to a file, and to a folder if it is to be one.
func fillTree(from, to string, keep func(file string, entry fs.DirEntry) bool, put func(from, to string) error, whole func(dir string) bool) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if relative != "." && !keep(filepath.ToSlash(relative), entry) {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		switch {
		case entry.IsDir() && whole(filepath.ToSlash(relative)):
			if err := put(file, target); err != nil {
				return err
			}
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o777)
		case entry.Type()&fs.ModeSymlink != 0:
			return linkLink(from, file, target, keep)
		case entry.Type().IsRegular():
			return put(file, target)
		}
		return nil
	})
}

// linkLink makes a link again, if it leads to a file or folder below from that
// is wanted. An absolute one is of a package, and may lead to what / was to be for
// it, or to from, where Bazel has it lead.
func linkLink(from, file, to string, keep func(file string, entry fs.DirEntry) bool) error {
	leads, err := os.Readlink(file)
	if err != nil {
		return err
	}
	switch {
	case !filepath.IsAbs(leads):
		leads = filepath.Join(filepath.Dir(file), leads)
	case !strings.HasPrefix(leads, from+"/"):
		leads = filepath.Join(from, leads)
	}
	// It is there only if all folders above it are.
	for at := leads; at != from; at = filepath.Dir(at) {
		inside, found := strings.CutPrefix(at, from+"/")
		info, err := os.Stat(at)
		if err != nil || !found || !keep(filepath.ToSlash(inside), fs.FileInfoToDirEntry(info)) {
			return nil
		}
	}
	target, err := filepath.Rel(filepath.Dir(file), leads)
	if err != nil {
		return err
	}
	return os.Symlink(target, to)
}

// mergeUsr makes the links that lead from / to /usr in suites whose packages
// have all below /usr. Scripts of the linker name files by the former.
func mergeUsr(host string) error {
	for _, folder := range []string{"lib", "lib64"} {
		if exists(filepath.Join(host, folder)) || !exists(filepath.Join(host, "usr", folder)) {
			continue
		}
		if err := os.Symlink("usr/"+folder, filepath.Join(host, folder)); err != nil {
			return err
		}
	}
	return nil
}

// replace writes a file of a tree in place of what is there, and not through a link:
// sources of the tree lead to those that people edit, or are second names of others.
func replace(file string, data []byte, mode fs.FileMode) error {
	if err := os.RemoveAll(file); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, data, mode)
}

func linkFile(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close(), os.Chtimes(to, info.ModTime(), info.ModTime()))
}

// readByMake says whether make and Kconfig read files of a name wherever they are:
// Kconfig sources crypto's of all architectures, and Makefiles include those of
// others.
func readByMake(base string) bool {
	return strings.HasPrefix(base, "Makefile") || strings.HasPrefix(base, "Kbuild") || strings.HasPrefix(base, "Kconfig") ||
		strings.HasSuffix(base, ".mk") || strings.HasSuffix(base, ".include")
}

// keepSource says whether a build reads a file of the sources. These it does
// not, a fifth of them:
//
//   - documentation;
//   - other architectures, but for headers, which drivers of theirs include
//     where COMPILE_TEST has them compiled, and but for those that the Makefiles of
//     this one name (arm64's build files of arm);
//   - perf and selftests, which targets of their own build; lib/ includes
//     headers of the latter;
//   - what is Git's, and Bazel's.
//
// What make reads stays.
func keepSource(file string, entry fs.DirEntry, archs []string) bool {
	if slices.Contains(others, path.Base(file)) {
		return false
	}
	if entry.IsDir() || readByMake(path.Base(file)) {
		return true
	}
	parts := strings.SplitN(file, "/", 3)
	if len(parts) < 2 {
		return true
	}
	isHeader := strings.HasSuffix(file, ".h")
	switch parts[0] {
	case "Documentation":
		return false
	case "arch":
		return isHeader || len(parts) < 3 || slices.Contains(archs, parts[1])
	case "tools":
		return parts[1] != "perf" && (!strings.HasPrefix(file, "tools/testing/selftests/") || isHeader)
	}
	return true
}

// others are files that lie among sources and that others than Kbuild read.
var others = []string{".git", "BUILD", "BUILD.bazel", "MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel"}

var otherArchitecture = regexp.MustCompile(`(?:\.\./|arch/)([a-z0-9_]+)/`)

// otherArchitectures are those that the Makefiles of an architecture name.
func otherArchitectures(sources, arch string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(filepath.Join(sources, "arch", arch), func(file string, entry fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil || entry.IsDir() || !readByMake(entry.Name()) || strings.HasPrefix(entry.Name(), "Kconfig") {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		for _, m := range otherArchitecture.FindAllStringSubmatch(string(text), -1) {
			if info, err := os.Stat(filepath.Join(sources, "arch", m[1])); err == nil && info.IsDir() && !slices.Contains(found, m[1]) {
				found = append(found, m[1])
			}
		}
		return nil
	})
	return found, err
}

// notOfHost are folders of the host part that neither a compiler nor a program
// reads: documentation, configuration of a system, character sets.
var notOfHost = regexp.MustCompile(`^(etc|var|sbin|usr/sbin|usr/lib/(systemd|mime)|usr/lib/[^/]*/gconv|usr/share/.*)$`)

func keepHost(file string, entry fs.DirEntry) bool {
	return !notOfHost.MatchString(file) || file == "usr/share/bison" || strings.HasPrefix(file, "usr/share/bison/")
}
