"""The module extension `kernel`: names the kernels that a workspace builds modules for, packages with sources of modules, and kernels
that are built themselves.

```starlark
kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "//kernels:trixie-6.12.lock.json",
)
kernel.local(name = "linux_here")
use_repo(kernel, "linux_6_12", "linux_here")
```

Each makes a repository with a target `:sdk`, which `kernel_module` takes as its `kernel`: `@linux_6_12//:sdk`.

```starlark
kernel.source_package(
    name = "jool",
    lock = "//third_party:jool.lock.json",
)
use_repo(kernel, "jool")
```

makes a repository of the sources that a Debian package carries, with BUILD files written from what Kbuild says of them:
`@jool//:modules` is all of its modules, `@jool//src/mod/nat64:jool` one.

```starlark
kernel.source(
    name = "linux",
    config = "//kernels:linux.config",
    fragments = ["//kernels:debug.config"],
    lock = "//kernels:linux-6.12-source.lock.json",
    toolchain = "linux_6_12",
)
use_repo(kernel, "linux")
```

makes a repository of a kernel's own sources, configured and prepared for a build: `@linux//fs/fat:dir.c` is one of them, `@linux//:kernel`
the kernel. They come from the Debian package that the lock names, from an archive (`urls`), or from a folder of the workspace (`path`), whose
edits are built. It has a target `:sdk`, too: modules that are built for `@linux//:sdk` and the modules of the tree are one graph.

Only the root module names kernels and packages; a module that is built for whatever kernel its user has leaves `kernel` unset.
"""

load("//kernel/private:generator.bzl", "generator")
load("//kernel/private:kernelgen.bzl", "KEPT")
load("//kernel/private:sdk.bzl", "DESCRIPTION")
load(":debian.bzl", "debian_boot", "debian_sdk")
load(":local.bzl", "local_sdk")
load(":source.bzl", "UNPACKED", "kept_answers", "kernel_source", "unpacked_kernel")
load(":source_config.bzl", "SEEN", "source_config")
load(":source_package.bzl", "source_package")

# The repository of the programs that repository rules run.
_GENERATOR = "rules_kbuild_generator"

_NAME = attr.string(
    doc = "Name of the repository.",
    mandatory = True,
)

_MIRRORS = attr.string_list(
    doc = """URLs of Debian mirrors to download from, `https://HOST/debian`; that of the security archive is looked for beside
it, or named too. Default: the environment's RULES_KBUILD_DEBIAN_MIRROR, else the machine's apt sources.""",
)

_debian = tag_class(
    doc = "An SDK from Debian packages: nothing of the machine is used to build with it.",
    attrs = {
        "name": _NAME,
        "lock": attr.label(
            doc = """The lock: which packages, to the byte. This writes one, for the newest kernel of a suite:
`bazel run @rules_kbuild//kernel:lock -- --suite trixie --out trixie-6.12.lock.json`.""",
            mandatory = True,
        ),
        "mirrors": _MIRRORS,
    },
)

_local = tag_class(
    doc = "An SDK from kernel headers installed on the machine, built with the machine's compiler and GNU make.",
    attrs = {
        "name": _NAME,
        "path": attr.string(
            doc = "The folder that would be given to `make -C`. Default: that of the running kernel, `/lib/modules/$(uname -r)/build`.",
        ),
    },
)

_source_package = tag_class(
    doc = """The sources that a Debian package carries in /usr/src: a `*-dkms` package, whose folder becomes the top of the
repository, or one like linux-source-6.12, whose archive is unpacked.""",
    attrs = {
        "name": _NAME,
        "lock": attr.label(
            doc = """The lock: which package, to the byte. This writes one, for the newest version in a suite:
`bazel run @rules_kbuild//kernel:lock -- --suite trixie --package jool-dkms --out jool.lock.json`.""",
            mandatory = True,
        ),
        "build_file": attr.label(
            doc = """The BUILD file of the repository's top. In it, `@rules_kbuild//rules:defs.bzl` has the rules. Default, without
`build_files` too: BUILD files are written from what Kbuild says of the package's dkms.conf, or of the folders that have a Kbuild
file or a Makefile for it.""",
        ),
        "kernels": attr.string_list(
            doc = "Names of kernel.debian tags: the kernels that BUILD files are written for, with `select` where they differ. Default: all that this MODULE.bazel names.",
        ),
        "kbuild_dirs": attr.string_list(
            doc = "The folders whose Makefiles are evaluated. Default: all that have a dkms.conf, a Kbuild file or a Makefile for Kbuild, and none above that has.",
        ),
        "make_variables": attr.string_list(
            doc = "`NAME=value` for make's command line, where BUILD files are written: `CONFIG_FOO=m`.",
        ),
        "set_name": attr.string(
            doc = "Name of the kernel_module_set that is written for a package of several modules; empty: none.",
            default = "modules",
        ),
        "build_files": attr.string_keyed_label_dict(
            doc = "BUILD files of further folders: `{\"src/common\": \"//third_party:jool_common.BUILD\"}`.",
        ),
        "subdirs": attr.string_list(
            doc = "The folders of the sources to unpack, which keep their place (`fs/fat`). Default: everything.",
        ),
        "mirrors": _MIRRORS,
    },
)

