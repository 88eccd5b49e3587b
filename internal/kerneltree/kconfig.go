package kerneltree

import (
	"bytes"
	_ "embed"
	"encoding/gob"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

// kconfigProgram is Kconfig's program that asks nobody anything.
const kconfigProgram = "scripts/kconfig/conf"

// popen is linked into it: by that it runs no command whose output is known.
//
//go:embed questions/popen.c
var popen string

// questionsVariable names the folder in which it finds and leaves those.
const questionsVariable = "KCONFIG_QUESTIONS"

// A kconfigRun is what is kept of a run of Kconfig: how make started it, and what it
// asked the compiler and others ($(shell ...), $(cc-option ...)). It is kept by the
// programs that make runs; folders are words in its texts.
type kconfigRun struct {
	Command     []string
	Environment []string
	Makefiles   []hostSource // that make read until then; without a digest: it is not there
	Scripts     string       // the digest of all that is in scripts/

	// Answers are the outputs of commands that depend on nothing besides.
	Answers map[string]string
}

// resolve has Kconfig complete .config and make of it what Makefiles and sources read.
// What it asks is asked once for the same programs and scripts.
func (t *Tree) resolve(store *kept.Store, s Sources) error {
	if store == nil {
		_, err := t.Make("olddefconfig")
		return err
	}
	key, err := t.toolsKey("Kconfig", store, s)
	if err != nil {
		return err
	}
	scripts, err := t.digestScripts()
	if err != nil {
		return err
	}
	var last kconfigRun
	data, there := store.Get(key.String())
	same := there && gob.NewDecoder(bytes.NewReader(data)).Decode(&last) == nil &&
		last.Scripts == scripts && t.sameMakefiles(last.Makefiles) && exists(filepath.Join(t.Dir, kconfigProgram))
	if !same {
		last = kconfigRun{Scripts: scripts}
	}
	folder := filepath.Join(t.scratch, "questions")
	if err := os.Mkdir(folder, 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "known"), []byte(t.at.expand(joinAnswers(last.Answers))), 0o666); err != nil {
		return err
	}
	next := last
	if same {
		err = t.runKconfig(last, folder)
	} else {
		next.Makefiles, err = t.makeKconfig(folder)
	}
	if err != nil {
		return err
	}
	ok, err := t.readQuestions(folder, &next)
	if err != nil || !ok || len(next.Makefiles) == 0 || same && maps.Equal(last.Answers, next.Answers) {
		return err
	}
	var encoded bytes.Buffer
	if err := gob.NewEncoder(&encoded).Encode(next); err != nil {
		return err
	}
	return store.Put(key.String(), encoded.Bytes())
}

// runKconfig runs Kconfig's program as make did.
func (t *Tree) runKconfig(last kconfigRun, folder string) error {
	environment := t.at.expandAll(last.Environment)
	environment = append(environment, questionsVariable+"="+folder, "TMPDIR="+t.temporary())
	_, err := t.run("Kconfig", t.at.expandAll(last.Command), environment)
	return err
}

// makeKconfig has make run Kconfig's program. It returns which Makefiles were read; none
// if that is not known.
func (t *Tree) makeKconfig(folder string) ([]hostSource, error) {
	// Not among the sources of the program: it is of this one, which is in the key.
	source := filepath.Join(HostDir, "popen.c")
	if err := replace(filepath.Join(t.Dir, source), []byte(popen), 0o644); err != nil {
		return nil, err
	}
	command, err := t.MakeCommand("--debug=v", "HOSTLDLIBS_"+path.Base(kconfigProgram)+"="+source, questionsVariable+"="+folder, "olddefconfig")
	if err != nil {
		return nil, err
	}
	out, err := t.run("make olddefconfig", command, append(t.Environ(), "PWD="+t.Dir))
	if err != nil {
		return nil, err
	}
	read := map[string]bool{}
	for _, m := range readingMakefile.FindAllStringSubmatch(out, -1) {
		file := path.Clean(strings.TrimPrefix(m[1], t.Dir+"/"))
		if !filepath.IsLocal(file) {
			return nil, nil
		}
		if !kbuildsNotes.MatchString(path.Base(file)) {
			read[file] = true
		}
	}
	var makefiles []hostSource
	for _, file := range slices.Sorted(maps.Keys(read)) {
		digest := t.digest(file)
		if info, err := os.Lstat(filepath.Join(t.Dir, file)); err == nil && t.isMade(info) {
			digest = "" // it was not there before
		}
		makefiles = append(makefiles, hostSource{file, digest})
	}
	return makefiles, nil
}

