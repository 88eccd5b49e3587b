// Package machine finds out whether the machine has a Bazel that can be used as it is: new enough, and with a registry that answers.
package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

// Oldest is the least version of Bazel that rules_kbuild supports.
var Oldest = Version{7, 4}

// Version is the first two numbers of a Bazel version.
type Version struct{ Major, Minor int }

// Less tells whether v is older than w.
func (v Version) Less(w Version) bool {
	return v.Major < w.Major || v.Major == w.Major && v.Minor < w.Minor
}

var versionLine = regexp.MustCompile(`(?m)^bazel (\d+)\.(\d+)\.`)

// ParseVersion reads what `bazel --version` prints. Debian's Bazel prints no version, and is not one to use without further set-up.
func ParseVersion(text string) (Version, bool) {
	m := versionLine.FindStringSubmatch(text)
	if m == nil {
		return Version{}, false
	}
	major, err1 := strconv.Atoi(m[1])
	minor, err2 := strconv.Atoi(m[2])
	return Version{major, minor}, err1 == nil && err2 == nil
}

// An answer is remembered, for it takes seconds to get.
type answer struct {
	Usable bool
	When   time.Time
}

func (a answer) fresh(now time.Time) bool {
	keep := time.Hour
	if a.Usable {
		keep = 24 * time.Hour
	}
	age := now.Sub(a.When)
	return age >= 0 && age < keep
}

// Find returns the path of the machine's Bazel (or Bazelisk), or "" when there is none that can be used for the checkout repo.
func Find(s store.Store, repo string) string {
	for _, name := range []string{"bazel", "bazelisk"} {
		path, err := exec.LookPath(name)
		if err != nil || sameFile(path, filepath.Join(repo, "dev", "bazel")) {
			continue
		}
		path, err = filepath.Abs(path)
		if err != nil {
			continue
		}
		if usable(s, repo, path) {
			return path
		}
	}
	return ""
}

func usable(s store.Store, repo, bazel string) bool {
	info, err := os.Stat(bazel)
	if err != nil {
		return false
	}
	pin, _ := os.ReadFile(filepath.Join(repo, ".bazelversion"))
	note := filepath.Join(s.Root, "machine-"+store.Digest(bazel, info.ModTime().UTC().String(), string(pin))+".json")
	var a answer
	if text, err := os.ReadFile(note); err == nil && json.Unmarshal(text, &a) == nil && a.fresh(time.Now()) {
		return a.Usable
	}
	err = try(bazel, pin)
	if err != nil {
		fmt.Fprintf(os.Stderr, "dev/bazel: not using %s: %v\n", bazel, err)
	}
	a = answer{Usable: err == nil, When: time.Now()}
	if text, err := json.Marshal(a); err == nil && os.MkdirAll(s.Root, 0o755) == nil {
		os.WriteFile(note, text, 0o644) // forgotten when it cannot be written
	}
	return a.Usable
}

// try resolves a module graph of one dependency, which takes a registry, by whatever configuration this Bazel has for it.
func try(bazel string, pin []byte) error {
	dir, err := os.MkdirTemp("", "rules_kbuild-machine-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if len(pin) > 0 {
		if err := os.WriteFile(filepath.Join(dir, ".bazelversion"), pin, 0o644); err != nil {
			return err
		}
	}
	out, err := run(dir, time.Minute, bazel, "--version")
	if err != nil {
		return err
	}
	version, ok := ParseVersion(out)
	if !ok {
		return fmt.Errorf("it does not say which version it is")
	}
	if version.Less(Oldest) {
		return fmt.Errorf("it is version %d.%d, older than %d.%d", version.Major, version.Minor, Oldest.Major, Oldest.Minor)
	}
	if err := os.WriteFile(filepath.Join(dir, "MODULE.bazel"), []byte("bazel_dep(name = \"platforms\", version = \"0.0.11\")\n"), 0o644); err != nil {
		return err
	}
	startup := "--output_user_root=" + filepath.Join(dir, "output")
	defer run(dir, time.Minute, bazel, startup, "shutdown")
	if _, err := run(dir, 2*time.Minute, bazel, startup, "mod", "graph", "--lockfile_mode=off"); err != nil {
		return fmt.Errorf("its module registry does not answer")
	}
	return nil
}

func run(dir string, limit time.Duration, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second // a server that Bazel left behind may hold the pipe
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", filepath.Base(name), args[len(args)-1], err)
	}
	return string(out), nil
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}
