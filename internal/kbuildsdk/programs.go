package kbuildsdk

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Programs is a folder of scripts that start an SDK's programs by their plain
// names, for make and the shells that it runs.
type Programs struct {
	sdk *SDK
	dir string
}

// WritePrograms fills an empty folder. make is the caller's to put there.
func (s *SDK) WritePrograms(dir string) (*Programs, error) {
	if s.Make == "" {
		return nil, fmt.Errorf("the SDK of linux %s has no GNU make; use one of kernel.debian", s.Release)
	}
	p := &Programs{sdk: s, dir: dir}
	named, err := s.Named()
	if err != nil {
		return nil, err
	}
	for name, program := range named {
		if err := p.write(name, s.Path(program)); err != nil {
			return nil, err
		}
	}
	if s.Busybox == "" {
		return p, nil
	}
	return p, s.InstallApplets(filepath.Join(dir, "applets"))
}

// Named returns the SDK's programs by the plain names that commands call them
// by: the compiler, binutils, and what the templates run.
func (s *SDK) Named() (map[string]string, error) {
	named := map[string]string{}
	if s.Programs != "" {
		entries, err := os.ReadDir(s.Path(s.Programs))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			named[e.Name()] = s.Programs + "/" + e.Name()
		}
	}
	for name, program := range s.Tools {
		if !strings.Contains(name, "/") {
			named[name] = program
		}
	}
	return named, nil
}

// InstallApplets makes a folder of links to busybox by the names of the
// programs that it is.
func (s *SDK) InstallApplets(dir string) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	if out, err := exec.Command(s.Path(s.Busybox), "--install", "-s", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("%s --install: %w: %s", s.Busybox, err, out)
	}
	return nil
}

// write writes the script of one program.
func (p *Programs) write(name, program string) error {
	file := filepath.Join(p.dir, name)
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return err
	}
	words := p.sdk.start(program, program)
	if p.sdk.Loader != "" && (strings.Contains(name, "gcc") || strings.Contains(name, "cpp")) {
		// Where the driver finds cc1 and as; it means nothing to gcc-ar.
		words = append(words, "-B"+p.dir+"/")
	}
	return os.WriteFile(file, []byte("#!/bin/sh\nexec "+Quote(words)+" \"$@\"\n"), 0o777)
}

// MakeCommand is the command that starts GNU make under a name, by which it
// has its sub-makes called.
func (s *SDK) MakeCommand(name string) []string {
	return s.start(s.Path(s.Make), name)
}

// start is the command that starts a program.
func (s *SDK) start(program, argv0 string) []string {
	if s.Loader == "" {
		return []string{program}
	}
	var libs []string
	for _, dir := range s.LibraryPath {
		libs = append(libs, s.Path(dir))
	}
	return []string{s.Path(s.Loader), "--inhibit-cache", "--library-path", strings.Join(libs, ":"), "--argv0", argv0, program}
}

// Quote writes words as a shell reads them.
func Quote(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// Environment is what make is run with: no variable of the caller's but those
// given, and PATH with the SDK's programs first. Those of the machine are there
// only if the SDK has no busybox.
func (p *Programs) Environment(more ...string) []string {
	path := p.dir + ":" + filepath.Join(p.dir, "applets")
	if p.sdk.Busybox == "" {
		path = p.dir + ":" + os.Getenv("PATH")
	}
	return slices.Concat([]string{
		"PATH=" + path,
		"LC_ALL=C",
		// Any value: with it Kbuild asks pahole for the same output whenever it runs.
		"KBUILD_BUILD_TIMESTAMP=1970-01-01",
	}, more)
}
