package kernelgraph

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// Make runs GNU make at the top of the tree and returns what it prints. The error
// has the last lines of its messages, if it fails.
type Make func(args ...string) (stdout string, err error)

//go:embed dryshell.sh
var dryShell string

// Said is what make says that it would do.
type Said struct {
	Steps       []maketrace.Step  // that make files which are not there, in make's order
	Environment map[string]string // that of a recipe, but for what belongs to make and to the machine
	// Anew are the files that were there, and that the build is to make: those that
	// Ask was given, and what follows from them.
	Anew []string
}

// Ask asks make for the steps that make goals. top is the folder of the tree on
// this machine. anew are files that `make prepare` has made and that the build is to
// make instead; with what follows from them, they are deleted. shell is the command
// that starts the shell of make's recipes.
func Ask(top string, make Make, shell, goals, anew []string) (*Said, error) {
	d := &dryRun{top: top, make: make, shell: shell, goals: goals, anew: map[string]bool{}}
	for _, file := range anew {
		d.anew[file] = true
	}
	before, err := os.ReadDir(top)
	if err != nil {
		return nil, err
	}
	steps, err := d.run()
	if err != nil {
		return nil, err
	}
	if err := d.sweep(before); err != nil {
		return nil, err
	}
	return &Said{steps, d.environment, slices.Sorted(maps.Keys(d.anew))}, nil
}

// Repeat leaves a tree as Ask does that has make say the same: without the files
// that the build is to make, and with folders for those of all steps.
func (s *Said) Repeat(top string) error {
	d := &dryRun{top: top}
	if err := d.forget(s.Anew); err != nil {
		return err
	}
	for _, step := range s.Steps {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(top, step.Target)), 0o777); err != nil {
			return err
		}
	}
	return nil
}

// rounds is how often make may have something new to say. Each time it sees
// further: past vmlinux.a, and past the list of modules.
const rounds = 5

// A dryRun asks make what it would do, until it has nothing new to say.
type dryRun struct {
	top   string
	make  Make
	shell []string // the command that starts the shell of recipes
	goals []string

	// anew are files that are there and that the build is to make: those that
	// Ask was given, and what follows from them.
	anew map[string]bool

	steps        []maketrace.Step
	environment  map[string]string // that of a recipe
	seen         map[string]bool   // targets of steps
	placeholders []string
}

// run returns the steps that make files which are not there.
//
// A sub-make that wants a file which only a real build makes stops there. So the
// files that make would have made are put there, empty but for the list of
// modules, and it is asked again. Folders that a sub-make came to the end of have
// said everything, and are not asked again.
func (d *dryRun) run() ([]maketrace.Step, error) {
	scratch, err := os.MkdirTemp("", "kernelgraph")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	shell := filepath.Join(scratch, "sh")
	env := filepath.Join(scratch, "env")
	here, err := filepath.EvalSymlinks(d.top)
	if err != nil {
		return nil, err
	}
	script := strings.NewReplacer(
		"@ENV@", kbuildsdk.Quote([]string{env}),
		"@NOTES@", kbuildsdk.Quote([]string{scratch}),
		"@SH@", kbuildsdk.Quote(d.shell),
		"@TOP@", kbuildsdk.Quote([]string{here}),
	).Replace(dryShell)
	if err := os.WriteFile(shell, []byte(script), 0o777); err != nil {
		return nil, err
	}
	defer d.clean()
	d.seen = map[string]bool{}
	if err := d.forget(slices.Sorted(maps.Keys(d.anew))); err != nil {
		return nil, err
	}
	for round := 0; ; round++ {
		args := append([]string{"-n", "-k", "--trace", "SHELL=" + shell}, d.goals...)
		var stdout string
		stdout, err = d.make(args...)
		fresh, followed := d.add(maketrace.Steps(stdout))
		if err := d.forget(followed); err != nil {
			return nil, err
		}
		if len(fresh) == 0 {
			break
		}
		if round == rounds {
			return nil, fmt.Errorf("make -n %s says something new each time that it is asked, now of %s; please report it with the configuration", strings.Join(d.goals, " "), fresh[0].Target)
		}
		if err := errors.Join(d.placehold(fresh), keepDone(scratch)); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, fmt.Errorf("make -n %s: %w", strings.Join(d.goals, " "), err)
	}
	d.environment = readEnvironment(env)
	return d.steps, nil
}

