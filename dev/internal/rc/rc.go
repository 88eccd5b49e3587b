// Package rc writes the bazelrc that makes Debian's Bazel work without any registry. A test that runs a Bazel of its own is given the
// same file, by the variables that package bazeltesting reads.
package rc

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/overrides"
)

// Settings are what differs between machines.
type Settings struct {
	Cache       string             // folder for the disk cache and the repository cache
	Modules     []overrides.Module // to override
	GoEnv       map[string]string  // what `go env` says of GOROOT, GOMODCACHE, GOPROXY, ...
	SandboxBase string             // where Bazel lays out sandboxes; empty for its default
	RepoEnv     map[string]string  // further variables for repository rules
}

// Offline returns the rc for Debian's Bazel.
func Offline(s Settings) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line("# Written by dev/bazel for Debian's Bazel, in place of Debian's own rc.")
	line("startup --install_base=/usr/share/bazel")
	line("startup --trust_install_base")
	line("# Bazel's own way to read zstd, for .deb files that are compressed by it.")
	line("startup --host_jvm_args=-Djava.library.path=/usr/share/bazel:/usr/lib/x86_64-linux-gnu")
	line("")
	line("# Neither the registry nor WORKSPACE dependencies can be had.")
	line("common --noenable_workspace")
	line("common --lockfile_mode=off")
	line("common --check_direct_dependencies=off")
	for _, m := range s.Modules {
		line("common --override_module=%s=%s", m.Name, m.Dir)
	}
	line("")
	line("# Go modules come from the machine's module cache.")
	line("common --repo_env=GO_REPOSITORY_USE_HOST_MODCACHE=1")
	for _, name := range GoVariables {
		if v := s.GoEnv[name]; v != "" {
			line("common --repo_env=%s=%s", name, v)
		}
	}
	line("")
	b.WriteString(Caches(s))
	line("common --experimental_disk_cache_gc_max_size=20G")
	if s.SandboxBase != "" {
		line("build --sandbox_base=%s", s.SandboxBase)
	}
	return b.String()
}

// RepositoryCache returns where Caches puts what Bazel downloads.
func RepositoryCache(cache string) string { return filepath.Join(cache, "repository") }

// Caches returns the lines that let workspaces share what they build and download, and the variables of repository rules.
func Caches(s Settings) string {
	var b strings.Builder
	fmt.Fprintf(&b, "common --disk_cache=%s\n", filepath.Join(s.Cache, "disk"))
	fmt.Fprintf(&b, "common --repository_cache=%s\n", RepositoryCache(s.Cache))
	for _, name := range slices.Sorted(maps.Keys(s.RepoEnv)) {
		fmt.Fprintf(&b, "common --repo_env=%s=%s\n", name, s.RepoEnv[name])
	}
	return b.String()
}

// GoVariables are those that Bazel's fetches of Go modules, and tests that run go, must know: their own environment has no HOME to find
// them by.
var GoVariables = []string{"GOROOT", "GOMODCACHE", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE"}

// Tests returns the lines that tell tests how to run Bazel and go: bazel is the program, rcFile the rc to give to it, or empty.
func Tests(bazel, rcFile, goCache string, goEnv map[string]string) string {
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "build --test_env=%s=%s\n", name, value) }
	b.WriteString("# What tests that run Bazel and go themselves need to know: see internal/bazeltesting.\n")
	line("RULES_KBUILD_BAZEL", bazel)
	line("RULES_KBUILD_BAZELRC", rcFile)
	for _, name := range GoVariables {
		if v := goEnv[name]; v != "" {
			line(name, v)
		}
	}
	line("GOCACHE", goCache)
	return b.String()
}