_source = tag_class(
    doc = """A kernel's own sources, configured by its Kconfig and prepared by `make prepare`: those of the package linux-source-VERSION that the lock
names, of an archive (`urls`), or of a folder (`path`), whose edits are built. The programs that Kbuild builds for itself and runs are
linked statically, so that a newer suite's kernel can be built on an older machine.""",
    attrs = {
        "name": _NAME,
        "lock": attr.label(
            doc = """The lock: which package, and which ones Kbuild's own programs take, to the byte. This writes one, for the newest version in
a suite: `bazel run @rules_kbuild//kernel:lock -- --suite bookworm --kernel-source linux-source-6.1 --out linux-6.1-source.lock.json`. With `urls`
or `path`, its package of sources is not downloaded, whichever it is.""",
            mandatory = True,
        ),
        "path": attr.string(
            doc = """The folder of the sources, from the top of the workspace, or absolute: `third_party/linux`. make must not have been run in it. The
repository has links to its files, so that an edit is built as an edit of any source of the workspace. An edit of what configuring,
preparing and evaluating the Makefiles has read makes the repository anew. A new file that no Makefile was edited for is seen after
`bazel fetch --force --repo=@NAME`, headers in `include` at once. Its BUILD files, if it has any, have no part in that.""",
        ),
        "urls": attr.string_list(
            doc = "Where to download an archive of the sources, such as `https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.158.tar.xz`.",
        ),
        "sha256": attr.string(
            doc = "The SHA-256 digest of that archive, as sha256sum prints it.",
        ),
        "strip_prefix": attr.string(
            doc = "The folder of that archive that is the top of the sources: `linux-6.1.158`.",
        ),
        "config": attr.label(
            doc = "The configuration: a whole .config. Kconfig gives options that it does not know their defaults, as `make olddefconfig` does.",
            mandatory = True,
        ),
        "fragments": attr.label_list(
            doc = """Files with lines as a .config has them, laid over `config`: the last one that names an option says what it is. If Kconfig does
not give an option the value that was asked for here, since something that it depends on is off, that is an error.""",
        ),
        "module_sig_key": attr.label(
            doc = """The key for CONFIG_MODULE_SIG: a PEM file with a private RSA key and its certificate, which the kernel trusts. With
CONFIG_MODULE_SIG_ALL, modules in lib/modules/RELEASE are signed with it. The repository and Bazel's caches hold it: guard them as you
would the key.""",
        ),
        "toolchain": attr.string(
            doc = """Name of the kernel.debian whose compiler, binutils, GNU make and busybox are used. It has to be of the suite that `lock` is
of; its kernel may be another. Default: the only kernel.debian of this MODULE.bazel.""",
        ),
        "kbuild_build_timestamp": attr.string(
            doc = "When the kernel says it was built (`uname -v`): KBUILD_BUILD_TIMESTAMP, as date(1) reads it.",
            default = "Thu Jan  1 00:00:00 UTC 1970",
        ),
        "kbuild_build_user": attr.string(
            doc = "Who the kernel says has built it: KBUILD_BUILD_USER.",
            default = "kbuild",
        ),
        "kbuild_build_host": attr.string(
            doc = "Where the kernel says it was built: KBUILD_BUILD_HOST.",
            default = "bazel",
        ),
        "kbuild_build_version": attr.string(
            doc = "The number after `#` in what `uname -v` prints: KBUILD_BUILD_VERSION.",
            default = "1",
        ),
        "mirrors": _MIRRORS,
    },
)

def _check_sources(tag):
    """Refuses attributes that say in two ways, or not fully, where a kernel's sources are."""
    what = "kernel.source(name = \"{}\"): ".format(tag.name)
    if tag.path and tag.urls:
        fail(what + "path and urls: the sources are either in a folder or in an archive; leave one of them out")
    for name in ["sha256", "strip_prefix"]:
        if getattr(tag, name) and not tag.urls:
            fail("{}{} is of the archive that urls names; add urls, or leave it out".format(what, name))
    if tag.urls and (len(tag.sha256) != 64 or [c for c in tag.sha256.elems() if c not in "0123456789abcdef"]):
        fail(what + "sha256: the archive of urls is fetched by its digest, 64 hexadecimal digits as sha256sum prints them")

