// Package compile runs the commands that make a module's objects: the compiler
// with objtool and genksyms, the links, and what adds BTF. Each runs as Kbuild
// would run it, below a private root that stands for the root of a machine with
// the kernel's headers installed, the workspace being the folder `w`.
package compile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"github.com/rules-kbuild/rules_kbuild/internal/privateroot"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
	"github.com/rules-kbuild/rules_kbuild/internal/toolchain"
)

// Workspace is the canonical folder of the workspace.
const Workspace = "w"

// room is how many bytes a command may need below its private root besides its
// inputs, when it is decided whether that can be in memory.
const room = 64 << 20

// Common is what every step needs.
type Common struct {
	Tools       map[string]string // name of a tool in commands, to its path
	Static      map[string]string // word that commands call a static program by, to its path
	Loader      string            // the tree's dynamic loader; empty: the tools run as they are
	LibraryPath []string
	Cwd         string        // canonical folder that the commands run in
	Vars        template.Vars // values of the placeholders in commands, without root
	Messages    io.Writer     // what the commands print goes here, with workspace paths
}

// An ExitError is a command that failed and said so itself: there is nothing
// to add.
type ExitError struct {
	Tool string // its name in the command
	Code int    // its exit code, 128 + the number of the signal that ended it
}

func (e *ExitError) Error() string { return fmt.Sprintf("%s: exit code %d", e.Tool, e.Code) }

// A job is a private root with a toolchain, in which commands run.
type job struct {
	Common
	root *privateroot.Root
	kit  *toolchain.Toolchain
	dir  string // the folder that the commands run in

	mu      sync.Mutex
	running *os.Process
	stopped bool
	signals chan os.Signal
}

// newJob makes the private root. Inputs are the files whose sizes say how much
// room it takes. The caller closes the job.
func newJob(c Common, inputs ...string) (*job, error) {
	size := int64(room)
	for _, input := range inputs {
		if info, err := os.Stat(input); err == nil {
			size += 4 * info.Size()
		}
	}
	kit, err := toolchain.New(c.Tools, c.Loader, c.LibraryPath)
	if err != nil {
		return nil, err
	}
	for word, file := range c.Static {
		if err := kit.AddStatic(word, file); err != nil {
			return nil, err
		}
	}
	root, err := privateroot.New(size)
	if err != nil {
		return nil, err
	}
	j := &job{Common: c, root: root, kit: kit, signals: make(chan os.Signal, 1)}
	signal.Notify(j.signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go j.stopOnSignal()
	if err := j.prepare(); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

func (j *job) prepare() error {
	vars := template.Vars{"root": j.root.Path}
	for name, value := range j.Vars {
		vars[name] = value
	}
	j.Vars = vars
	j.dir = j.path(j.Cwd)
	if err := os.MkdirAll(j.dir, 0o755); err != nil {
		return err
	}
	links := j.root.Path + "/bin"
	if err := os.Mkdir(links, 0o755); err != nil {
		return err
	}
	return j.kit.Link(links)
}

func (j *job) close() {
	signal.Stop(j.signals)
	j.root.Remove()
}

// stopOnSignal ends the process, its command and its private root when it is
// told to stop.
func (j *job) stopOnSignal() {
	sig := <-j.signals
	j.mu.Lock()
	j.stopped = true
	if j.running != nil {
		syscall.Kill(-j.running.Pid, syscall.SIGKILL)
		j.running.Wait()
	}
	j.root.Remove()
	code := 1
	if number, ok := sig.(syscall.Signal); ok {
		code = 128 + int(number)
	}
	os.Exit(code)
}

// path returns where a canonical path is below the private root.
func (j *job) path(canonical string) string {
	return path.Join(j.root.Path, canonical)
}

// word expands a word of a template to a path: the absolute one that a command
// run in j.dir would open.
func (j *job) word(word string) (string, error) {
	p, err := j.Vars.Word(word)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(p, "/") {
		p = j.dir + "/" + p
	}
	p = path.Clean(p)
	if !strings.HasPrefix(p, j.root.Path+"/") {
		return "", fmt.Errorf("the path %q leads out of the private root", word)
	}
	return p, nil
}

// place links a file of the machine into the private root.
func (j *job) place(canonical, file string) error {
	absolute, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if _, err := os.Stat(absolute); err != nil {
		return fmt.Errorf("%s: %w", canonical, err)
	}
	to := j.path(canonical)
	if err := os.MkdirAll(path.Dir(to), 0o755); err != nil {
		return err
	}
	return os.Symlink(absolute, to)
}

// run starts a command, found by resolve, and waits for it. What it prints goes
// to messages, its standard output to out instead if that is not nil.
func (j *job) run(name string, argv []string, in io.Reader, out io.Writer, env ...string) error {
	var messages bytes.Buffer
	cmd := &exec.Cmd{
		Path:   argv[0],
		Args:   argv,
		Dir:    j.dir,
		Env:    toolchain.Environment(j.dir, j.root.Path+"/tmp", env...),
		Stdin:  in,
		Stdout: out,
		Stderr: &messages,
		// A group of its own, so that what it starts can be stopped with it.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
	}
	if out == nil {
		cmd.Stdout = &messages
	}
	// The signal of the parent's death is sent when the thread ends that
	// started the command.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := j.start(cmd)
	if err == nil {
		err = cmd.Wait()
		j.mu.Lock()
		j.running = nil
		j.mu.Unlock()
	}
	j.print(messages.Bytes())
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code := exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			code = 128 + int(status.Signal())
			fmt.Fprintf(j.Messages, "%s: ended by signal: %v\n", name, status.Signal())
		}
		return &ExitError{name, code}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (j *job) start(cmd *exec.Cmd) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return err
	}
	j.running = cmd.Process
	return nil
}

// tool runs a command of a template.
func (j *job) tool(words []string, env ...string) error {
	argv, err := j.kit.Command(words)
	if err != nil {
		return err
	}
	if argv, err = template.Expand(argv, j.Vars); err != nil {
		return err
	}
	return j.run(path.Base(words[0]), argv, nil, nil, env...)
}

// save copies a file of the private root to where the action wants it.
func save(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return fmt.Errorf("%s: %w", to, err)
	}
	return out.Close()
}
