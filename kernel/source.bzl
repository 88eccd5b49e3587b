"""kernel.source: a kernel's own sources, configured and prepared for being built object by object.

The repository:

```
Makefile, fs/, ...   the kernel's sources, of the package linux-source-VERSION; so @linux//fs/fat:dir.c is one of them
.config              the configuration: the whole one that was given, fragments over it, resolved by the kernel's Kconfig
include/generated/   and what else `make prepare` makes: headers, and Kbuild's own programs, which are linked statically
.host/               what those are compiled with, and what Kbuild runs besides the toolchain: flex, perl, bc ...
kernel.json          what the programs of its commands are, and in what environment they run (internal/kerneltree reads it)
```

The kernel is built by the target `:kernel` (rules/source/kernel_build.bzl). As `:sdk` it is what kernel_module builds against: the probe by
which kernel.debian asks Kbuild how modules are built is asked of this tree, too.

What no build for the toolchain's architecture reads is left out: documentation, what other architectures compile, perf, selftests.
Files are links to those of another repository, NAME_unpacked, which has what the lock's packages hold. So kernels of one lock with
different configurations have their sources once, and another configuration unpacks nothing.

The compiler, binutils, GNU make and busybox are those of a kernel.debian, whose own kernel plays no part. Of the machine, /bin/sh is used
while GNU make runs, for scripts that start with its name. Nothing in the repository depends on the machine, or on where it lies.

Packages are fetched by the digests of the lock, in the same way as those of kernel.debian are.
"""

load("//kernel/private:deb.bzl", "fetch_packages")
load("//kernel/private:lock.bzl", "HOST", "KERNEL_LOCK", "OVERRIDE_DIR", "SOURCE", "read_lock", "spell")
load("//kernel/private:sources.bzl", "look_into", "looked")
load("//kernel/private:tree_probe.bzl", "probe_tree")

# What is unpacked: internal/kerneltree looks there. The list says of which packages, and changes when they do.
_SOURCES = "sources"
_HOST = "host"
UNPACKED = "packages.json"

# What the probe says, for kernelgen; gone afterwards.
_MODULE_BUILD = ".module_build.json"

def _use(rctx, lock, package, data):
    """Unpacks a package of the lock."""
    if package.part == HOST:
        rctx.extract(data, _HOST)
        return
    top = look_into(rctx, lock, package, data)
    rctx.report_progress("unpacking {}".format(package.name))
    rctx.extract(top.archive, _SOURCES, top.prefix)
    looked(rctx)
    for file in ["Kbuild", "Kconfig", "Makefile"]:
        if not rctx.path(_SOURCES).get_child(file).exists:
            fail("{}: {} {} has no kernel's sources: there is no {} at their top".format(lock.label, package.name, package.version, file))

def _unpacked_kernel_impl(rctx):
    lock = read_lock(rctx, KERNEL_LOCK)
    fetch_packages(rctx, lock, [SOURCE, HOST], lambda package, data: _use(rctx, lock, package, data))
    rctx.file(UNPACKED, json.encode_indent([
        {"name": package.name, "version": package.version, "sha256": package.sha256}
        for package in lock.packages
    ]) + "\n", executable = False)
    rctx.file("BUILD.bazel", "exports_files([\"{}\"])\n".format(UNPACKED), executable = False)

unpacked_kernel = repository_rule(
    implementation = _unpacked_kernel_impl,
    doc = "What the packages of a kernel.source's lock hold.",
    attrs = {
        "lock": attr.label(
            doc = "The lock, a JSON file that `bazel run @rules_kbuild//kernel:lock -- --kernel-source PACKAGE` wrote.",
            mandatory = True,
        ),
        "mirrors": attr.string_list(doc = "As of kernel.debian."),
    },
    environ = [OVERRIDE_DIR],
)

def _file(rctx, label):
    """A file as kernelgen takes it: with the name that messages have for it."""
    path = rctx.path(label)
    rctx.watch(path)
    return "{}={}".format(spell(label), path)

def _kernel_source_impl(rctx):
    # Asked for before anything is unpacked: a file that is not there is an error at once.
    configuration = ["--config", _file(rctx, rctx.attr.config)]
    for fragment in rctx.attr.fragments:
        configuration.extend(["--fragment", _file(rctx, fragment)])
    for option in ["timestamp", "user", "host", "version"]:
        configuration.extend(["--" + option, getattr(rctx.attr, "kbuild_build_" + option)])
    if rctx.attr.module_sig_key:
        configuration.extend(["--module_sig_key", _file(rctx, rctx.attr.module_sig_key)])
    toolchain = rctx.path(rctx.attr.toolchain)
    unpacked = rctx.path(rctx.attr.unpacked)
    package = json.decode(rctx.read(unpacked))[0]
    what = "kernel.source(name = \"{}\"): {} {}".format(rctx.attr.source_name, package["name"], package["version"])
    command = [rctx.path(rctx.attr.generator), "--tree", rctx.path("."), "--sdk", toolchain]

    def run(progress, step):
        rctx.report_progress(progress)
        done = rctx.execute(command + step, timeout = 3600)
        if done.return_code:
            fail("{}: {}".format(what, done.stderr.strip()))

    run("laying out the sources", ["--from", unpacked.dirname, "lay_out"])
    run("resolving the configuration", configuration + ["configure"])
    run("make prepare", ["prepare"])
    rctx.report_progress("asking Kbuild how modules are built")
    rctx.file(_MODULE_BUILD, json.encode(probe_tree(
        rctx,
        what,
        make = command + ["--jobs", "1", "make"],
        sdk = json.decode(rctx.read(toolchain)),
    )), executable = False)
    run("asking Kbuild what there is to build", [
        "--module_build",
        rctx.path(_MODULE_BUILD),
        "--sdk_label",
        str(rctx.attr.toolchain.same_package_label("sdk")),
        "--rules",
        str(Label("//:MODULE.bazel")).removesuffix("//:MODULE.bazel"),
        "write",
    ])
    rctx.delete(_MODULE_BUILD)
    run("looking for names of this machine's folders", ["finish"])

kernel_source = repository_rule(
    implementation = _kernel_source_impl,
    doc = "The sources of kernel.source. See the head of this file.",
    attrs = {
        "source_name": attr.string(doc = "The name that the module extension gave the repository."),
        "unpacked": attr.label(
            doc = "The list of what is unpacked, in the repository that it is unpacked in.",
            mandatory = True,
        ),
        "config": attr.label(
            doc = "The whole configuration.",
            mandatory = True,
        ),
        "fragments": attr.label_list(doc = "Parts of a configuration, laid over the whole one in their order."),
        "module_sig_key": attr.label(doc = "The key that modules are signed with, and its certificate, as PEM."),
        "toolchain": attr.label(
            doc = "sdk.json of the kernel.debian whose compiler, binutils, make and busybox are used.",
            mandatory = True,
        ),
        "generator": attr.label(
            doc = "The program kernelgen.",
            mandatory = True,
        ),
        "kbuild_build_timestamp": attr.string(doc = "KBUILD_BUILD_TIMESTAMP."),
        "kbuild_build_user": attr.string(doc = "KBUILD_BUILD_USER."),
        "kbuild_build_host": attr.string(doc = "KBUILD_BUILD_HOST."),
        "kbuild_build_version": attr.string(doc = "KBUILD_BUILD_VERSION."),
    },
)
