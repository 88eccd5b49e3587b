package kerneltree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// An Identity is what a kernel says of who built it, where and when.
type Identity struct {
	Timestamp string // KBUILD_BUILD_TIMESTAMP
	User      string // KBUILD_BUILD_USER
	Host      string // KBUILD_BUILD_HOST
	Version   string // KBUILD_BUILD_VERSION, the number after `#`
}

// A Tree is a kernel's sources, in which make can be run.
type Tree struct {
	Description
	// Dir is the top of the sources.
	Dir string
	// Jobs is how many commands make runs at once; 0 or 1: one. What several
	// print with -n comes in any order.
	Jobs int
	// Output gets what make writes to standard output, while it runs; nil: nobody.
	Output io.Writer

	at      places
	sdk     *kbuildsdk.SDK
	scratch string
	started time.Time // what is older than that was not made here
	listed  *Listing  // nil: nobody has asked yet
	tools   string    // the key of the programs; empty: they were not looked at yet
}

// New takes sources that nothing was made in yet. The host part of their lock is
// in HostDir.
func New(dir string, sdk *kbuildsdk.SDK, identity Identity) (*Tree, error) {
	dir, err := realDir(dir)
	if err != nil {
		return nil, err
	}
	t, err := begin(dir, sdk, identity)
	if err != nil {
		return nil, err
	}
	added, err := t.completeLibelf()
	if err == nil && !added {
		return t, nil
	}
	if err := errors.Join(err, t.Close()); err != nil {
		return nil, err
	}
	return begin(dir, sdk, identity)
}

func begin(dir string, sdk *kbuildsdk.SDK, identity Identity) (*Tree, error) {
	d, err := describe(dir, sdk)
	if err != nil {
		return nil, err
	}
	d.Environment = map[string]string{
		"KBUILD_BUILD_HOST":      identity.Host,
		"KBUILD_BUILD_TIMESTAMP": identity.Timestamp,
		"KBUILD_BUILD_USER":      identity.User,
		"KBUILD_BUILD_VERSION":   identity.Version,
		"LC_ALL":                 "C",
		"TZ":                     "UTC",
	}
	if err := d.write(dir); err != nil {
		return nil, err
	}
	return open(dir, sdk, d)
}

// Open takes sources that have a description: those that Configure, Prepare or Finish
// has left.
func Open(dir string, sdk *kbuildsdk.SDK) (*Tree, error) {
	dir, err := realDir(dir)
	if err != nil {
		return nil, err
	}
	d, err := ReadDescription(dir)
	if err != nil {
		return nil, err
	}
	return open(dir, sdk, d)
}

func realDir(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

func open(dir string, sdk *kbuildsdk.SDK, d *Description) (*Tree, error) {
	info, err := os.Stat(filepath.Join(dir, DescriptionFile))
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp("", "kerneltree")
	if err != nil {
		return nil, err
	}
	t := &Tree{
		Description: *d,
		Dir:         dir,
		at:          places{tree: dir, sdk: sdk.Path("."), bin: filepath.Join(scratch, "bin")},
		sdk:         sdk,
		scratch:     scratch,
		started:     info.ModTime(),
	}
	err = errors.Join(os.Mkdir(t.at.bin, 0o777), os.Mkdir(t.temporary(), 0o777))
	if err == nil {
		err = t.writeScripts(t.at, "/bin/sh")
	}
	if err == nil {
		err = sdk.InstallApplets(filepath.Join(t.at.bin, "applets"))
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return t, nil
}

// Close removes what was only there to run make.
func (t *Tree) Close() error { return os.RemoveAll(t.scratch) }

// Bin is the folder of scripts that start the programs by their plain names.
// Below it, applets has links to busybox by the names of those that it is.
func (t *Tree) Bin() string { return t.at.bin }

// Environ is the environment of make and of all commands.
func (t *Tree) Environ() []string {
	environment := []string{
		"PATH=" + t.at.bin + ":" + filepath.Join(t.at.bin, "applets"),
		"TMPDIR=" + t.temporary(),
	}
	for _, name := range sortedKeys(t.Environment) {
		environment = append(environment, name+"="+t.at.expand(t.Environment[name]))
	}
	return environment
}

func (t *Tree) temporary() string { return filepath.Join(t.scratch, "tmp") }

// MakeCommand is the command that Make runs.
func (t *Tree) MakeCommand(args ...string) ([]string, error) {
	command, last, _, err := t.command("make", t.at)
	if err != nil {
		return nil, err
	}
	if t.Jobs > 1 {
		command = append(command, fmt.Sprintf("-j%d", t.Jobs))
	}
	for _, name := range sortedKeys(t.Variables) {
		command = append(command, name+"="+t.Variables[name])
	}
	// Recipes are run by the host part's shell, and not by busybox, which prefers its own programs to those of PATH. Only scripts
	// that start by `#!/bin/sh` are run by the machine's.
	if _, there := t.Programs["sh"]; there {
		command = append(command, "SHELL="+filepath.Join(t.at.bin, "sh"))
	}
	return slices.Concat(command, last, args), nil
}

// ShellCommand is the command that starts the shell of make's recipes, with none of
// the machine's before it.
func (t *Tree) ShellCommand() ([]string, error) {
	if _, there := t.Programs["sh"]; !there {
		return []string{"sh"}, nil
	}
	command, last, _, err := t.command("sh", t.at)
	return slices.Concat(command, last), err
}

// Make runs GNU make at the top of the sources, and returns what it wrote to
// standard output. An error has the last lines that it wrote.
func (t *Tree) Make(args ...string) (stdout string, err error) {
	command, err := t.MakeCommand(args...)
	if err != nil {
		return "", err
	}
	return t.run("make "+strings.Join(args, " "), command, append(t.Environ(), "PWD="+t.Dir))
}

// run runs a command at the top of the sources; errors call it what.
func (t *Tree) run(what string, command, environment []string) (stdout string, err error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = t.Dir
	cmd.Env = environment
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if t.Output != nil {
		cmd.Stdout = io.MultiWriter(&out, t.Output)
	}
	if err := cmd.Run(); err != nil {
		message := lastLines(said.String(), 30)
		if message == "" {
			message = lastLines(out.String(), 30)
		}
		return out.String(), fmt.Errorf("%s: %w:\n%s", what, err, t.relative(message))
	}
	return out.String(), nil
}

// relative makes a text for people of one with the folders of this run.
func (t *Tree) relative(text string) string {
	return strings.NewReplacer(t.at.bin+"/applets/", "", t.at.bin+"/", "", t.Dir+"/", "", t.Dir, ".").Replace(text)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