// keepDone leaves the notes of the sub-makes that are not to be asked again:
// those that came to their end each time.
func keepDone(notes string) error {
	ended, err := filepath.Glob(filepath.Join(notes, "*.ended"))
	if err != nil {
		return err
	}
	for _, file := range ended {
		name := strings.TrimSuffix(file, ".ended")
		if _, err := os.Stat(name + ".stopped"); err == nil {
			continue
		}
		if err := os.Rename(file, name+".done"); err != nil {
			return err
		}
	}
	stopped, err := filepath.Glob(filepath.Join(notes, "*.stopped"))
	for _, file := range stopped {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

// readEnvironment reads what env printed. A line without a name goes on with the
// value before.
func readEnvironment(file string) map[string]string {
	data, _ := os.ReadFile(file)
	variables := map[string]string{}
	last := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		name, value, found := strings.Cut(line, "=")
		if !found || strings.ContainsFunc(name, func(r rune) bool { return !isPathRune(r) }) {
			variables[last] += "\n" + line
			continue
		}
		last = name
		variables[name] = value
	}
	maps.DeleteFunc(variables, func(name, _ string) bool { return slices.Contains(own, name) })
	return variables
}

// add keeps the steps that no earlier round had and that make a file. followed are
// the files that are there and that follow from what the build is to make.
func (d *dryRun) add(steps []maketrace.Step) (fresh []maketrace.Step, followed []string) {
	for _, s := range steps {
		s.Target = path.Clean(s.Target)
		if s.Phony || d.seen[s.Target] || !makesFile(s) {
			continue
		}
		if d.there(s.Target) {
			if !slices.ContainsFunc(s.Due, func(due string) bool { return d.anew[path.Clean(due)] }) {
				continue
			}
			d.anew[s.Target] = true
			followed = append(followed, s.Target)
		}
		d.seen[s.Target] = true
		fresh = append(fresh, s)
	}
	d.steps = append(d.steps, fresh...)
	return fresh, followed
}

// forget deletes files that the build is to make.
func (d *dryRun) forget(files []string) error {
	for _, file := range files {
		if err := os.Remove(filepath.Join(d.top, file)); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func (d *dryRun) there(file string) bool {
	_, err := os.Stat(filepath.Join(d.top, file))
	return err == nil
}

// placehold puts files where make would have made some.
func (d *dryRun) placehold(steps []maketrace.Step) error {
	for _, s := range steps {
		if path.Base(s.Target) == "modules.order" {
			continue
		}
		if err := d.put(s.Target, ""); err != nil {
			return err
		}
	}
	modules := modulesOrder(d.steps)
	var order strings.Builder
	for _, m := range modules {
		order.WriteString(m + "\n")
		// What modpost makes.
		if err := d.put(strings.TrimSuffix(m, path.Ext(m))+".mod.c", ""); err != nil {
			return err
		}
	}
	if err := d.put(ExportSource, ""); err != nil {
		return err
	}
	return d.put("modules.order", order.String())
}

func (d *dryRun) put(file, text string) error {
	to := filepath.Join(d.top, file)
	if d.there(file) && text == "" {
		return nil
	}
	d.placeholders = append(d.placeholders, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, []byte(text), 0o666)
}

// sweep deletes what recipes have left that ran all the same: what scripts had at the
// top when they could not go on, such as .tmp_vmlinux.kallsyms1, and notes of files
// that nobody has made.
func (d *dryRun) sweep(before []os.DirEntry) error {
	after, err := os.ReadDir(d.top)
	if err != nil {
		return err
	}
	for _, e := range after {
		was := slices.ContainsFunc(before, func(b os.DirEntry) bool { return b.Name() == e.Name() })
		if !was && e.Type().IsRegular() {
			err = errors.Join(err, os.Remove(filepath.Join(d.top, e.Name())))
		}
	}
	var notes []string
	for _, s := range d.steps {
		if !d.anew[s.Target] {
			notes = append(notes, path.Join(path.Dir(s.Target), "."+path.Base(s.Target)+".cmd"))
		}
	}
	return errors.Join(err, d.forget(notes))
}

func (d *dryRun) clean() {
	for _, file := range d.placeholders {
		os.Remove(file)
	}
}

// modulesOrder is what make would write to the modules.order at the top.
func modulesOrder(steps []maketrace.Step) []string {
	recipes := map[string][][]string{}
	for _, s := range steps {
		if path.Base(s.Target) == "modules.order" {
			recipes[s.Target] = maketrace.Commands(s.Recipe)
		}
	}
	var modules []string
	listed := map[string]bool{}
	var read func(file string)
	read = func(file string) {
		commands := recipes[file]
		delete(recipes, file)
		for _, words := range commands {
			for _, w := range words[1:] {
				w = path.Clean(w)
				switch ext := path.Ext(w); {
				case words[0] == "cat" && path.Base(w) == "modules.order":
					read(w)
				case words[0] == "echo" && (ext == ".o" || ext == ".ko") && !listed[w]:
					listed[w] = true
					modules = append(modules, w)
				}
			}
		}
	}
	read("modules.order")
	return modules
}
