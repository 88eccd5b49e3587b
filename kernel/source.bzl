"""kernel.source: a kernel's own sources, configured and prepared for being built object by object.

The repository:

```
Makefile, fs/, ...   the kernel's sources, of the package linux-source-VERSION; so @linux//fs/fat:dir.c is one of them
.config              the configuration: the whole one that was given, fragments over it, resolved by the kernel's Kconfig
include/generated/   and what else `make prepare` makes: headers, and Kbuild's own programs, which are linked statically
.host/               what those are compiled with, and what Kbuild runs besides the toolchain: flex, perl, bc ...
kernel.json          what the programs of its commands are, and in what environment they run (internal/kerneltree reads it)
```

What no build for the toolchain's architecture reads is left out: documentation, what other architectures compile, perf, selftests.

The compiler, binutils, GNU make and busybox are those of a kernel.debian, whose own kernel plays no part. Of the machine, /bin/sh is used
while GNU make runs, for scripts that start with its name. Nothing in the repository depends on the machine, or on where it lies.

Packages are fetched by the digests of the lock, in the same way as those of kernel.debian are.
"""

load("//kernel/private:deb.bzl", "fetch_packages")
load("//kernel/private:lock.bzl", "HOST", "KERNEL_LOCK", "OVERRIDE_DIR", "SOURCE", "read_lock", "spell")
load("//kernel/private:sources.bzl", "look_into", "looked")

# Where the packages of the part "host" are; internal/kerneltree looks there.
_HOST = ".host"

def _use(rctx, lock, package, data):
    """Unpacks a package of the lock."""
    if package.part == HOST:
        rctx.extract(data, _HOST)
        return
    top = look_into(rctx, lock, package, data)
    rctx.report_progress("unpacking {}".format(package.name))
    rctx.extract(top.archive, "", top.prefix)
    looked(rctx)
    if not rctx.path("Kbuild").exists or not rctx.path("Kconfig").exists:
        fail("{}: {} {} has no kernel's sources: there is no Kbuild or no Kconfig at their top".format(lock.label, package.name, package.version))

def _file(rctx, label):
    """A file as kernelgen takes it: with the name that messages have for it."""
    path = rctx.path(label)
    rctx.watch(path)
    return "{}={}".format(spell(label), path)

def _run(rctx, lock, progress, step, arguments = []):
    rctx.report_progress(progress)
    done = rctx.execute(
        [rctx.path(rctx.attr.generator), "--tree", rctx.path("."), "--sdk", rctx.path(rctx.attr.toolchain)] + arguments + [step],
        timeout = 3600,
    )
    if done.return_code:
        fail("kernel.source(name = \"{}\"): {} {}: {}".format(
            rctx.attr.source_name,
            lock.packages[0].name,
            lock.packages[0].version,
            done.stderr.strip(),
        ))

def _kernel_source_impl(rctx):
    lock = read_lock(rctx, KERNEL_LOCK)

    # Asked for before anything is downloaded: a file that is not there is an error at once.
    arguments = ["--config", _file(rctx, rctx.attr.config)]
    for fragment in rctx.attr.fragments:
        arguments.extend(["--fragment", _file(rctx, fragment)])
    rctx.path(rctx.attr.toolchain)
    for option in ["timestamp", "user", "host", "version"]:
        arguments.extend(["--" + option, getattr(rctx.attr, "kbuild_build_" + option)])
    fetch_packages(rctx, lock, [SOURCE, HOST], lambda package, data: _use(rctx, lock, package, data))
    _run(rctx, lock, "resolving the configuration", "configure", arguments)
    _run(rctx, lock, "make prepare", "prepare")
    _run(rctx, lock, "looking for names of this machine's folders", "finish")
    rctx.file("BUILD.bazel", "exports_files([\n    \".config\",\n    \"kernel.json\",\n])\n", executable = False)

kernel_source = repository_rule(
    implementation = _kernel_source_impl,
    doc = "The sources of kernel.source. See the head of this file.",
    attrs = {
        "source_name": attr.string(doc = "The name that the module extension gave the repository."),
        "lock": attr.label(
            doc = "The lock, a JSON file that `bazel run @rules_kbuild//kernel:lock -- --kernel-source PACKAGE` wrote.",
            mandatory = True,
        ),
        "config": attr.label(
            doc = "The whole configuration.",
            mandatory = True,
        ),
        "fragments": attr.label_list(doc = "Parts of a configuration, laid over the whole one in their order."),
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
        "mirrors": attr.string_list(doc = "As of kernel.debian."),
    },
    environ = [OVERRIDE_DIR],
)
