package kerneltree

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// configDir is where Kbuild has the options for make, and an empty file for each
// that is set.
const configDir = "include/config"

// autoConf has the options, as make reads them.
const autoConf = configDir + "/auto.conf"

// A Seen is what make can see of a kernel's sources.
type Seen struct {
	key     *kept.Key
	options map[string]bool // that texts name
	all     bool            // a Makefile may name any
	done    map[string]bool // texts
}

func newSeen(key *kept.Key) *Seen {
	return &Seen{key: key, options: map[string]bool{}, done: map[string]bool{}}
}

// SeenByMake is all that make can see of a prepared tree when it says what it would
// do. Its key adds to the programs:
//
//   - the texts of Makefiles, of scripts, and of what Makefiles name besides what is
//     compiled, as Read has them: an edit of another file makes no repository anew;
//   - the notes of what is there: with them, make judges whether to make it again;
//   - the names of all files, since make looks for some;
//   - the options that those texts name. A Makefile that puts a name together
//     sees all.
//
// It is of the folder that the tree is in, too, which steps of tools/ name.
func (t *Tree) SeenByMake(store *kept.Store, s Sources) (*Seen, error) {
	key, err := t.toolsKey("what make says", store, s)
	if err != nil {
		return nil, err
	}
	key.Add(t.Dir, t.Release)
	compiled, err := t.Compiled()
	if err != nil {
		return nil, err
	}
	s.Arch = t.Arch
	named, err := t.Read(s, compiled)
	if err != nil {
		return nil, err
	}
	seen := newSeen(key)
	for _, file := range named {
		if err := seen.text(t.Dir, file); err != nil {
			return nil, err
		}
	}
	if err := seen.folder(t, ""); err != nil {
		return nil, err
	}
	config, err := os.ReadFile(filepath.Join(t.Dir, autoConf))
	if os.IsNotExist(err) {
		// Makefiles that read another file see all that it says.
		return seen, key.AddFile(filepath.Join(t.Dir, ".config"))
	}
	if err != nil {
		return nil, err
	}
	key.Add(seen.list(string(config)))
	return seen, nil
}

// Key is the key of all that.
func (s *Seen) Key() string { return s.key.String() }

// list is the options that are seen, a line each, with their values in auto.conf.
func (s *Seen) list(config string) string {
	var lines []string
	set := map[string]bool{}
	for line := range strings.Lines(config) {
		if name, _, found := strings.Cut(line, "="); found && (s.all || s.options[name]) {
			set[name] = true
			lines = append(lines, line)
		}
	}
	for name := range s.options {
		if !set[name] {
			lines = append(lines, name+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Overlooked are options that are seen and that a list does not have which was made
// of less.
func (s *Seen) Overlooked(list string) []string {
	listed := map[string]bool{}
	for line := range strings.Lines(list) {
		name, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		listed[name] = true
	}
	var overlooked []string
	for name := range s.options {
		if !listed[name] {
			overlooked = append(overlooked, name)
		}
	}
	slices.Sort(overlooked)
	return overlooked
}

// SeenInSources is what make can see before anything is prepared: that what it makes
// programs of names, too, is taken from the whole folder tools. more are options
// besides, without CONFIG_. It has no key.
func (t *Tree) SeenInSources(s Sources, more []string) (*Seen, error) {
	s.Arch = t.Arch
	named, err := t.listing(s).makefiles()
	if err != nil {
		return nil, err
	}
	seen := newSeen(kept.NewKey(""))
	for _, name := range more {
		seen.options["CONFIG_"+name] = true
	}
	for file := range named.there.files {
		if named.files[file] || readByMake(path.Base(file)) || mayBeMakefile(file) || strings.HasPrefix(file, "tools/") {
			if err := seen.text(named.there.sources, file); err != nil {
				return nil, err
			}
		}
	}
	return seen, nil
}

// mayBeMakefile says whether a file of the sources may be one that a Makefile includes
// by a name of its own (arch/mips/Kbuild.platforms: Platform).
func mayBeMakefile(file string) bool { return !strings.Contains(path.Base(file), ".") }

// optionName is the name of an option in a text, or the beginning of one that is put
// together.
var optionName = regexp.MustCompile(`CONFIG_[A-Za-z0-9_]*`)

// text adds a file of the tree with what it says.
func (s *Seen) text(top, file string) error {
	if s.done[file] {
		return nil
	}
	s.done[file] = true
	// Kconfig's say only what the configuration is; targets of their own build the
	// selftests.
	if strings.HasPrefix(path.Base(file), "Kconfig") || strings.HasPrefix(file, "tools/testing/") {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(top, file))
	if err != nil {
		return err
	}
	s.key.Add(file, string(text))
	if strings.HasSuffix(file, "defconfig") || path.Base(path.Dir(file)) == "configs" {
		return nil // a configuration, which names options that nobody asks for
	}
	for _, name := range optionName.FindAll(text, -1) {
		s.options[string(name)] = true
	}
	if readByMake(path.Base(file)) {
		s.all = s.all || putsTogether(text)
	}
	return nil
}

// putTogether is an option of which a line of a Makefile names a part: CONFIG_$(x),
// CONFIG_%.
var putTogether = regexp.MustCompile(`^[^#]*\bCONFIG_(?:[^A-Za-z0-9_]|[A-Za-z0-9_]*\$|$)`)

// unexported is a line that keeps variables of the environment from programs, such
// as CONFIG_ itself, which Kconfig's read.
var unexported = regexp.MustCompile(`^\s*unexport\b`)

// putsTogether says whether a Makefile puts the name of an option together.
func putsTogether(text []byte) bool {
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, []byte("CONFIG_")) && putTogether.Match(line) && !unexported.Match(line) {
			return true
		}
	}
	return false
}

// folder adds the names of what is in a folder of the tree, and texts and notes.
func (s *Seen) folder(t *Tree, dir string) error {
	return filepath.WalkDir(filepath.Join(t.Dir, dir)+"/", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside := strings.TrimPrefix(strings.TrimPrefix(file, t.Dir), "/")
		switch {
		case inside == HostDir, inside == configDir:
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		s.key.Add(inside)
		// A folder of edited headers is a link, and an absolute one. Those of the
		// sources may lead around.
		if leads, err := os.Readlink(file); err == nil && path.IsAbs(leads) {
			if info, err := os.Stat(file); err == nil && info.IsDir() {
				return s.folder(t, inside)
			}
		}
		base := path.Base(inside)
		switch {
		case kbuildsNotes.MatchString(base):
			return s.key.AddFile(file)
		case readByMake(base):
			return s.text(t.Dir, inside)
		case mayBeMakefile(inside):
			// Of those that were made, none is for make.
			if info, err := os.Lstat(file); err != nil || t.isMade(info) {
				return err
			}
			if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
				return s.text(t.Dir, inside)
			}
		}
		return nil
	})
}
