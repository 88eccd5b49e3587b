package kbuildoracle

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// Trees builds whole trees by their own Makefiles or dkms.conf.
type Trees struct {
	*Build
	sdk *kbuildsdk.SDK
}

// NewTrees lays an SDK out below root, an empty folder.
func NewTrees(sdk *kbuildsdk.SDK, root string, log io.Writer) (*Trees, error) {
	m := &Manifest{
		Release: sdk.Release, Objtree: sdk.Objtree, Tree: sdk.Path(sdk.Tree), Make: sdk.Path(sdk.Make),
		Tools: map[string]string{}, Loader: sdk.Path(sdk.Loader),
	}
	for name, program := range sdk.Tools {
		m.Tools[name] = sdk.Path(program)
	}
	for _, dir := range sdk.LibraryPath {
		m.LibraryPath = append(m.LibraryPath, sdk.Path(dir))
	}
	b, err := NewBuild(m, root, log)
	if err != nil {
		return nil, err
	}
	return &Trees{Build: b, sdk: sdk}, kbuildeval.Front(filepath.Join(b.Root, "bin"), sdk, filepath.Join(b.Root, sdk.Objtree), "")
}

// Copy copies a tree to a folder, without the files of Bazel in it, and has the
// compiler call the folder by a workspace path. It does not lie at that path,
// where Bazel's names of repositories have a ~ in them, for which GNU make
// starts a shell where it would do without.
func (t *Trees) Copy(from, name, workspacePath string) error {
	to := t.Path(name, "")
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	t.renames = []string{to + "=" + workspacePath}
	for name, program := range t.manifest.Tools {
		if strings.Contains(name, "gcc") && !strings.Contains(name, "/") {
			if err := t.script(filepath.Join(t.Root, "bin", name), name, program); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	skip := map[string]bool{"BUILD.bazel": true, "REPO.bazel": true, "WORKSPACE": true}
	return filepath.WalkDir(from, func(file string, entry os.DirEntry, err error) error {
		if err != nil || skip[entry.Name()] {
			return err
		}
		relative, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		info, err := os.Stat(file)
		if err != nil || !info.Mode().IsRegular() {
			return nil // a link that leads nowhere
		}
		if err := copyFile(file, target); err != nil {
			return err
		}
		return os.Chmod(target, info.Mode().Perm()|0o600)
	})
}

// MakeTree builds the tree that was copied to a folder: some folders of it, by
// default each that has a Makefile for Kbuild or a dkms.conf. If a dkms.conf
// excludes the kernel, nothing is done, and skipped says why.
func (t *Trees) MakeTree(name string, roots, variables, options []string) (skipped string, err error) {
	if len(roots) == 0 {
		if roots, err = kbuildeval.Roots(t.Path(name, "")); err != nil {
			return "", err
		}
	}
	for _, root := range roots {
		if skipped, err := t.makeRoot(t.Path(name, root), variables, options); err != nil || skipped != "" {
			return skipped, err
		}
	}
	return "", nil
}

func (t *Trees) makeRoot(dir string, variables, options []string) (skipped string, err error) {
	environment := append(t.Environment(), "PWD="+dir, "MAKEFLAGS="+strings.Join(options, " "))
	build := &kbuildeval.Builder{SDK: t.sdk, Objtree: filepath.Join(t.Root, t.sdk.Objtree), Dir: dir, Variables: variables, Environment: environment}
	commands, skipped, err := build.Commands()
	if err != nil || skipped != "" {
		return skipped, err
	}
	for _, line := range commands {
		cmd := exec.Command("/bin/sh", "-c", line)
		cmd.Dir = dir
		cmd.Env = environment
		cmd.Stdout, cmd.Stderr = t.log, t.log
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%s: %w", line, err)
		}
	}
	return "", nil
}

// CompareFiles says in which sections two modules differ; nothing if they are
// the same bytes.
func CompareFiles(name, ours, kbuilds string) ([]string, error) {
	a, err := os.ReadFile(ours)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(kbuilds)
	if err != nil {
		return nil, err
	}
	if string(a) == string(b) {
		return nil, nil
	}
	return compareObjects(name, a, b), nil
}
