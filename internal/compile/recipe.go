package compile

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"strings"
)

// A Recipe is a file of a kernel's build that no compile of a single source
// makes: a generated source, a program, a link, an image.
type Recipe struct {
	Common
	Programs    Launcher
	Packs       []string // headers of the sources that are compiled
	Autoconf    Input    // what those sources see of autoconf.h; no file: they are none
	Files       []Input  // what the commands read
	Lines       []string // shell text
	Environment []string // NAME=value
	Outs        []Input  // what they make, and where to copy it
}

// A Launcher knows the programs that recipes run.
type Launcher interface {
	// Busybox is the program that all others are besides those of Launch.
	Busybox() string
	// Launch fills a folder with scripts that start programs by their plain
	// names; shell is what starts a shell in a script's first line. The repositories
	// are linked below top as `tree` and `sdk`.
	Launch(bin, top, shell string) error
	// Has says whether there is a program of a name.
	Has(name string) bool
	// Folders are the repositories, by what they are called below top.
	Folders() map[string]string
}

// Make runs a recipe in a private root that holds what it reads, where that is
// in the kernel's tree.
func Make(r Recipe) error {
	j, err := newJob(r.Common, append(files(r.Files), r.Packs...)...)
	if err != nil {
		return err
	}
	defer j.close()
	for _, file := range r.Packs {
		if _, err := unpack(j, file); err != nil {
			return err
		}
	}
	if err := j.placeAutoconf(r.Autoconf); err != nil {
		return err
	}
	for _, in := range r.Files {
		// A source's pack may hold the file.
		if err := os.Remove(j.path(in.Canonical)); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := j.placeScript(in, r.Programs); err != nil {
			return err
		}
	}
	for _, out := range r.Outs {
		if err := os.MkdirAll(path.Dir(j.path(out.Canonical)), 0o755); err != nil {
			return err
		}
	}
	for _, m := range spelled.FindAllStringSubmatch(strings.Join(r.Lines, "\n"), -1) {
		if err := os.MkdirAll(path.Join(j.dir, m[1]), 0o755); err != nil {
			return err
		}
	}
	shell, err := j.programs(&r)
	if err != nil {
		return err
	}
	environment := []string{"PATH=" + j.root.Path + "/programs:" + j.root.Path + "/applets", "MAKE=:", "TZ=UTC"}
	environment = append(environment, r.Environment...)
	text := strings.Join(r.Lines, "\n")
	if err := j.run("the recipe", []string{shell, "-e", "-c", text}, nil, nil, environment...); err != nil {
		return err
	}
	for _, out := range r.Outs {
		if err := save(j.path(out.Canonical), out.File); err != nil {
			return fmt.Errorf("the recipe made no %s: %w", out.Canonical, err)
		}
	}
	return nil
}

// spelled is a folder of the tree that a path goes through and leaves again:
// arch/x86/boot/compressed of arch/x86/boot/compressed/../voffset.h.
var spelled = regexp.MustCompile(`(?:^|[ =<>])([A-Za-z0-9_][A-Za-z0-9_./-]*)/\.\./`)

// interpreter is the first line of a script: the program, and that which env
// is to find.
var interpreter = regexp.MustCompile(`^#! *(/\S*/)?(\S+)(?: +(\S+))?.*\n`)

// placeScript links a file of the machine into the private root. A script is
// copied, and has its first line name the recipe's interpreter instead of the
// machine's.
func (j *job) placeScript(in Input, programs Launcher) error {
	file, err := os.Open(in.File)
	if err != nil {
		return err
	}
	defer file.Close()
	line, _ := bufio.NewReaderSize(file, 256).ReadSlice('\n')
	m := interpreter.FindSubmatch(line)
	if m == nil {
		return j.place(in.Canonical, in.File)
	}
	name := string(m[2])
	if name == "env" {
		name = string(m[3])
	}
	if !programs.Has(name) {
		return j.place(in.Canonical, in.File)
	}
	text, err := os.ReadFile(in.File)
	if err != nil {
		return err
	}
	to := j.path(in.Canonical)
	if err := os.MkdirAll(path.Dir(to), 0o755); err != nil {
		return err
	}
	first := "#!" + j.path("programs/"+name) + "\n"
	return os.WriteFile(to, append([]byte(first), text[len(m[0]):]...), 0o755)
}

// programs makes the recipe's programs ready below the private root, where no
// path is longer than a script's first line may be, and returns the shell.
func (j *job) programs(r *Recipe) (string, error) {
	for name, dir := range r.Programs.Folders() {
		if err := j.place(name, dir); err != nil {
			return "", err
		}
	}
	shell, err := j.shell(r.Programs.Busybox())
	if err != nil {
		return "", err
	}
	bin := j.path("programs")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return "", err
	}
	if err := r.Programs.Launch(bin, j.root.Path, shell+" sh"); err != nil {
		return "", err
	}
	// busybox's own shell would prefer its programs to those of PATH.
	if !r.Programs.Has("sh") {
		return "", errors.New("the tree's description has no shell (dash, of the lock's part \"host\")")
	}
	return bin + "/sh", nil
}
