"""The programs that repository rules run, built with the Go SDK of rules_go: kbuildgen writes BUILD files for kernel.source_package,
kernelgen prepares the sources of kernel.source.

A repository rule can run no target of Bazel's. So the programs are compiled here, from their sources in this repository and from the
Go modules that go.mod pins, as Bazel has fetched them: nothing more is downloaded.
"""

load("@go_host_compatible_sdk_label//:defs.bzl", "HOST_COMPATIBLE_SDK")

_IMPORT_PATH = "github.com/rules-kbuild/rules_kbuild"
_PROGRAMS = ["kbuildgen", "kernelgen"]

# Import path to a file at the top of the repository that holds it.
_MODULES = {
    "github.com/bazelbuild/buildtools": Label("@com_github_bazelbuild_buildtools//:BUILD.bazel"),
    "github.com/bmatcuk/doublestar/v4": Label("@com_github_bmatcuk_doublestar_v4//:BUILD.bazel"),
    "golang.org/x/sys": Label("@org_golang_x_sys//:BUILD.bazel"),
    "golang.org/x/term": Label("@org_golang_x_term//:BUILD.bazel"),
    "mvdan.cc/sh/v3": Label("@cc_mvdan_sh_v3//:BUILD.bazel"),
}

# Gazelle's packages. Not all of its repository, whose vendored modules would be taken instead of those above.
_GAZELLE = "github.com/bazelbuild/bazel-gazelle"
_GAZELLE_PACKAGES = ["label", "pathtools", "rule"]

# The packages of this repository that the programs are made of; a change of one makes them anew.
_PACKAGES = [
    "internal/autoconf",
    "internal/csource",
    "internal/csymbols",
    "internal/exporttext",
    "internal/includes",
    "internal/kbuildeval",
    "internal/kbuildgen",
    "internal/kbuildsdk",
    "internal/kept",
    "internal/kernelbuild",
    "internal/kernelgraph",
    "internal/kerneltree",
    "internal/maketrace",
    "internal/parallel",
    "internal/params",
    "internal/template",
] + ["tools/" + program for program in _PROGRAMS]

def _generator_impl(rctx):
    rctx.report_progress("building the programs that write BUILD files")
    for path, file in _MODULES.items():
        rctx.symlink(rctx.path(file).dirname, "go/src/" + path)
    gazelle = rctx.path(Label("@gazelle//:BUILD.bazel")).dirname
    for package in _GAZELLE_PACKAGES:
        rctx.symlink(gazelle.get_child(package), "go/src/{}/{}".format(_GAZELLE, package))
    here = rctx.path(Label("//:MODULE.bazel")).dirname
    for package in _PACKAGES:
        folder = here.get_child(package)
        rctx.watch_tree(folder)
        rctx.symlink(folder, "go/src/{}/{}".format(_IMPORT_PATH, package))
    go = rctx.path(HOST_COMPATIBLE_SDK).dirname
    top = str(rctx.path("."))
    built = rctx.execute(
        [go.get_child("bin").get_child("go"), "build", "-trimpath", "-o", top + "/"] + [
            "{}/tools/{}".format(_IMPORT_PATH, program)
            for program in _PROGRAMS
        ],
        environment = {
            "CGO_ENABLED": "0",
            "GO111MODULE": "off",
            "GOCACHE": top + "/cache",
            "GOFLAGS": "",
            "GOPATH": top + "/go",
            "GOROOT": str(go),
            "GOTOOLCHAIN": "local",
        },
        timeout = 900,
    )
    if built.return_code:
        fail("{} of {}/tools, which repository rules run, cannot be built: {}".format(" or ".join(_PROGRAMS), _IMPORT_PATH, built.stderr.strip()))
    rctx.delete("cache")
    rctx.delete("go")
    rctx.file("BUILD.bazel", "exports_files({})\n".format(json.encode(_PROGRAMS)), executable = False)

generator = repository_rule(
    implementation = _generator_impl,
    doc = "The programs that repository rules run. See the head of this file.",
)
