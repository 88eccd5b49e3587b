"""kernel.source: a kernel's own sources, configured and prepared for being built object by object.

The repository:

```
Makefile, fs/, ...   the kernel's sources, of the package linux-source-VERSION; so @linux//fs/fat:dir.c is one of them
include/generated/   and what else `make prepare` makes: headers, and Kbuild's own programs, which are linked statically
.host/               what those are compiled with, and what Kbuild runs besides the toolchain: flex, perl, bc ...
kernel.json          what the programs of its commands are, and in what environment they run (internal/kerneltree reads it)
```

Its configuration is in a repository of its own, NAME_config (source_config.bzl): what changes of it and no Makefile names leaves this one
as it is.

The kernel is built by the target `:kernel` (rules/source/kernel_build.bzl). As `:sdk` it is what kernel_module builds against: the probe by
which kernel.debian asks Kbuild how modules are built is asked of this tree, too.

What no build for the toolchain's architecture reads is left out: documentation, what other architectures compile, perf, selftests.
Files are links to those of another repository, NAME_unpacked, which has what the lock's packages hold, and the archive of sources if they
come from one. So kernels of one lock with different configurations have their sources once, and another configuration unpacks nothing.

Sources in a folder of the workspace are symbolic links to its files, which Bazel follows: an edit is an edit of the repository. What
configuring, preparing and evaluating the Makefiles has read there is watched; an edit of that makes the repository anew, and BUILD
files whose folder is not concerned come out the same.

The compiler, binutils, GNU make and busybox are those of a kernel.debian, whose own kernel plays no part. Of the machine, /bin/sh is used
while GNU make runs, for scripts that start with its name. Nothing in the repository depends on the machine, or on where it lies.

What takes long and comes out the same as another time is kept in a repository of its own, NAME_kept: Kbuild's own programs, by their sources,
what Kconfig was told by the compiler, by the toolchain and scripts, and what make said that it would do, by all that make sees. kernelgen alone reads and writes it, by keys that say what an entry depends
on: the repository holds the same with it, without it, and with what another kernel has left there.

Packages are fetched by the digests of the lock, in the same way as those of kernel.debian are.
"""

load("//kernel/private:deb.bzl", "fetch_packages")
load("//kernel/private:kernelgen.bzl", "KEPT", "KEPT_FOLDER", "KERNELGEN_ATTRS", "kernelgen", "named_file")
load("//kernel/private:lock.bzl", "HOST", "KERNEL_LOCK", "OVERRIDE_DIR", "SOURCE", "read_lock")
load("//kernel/private:sources.bzl", "look_into", "looked")
load("//kernel/private:tree_probe.bzl", "probe_tree")

# What is unpacked: internal/kerneltree looks there. The list says of which packages, and changes when they do.
_SOURCES = "sources"
_HOST = "host"
UNPACKED = "packages.json"

# What the probe says, for kernelgen; gone afterwards.
_MODULE_BUILD = ".module_build.json"

def _check_top(rctx, what, hint = ""):
    for file in ["Kbuild", "Kconfig", "Makefile"]:
        if not rctx.path(_SOURCES).get_child(file).exists:
            fail("{} has no kernel's sources: there is no {} at their top{}".format(what, file, hint))

def _use(rctx, lock, package, data):
    """Unpacks a package of the lock."""
    if package.part == HOST:
        rctx.extract(data, _HOST)
        return
    top = look_into(rctx, lock, package, data)
    rctx.report_progress("unpacking {}".format(package.name))
    rctx.extract(top.archive, _SOURCES, top.prefix)
    looked(rctx)
    _check_top(rctx, "{}: {} {}".format(lock.label, package.name, package.version))

def _use_archive(rctx):
    """Downloads and unpacks the archive of sources, and returns its name."""
    name = rctx.attr.urls[0].rpartition("/")[2]
    rctx.report_progress("downloading and unpacking " + name)
    rctx.download_and_extract(
        rctx.attr.urls,
        output = _SOURCES,
        sha256 = rctx.attr.sha256,
        stripPrefix = rctx.attr.strip_prefix,
    )
    _check_top(rctx, "kernel.source: " + rctx.attr.urls[0], "; strip_prefix is the archive's folder that has it")
    return name