// readingMakefile is what make says when it looks for a Makefile, whether it is there
// or not.
var readingMakefile = regexp.MustCompile(`(?m)^ *Reading makefile '([^']+)'`)

// digest is that of a file of the tree; empty if there is none.
func (t *Tree) digest(file string) string {
	text, err := os.ReadFile(filepath.Join(t.Dir, file))
	if err != nil {
		return ""
	}
	return kept.Digest(text)
}

func (t *Tree) sameMakefiles(makefiles []hostSource) bool {
	return !slices.ContainsFunc(makefiles, func(f hostSource) bool { return t.digest(f.Path) != f.Digest })
}

// digestScripts is the digest of the tree's scripts, which Kconfig and Makefiles run,
// but for what was made.
func (t *Tree) digestScripts() (string, error) {
	key := kept.NewKey("scripts")
	scripts := filepath.Join(t.Dir, "scripts")
	if !exists(scripts) {
		return key.String(), nil
	}
	err := visitFiles(scripts, func(file string, info fs.FileInfo) error {
		if t.isMade(info) {
			return nil
		}
		key.Add(strings.TrimPrefix(file, t.Dir))
		info, err := os.Stat(file)
		if err != nil || info.IsDir() {
			return nil // a link to nothing, or to a folder of other sources
		}
		return key.AddFile(file)
	})
	return key.String(), err
}

// ofMake are variables of the environment that only a make reads.
var ofMake = []string{"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MAKE_TERMERR", "MAKE_TERMOUT", "MFLAGS"}

// readQuestions adds to a run what its program has left in the folder. ok is false if
// that is not to be kept.
func (t *Tree) readQuestions(folder string, run *kconfigRun) (ok bool, err error) {
	var lists [3][]string
	for i, name := range []string{"cmdline", "environ", "asked"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && !os.IsNotExist(err) {
			return false, err
		}
		parts := strings.Split(t.at.contract(string(text)), "\x00")
		lists[i] = parts[:len(parts)-1] // each ends by a null byte
	}
	command, environ, asked := lists[0], lists[1], lists[2]
	if len(command) == 0 || len(environ) == 0 {
		return false, nil
	}
	if run.Command == nil {
		run.Command = command
		for _, variable := range environ {
			name, _, _ := strings.Cut(variable, "=")
			if name == questionsVariable || name == "TMPDIR" || slices.Contains(ofMake, name) {
				continue
			}
			run.Environment = append(run.Environment, variable)
		}
	}
	if strings.Contains(strings.Join(slices.Concat(run.Command, run.Environment), "\n"), t.scratch) {
		return false, nil
	}
	answers := maps.Clone(run.Answers)
	if answers == nil {
		answers = map[string]string{}
	}
	for i := 0; i+1 < len(asked); i += 2 {
		question, answer := asked[i], asked[i+1]
		if !strings.Contains(question+answer, t.scratch) && t.isSettled(question, run.Environment) {
			answers[question] = answer
		}
	}
	run.Answers = answers
	return true, nil
}

// joinAnswers writes answers as popen reads them.
func joinAnswers(answers map[string]string) string {
	var text strings.Builder
	for _, question := range sortedKeys(answers) {
		text.WriteString(question + "\x00" + answers[question] + "\x00")
	}
	return text.String()
}
