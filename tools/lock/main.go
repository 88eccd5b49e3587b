// Command lock writes the locks that kernel.debian, kernel.source_package and kernel.source read: the exact Debian packages of an SDK,
// of a driver, or of a kernel's sources.
//
//	bazel run @rules_kbuild//kernel:lock -- --suite trixie --out trixie-6.12.lock.json
//
// takes the newest kernel of a suite. Mirrors come from --mirror, RULES_KBUILD_DEBIAN_MIRROR, or the machine's apt
// sources; the archive's signature is checked with the Debian archive keyring where there is one.
//
//	bazel run @rules_kbuild//kernel:lock -- --suite trixie --package jool-dkms --out jool.lock.json
//
// takes the newest version of one package, alone: what kernel.source_package reads.
//
//	bazel run @rules_kbuild//kernel:lock -- --suite bookworm --kernel-source linux-source-6.1 --out linux-6.1.lock.json
//
// takes the newest version of a package with a kernel's sources, and what it takes to build them beside an SDK: what kernel.source reads.
//
//	lock --check trixie-6.12.lock.json --out DIR
//
// asks the mirrors whether they still have every package. If one is gone it writes a lock of today to DIR under the same
// name (repositories take it where RULES_KBUILD_LOCK_OVERRIDE_DIR=DIR) and says so in one line; --check can be repeated.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/debian"
	"github.com/rules-kbuild/rules_kbuild/internal/sdklock"
)

// Where Debian and its derivatives keep the archive's keys.
var keyringPaths = []string{
	"/usr/share/keyrings/debian-archive-keyring.pgp",
	"/usr/share/keyrings/debian-archive-keyring.gpg",
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

type command struct {
	suite, architecture, out, keyring string
	name, kernel                      string
	mirrors, checks                   list
	client                            debian.Client
}

func main() {
	var c command
	flag.StringVar(&c.suite, "suite", "", "Debian suite to lock: bookworm, trixie, forky, ...")
	flag.StringVar(&c.architecture, "architecture", "amd64", "Debian architecture of the kernel and its compiler")
	flag.StringVar(&c.name, "package", "", "package to lock, one that carries sources in /usr/src (default: those of an SDK for the suite's newest kernel)")
	flag.StringVar(&c.kernel, "kernel-source", "", "package with a kernel's sources to lock (linux-source-6.1), and with it what building them takes")
	flag.StringVar(&c.out, "out", "", "lock file to write; with --check, folder for overrides")
	flag.StringVar(&c.keyring, "keyring", "", "keys that sign the archive (default: Debian's archive keyring, if installed)")
	flag.Var(&c.mirrors, "mirror", "URL of a mirror, .../debian or .../debian-security; repeated, in order of preference")
	flag.Var(&c.checks, "check", "lock file to check against the mirrors; repeated")
	flag.Parse()
	if err := c.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "lock:", err)
		os.Exit(1)
	}
}

func (c *command) run(ctx context.Context) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	if c.out == "" {
		return errors.New("--out is missing")
	}
	// `bazel run` starts programs in their runfiles; paths are meant from where the user stands.
	if folder := os.Getenv("BUILD_WORKING_DIRECTORY"); folder != "" {
		if err := os.Chdir(folder); err != nil {
			return err
		}
	}
	if len(c.checks) > 0 {
		if c.suite != "" || c.name != "" || c.kernel != "" {
			return errors.New("--check takes suite and package from the lock; leave out --suite, --package and --kernel-source")
		}
		return c.check(ctx)
	}
	if c.suite == "" {
		return errors.New("--suite is missing (bookworm, trixie, forky, ...)")
	}
	subject := sdklock.Subject{Package: c.name}
	if c.kernel != "" {
		if c.name != "" {
			return errors.New("--package and --kernel-source are two kinds of lock; give one of them")
		}
		subject = sdklock.Subject{Package: c.kernel, Kernel: true}
	}
	lock, err := c.resolve(ctx, c.suite, c.architecture, subject)
	if err != nil {
		return err
	}
	if err := lock.Write(c.out); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %s of %s", c.out, lock.Describe(), lock.Suite)
	if n := len(lock.Packages); n > 1 {
		fmt.Fprintf(os.Stderr, ", %d packages", n)
	}
	fmt.Fprintln(os.Stderr)
	return nil
}

