"""kernel.debian: a hermetic SDK from the Debian packages of a lock, and the kernel's boot files in a repository beside it.

The SDK's repository:

```
tree/usr/src/linux-headers-V-common, -V-amd64   Kbuild's srctree and objtree, as installed, relocatable
tree/usr/lib/linux-kbuild-V                     Kbuild's scripts and programs
toolchain/                                      compiler, binutils, pahole, their libraries and dynamic loader
make/                                           GNU make, and busybox as the shell and small programs that Kbuild wants
```

Its targets are `:sdk` (kernel_sdk), `:headers`, `:kbuild`, `:toolchain`, `:symvers`, `:vmlinuz`, `:modules` and
`:kernel_tree` (everything, for running Kbuild itself). Nothing in it depends on the machine that made it. Of that machine
are used: /bin/sh, while GNU make evaluates Kbuild, and its list of mirrors.

With `--repo_env=RULES_KBUILD_LOCK_OVERRIDE_DIR=FOLDER`, a lock in that folder wins over the one of the same base name. It is there
for CI on a day when a mirror has moved on (`tools/lock --check LOCK --out FOLDER` fills it if need be); relock otherwise.

The kernel's image and modules are two to three times the size of everything else, so they have a repository of their own,
`NAME_boot`, which is fetched only when a test boots the kernel (see boot.bzl).
"""

load("//kernel/private:build_file.bzl", "build_file", "target")
load("//kernel/private:deb.bzl", "unpack_packages")
load("//kernel/private:lock.bzl", "OVERRIDE_DIR", "read_lock")
load("//kernel/private:mirrors.bzl", "MIRROR_ENV")
load("//kernel/private:probe.bzl", "make_command", "run_probe")
load("//kernel/private:sdk.bzl", "PROBE_MODULE", "TREE", "relocator", "write_sdk")

_TOOLCHAIN = "toolchain"
_MAKE = "make"
_BOOT = "boot"
_PROBE_BIN = "probe_bin"

# What packages carry for people and for other uses of a compiler: documentation, profiling, LTO, character sets.
_PRUNED = ["usr/share", "usr/include", "etc", "lib64", "usr/lib64", "usr/lib/gprofng", "usr/lib/bfd-plugins", "usr/lib/compat-ld"]
_PRUNED_PROGRAMS = ["gcov", "gprof", "gp-", "lto-dump"]
_PRUNED_LIBRARIES = ["audit", "gconv", "gprofng"]
_PRUNED_BESIDE_CC1 = ["lto1", "lto-wrapper", "g++-mapper-server", "libcc1.so", "include", "include-fixed", "install-tools", "plugin"]

_ATTRS = {
    "lock": attr.label(
        doc = "The lock, a JSON file that `bazel run @rules_kbuild//kernel:lock` wrote.",
        mandatory = True,
    ),
    "mirrors": attr.string_list(
        doc = "URLs of Debian mirrors (`https://HOST/debian`). Default: {} of the environment, else the machine's apt sources.".format(MIRROR_ENV),
    ),
}

def _subfolders(path):
    return sorted([child for child in path.readdir(watch = "no") if child.is_dir], key = lambda child: child.basename)

def _list(path):
    return sorted(path.readdir(watch = "no"), key = lambda child: child.basename) if path.exists else []

def _relative(rctx, path):
    """A path of the repository, links resolved, relative to it."""
    top = str(rctx.path(".").realpath) + "/"
    real = str(path.realpath)
    if not real.startswith(top):
        fail("{} leads out of the repository, to {}".format(path, real))
    return real[len(top):]

def _library_path(rctx):
    """Folders of shared libraries: usr/lib/TRIPLET, and lib/TRIPLET in suites before the merge of / and /usr."""
    folders = []
    for lib in ["usr/lib", "lib"]:
        path = rctx.path(_TOOLCHAIN).get_child(lib)
        if path.exists:
            folders.extend([
                "{}/{}/{}".format(_TOOLCHAIN, lib, child.basename)
                for child in _subfolders(path)
                if "-linux-gnu" in child.basename
            ])
    return folders

def _loader(rctx, library_path):
    for folder in library_path:
        for child in _list(rctx.path(folder)):
            if child.basename.startswith("ld-linux"):
                return _relative(rctx, child)
    fail("{}: libc6 is not among the lock's packages, or has no dynamic loader".format(rctx.attr.lock))

def _prune(rctx, library_path, cc1):
    """Leaves the toolchain small: it is an input of every compile."""
    for path in _PRUNED:
        rctx.delete("{}/{}".format(_TOOLCHAIN, path))
        rctx.delete("{}/{}".format(_MAKE, path))
    for child in _list(rctx.path(_TOOLCHAIN).get_child("usr/bin")):
        if [part for part in _PRUNED_PROGRAMS if part in child.basename]:
            rctx.delete(child)
    for folder in library_path:
        for name in _PRUNED_LIBRARIES:
            rctx.delete("{}/{}".format(folder, name))

    # Beside cc1, and where suites before 13 keep the compiler's libraries.
    version = "/".join(cc1.split("/")[-3:-1])
    for folder in [cc1.rpartition("/")[0], "{}/usr/lib/gcc/{}".format(_TOOLCHAIN, version)]:
        for name in _PRUNED_BESIDE_CC1:
            rctx.delete("{}/{}".format(folder, name))

