// Package messages gives the rules bad input and asserts what a user sees, word for word.
package messages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

// A mistake is a target that cannot be built, and the lines that must stand together in what Bazel says of it.
type mistake struct {
	name  string
	build string            // its part of the package's BUILD file
	files map[string]string // its files, in the package
	want  string
	also  string // a part of another line, of Bazel's own words
}

func TestWhatAUserSees(t *testing.T) {
	mirror := fakeMirror(t)
	w := bazeltesting.New(t, fmt.Sprintf(workspace, mirror, mirror))
	w.CopySDK("linux_6_12")
	w.Write("kernels/wrong.lock.json", lock("package"))
	w.Write("kernels/gone.lock.json", lock("gone"))
	build := w.Read("bad/BUILD.bazel")
	for _, m := range mistakes {
		build += m.build
		for name, text := range m.files {
			w.Write("bad/"+name, text)
		}
	}
	w.Write("bad/BUILD.bazel", build)

	r := w.Bazel("build", "--keep_going", "--@rules_kbuild//rules:symbol_index=//bad:symbols.txt", "//bad:all")
	if r.Code != 1 {
		t.Errorf("Bazel's exit code is %d, want 1", r.Code)
	}
	said := normal(w.Dir, r.Stderr)
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			if !strings.Contains("\n"+said, "\n"+m.want+"\n") {
				t.Errorf("nowhere does it say:\n%s\n", m.want)
			}
			if !strings.Contains(said, m.also) {
				t.Errorf("nowhere does it say: %s", m.also)
			}
		})
	}
	if t.Failed() {
		t.Logf("all that it says:\n%s", said)
	}
	if dir := os.Getenv("TEST_UNDECLARED_OUTPUTS_DIR"); dir != "" {
		if err := os.WriteFile(dir+"/stderr.txt", []byte(r.Stderr), 0o666); err != nil {
			t.Error(err)
		}
	}
}

// normal takes out of Bazel's words what differs from machine to machine.
func normal(workspace, said string) string {
	said = strings.ReplaceAll(said, workspace, "WORKSPACE")
	said = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(said, "MIRROR")
	said = regexp.MustCompile(`6\.12\.\d+\S*-amd64`).ReplaceAllString(said, "6.12-RELEASE")
	// Bazel 8 and later join the parts of a repository's name with plus signs.
	return strings.ReplaceAll(said, "rules_kbuild++kernel+", "rules_kbuild~~kernel~")
}

// fakeMirror serves one package, of another content than the lock says.
func fakeMirror(t *testing.T) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/package.deb") {
			fmt.Fprint(w, "rebuilt")
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func lock(name string) string {
	return fmt.Sprintf(`{
  "version": 1,
  "suite": "trixie",
  "architecture": "amd64",
  "kernel_release": "6.12.1-amd64",
  "packages": [
    {
      "name": %q,
      "version": "1.0-1",
      "architecture": "amd64",
      "part": "headers",
      "archive": "debian",
      "path": "pool/main/p/%s.deb",
      "sha256": "%064x",
      "size": 7
    }
  ]
}
`, name, name, len(name))
}

const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
kernel.debian(
    name = "wrong",
    lock = "//kernels:wrong.lock.json",
    mirrors = ["%s/debian"],
)
kernel.debian(
    name = "gone",
    lock = "//kernels:gone.lock.json",
    mirrors = ["%s/debian"],
)
kernel.local(
    name = "nowhere",
    path = "/nonexistent/headers",
)
use_repo(kernel, "gone", "linux_6_12", "nowhere", "wrong")
-- kernels/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_sdk")

# As much of another kernel as an analysis looks at.
kernel_sdk(
    name = "other",
    arch = "x86",
    autoconf = "usr/src/other/include/generated/autoconf.h",
    cwd = "usr/src/other",
    release = "6.1.0-other",
    roots = {"include": "usr/src/other/include"},
    src = "%%{M}",
    symvers = "Module.symvers",
    templates = {step: ["true"] for step in ["as", "cc", "cc_mod", "ld", "ld_module"]},
    visibility = ["//visibility:public"],
)
-- kernels/Module.symvers --
-- kernels/include/other.h --
-- bad/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_module")

exports_files(["symbols.txt"])

# What is right here: modules that export symbols.
kernel_module(
    name = "exporter",
    srcs = ["exporter.c"],
    kernel = "@linux_6_12//:sdk",
)

kernel_module(
    name = "namespaced",
    srcs = ["namespaced.c"],
    kernel = "@linux_6_12//:sdk",
)
-- bad/symbols.txt --
exporter_value	//bad:exporter
namespaced_value	//bad:namespaced
-- bad/exporter.c --
#include <linux/module.h>

int exporter_value(void);
int exporter_value(void)
{
	return 1;
}
EXPORT_SYMBOL(exporter_value);
MODULE_DESCRIPTION("Exports");
MODULE_LICENSE("GPL");
-- bad/namespaced.c --
#include <linux/module.h>

int namespaced_value(void);
int namespaced_value(void)
{
	return 1;
}
EXPORT_SYMBOL_NS_GPL(namespaced_value, E2E);
MODULE_DESCRIPTION("Exports in a namespace");
MODULE_LICENSE("GPL");
`
