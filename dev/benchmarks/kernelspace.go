package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneloracle"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
)

// A kernelSpace is a workspace of its own with the sources of a kernel in a
// folder, where they can be edited.
type kernelSpace struct {
	*workspace
	external string // the folder of Bazel's external repositories
	base     string // Bazel's output base
	cache    string // the option for a disk cache of its own
}

// Files of the workspace.
const (
	kernelSources = "linux"       // the folder of the sources
	kernelOptions = "edit.config" // the fragment of the configuration that is edited
)

// unpackedKernel is the first kernel of the lock in MODULE.bazel: what is unpacked
// has its name.
const unpackedKernel = "linux_tiny_6_1"

// Targets of the workspace.
const (
	untrimmedKernel = "@linux//:kernel"
	trimmedKernel   = "//:trimmed"
	neededSet       = "//:needed"
)

const kernelModule = `module(name = "bench")

bazel_dep(name = "rules_kbuild")
local_path_override(
    module_name = "rules_kbuild",
    path = %q,
)

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_1",
    lock = "@rules_kbuild//examples/kernels:bookworm-6.1.lock.json",
)
kernel.source(
    name = "linux",
    config = "@rules_kbuild//e2e/kernel:linux-6.1.config",
    fragments = [
        "@rules_kbuild//e2e/kernel:virtual-6.1.config",
        "//:edit.config",
    ],
    lock = "@rules_kbuild//examples/kernels:bookworm-6.1-source.lock.json",
    path = "linux",
    toolchain = "linux_6_1",
)
use_repo(kernel, "linux", "linux_6_1")
`

const kernelBuild = `load("@rules_kbuild//rules:defs.bzl", "kernel_image")

kernel_image(
    name = "trimmed",
    kernel = "@linux//:kernel",
    trim = True,
)

filegroup(
    name = "needed",
    srcs = [":trimmed"],
    output_group = "needed",
)
`

// kernelBazelrc is what the README recommends.
const kernelBazelrc = `startup --host_jvm_args=-DBAZEL_TRACK_SOURCE_DIRECTORIES=1
common --incompatible_strict_action_env
build --sandbox_default_allow_network=false
common --repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1
common --experimental_output_paths=strip
`

// unedited is what kernelOptions says at first: what the configuration says
// anyway.
const unedited = "CONFIG_BLOCK_LEGACY_AUTOLOAD=y\n"

// newKernelSpace makes the workspace, of the sources that the checkout fetches,
// and prepares its kernel. close ends its server and removes all of it.
func newKernelSpace(checkout *workspace) (s *kernelSpace, err error) {
	if _, err := checkout.query("fetch", "--repo=@"+unpackedKernel); err != nil {
		return nil, err
	}
	base, err := checkout.query("info", "output_base")
	if err != nil {
		return nil, err
	}
	sources, err := repository(filepath.Join(strings.TrimSpace(base), "external"), unpackedKernel+"_unpacked")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-kernel")
	if err != nil {
		return nil, err
	}
	s = &kernelSpace{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(dir))
		}
	}()
	if out, err := exec.Command("cp", "-a", filepath.Join(sources, "sources"), filepath.Join(dir, kernelSources)).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{
		"MODULE.bazel": fmt.Sprintf(kernelModule, here),
		"BUILD.bazel":  kernelBuild,
		".bazelrc":     kernelBazelrc,
		".bazelignore": kernelSources + "\n",
		kernelOptions:  unedited,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			return nil, err
		}
	}
	if s.workspace, err = openWorkspace(dir); err != nil {
		return nil, err
	}
	if base, err = s.query("info", "output_base"); err != nil {
		return nil, err
	}
	s.base = strings.TrimSpace(base)
	s.external = filepath.Join(s.base, "external")
	s.cache = "--disk_cache=" + filepath.Join(dir, "cache")
	// The tools, with the disk cache of every day; all of them as files, since the
	// builds that are measured have other caches.
	return s, s.build("--remote_download_outputs=all", untrimmedKernel)
}

// close ends the workspace's server and removes what is in dir, and what Bazel
// has made of it.
func (s *kernelSpace) close(dir string) error {
	var err error
	if s.workspace != nil {
		_, err = s.query("shutdown")
	}
	if s.base != "" {
		err = errors.Join(err, bazel.Remove(s.base))
	}
	return errors.Join(err, bazel.Remove(dir))
}

// repository finds a fetched repository by the name that a MODULE.bazel gives it.
func repository(external, name string) (string, error) {
	found, err := filepath.Glob(filepath.Join(external, "*[~+]kernel[~+]"+name))
	if err != nil {
		return "", err
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%s holds %d repositories of the name %s", external, len(found), name)
	}
	return found[0], nil
}

// forget removes what is built of the kernel. What is built of the tools stays.
func (s *kernelSpace) forget() error {
	configurations, err := os.ReadDir(filepath.Join(s.execRoot, "bazel-out"))
	if err != nil {
		return err
	}
	linux, err := repository(s.external, "linux")
	if err != nil {
		return err
	}
	for _, c := range configurations {
		if !c.IsDir() {
			continue
		}
		bin := filepath.Join(s.execRoot, "bazel-out", c.Name(), "bin")
		err = errors.Join(err,
			bazel.Remove(filepath.Join(bin, "external", filepath.Base(linux))),
			bazel.Remove(filepath.Join(bin, "trimmed")))
	}
	return err
}

// A makeTree is a copy of the prepared tree, in which make builds the kernel.
type makeTree struct {
	*kerneloracle.Build
	work string
}

// all has make build everything.
func (m *makeTree) all() error {
	_, err := m.Make("all")
	return err
}

// linkLine is what make says before it links what goes into vmlinux.
const linkLine = "  LD      vmlinux.o"

// linking has make build everything, and returns what it said and how long it ran
// since it began to link; 0 if it did not.
func (m *makeTree) linking() (out string, link time.Duration, err error) {
	watch := &lineWatch{line: linkLine}
	m.Output = watch
	defer func() { m.Output = nil }()
	out, err = m.Make("all")
	return out, watch.since(), err
}

// remove removes the copy.
func (m *makeTree) remove() {
	m.Close()
	os.RemoveAll(m.work)
}

// tree makes a copy of the prepared tree for make.
func (s *kernelSpace) tree(trim bool) (*makeTree, error) {
	linux, err := repository(s.external, "linux")
	if err != nil {
		return nil, err
	}
	configured, err := repository(s.external, "linux_config")
	if err != nil {
		return nil, err
	}
	toolchain, err := repository(s.external, "linux_6_1")
	if err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(s.dir, "make")
	if err != nil {
		return nil, err
	}
	build, err := kerneloracle.New(linux, configured, filepath.Join(toolchain, "sdk.json"), work)
	if err != nil {
		return nil, err
	}
	build.Jobs = jobs
	m := &makeTree{build, work}
	if !trim {
		return m, nil
	}
	if err := s.trim(build); err != nil {
		m.remove()
		return nil, err
	}
	return m, nil
}

// trim has make trim as we do: with what it does not see on its whitelist.
func (s *kernelSpace) trim(build *kerneloracle.Build) error {
	file, err := s.file(neededSet)
	if err != nil {
		return err
	}
	set, err := ksyms.ReadNeededFile(file)
	if err != nil {
		return err
	}
	return build.Trim(kerneloracle.Unseen(set))
}
