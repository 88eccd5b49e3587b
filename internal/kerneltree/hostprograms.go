package kerneltree

import (
	"bytes"
	"encoding/gob"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// hostMakers are the programs that Kbuild's own programs are made with, by the
// names that commands have for them: what each reads is in its command or its note.
var hostMakers = []string{hostCC, "gcc", "cc", "ld", "ar", "flex", "bison"}

// A hostFile is a part of Kbuild's own programs, as make has left it.
type hostFile struct {
	Outputs []hostOutput
	Note    hostOutput   // by it make knows how the outputs were made; the tree's folder is treeWord
	Sources []hostSource // what they were made of, and that was not made itself
	Made    []string     // and what was
}

type hostOutput struct {
	Path string
	Mode fs.FileMode
	Data []byte
}

type hostSource struct{ Path, Digest string }

// Which of Kbuild's own programs are kept together.
const (
	KconfigPrograms = "programs of Kconfig" // conf, and fixdep
	AllPrograms     = "host programs"       // those of `make prepare`: fixdep, modpost, objtool
)

// KeepPrograms keeps Kbuild's own programs and the objects that they are linked of,
// as they are in the tree.
func (t *Tree) KeepPrograms(store *kept.Store, which string, s Sources) error {
	if store == nil {
		return nil
	}
	key, err := t.toolsKey(which, store, s)
	if err != nil {
		return err
	}
	files, err := t.hostFiles()
	if err != nil {
		return err
	}
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(files); err != nil {
		return err
	}
	if old, ok := store.Get(key.String()); ok && bytes.Equal(old, data.Bytes()) {
		return nil
	}
	return store.Put(key.String(), data.Bytes())
}

// RestorePrograms puts those programs into the tree that were kept, and whose
// sources are the tree's, each with the note by which make judges whether its
// command is still the same. It makes the others.
func (t *Tree) RestorePrograms(store *kept.Store, which string, s Sources) error {
	if store == nil {
		return nil
	}
	key, err := t.toolsKey(which, store, s)
	if err != nil {
		return err
	}
	data, ok := store.Get(key.String())
	if !ok {
		return nil
	}
	var files []hostFile
	if gob.NewDecoder(bytes.NewReader(data)).Decode(&files) != nil {
		return nil // as if nothing had been kept
	}
	files = slices.DeleteFunc(files, func(f hostFile) bool {
		return slices.ContainsFunc(f.Sources, func(s hostSource) bool {
			text, err := os.ReadFile(filepath.Join(t.Dir, s.Path))
			return err != nil || kept.Digest(text) != s.Digest
		})
	})
	// What was older than another file is not newer now.
	now := time.Now()
	for _, f := range complete(files) {
		note := f.Note
		note.Data = bytes.ReplaceAll(note.Data, []byte(treeWord), []byte(t.Dir))
		for _, out := range append(f.Outputs, note) {
			file := filepath.Join(t.Dir, out.Path)
			if err := replace(file, out.Data, out.Mode); err != nil {
				return err
			}
			if err := os.Chtimes(file, now, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// hostFiles finds Kbuild's own programs by what Kbuild has noted of them.
func (t *Tree) hostFiles() ([]hostFile, error) {
	notes, err := t.notes()
	if err != nil {
		return nil, err
	}
	var files []hostFile
	for _, n := range notes {
		if len(n.words) == 0 || !slices.Contains(hostMakers, n.words[0]) || n.words[0] == t.Variables["CC"] {
			continue
		}
		f, ok, err := t.hostFile(n)
		if err != nil {
			return nil, err
		}
		if ok {
			files = append(files, f)
		}
	}
	return complete(files), nil
}

// complete are the files that are made of nothing that is not among them.
func complete(files []hostFile) []hostFile {
	for {
		made := map[string]bool{}
		for _, f := range files {
			for _, out := range f.Outputs {
				made[out.Path] = true
			}
		}
		left := slices.DeleteFunc(slices.Clone(files), func(f hostFile) bool {
			return slices.ContainsFunc(f.Made, func(file string) bool { return !made[file] })
		})
		if len(left) == len(files) {
			return files
		}
		files = left
	}
}

// isSource are the names of what programs are made of.
var isSource = regexp.MustCompile(`\.([chlyaoS]|inc)$`)

// notFile are words of a note that name no file of the tree: variables, options, and
// what is in the host part or elsewhere.
var notFile = regexp.MustCompile(`^((saved)?cmd_|source_|deps_|-|/|(\./)?` + regexp.QuoteMeta(HostDir) + `/)`)

// hostFile reads what a note is of; ok is false if that is not in the tree, or is made
// of something that cannot be found.
func (t *Tree) hostFile(n note) (f hostFile, ok bool, err error) {
	outputs := []string{strings.TrimPrefix(n.target, t.Dir+"/")}
	for i, word := range n.words[1:] {
		// bison makes two, and is noted for one.
		if out := path.Clean(strings.TrimPrefix(word, t.Dir+"/")); n.words[i] == "-o" && !slices.Contains(outputs, out) {
			outputs = append(outputs, out)
		}
	}
	for _, out := range outputs {
		info, err := os.Lstat(filepath.Join(t.Dir, out))
		if out == "" || err != nil || !t.isMade(info) {
			return hostFile{}, false, nil
		}
		data, err := os.ReadFile(filepath.Join(t.Dir, out))
		if err != nil {
			return hostFile{}, false, err
		}
		f.Outputs = append(f.Outputs, hostOutput{out, info.Mode().Perm(), data})
	}
	f.Note = hostOutput{n.file, 0o644, bytes.ReplaceAll([]byte(n.text), []byte(t.Dir), []byte(treeWord))}
	read := map[string]bool{}
	// The names of these folders may have what parts words. What is below the SDK is
	// in the key.
	text := strings.NewReplacer(t.Dir+"/", "./", t.at.sdk+"/", "/").Replace(n.text)
	for _, word := range wordsOf(text) {
		named := t.inTree(n.dir, word)
		if len(named) == 0 && isSource.MatchString(word) && !notFile.MatchString(word) {
			// Commands of tools/ run in folders that the note does not tell.
			return hostFile{}, false, nil
		}
		for _, file := range named {
			if read[file] || slices.Contains(outputs, file) || kbuildsNotes.MatchString(path.Base(file)) {
				continue
			}
			read[file] = true
			info, err := os.Lstat(filepath.Join(t.Dir, file))
			if err != nil {
				return hostFile{}, false, err
			}
			if t.isMade(info) {
				f.Made = append(f.Made, file)
				continue
			}
			source, err := os.ReadFile(filepath.Join(t.Dir, file))
			if err != nil {
				return hostFile{}, false, err
			}
			f.Sources = append(f.Sources, hostSource{file, kept.Digest(source)})
		}
	}
	return f, true, nil
}

// inTree are the files of the tree that a word of a note may name: from the top, from
// the note's folder, or from one above it, where tools/build runs its commands. Those
// of the host part are not among them.
func (t *Tree) inTree(dir, word string) []string {
	if path.IsAbs(word) {
		return nil
	}
	var files []string
	for at := dir; ; at = path.Dir(at) {
		file := path.Join(at, word)
		if !strings.HasPrefix(file, "../") && !strings.HasPrefix(file, HostDir+"/") {
			if info, err := os.Stat(filepath.Join(t.Dir, file)); err == nil && info.Mode().IsRegular() {
				files = append(files, file)
			}
		}
		if at == "." {
			return files
		}
	}
}

// isMade says whether a file was made in the tree, and is none of the sources'.
func (t *Tree) isMade(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && !info.ModTime().Before(t.started)
}
