package kerneltree

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Configured are the files that Kconfig makes, in the order in which it does: make
// goes by their times.
var Configured = []string{
	".config",
	autoConf + ".cmd",
	"include/generated/autoconf.h",
	"include/generated/rustc_cfg", // since Linux 6.1
	autoConf,
}

// SeenFile is the name of the list of options that make may see, beside the files
// that Kconfig makes: a line an option, with its value if it is set. A tree is made
// anew if that changes; by others only what reads an option is built.
const SeenFile = "seen_by_make"

// LayOutKconfig fills a folder with what resolving a configuration takes: links to
// the folders of the kernel's sources, but for those that something is made in, and
// the host part.
func LayOutKconfig(dir string, s Sources) error {
	return s.layOut(dir, pointForKconfig, linkHostForKconfig)
}

// pointForKconfig fills a folder with links to all that is in another, and to no file
// below a folder that nothing is made in.
func pointForKconfig(from, to string, _ func(file string, entry fs.DirEntry) bool) error {
	keep := func(file string, _ fs.DirEntry) bool { return !slices.Contains(others, path.Base(file)) }
	whole := func(dir string) bool {
		top, _, _ := strings.Cut(dir, "/")
		return !slices.Contains([]string{".", "include"}, dir) && top != "scripts"
	}
	return fillTree(from, to, keep, os.Symlink, whole)
}

// onlyRead are folders of the host part that are read where they are: programs are not
// found by their places, as libraries are.
var onlyRead = regexp.MustCompile(`^usr/(include|share/[^/]+|lib/(linux|python[^/]+))(/|$)`)

// linkHostForKconfig fills a folder with the host part: with links to folders that are
// only read.
func linkHostForKconfig(from, to string, keep func(file string, entry fs.DirEntry) bool) error {
	put := func(from, to string) error {
		if info, err := os.Stat(from); err == nil && info.IsDir() {
			return os.Symlink(from, to)
		}
		return linkFile(from, to)
	}
	whole := func(dir string) bool { return onlyRead.MatchString(dir) && !leadsOut(from, dir) }
	return fillTree(from, to, keep, put, whole)
}

// leadsOut says whether a link below a folder may lead out of top. An absolute one does,
// to what / is for a package.
func leadsOut(top, dir string) bool {
	out := false
	err := filepath.WalkDir(filepath.Join(top, dir), func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink == 0 {
			return err
		}
		leads, err := os.Readlink(file)
		if filepath.IsAbs(leads) || !strings.HasPrefix(filepath.Join(filepath.Dir(file), leads), top+"/") {
			out = true
			return fs.SkipAll
		}
		return err
	})
	return out || err != nil
}

// WriteConfigured writes to a folder what Configure has made, and the options of it
// that make may see.
func (t *Tree) WriteConfigured(dir string, seen *Seen) error {
	list := ""
	for _, file := range Configured {
		data, err := os.ReadFile(filepath.Join(t.Dir, file))
		switch {
		case os.IsNotExist(err) && path.Base(file) == "rustc_cfg":
			continue
		case os.IsNotExist(err):
			return fmt.Errorf("`make olddefconfig` makes no %s: kernels before 6.1 are not supported", file)
		case err != nil:
			return err
		}
		if err := t.checkPlaces(file, data); err != nil {
			return err
		}
		if file == autoConf {
			list = seen.list(string(data))
		}
		if err := replace(filepath.Join(dir, file), data, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, SeenFile), []byte(list), 0o644)
}

// PlaceConfigured puts what WriteConfigured has written where make looks for it.
func (t *Tree) PlaceConfigured(dir string) error {
	at := time.Now()
	for _, file := range Configured {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		to := filepath.Join(t.Dir, file)
		at = at.Add(time.Microsecond)
		if err := replace(to, data, 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(to, at, at); err != nil {
			return err
		}
	}
	return nil
}

// RemoveConfigured removes what PlaceConfigured has put there: the build has it
// from where it was written, so that another configuration leaves the tree as it is.
func (t *Tree) RemoveConfigured() error {
	for _, file := range Configured {
		if err := os.RemoveAll(filepath.Join(t.Dir, file)); err != nil {
			return err
		}
	}
	return nil
}
