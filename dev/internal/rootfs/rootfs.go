// Package rootfs makes a Debian root folder that holds Bazel, for machines that reach Debian's packages but no Bazel releases, and
// says how to run a program with that folder's /usr in place of the machine's.
package rootfs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/privilege"
	"github.com/rules-kbuild/rules_kbuild/dev/internal/store"
)

// suite is the first of Debian's that has Bazel 7 with bzlmod.
const suite = "forky"

// packages are what goes into the root beside the essential ones: Bazel with the rule sets that Debian packages, and what tests run.
//
// libblake3-0 is one that bazel-bootstrap does not say it needs. Without it Bazel cannot load its own library for files, does without, and
// then misses a change of a file that leaves its size and its time of modification as they were.
var packages = []string{
	"bazel-bootstrap",
	"bazel-lib",
	"bazel-rules-pkg",
	"bazel-rules-shell",
	"bazel-skylib",
	"ca-certificates",
	"git",
	"libblake3-0",
	"make",
	"qemu-system-x86",
}

// revision is raised when a root made by an older recipe of the same packages must not be used any more.
const revision = "2"

// Ensure returns the root folder, which it makes in s when it is not there. That needs root or sudo.
func Ensure(s store.Store) (string, error) {
	name := "debian-" + suite + "-" + store.Digest(append([]string{revision}, packages...)...)
	if err := needPrograms(); err != nil {
		return "", err
	}
	return s.Folder(name, func(dir string) error {
		mirror, err := mirror(suite)
		if err != nil {
			return err
		}
		say("making a Debian %s root with Bazel in %s: about 90 seconds and 1.6 GB, once", suite, s.Root)
		err = privilege.Run("mmdebstrap",
			// A suite under development may be served with a Release file that is past its date.
			`--aptopt=Acquire::Check-Valid-Until "false"`,
			"--variant=minbase",
			"--include="+strings.Join(packages, ","),
			suite, dir, mirror)
		if err != nil {
			return fmt.Errorf("no Debian root with Bazel was made from %s, for the reason above; running dev/bazel again starts over: %w", mirror, err)
		}
		if err := privilege.TakeOver(dir); err != nil {
			return err
		}
		// dev/bazel has an rc of its own, which says everything that this one says.
		if err := os.Remove(filepath.Join(dir, "etc/bazel/bazelrc")); err != nil {
			return err
		}
		return addMountPoints(dir)
	})
}

func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "dev/bazel: "+format+"\n", args...)
}

// needPrograms installs mmdebstrap and bubblewrap where they are missing.
func needPrograms() error {
	var missing []string
	for program, pkg := range map[string]string{"bwrap": "bubblewrap", "mmdebstrap": "mmdebstrap"} {
		if _, err := exec.LookPath(program); err != nil {
			missing = append(missing, pkg)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("no Bazel 7.4 or newer with a registry that answers, and no apt-get to set one up: install Bazelisk")
	}
	say("installing %s", strings.Join(missing, " and "))
	if err := privilege.Run("apt-get", "-qq", "update"); err != nil {
		say("%v; going on with the package lists that are there", err)
	}
	args := append([]string{"DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "-y", "--no-install-recommends"}, missing...)
	return privilege.Run("env", args...)
}

// mirror returns the first of the machine's own apt sources that serves the suite.
func mirror(suite string) (string, error) {
	out, err := exec.Command("apt-get", "indextargets", "--format", "$(REPO_URI)", "Identifier: Packages").Output()
	if err != nil {
		return "", fmt.Errorf("ask apt for its sources: %w", err)
	}
	tmp, err := os.MkdirTemp("", "rules_kbuild-mirror-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	uris := distinct(strings.Fields(string(out)))
	for _, uri := range uris {
		// apt's own downloader, so that its proxy settings and methods hold.
		err := exec.Command("/usr/lib/apt/apt-helper", "download-file", strings.TrimSuffix(uri, "/")+"/dists/"+suite+"/InRelease", filepath.Join(tmp, "InRelease")).Run()
		if err == nil {
			return uri, nil
		}
	}
	return "", fmt.Errorf("none of the apt sources of this machine (%s) serves Debian %s: add one that does, or install Bazelisk", strings.Join(uris, ", "), suite)
}

func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
