package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/machine"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/overrides"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/rc"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/relock"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/rootfs"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

// A launcher knows the machine that Bazel is to run on.
type launcher struct {
	repo  string            // the checkout that dev/bazel belongs to
	cwd   string            // where the user stands: Bazel looks for the workspace from there
	cache store.Store       // $XDG_CACHE_HOME/rules_kbuild
	goEnv map[string]string // of `go env`
}

func newLauncher(repo string) (*launcher, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no folder for caches: %w", err)
	}
	l := &launcher{repo: repo, cwd: cwd, cache: store.Store{Root: filepath.Join(user, "rules_kbuild")}}
	if within(l.cache.Root, repo) {
		return nil, fmt.Errorf("the cache folder %s lies in the checkout: set XDG_CACHE_HOME to a folder outside", l.cache.Root)
	}
	cmd := exec.Command("go", "env", "-json")
	cmd.Dir = repo
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	if err := json.Unmarshal(out, &l.goEnv); err != nil {
		return nil, fmt.Errorf("go env -json: %w", err)
	}
	return l, nil
}

// command returns what to put before Bazel's arguments.
func (l *launcher) command() ([]string, error) {
	overridden, err := relock.Checker{
		Repo:       l.repo,
		Store:      store.Store{Root: filepath.Join(l.cache.Root, "locks")},
		Repository: rc.RepositoryCache(l.cache.Root),
		Check:      relock.WithTool(l.repo, l.goTool(), filepath.Join(l.cache.Root, "bin")),
	}.Overrides()
	if err != nil {
		return nil, err
	}
	settings := rc.Settings{Cache: l.cache.Root, GoEnv: l.goEnv, SandboxBase: sandboxBase()}
	if overridden != "" {
		settings.RepoEnv = map[string]string{relock.EnvironmentVariable: overridden}
	}
	if bazel := machine.Find(l.cache, l.repo); bazel != "" {
		return l.machines(bazel, settings)
	}
	return l.debian(settings)
}

// machines returns the command line of the machine's own Bazel, which has the registry and differs in its caches alone.
func (l *launcher) machines(bazel string, settings rc.Settings) ([]string, error) {
	caches, err := l.cache.File("caches", ".bazelrc", rc.Caches(settings)+"common --lockfile_mode=off\n")
	if err != nil {
		return nil, err
	}
	file, err := l.withTests("machine", caches, bazel)
	if err != nil {
		return nil, err
	}
	return []string{bazel, "--bazelrc=" + file}, nil
}

// debian returns the command line of Debian's Bazel in its root folder, both of which it makes when they are missing.
func (l *launcher) debian(settings rc.Settings) ([]string, error) {
	root, err := rootfs.Ensure(l.cache)
	if err != nil {
		return nil, err
	}
	settings.Modules, err = overrides.Ensure(store.Store{Root: filepath.Join(l.cache.Root, "modules")}, l.repo, l.goTool())
	if err != nil {
		return nil, err
	}
	offline, err := l.cache.File("offline", ".bazelrc", rc.Offline(settings))
	if err != nil {
		return nil, err
	}
	const bazel = "/usr/bin/bazel"
	file, err := l.withTests("debian", offline, bazel)
	if err != nil {
		return nil, err
	}
	keep := append(l.goFolders(), l.goEnv["GOMODCACHE"], l.goEnv["GOCACHE"], l.cache.Root, l.repo, l.cwd)
	view, err := rootfs.View(root, keep)
	if err != nil {
		return nil, err
	}
	return append(view,
		"--setenv", "PATH", filepath.Dir(l.goTool())+":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
		"--chdir", l.cwd,
		"--", bazel,
		"--bazelrc="+file,
		"--output_user_root="+filepath.Join(l.cache.Root, "output"),
		// A server keeps the mounts that it was started with. This option means nothing to it, but when it changes, Bazel starts a new one.
		"--host_jvm_args=-Drules_kbuild.view="+store.Digest(view...),
	), nil
}

// withTests returns an rc file that adds to another what tests need to know to use bazel with that other.
func (l *launcher) withTests(stem, rcFile, bazel string) (string, error) {
	return l.cache.File(stem, ".bazelrc", "import "+rcFile+"\n"+rc.Tests(bazel, rcFile, l.goEnv["GOCACHE"], l.goEnv))
}

func (l *launcher) goTool() string { return filepath.Join(l.goEnv["GOROOT"], "bin", "go") }

// goFolders returns GOROOT and the folders that links in it lead to: Debian's Go keeps half of itself in /usr/share.
func (l *launcher) goFolders() []string {
	goroot := l.goEnv["GOROOT"]
	folders := []string{goroot}
	entries, err := os.ReadDir(goroot)
	if err != nil {
		return folders
	}
	for _, e := range entries {
		real, err := filepath.EvalSymlinks(filepath.Join(goroot, e.Name()))
		if err == nil && e.Type()&os.ModeSymlink != 0 && !within(real, goroot) {
			folders = append(folders, real)
		}
	}
	return folders
}

// sandboxBase returns /dev/shm when it is a memory file system with room: laying out a sandbox there takes two thirds of the time.
func sandboxBase() string {
	const shm = "/dev/shm"
	var fs syscall.Statfs_t
	const tmpfs = 0x01021994 // TMPFS_MAGIC of linux/magic.h
	if err := syscall.Statfs(shm, &fs); err != nil || fs.Type != tmpfs || fs.Blocks*uint64(fs.Bsize) < 4<<30 {
		return ""
	}
	if f, err := os.CreateTemp(shm, "rules_kbuild-"); err != nil {
		return ""
	} else if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
		return ""
	}
	return shm
}

func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