def _slim_tree(rctx, release):
    """Takes out of the headers what no build with them reads.

    Those are other architectures, and the thousands of empty files in include/config by which Kbuild notes changed options.
    """
    for path in ["usr/share", "lib", "usr/lib/modules"]:
        rctx.delete("{}/{}".format(TREE, path))
    src = rctx.path(TREE).get_child("usr/src")
    objtree = src.get_child("linux-headers-" + release)
    kept = [child.basename for child in _list(objtree.get_child("arch"))]
    for folder in _list(src):
        if folder.basename.startswith("linux-headers-") and folder.get_child("arch").exists:
            for child in _subfolders(folder.get_child("arch")):
                if child.basename not in kept:
                    rctx.delete(child)
    config = objtree.get_child("include/config")
    files = {
        child.basename: rctx.read(child, watch = "no")
        for child in _list(config)
        if not child.is_dir and child.basename == child.basename.lower()
    }
    rctx.delete(config)
    for name, text in files.items():
        rctx.file("{}/usr/src/linux-headers-{}/include/config/{}".format(TREE, release, name), text, executable = False)

def _find_cc1(rctx):
    for libexec in ["usr/libexec/gcc", "usr/lib/gcc"]:
        folder = rctx.path(_TOOLCHAIN).get_child(libexec)
        if not folder.exists:
            continue
        for triplet in _subfolders(folder):
            for version in _subfolders(triplet):
                if version.get_child("cc1").exists:
                    return _relative(rctx, version.get_child("cc1"))
    fail("{}: no C compiler is among the lock's packages".format(rctx.attr.lock))

def _relocate_tree(rctx, release):
    """Makes the headers' Makefile find what it names as /usr/src/... beside itself, wherever that is."""
    makefile = "{}/usr/src/linux-headers-{}/Makefile".format(TREE, release)
    text = rctx.read(makefile, watch = "no")
    rctx.file(
        makefile,
        # Expanded once, before an include changes MAKEFILE_LIST.
        "sdk-src := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/..)\n" + text.replace("/usr/src/", "$(sdk-src)/"),
        executable = False,
    )

def _write_probe_programs(rctx, top, loader, library_path, cc1):
    """Programs for the probe alone: the SDK's, started by its own loader. They hold absolute paths, and are deleted."""
    launch = "#!/bin/sh\nexec {top}/{loader} --inhibit-cache --library-path {libs} --argv0 {{argv0}} {top}/{{program}}{{options}} \"$@\"\n".format(
        top = top,
        loader = loader,
        libs = ":".join([top + "/" + folder for folder in library_path]),
    )

    def write(name, program, argv0 = None, options = ""):
        rctx.file("{}/{}".format(_PROBE_BIN, name), launch.format(
            argv0 = argv0 or top + "/" + program,
            program = program,
            options = options,
        ))

    for child in _list(rctx.path(_TOOLCHAIN).get_child("usr/bin")):
        # The compiler's driver finds cc1 and as here; the option means nothing to gcc-ar and the like.
        driver = "gcc" in child.basename or "cpp" in child.basename
        write(
            child.basename,
            "{}/usr/bin/{}".format(_TOOLCHAIN, child.basename),
            options = " -B{}/{}/".format(top, _PROBE_BIN) if driver else "",
        )
        if child.basename.endswith("-as"):
            write("as", "{}/usr/bin/{}".format(_TOOLCHAIN, child.basename))
    write("cc1", cc1)

    # make calls itself by the name that it was called by.
    write("make", _MAKE + "/usr/bin/make", argv0 = "{}/{}/make".format(top, _PROBE_BIN))

def _busybox(rctx):
    for path in ["usr/bin/busybox", "bin/busybox"]:
        if rctx.path(_MAKE).get_child(path).exists:
            return "{}/{}".format(_MAKE, path)
    fail("{}: busybox-static is not among the lock's packages".format(rctx.attr.lock))