// findMirrors tells where to look: flags, else the environment, else apt's configuration.
func (c *command) findMirrors() ([]debian.Mirror, error) {
	given := []string(c.mirrors)
	if len(given) == 0 {
		given = strings.Fields(os.Getenv("RULES_KBUILD_DEBIAN_MIRROR"))
	}
	var mirrors []debian.Mirror
	for _, text := range given {
		m, err := debian.NewMirror(text)
		if err != nil {
			return nil, err
		}
		mirrors = append(mirrors, m)
	}
	if len(mirrors) == 0 {
		var err error
		if mirrors, err = debian.AptMirrors("/etc/apt"); err != nil {
			return nil, err
		}
	}
	if len(mirrors) == 0 {
		return nil, errors.New("no Debian mirror is known: give one with --mirror or RULES_KBUILD_DEBIAN_MIRROR (this machine's apt sources name none)")
	}
	return debian.WithSiblings(mirrors), nil
}

func (c *command) keys() (debian.Keyring, error) {
	if c.keyring != "" {
		return debian.ReadKeyring(c.keyring)
	}
	for _, path := range keyringPaths {
		keys, err := debian.ReadKeyring(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return keys, err
	}
	fmt.Fprintln(os.Stderr, "lock: warning: no Debian archive keyring here, so the archive's signature is not checked (--keyring FILE)")
	return nil, nil
}

// resolve makes a lock of today.
func (c *command) resolve(ctx context.Context, suite, architecture string, subject sdklock.Subject) (*sdklock.Lock, error) {
	mirrors, err := c.findMirrors()
	if err != nil {
		return nil, err
	}
	keys, err := c.keys()
	if err != nil {
		return nil, err
	}
	index, err := sdklock.Fetch(ctx, &c.client, mirrors, suite, architecture, keys)
	if err != nil {
		return nil, err
	}
	return subject.Resolve(index, suite, architecture)
}

func (c *command) check(ctx context.Context) error {
	mirrors, err := c.findMirrors()
	if err != nil {
		return err
	}
	for _, path := range c.checks {
		if err := c.checkOne(ctx, mirrors, path); err != nil {
			return err
		}
	}
	return nil
}

// checkOne leaves the folder of overrides so that what the locks name can be downloaded, if that can be told.
func (c *command) checkOne(ctx context.Context, mirrors []debian.Mirror, path string) error {
	lock, err := sdklock.Read(path)
	if err != nil {
		return err
	}
	override := filepath.Join(c.out, filepath.Base(path))
	quick, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	gone, err := sdklock.Gone(quick, &c.client, mirrors, lock)
	if err != nil {
		fmt.Fprintf(os.Stderr, "lock: %s is not checked: %v\n", path, err)
		return nil
	}
	if len(gone) == 0 {
		if err := os.Remove(override); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if old, err := sdklock.Read(override); err == nil && old.Suite == lock.Suite && old.Subject() == lock.Subject() {
		if oldGone, err := sdklock.Gone(quick, &c.client, mirrors, old); err == nil && len(oldGone) == 0 {
			fmt.Fprintf(os.Stderr, "%s: %s; using %s (%s)\n", path, describe(gone), override, old.Describe())
			return nil
		}
	}
	now, err := c.resolve(ctx, lock.Suite, lock.Architecture, lock.Subject())
	if err != nil {
		return fmt.Errorf("%s: %s, and a new lock cannot be made: %w", path, describe(gone), err)
	}
	if err := now.Write(override); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: %s; relocked to %s (%s)\n", path, describe(gone), override, now.Describe())
	return nil
}

func describe(gone []sdklock.Package) string {
	text := gone[0].Name + " " + gone[0].Version
	if len(gone) > 1 {
		text += fmt.Sprintf(" and %d more", len(gone)-1)
	}
	return text + " gone from the mirrors"
}
