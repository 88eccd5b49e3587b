package kerneltree

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
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
	sources, _, err := s.open()
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
	if err := pointToEach(sources, dir, []string{"include", "scripts"}); err != nil {
		return err
	}
	if include := filepath.Join(sources, "include"); exists(include) {
		if err := pointToEach(include, filepath.Join(dir, "include"), nil); err != nil {
			return err
		}
	}
	if scripts := filepath.Join(sources, "scripts"); exists(scripts) {
		all := func(string, fs.DirEntry) bool { return true }
		if err := pointTo(scripts, filepath.Join(dir, "scripts"), all); err != nil {
			return err
		}
	}
	return layOutHost(unpacked, dir)
}

// pointToEach makes symbolic links to what is in a folder, but for some.
func pointToEach(from, to string, but []string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return err
	}
	for _, e := range entries {
		if slices.Contains(but, e.Name()) || slices.Contains(others, e.Name()) {
			continue
		}
		if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
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
		to := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, SeenFile), []byte(list), 0o644)
}

// PlaceConfigured puts what WriteConfigured has written where make looks for it.
func (t *Tree) PlaceConfigured(dir string) error {
	at := time.Now()
	for i, file := range Configured {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if os.IsNotExist(err) {
			continue
		}
		to := filepath.Join(t.Dir, file)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o777)
		}
		if err == nil {
			err = os.RemoveAll(to) // not through a link
		}
		if err == nil {
			err = os.WriteFile(to, data, 0o644)
		}
		if err == nil {
			at = at.Add(time.Duration(i) * time.Microsecond)
			err = os.Chtimes(to, at, at)
		}
		if err != nil {
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
