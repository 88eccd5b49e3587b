package kerneltree

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// readByMake are the names of files that make and Kconfig read wherever they
// are: Kconfig sources crypto's of all architectures, and Makefiles include
// those of others.
var readByMake = regexp.MustCompile(`^(Makefile|Kbuild|Kconfig)|\.(mk|include)$`)

// Prune deletes from unpacked sources what no build for an architecture reads,
// a sixth of them:
//
//   - documentation;
//   - other architectures, but for headers, which drivers of theirs include
//     where COMPILE_TEST has them compiled, and but for those that the Makefiles of this
//     one name (arm64's build files of arm);
//   - perf and selftests, which targets of their own build; lib/ includes
//     headers of the latter.
//
// What make reads stays. Folders stay too, since links lead there.
func Prune(dir, arch string) error {
	kept, err := otherArchitectures(dir, arch)
	if err != nil {
		return err
	}
	archs, err := os.ReadDir(filepath.Join(dir, "arch"))
	if err != nil {
		return err
	}
	header := func(name string) bool { return strings.HasSuffix(name, ".h") }
	for _, a := range archs {
		if a.IsDir() && a.Name() != arch && !slices.Contains(kept, a.Name()) {
			if err := pruneFolder(filepath.Join(dir, "arch", a.Name()), header); err != nil {
				return err
			}
		}
	}
	for folder, keep := range map[string]func(string) bool{
		"Documentation": func(string) bool { return false },
		"tools/perf":    func(string) bool { return false },
		"tools/testing": header,
	} {
		if err := pruneFolder(filepath.Join(dir, folder), keep); err != nil {
			return err
		}
	}
	return pruneHost(filepath.Join(dir, HostDir))
}

func pruneFolder(dir string, keep func(name string) bool) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err) && path == dir:
			return nil
		case err != nil:
			return err
		case entry.IsDir(), readByMake.MatchString(entry.Name()), keep(entry.Name()):
			return nil
		}
		return os.Remove(path)
	})
}

var otherArchitecture = regexp.MustCompile(`(?:\.\./|arch/)([a-z0-9_]+)/`)

// otherArchitectures are those that the Makefiles of an architecture name.
func otherArchitectures(dir, arch string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(filepath.Join(dir, "arch", arch), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !readByMake.MatchString(entry.Name()) || strings.HasPrefix(entry.Name(), "Kconfig") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range otherArchitecture.FindAllStringSubmatch(string(text), -1) {
			if info, err := os.Stat(filepath.Join(dir, "arch", m[1])); err == nil && info.IsDir() && !slices.Contains(found, m[1]) {
				found = append(found, m[1])
			}
		}
		return nil
	})
	return found, err
}

// pruneHost deletes from the host part what neither a compiler nor a program
// reads: documentation, configuration of a system, character sets, and what
// leads out of it.
func pruneHost(dir string) error {
	shares, err := filepath.Glob(filepath.Join(dir, "usr/share/*"))
	if err != nil {
		return err
	}
	shares = slices.DeleteFunc(shares, func(path string) bool { return filepath.Base(path) == "bison" })
	conversions, err := filepath.Glob(filepath.Join(dir, "usr/lib/*/gconv"))
	if err != nil {
		return err
	}
	for _, path := range slices.Concat(shares, conversions) {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	for _, folder := range []string{"etc", "var", "sbin", "usr/sbin", "lib64", "usr/lib64", "usr/lib/systemd", "usr/lib/mime"} {
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			return err
		}
	}
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink == 0 {
			return err
		}
		target, err := os.Readlink(path)
		if err != nil {
			return err
		}
		if _, err := os.Stat(path); err == nil && !filepath.IsAbs(target) {
			return nil
		}
		return os.Remove(path)
	})
}
