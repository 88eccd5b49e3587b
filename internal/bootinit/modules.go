package bootinit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// load loads a module and reports whether it is loaded now. Failing in the way
// that the plan foresees is no error.
func load(log *logger, m bootplan.Module) (bool, error) {
	what := m.Name
	if m.Params != "" {
		what += " " + m.Params
	}
	log.say("loading " + what)
	err := insert(m)
	switch {
	case err == nil && m.LoadError == "":
		return true, nil
	case err == nil:
		return true, fmt.Errorf("loading %s: succeeded, but was to fail with %s", m.Name, m.LoadError)
	case m.LoadError != "" && errnoName(err) == m.LoadError:
		log.say(fmt.Sprintf("loading %s: %s, as expected", m.Name, explain(err)))
		return false, nil
	case m.LoadError != "":
		return false, fmt.Errorf("loading %s: %s, but was to fail with %s", m.Name, explain(err), m.LoadError)
	}
	return false, fmt.Errorf("loading %s: %s", m.Name, explain(err))
}

func insert(m bootplan.Module) error {
	f, err := os.Open(m.File)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), m.Params, 0)
}

// unloadPatience is how long a module may stay in use after the script: what
// used it may close its files a little later than it exits.
const unloadPatience = 3 * time.Second

func unload(log *logger, m bootplan.Module) error {
	log.say("unloading " + m.Name)
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		err := unix.DeleteModule(m.Name, unix.O_NONBLOCK)
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EAGAIN) || time.Since(start) > unloadPatience {
			return fmt.Errorf("unloading %s: %s", m.Name, explainUnload(m.Name, err))
		}
	}
}

// errnoName returns the constant's name of the error of finit_module or
// delete_module, or "" if err is about a file.
func errnoName(err error) string {
	var file *fs.PathError
	if errors.As(err, &file) {
		return ""
	}
	var errno unix.Errno
	if errors.As(err, &errno) {
		return unix.ErrnoName(errno)
	}
	return ""
}

// explain says what an error of finit_module means, as insmod does: strerror
// alone would send people to look for a file.
func explain(err error) string {
	name := errnoName(err)
	switch name {
	case "":
		return err.Error()
	case "ENOENT":
		return "ENOENT (a symbol is unknown to this kernel)"
	case "ENOEXEC":
		return "ENOEXEC (not a module for this kernel: wrong vermagic, symbol version or format)"
	case "EINVAL":
		return "EINVAL (the module refused, or a parameter or symbol version is wrong)"
	case "EEXIST":
		return "EEXIST (a module of this name is loaded, or a symbol that it exports exists)"
	case "ENODEV":
		return "ENODEV (the module found no device)"
	}
	return describe(name, err)
}

// describe puts an error's name before what strerror says of it.
func describe(name string, err error) string {
	var errno unix.Errno
	errors.As(err, &errno)
	return fmt.Sprintf("%s (%v)", name, errno)
}

func explainUnload(module string, err error) string {
	switch name := errnoName(err); name {
	case "EAGAIN":
		return "EAGAIN (still in use after " + unloadPatience.String() + holders(module) + ")"
	case "EBUSY":
		return "EBUSY (it has no exit function, or has not finished loading)"
	case "":
		return err.Error()
	default:
		return describe(name, err)
	}
}

// holders names the modules that use a module, as sysfs tells.
func holders(module string) string {
	entries, err := os.ReadDir("/sys/module/" + module + "/holders")
	if err != nil || len(entries) == 0 {
		return ""
	}
	text := ", by"
	for _, e := range entries {
		text += " " + e.Name()
	}
	return text
}