def _probe(rctx, lock, loader, library_path, cc1, busybox):
    rctx.report_progress("asking Kbuild for its flags")
    top = str(rctx.path(".").realpath)
    for bad in [" ", "\t", ":", "%", "'", "\"", "$", "\\", ";", "&"]:
        if bad in top:
            fail("{}: Kbuild works in no folder with {} in its path, such as {}; give Bazel another --output_user_root".format(rctx.attr.lock, repr(bad), top))
    _write_probe_programs(rctx, top, loader, library_path, cc1)
    applets = _PROBE_BIN + "/applets"
    rctx.file(applets + "/.folder", "", executable = False)
    installed = rctx.execute([top + "/" + busybox, "--install", "-s", top + "/" + applets])
    if installed.return_code:
        fail("{} --install: {}".format(busybox, installed.stderr.strip()))
    objtree = "{}/{}/usr/src/linux-headers-{}".format(top, TREE, lock.release)
    module = "{}/{}/{}".format(top, TREE, PROBE_MODULE)
    probe = run_probe(
        rctx,
        what = "Debian {}'s linux {}".format(lock.suite, lock.release),
        objtree = objtree,
        module = module,
        make = make_command(
            [top + "/" + _PROBE_BIN + "/make"],
            path = "{top}/{bin}:{top}/{applets}".format(top = top, bin = _PROBE_BIN, applets = applets),
            environment = [top + "/" + busybox, "env", "-i"],
        ),
        relocate_for = lambda text: relocator({top + "/" + TREE: "%{root}", module: "%{M}"}),
    )
    rctx.delete(_PROBE_BIN)
    rctx.delete("{}/w".format(TREE))
    return probe

def _debian_sdk_impl(rctx):
    lock = read_lock(rctx)
    unpack_packages(rctx, lock, {"headers": TREE, "toolchain": _TOOLCHAIN, "make": _MAKE})
    library_path = _library_path(rctx)
    loader = _loader(rctx, library_path)
    cc1 = _find_cc1(rctx)
    _prune(rctx, library_path, cc1)
    _slim_tree(rctx, lock.release)
    _relocate_tree(rctx, lock.release)
    busybox = _busybox(rctx)
    probe = _probe(rctx, lock, loader, library_path, cc1, busybox)

    def find_program(program, cwd, arch):
        if program == "cc1":
            return cc1
        if program == "as":
            # gcc looks for its assembler under the plain name.
            for child in _list(rctx.path(_TOOLCHAIN).get_child("usr/bin")):
                if child.basename == "as" or child.basename.endswith("-as"):
                    return _relative(rctx, child)
        if "/" not in program:
            path = rctx.path(_TOOLCHAIN).get_child("usr/bin/" + program)
            return _relative(rctx, path) if path.exists else None
        inside = program.removeprefix("%{root}/") if program.startswith("%{root}/") else cwd + "/" + program
        path = rctx.path(TREE).get_child(inside)

        # Debian's objtool starts the one of the architecture, by an absolute path.
        real = path.dirname.get_child("{}.real-{}".format(path.basename, arch))
        if real.exists:
            return _relative(rctx, real)
        return _relative(rctx, path) if path.exists else None

    boot = "@{}_boot//:".format(rctx.attr.sdk_name)
    write_sdk(
        rctx,
        release = lock.release,
        probe = probe,
        find_program = find_program,
        toolchain = [_TOOLCHAIN],
        make = [_MAKE],
        programs = _TOOLCHAIN + "/usr/bin",
        kbuild = [
            "{}/usr/lib/{}".format(TREE, child.basename)
            for child in _list(rctx.path(TREE).get_child("usr/lib"))
            if child.basename.startswith("linux-kbuild-")
        ],
        loader = loader,
        library_path = library_path,
        extra = {
            "busybox": busybox,
            "make": _MAKE + "/usr/bin/make",
        } | {
            name: struct(select = {
                str(Label("//kernel:with_boot_files")): boot + name,
                "//conditions:default": None,
            })
            for name in ["modules", "vmlinuz"]
        },
        extra_targets = [
            target("alias", name, actual = boot + name)
            for name in ["modules", "vmlinuz"]
        ],
    )

debian_sdk = repository_rule(
    implementation = _debian_sdk_impl,
    doc = "The SDK of kernel.debian. See the head of this file.",
    attrs = _ATTRS | {
        "sdk_name": attr.string(
            doc = "The name that the module extension gave the SDK; its boot files are in the repository of that name with `_boot`.",
            mandatory = True,
        ),
    },
    environ = [OVERRIDE_DIR],
)

def _debian_boot_impl(rctx):
    lock = read_lock(rctx)
    unpack_packages(rctx, lock, {"boot": _BOOT})
    rctx.delete(_BOOT + "/usr/share")
    boot = rctx.path(_BOOT)
    modules = [path for path in ["usr/lib/modules/" + lock.release, "lib/modules/" + lock.release] if boot.get_child(path).exists]
    images = [
        path
        for path in ["boot/vmlinuz-" + lock.release] + [folder + "/vmlinuz" for folder in modules]
        if boot.get_child(path).exists
    ]
    if not modules or not images:
        fail("{}: the lock's packages hold no vmlinuz or no modules of {}".format(lock.label, lock.release))
    rctx.file("BUILD.bazel", build_file({}, [
        target("alias", "vmlinuz", actual = _BOOT + "/" + images[0]),
        target("alias", "modules", actual = _BOOT + "/" + modules[0]),
    ]), executable = False)

debian_boot = repository_rule(
    implementation = _debian_boot_impl,
    doc = "The image and the modules of a kernel.debian's kernel.",
    attrs = _ATTRS,
    environ = [OVERRIDE_DIR],
)
