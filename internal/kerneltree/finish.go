package kerneltree

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// kbuildsNotes are files that only make reads, to tell whether something has
// to be made again.
var kbuildsNotes = regexp.MustCompile(`^\..*\.(cmd|d)$`)

// Finish leaves the same bytes wherever a tree is: it deletes the notes of
// Kbuild's that name its folder (those of tools/), after which make would make
// again what they are of. Another file that names it is an error.
func (t *Tree) Finish() error {
	err := filepath.WalkDir(t.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path == filepath.Join(t.Dir, HostDir) {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !entry.Type().IsRegular() || info.ModTime().Before(t.started) {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		err = t.checkPlaces(strings.TrimPrefix(path, t.Dir+"/"), data)
		if err != nil && kbuildsNotes.MatchString(entry.Name()) {
			return os.Remove(path)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(t.Dir, ".config.old")); err != nil {
		return err
	}
	return t.write(t.Dir)
}

// checkPlaces refuses a file that names a folder of this machine.
func (t *Tree) checkPlaces(file string, data []byte) error {
	for _, place := range []string{t.Dir, t.at.sdk, t.scratch} {
		if bytes.Contains(data, []byte(place+"/")) {
			return fmt.Errorf("%s holds the name of a folder of this machine, %s, and would be other bytes elsewhere; please report it", file, place)
		}
	}
	return nil
}

// write writes the description. Its time stays that of the first one, before
// which nothing was made.
func (t *Tree) write(dir string) error {
	if err := t.Description.write(dir); err != nil {
		return err
	}
	return os.Chtimes(filepath.Join(dir, DescriptionFile), time.Time{}, t.started)
}