def _toolchain_of(tag, sdks):
    """The kernel.debian whose compiler a kernel is built with."""
    there = ", ".join(sdks) or "none"
    if tag.toolchain and tag.toolchain not in sdks:
        fail("kernel.source(name = \"{}\"): toolchain: no kernel.debian is named \"{}\" (there is {})".format(tag.name, tag.toolchain, there))
    if not tag.toolchain and len(sdks) != 1:
        fail("kernel.source(name = \"{}\"): toolchain is missing: name the kernel.debian whose compiler it is to be built with (there is {})".format(tag.name, there))
    return tag.toolchain or sdks[0]

def _kernels_of(tag, sdks):
    """The kernels that a package's BUILD files are written for; none if they are given."""
    if tag.build_file or tag.build_files:
        return []
    for name in tag.kernels:
        if name not in sdks:
            fail("kernel.source_package(name = \"{}\"): kernels: no kernel.debian is named \"{}\" (there is {})".format(tag.name, name, ", ".join(sdks) or "none"))
    return tag.kernels or sdks

def _kernel_impl(mctx):
    taken = {}
    direct = []
    direct_dev = []

    def take(kind, tag):
        (direct_dev if mctx.is_dev_dependency(tag) else direct).append(tag.name)
        if tag.name in taken:
            fail("kernel.{}(name = \"{}\"): kernel.{} has that name already".format(kind, tag.name, taken[tag.name]))
        taken[tag.name] = kind

    for module in mctx.modules:
        sdks = [tag.name for tag in module.tags.debian]
        for kind in ["debian", "local", "source", "source_package"]:
            for tag in getattr(module.tags, kind):
                if not module.is_root:
                    fail("kernel.{}(name = \"{}\") of module {}: only the root module names kernels and packages; make that use_extension a dev_dependency".format(kind, tag.name, module.name))
                take(kind, tag)
        for tag in module.tags.debian:
            debian_sdk(
                name = tag.name,
                sdk_name = tag.name,
                lock = tag.lock,
                mirrors = tag.mirrors,
            )
            debian_boot(
                name = tag.name + "_boot",
                lock = tag.lock,
                mirrors = tag.mirrors,
            )
        for tag in module.tags.local:
            local_sdk(
                name = tag.name,
                sdk_name = tag.name,
                path = tag.path,
            )
        unpacked = {}
        for tag in module.tags.source:
            _check_sources(tag)

            # Kernels that differ by configuration share what is unpacked.
            key = (tag.lock, tuple(tag.mirrors), bool(tag.path), tuple(tag.urls), tag.sha256, tag.strip_prefix)
            if key not in unpacked:
                unpacked[key] = tag.name
                kept_answers(name = tag.name + "_kept")
                unpacked_kernel(
                    name = tag.name + "_unpacked",
                    lock = tag.lock,
                    mirrors = tag.mirrors,
                    sha256 = tag.sha256,
                    sources = not tag.path,
                    strip_prefix = tag.strip_prefix,
                    urls = tag.urls,
                )
            common = dict(
                source_name = tag.name,
                generator = "@{}//:kernelgen".format(_GENERATOR),
                kbuild_build_host = tag.kbuild_build_host,
                kbuild_build_timestamp = tag.kbuild_build_timestamp,
                kbuild_build_user = tag.kbuild_build_user,
                kbuild_build_version = tag.kbuild_build_version,
                kept = "@{}_kept//:{}".format(unpacked[key], KEPT),
                module_sig_key = tag.module_sig_key,
                path = tag.path,
                toolchain = "@{}//:{}".format(_toolchain_of(tag, sdks), DESCRIPTION),
                unpacked = "@{}_unpacked//:{}".format(unpacked[key], UNPACKED),
            )
            source_config(
                name = tag.name + "_config",
                config = tag.config,
                fragments = tag.fragments,
                **common
            )
            kernel_source(
                name = tag.name,
                seen = "@{}_config//:{}".format(tag.name, SEEN),
                **common
            )
        for tag in module.tags.source_package:
            source_package(
                name = tag.name,
                package_name = tag.name,
                build_file = tag.build_file,
                build_files = tag.build_files,
                generator = None if tag.build_file or tag.build_files else "@{}//:kbuildgen".format(_GENERATOR),
                kbuild_dirs = tag.kbuild_dirs,
                kernels = ["@{}//:{}".format(name, DESCRIPTION) for name in _kernels_of(tag, sdks)],
                lock = tag.lock,
                make_variables = tag.make_variables,
                mirrors = tag.mirrors,
                set_name = tag.set_name,
                subdirs = tag.subdirs,
            )

    generator(name = _GENERATOR)

    # What a tag names is all that the repositories depend on, besides what they watch themselves.
    return mctx.extension_metadata(
        root_module_direct_deps = direct,
        root_module_direct_dev_deps = direct_dev,
        reproducible = True,
    )

kernel = module_extension(
    implementation = _kernel_impl,
    doc = "Names kernels to build modules for, packages with sources of modules, and kernels to build.",
    tag_classes = {
        "debian": _debian,
        "local": _local,
        "source": _source,
        "source_package": _source_package,
    },
)
