// Package relock keeps builds of this checkout going on a day when Debian's mirrors have replaced a package that its locks name: it has
// tools/lock write locks of the day to a folder of the cache, which kernel.debian and kernel.source_package then prefer.
package relock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

// EnvironmentVariable names the folder of locks to kernel.debian (kernel/private/lock.bzl).
const EnvironmentVariable = "RULES_KBUILD_LOCK_OVERRIDE_DIR"

// keep is how long an answer of the mirrors is believed.
const keep = 30 * time.Minute

// lockFolders are those of the checkout that hold locks, anywhere below them.
var lockFolders = []string{"examples", "dev", "e2e"}

// A Checker knows where locks and downloads are.
type Checker struct {
	Repo       string      // the checkout
	Store      store.Store // for the locks of the day
	Repository string      // Bazel's repository cache; empty when it is not known
	// Check asks the mirrors whether they have what the locks name, and writes a lock to dir for each where they do not.
	Check func(locks []string, dir string) error
}

// Overrides returns the folder that EnvironmentVariable has to name, or "" when the locks of the checkout can be used as they are.
func (c Checker) Overrides() (string, error) {
	locks, err := c.locks()
	if err != nil || len(locks) == 0 {
		return "", err
	}
	parts := make([]string, 0, len(locks))
	for _, path := range locks {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		parts = append(parts, filepath.Base(path), string(text))
	}
	dir := filepath.Join(c.Store.Root, store.Digest(parts...))
	note := filepath.Join(dir, "checked")
	if !c.allDownloaded(dir, locks) && !recent(note) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		if err := c.Check(locks, dir); err != nil {
			// A mirror that cannot be asked may still do for what is left to download; if not, Bazel says so.
			fmt.Fprintf(os.Stderr, "dev/bazel: the locks of Debian packages are not checked: %v\n", err)
		} else if err := os.WriteFile(note, nil, 0o644); err != nil {
			return "", err
		}
	}
	if overrides, err := filepath.Glob(filepath.Join(dir, "*.lock.json")); err != nil || len(overrides) == 0 {
		return "", err
	}
	return dir, nil
}

// locks finds the lock files of the checkout. An override has its lock's base name, so no two may share one.
func (c Checker) locks() ([]string, error) {
	var locks []string
	folders := map[string]string{} // by base name
	for _, top := range lockFolders {
		err := filepath.WalkDir(filepath.Join(c.Repo, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".lock.json") {
				return err
			}
			if other, taken := folders[entry.Name()]; taken {
				return fmt.Errorf("%s and %s have locks of one name, %s: rename one, since kernel.debian is told of overrides by name", other, filepath.Dir(path), entry.Name())
			}
			folders[entry.Name()] = filepath.Dir(path)
			locks = append(locks, path)
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return locks, nil
}

func recent(note string) bool {
	info, err := os.Stat(note)
	if err != nil {
		return false
	}
	age := time.Since(info.ModTime())
	return age >= 0 && age < keep
}

// allDownloaded tells whether Bazel has every package that is in use, so that no mirror is needed.
func (c Checker) allDownloaded(dir string, locks []string) bool {
	if c.Repository == "" {
		return false
	}
	for _, path := range locks {
		if override := filepath.Join(dir, filepath.Base(path)); exists(override) {
			path = override
		}
		digests, err := packageDigests(path)
		if err != nil || len(digests) == 0 {
			return false
		}
		for _, sha256 := range digests {
			if !exists(filepath.Join(c.Repository, "content_addressable", "sha256", sha256, "file")) {
				return false
			}
		}
	}
	return true
}

func packageDigests(lock string) ([]string, error) {
	text, err := os.ReadFile(lock)
	if err != nil {
		return nil, err
	}
	var content struct {
		Packages []struct{ SHA256 string }
	}
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	var digests []string
	for _, p := range content.Packages {
		if p.SHA256 == "" {
			return nil, errors.New("a package without a digest")
		}
		digests = append(digests, p.SHA256)
	}
	return digests, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// WithTool returns a Check that runs tools/lock, which it builds into the folder bin.
func WithTool(repo, goTool, bin string) func(locks []string, dir string) error {
	return func(locks []string, dir string) error {
		tool := filepath.Join(bin, "lock")
		if !exists(tool) {
			fmt.Fprintln(os.Stderr, "dev/bazel: building tools/lock, which asks the mirrors whether they have the packages of the locks")
		}
		build := exec.Command(goTool, "build", "-buildvcs=false", "-o", tool, "./tools/lock")
		build.Dir = repo
		build.Env = append(os.Environ(), "GOWORK=off", "PWD="+repo)
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go build ./tools/lock: %w\n%s", err, out)
		}
		args := []string{"--out", dir}
		for _, path := range locks {
			args = append(args, "--check", path)
		}
		cmd := exec.Command(tool, args...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		return cmd.Run()
	}
}