def _unpacked_kernel_impl(rctx):
    lock = read_lock(rctx, KERNEL_LOCK)
    parts = [SOURCE, HOST]
    what = "{} {}".format(lock.packages[0].name, lock.packages[0].version)
    if rctx.attr.urls or not rctx.attr.sources:
        parts = [HOST]
        what = _use_archive(rctx) if rctx.attr.urls else ""
    fetch_packages(rctx, lock, parts, lambda package, data: _use(rctx, lock, package, data))
    rctx.file(UNPACKED, json.encode_indent({
        "packages": [
            {"name": package.name, "version": package.version, "sha256": package.sha256}
            for package in lock.packages
            if package.part in parts
        ],
        "sha256": rctx.attr.sha256,
        "sources": what,
    }) + "\n", executable = False)
    rctx.file("BUILD.bazel", "exports_files([\"{}\"])\n".format(UNPACKED), executable = False)

unpacked_kernel = repository_rule(
    implementation = _unpacked_kernel_impl,
    doc = "What the packages of a kernel.source's lock hold, and its archive of sources.",
    attrs = {
        "lock": attr.label(
            doc = "The lock, a JSON file that `bazel run @rules_kbuild//kernel:lock -- --kernel-source PACKAGE` wrote.",
            mandatory = True,
        ),
        "mirrors": attr.string_list(doc = "As of kernel.debian."),
        "sources": attr.bool(
            doc = "Whether the sources are among what is unpacked.",
            default = True,
        ),
        "urls": attr.string_list(doc = "URLs of an archive of sources, which are taken instead of the lock's."),
        "sha256": attr.string(doc = "The SHA-256 digest of that archive."),
        "strip_prefix": attr.string(doc = "The folder of that archive that is the top of the sources."),
    },
    environ = [OVERRIDE_DIR],
)

def _kept_answers_impl(rctx):
    rctx.file(KEPT, "What kernelgen keeps is in the folder {}. It may be deleted at any time.\n".format(KEPT_FOLDER), executable = False)
    rctx.file("BUILD.bazel", "exports_files([\"{}\"])\n".format(KEPT), executable = False)

kept_answers = repository_rule(
    implementation = _kept_answers_impl,
    doc = "Where kernelgen keeps, from one making of a kernel.source to the next, what took long. It begins empty.",
)

def _kernel_source_impl(rctx):
    key = ["--module_sig_key", named_file(rctx, rctx.attr.module_sig_key)] if rctx.attr.module_sig_key else []
    seen = rctx.path(rctx.attr.seen)
    rctx.watch(seen)
    gen = kernelgen(rctx)
    configured = ["--configured", seen.dirname]
    gen.run("laying out the sources", ["lay_out"])
    gen.run("make prepare", gen.identity + configured + key + ["prepare"])
    rctx.report_progress("asking Kbuild how modules are built")
    rctx.file(_MODULE_BUILD, json.encode(probe_tree(
        rctx,
        gen.what,
        make = gen.command + ["--jobs", "1", "make"],
        sdk = json.decode(rctx.read(rctx.attr.toolchain)),
    )), executable = False)
    overlooked = gen.run("asking Kbuild what there is to build", configured + [
        "--config_label",
        str(rctx.attr.seen).partition("//")[0],
        "--module_build",
        rctx.path(_MODULE_BUILD),
        "--sdk_label",
        str(rctx.attr.toolchain.same_package_label("sdk")),
        "--rules",
        str(Label("//:MODULE.bazel")).removesuffix("//:MODULE.bazel"),
        "write",
    ])
    rctx.delete(_MODULE_BUILD)
    if overlooked:
        # By those, too, it was made.
        rctx.watch(seen.dirname.get_child(".config"))
    gen.watch()
    gen.run("looking for names of this machine's folders", ["finish"])

kernel_source = repository_rule(
    implementation = _kernel_source_impl,
    doc = "The sources of kernel.source. See the head of this file.",
    attrs = KERNELGEN_ATTRS | {
        "seen": attr.label(
            doc = "SEEN, in the repository of the configuration.",
            mandatory = True,
        ),
    },
)
