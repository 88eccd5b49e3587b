// Package toolchain runs the programs of an SDK wherever its files lie.
//
// A program of an unpacked tree of packages is started by that tree's own
// dynamic loader with that tree's libraries, so that it neither needs nor
// finds anything of the machine. GCC's driver starts further programs (cc1,
// as): it gets them from a folder of links (-B) and starts them by the same
// loader (-wrapper). No shell and no PATH takes part.
package toolchain

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// A Toolchain is the programs of an SDK.
type Toolchain struct {
	tools   map[string]string // name to absolute path
	host    map[string]bool   // names of programs that run as they are
	loader  string            // absolute, or empty
	libs    []string          // absolute
	links   string            // the folder that Link filled
	loading []string          // how a program of the tree is started: loader and options
}

// New returns the toolchain of the tools, by the name that commands call them.
// A tool with an absolute path is one of the machine and runs as it is; one
// with a relative path (from the current folder) is started by the loader with
// the libraries in the folders libs, unless loader is empty.
func New(tools map[string]string, loader string, libs []string) (*Toolchain, error) {
	t := &Toolchain{tools: map[string]string{}, host: map[string]bool{}}
	for name, path := range tools {
		t.host[name] = loader == "" || filepath.IsAbs(path)
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		t.tools[name] = absolute
	}
	if loader == "" {
		return t, nil
	}
	var err error
	if t.loader, err = filepath.Abs(loader); err != nil {
		return nil, err
	}
	for _, dir := range libs {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		t.libs = append(t.libs, absolute)
	}
	return t, nil
}

// AddStatic adds a program that is linked statically: it starts by itself,
// wherever it is.
func (t *Toolchain) AddStatic(name, path string) error {
	absolute, err := filepath.Abs(path)
	t.tools[name], t.host[name] = absolute, true
	return err
}

// Link fills the empty folder dir with links to the loader, the libraries and
// the tools, and has the toolchain use those: their paths are short and have
// no character that an option could not carry. Dir must be absolute and stay
// until no command runs any more.
func (t *Toolchain) Link(dir string) error {
	if strings.ContainsAny(dir, ",:;") {
		return fmt.Errorf("%s: a folder for links to tools must not have a comma, colon or semicolon in its path; set TMPDIR to another", dir)
	}
	t.links = dir
	if t.loader == "" {
		return t.linkTools()
	}
	var libs []string
	for i, lib := range t.libs {
		link := dir + "/lib" + strconv.Itoa(i)
		if err := os.Symlink(lib, link); err != nil {
			return err
		}
		libs = append(libs, link)
	}
	loader := dir + "/ld.so"
	if err := os.Symlink(t.loader, loader); err != nil {
		return err
	}
	t.loading = []string{loader, "--inhibit-cache", "--library-path", strings.Join(libs, ":")}
	return t.linkTools()
}

// linkTools links the tools that have plain names: GCC's driver looks for its
// cc1 and as by them.
func (t *Toolchain) linkTools() error {
	for name, path := range t.tools {
		if strings.ContainsRune(name, '/') || name == "ld.so" {
			continue
		}
		if err := os.Symlink(path, t.links+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

// Has says whether the SDK has a tool of that name.
func (t *Toolchain) Has(name string) bool { return t.tools[name] != "" }

// Command returns how to start the command whose first word is the name of a
// tool.
func (t *Toolchain) Command(words []string) ([]string, error) {
	if len(words) == 0 {
		return nil, fmt.Errorf("an empty command")
	}
	name := words[0]
	path, known := t.tools[name]
	if !known {
		return nil, fmt.Errorf("the SDK has no tool %q (--tool %s=PATH)", name, name)
	}
	if t.host[name] || t.loading == nil {
		return append([]string{path}, words[1:]...), nil
	}
	argv := append([]string{}, t.loading...)
	argv = append(argv, "--argv0", filepath.Base(name), path)
	return append(argv, words[1:]...), nil
}

// Compiler is Command for a GCC driver, with the options that make it find and
// start its own programs. It needs the tools cc1 and as.
func (t *Toolchain) Compiler(words []string, options ...string) ([]string, error) {
	argv, err := t.Command(words)
	if err != nil {
		return nil, err
	}
	if t.host[words[0]] || t.loading == nil {
		return insert(argv, 1, options), nil
	}
	for _, need := range []string{"cc1", "as"} {
		if !t.Has(need) {
			return nil, fmt.Errorf("the SDK has no tool %q, which %s starts (--tool %s=PATH)", need, words[0], need)
		}
	}
	own := []string{"-B" + t.links + "/", "-wrapper", strings.Join(t.loading, ",")}
	return insert(argv, len(t.loading)+3, append(own, options...)), nil
}

// Shell returns what starts a tool as the beginning of a shell's command line,
// for programs that insist on running another by system(3).
func (t *Toolchain) Shell(name string) (string, error) {
	argv, err := t.Command([]string{name})
	if err != nil {
		return "", err
	}
	if len(argv) > 1 {
		argv[len(argv)-1] = t.links + "/" + name
	}
	for _, word := range argv {
		if strings.ContainsAny(word, " \t\n'\"\\$`;&|<>()*?[]#~!{}") {
			return "", fmt.Errorf("%s: a shell would not take this path as it is; set TMPDIR to a plain folder", word)
		}
	}
	return strings.Join(argv, " "), nil
}

// Environment is what programs find in their environment: nothing of the
// machine's. Dir is the folder that they run in, temp one for their temporary
// files.
func Environment(dir, temp string, more ...string) []string {
	return append([]string{"LC_ALL=C", "PATH=/nonexistent", "PWD=" + dir, "TMPDIR=" + temp}, more...)
}

func insert(words []string, at int, more []string) []string {
	out := make([]string, 0, len(words)+len(more))
	out = append(out, words[:at]...)
	out = append(out, more...)
	return append(out, words[at:]...)
}
