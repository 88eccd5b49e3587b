package kbuildoracle

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// A Build is a run of Kbuild below a root folder.
type Build struct {
	Root     string // absolute folder; usr/ below it is the SDK, w/ the workspace
	manifest *Manifest
	log      io.Writer
	renames  []string // OLD=NEW: further folders that the compiler is told to call otherwise
	top      string   // workspace path of M, if the modules are a set

	withoutMarkers bool     // the rules leave out of debug info what marker says
	markers        []string // the modules in which nothing but that differs
}

// NewBuild lays the SDK and the modules' sources out below root, an empty
// folder.
func NewBuild(m *Manifest, root string, log io.Writer) (*Build, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	b := &Build{Root: root, manifest: m, log: log}
	if err := b.programs(); err != nil {
		return nil, err
	}
	if err := b.copyTree(m.Tree, root); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(root, "tmp"), 0o755); err != nil {
		return nil, err
	}
	return b, b.sources()
}

// programs writes a script for each of the SDK's programs that has a plain
// name, to be found in PATH.
func (b *Build) programs() error {
	bin := filepath.Join(b.Root, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	for name, program := range b.manifest.Tools {
		if strings.Contains(name, "/") {
			continue
		}
		if err := b.script(filepath.Join(bin, name), name, program); err != nil {
			return err
		}
	}
	return b.script(filepath.Join(bin, "make"), "make", b.manifest.Make)
}

// script writes a script that starts a program of the SDK by its loader. The
// compiler is told where its own programs are, and the names of folders.
func (b *Build) script(file, name, program string) error {
	absolute, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	if b.manifest.Loader == "" {
		return os.Symlink(absolute, file)
	}
	loading, err := b.loading()
	if err != nil {
		return err
	}
	words := append(append([]string{}, loading...), "--argv0", name, absolute)
	if strings.Contains(name, "gcc") {
		words = append(words, "-B"+filepath.Join(b.Root, "bin")+"/")
		words = append(words, b.prefixMaps()...)
	}
	text := "#!/bin/sh\nexec " + kbuildsdk.Quote(words) + " \"$@\"\n"
	return os.WriteFile(file, []byte(text), 0o755)
}

func (b *Build) loading() ([]string, error) {
	loader, err := filepath.Abs(b.manifest.Loader)
	if err != nil {
		return nil, err
	}
	var libs []string
	for _, dir := range b.manifest.LibraryPath {
		absolute, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		libs = append(libs, absolute)
	}
	return []string{loader, "--inhibit-cache", "--library-path", strings.Join(libs, ":")}, nil
}

// prefixMaps are those of internal/compile, and for each folder of parts its
// own. GCC takes the last that fits; all come before Kbuild's own.
func (b *Build) prefixMaps() []string {
	renames := []string{b.Root + "/=/", b.Root + "/w/="}
	for _, m := range b.manifest.Modules {
		if m.clashes() {
			renames = append(renames,
				path.Join(b.Root, "w", m.Package, partsFolder)+"/="+m.Package+"/",
				partsFolder+"/=")
		}
	}
	renames = append(renames, b.renames...)
	var maps []string
	for _, rename := range renames {
		maps = append(maps, "-fdebug-prefix-map="+rename, "-fmacro-prefix-map="+rename)
	}
	return maps
}

// copyTree copies a folder of the SDK. A copy, since Kbuild asks for the real
// path of its Makefile. A program in it becomes a script that starts the
// program by the SDK's loader.
func (b *Build) copyTree(from, to string) error {
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		info, err := os.Lstat(file)
		if err != nil {
			return err
		}
		switch {
		case info.IsDir():
			return os.MkdirAll(target, 0o755)
		case info.Mode()&fs.ModeSymlink != 0:
			link, err := os.Readlink(file)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case info.Mode()&0o111 != 0:
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if bytes.HasPrefix(data, []byte("\x7fELF")) {
				// Debian's objtool and modpost start the one of the
				// architecture that lies beside their own name.
				return b.script(target, target, file)
			}
			return os.WriteFile(target, data, 0o755)
		default:
			return copyFile(file, target)
		}
	})
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o644)
}

// Make runs Kbuild for each M, in the order of the modules, with further
// options for make.
func (b *Build) Make(options ...string) error {
	return b.each("modules", options)
}

// Clean removes what Make made.
func (b *Build) Clean() error {
	return b.each("clean", nil)
}

func (b *Build) each(target string, options []string) error {
	var extra []string
	done := map[string]bool{}
	for _, m := range b.manifest.Modules {
		if done[m.Root] {
			continue
		}
		done[m.Root] = true
		folder := filepath.Join(b.Root, "w", m.Root)
		if err := b.make(folder, target, extra, options); err != nil {
			return fmt.Errorf("make in %s for %s: %w", m.Root, b.manifest.Release, err)
		}
		extra = append(extra, filepath.Join(folder, "Module.symvers"))
	}
	return nil
}

func (b *Build) make(folder, target string, extra, options []string) error {
	cmd := exec.Command(
		filepath.Join(b.Root, "bin", "make"),
		"-C", filepath.Join(b.Root, b.manifest.Objtree),
		"M="+folder,
		"KBUILD_EXTRA_SYMBOLS="+strings.Join(extra, " "),
		"KBUILDTEST_WORKSPACE="+filepath.Join(b.Root, "w"),
		target,
	)
	cmd.Args = append(cmd.Args, options...)
	return b.run(cmd)
}

// run runs a command of Kbuild's. What it prints goes to the log.
func (b *Build) run(cmd *exec.Cmd, env ...string) error {
	cmd.Env = append(b.Environment(), env...)
	cmd.Stdout = b.log
	cmd.Stderr = b.log
	return cmd.Run()
}

// Environment is what make is run with.
func (b *Build) Environment() []string {
	return []string{
		"PATH=" + filepath.Join(b.Root, "bin") + ":/usr/bin:/bin",
		"LC_ALL=C",
		"TMPDIR=" + filepath.Join(b.Root, "tmp"),
		// Has pahole write BTF in the same order whatever thread is first.
		"KBUILD_BUILD_TIMESTAMP=1970-01-01",
	}
}

// Path is where Kbuild put a file of a package.
func (b *Build) Path(pkg, name string) string {
	return filepath.Join(b.Root, "w", pkg, name)
}

// sortedNames are the keys of a set, for messages.
func sortedNames(set map[string]bool) []string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
