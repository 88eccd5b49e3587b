package kbuildeval

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func newRun(r Request, scratch string) (*run, error) {
	x := &run{Request: r, scratch: scratch}
	for _, dir := range []string{"bin", "runs", "w", "tmp"} {
		if err := os.Mkdir(filepath.Join(scratch, dir), 0o777); err != nil {
			return nil, err
		}
	}
	if err := x.copyWorkspace(); err != nil {
		return nil, err
	}
	if err := x.linkTree(); err != nil {
		return nil, err
	}
	var err error
	if x.programs, err = r.SDK.WritePrograms(filepath.Join(scratch, "bin")); err != nil {
		return nil, err
	}
	return x, Front(filepath.Join(scratch, "bin"), r.SDK, x.objtree(), filepath.Join(scratch, "runs"))
}

// linkTree lays out the SDK's tree: Kbuild takes the real path of the folders
// of its Makefiles, so those are folders here, with links to what is in them.
func (x *run) linkTree() error {
	for _, dir := range []string{x.SDK.Objtree, x.SDK.Srctree()} {
		to := filepath.Join(x.scratch, dir)
		if exists(to) {
			continue // the two are one
		}
		if err := os.MkdirAll(to, 0o777); err != nil {
			return err
		}
		if err := linkAll(x.SDK.TreePath(dir), to, ""); err != nil {
			return err
		}
		makefile := filepath.Join(to, "Makefile")
		if err := os.Remove(makefile); err != nil {
			return err
		}
		if err := copyFile(x.SDK.TreePath(dir+"/Makefile"), makefile); err != nil {
			return err
		}
	}
	// Beside the headers, Debian has Kbuild's programs in usr/lib.
	for _, dir := range []string{"usr", "usr/src"} {
		from := x.SDK.TreePath(dir)
		if to := filepath.Join(x.scratch, dir); exists(to) && exists(from) {
			if err := linkAll(from, to, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkAll links what is in a folder and not yet in another, but for one name.
func linkAll(from, to, but string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		target := filepath.Join(to, e.Name())
		if e.Name() == but || exists(target) {
			continue
		}
		if err := os.Symlink(filepath.Join(from, e.Name()), target); err != nil {
			return err
		}
	}
	return nil
}

// copyWorkspace copies the folder to evaluate. What lies beside it and beside
// the folders above it is linked, so that a Makefile can look there.
func (x *run) copyWorkspace() error {
	from, to := x.Workspace, filepath.Join(x.scratch, "w")
	for _, part := range strings.Split(x.Dir, "/") {
		if part == "" {
			continue
		}
		if err := linkAll(from, to, part); err != nil {
			return err
		}
		from, to = filepath.Join(from, part), filepath.Join(to, part)
		if err := os.Mkdir(to, 0o777); err != nil {
			return err
		}
	}
	return copyTree(from, to)
}

// copyTree copies a folder's files and folders, links as links. What Bazel
// and version control keep there is left out.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, file)
		if err != nil || relative == "." {
			return err
		}
		target := filepath.Join(to, relative)
		switch {
		case entry.IsDir():
			if entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return os.Mkdir(target, 0o777)
		case entry.Type()&fs.ModeSymlink != 0:
			if strings.HasPrefix(entry.Name(), "bazel-") {
				return nil
			}
			if real, err := filepath.EvalSymlinks(file); err == nil && isFile(real) {
				return copyFile(real, target)
			}
			link, err := os.Readlink(file)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case entry.Type().IsRegular():
			return copyFile(file, target)
		}
		return nil
	})
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm()|0o600)
}
