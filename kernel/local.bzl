"""kernel.local: an SDK from the headers installed on the machine, with the machine's compiler.

The repository holds links to the headers, so that `:sdk` looks like that of kernel.debian; the programs are the machine's own,
by absolute path, and a build with them is not hermetic. It is made anew when the headers' configuration changes.
"""

load("//kernel/private:probe.bzl", "make_command", "run_probe")
load("//kernel/private:sdk.bzl", "PROBE_MODULE", "TREE", "relocator", "write_sdk")

def _headers(rctx):
    """The folder of headers, links resolved; fails with what to do where there is none."""
    if rctx.attr.path:
        given = rctx.attr.path
        if not given.startswith("/"):
            fail("kernel.local(name = \"{}\"): path = \"{}\" is not absolute".format(rctx.attr.sdk_name, given))
        if not rctx.path(given).exists:
            fail("kernel.local(name = \"{}\"): path = \"{}\" does not exist: name the folder that `make -C` takes, or leave path out for that of the running kernel".format(rctx.attr.sdk_name, given))
    else:
        release = rctx.execute(["uname", "-r"]).stdout.strip()
        given = "/lib/modules/{}/build".format(release)
        if not rctx.path(given).exists:
            fail("kernel.local(name = \"{}\"): {} does not exist: install the headers of the running kernel (Debian's package: linux-headers-{}), or name a folder with path".format(rctx.attr.sdk_name, given, release))
    path = rctx.path(given).realpath
    for name in ["Makefile", ".config", "include/generated/autoconf.h", "include/config/kernel.release"]:
        if not path.get_child(name).exists:
            fail("kernel.local(name = \"{}\"): {} holds no prepared kernel headers: it has no {}. Name the folder that `make -C` takes, and run `make modules_prepare` there if it is a kernel's source".format(rctx.attr.sdk_name, given, name))
    if not path.get_child("Module.symvers").exists:
        fail("kernel.local(name = \"{}\"): {} has no Module.symvers: build that kernel first (`make modules`), since modpost looks up every symbol there".format(rctx.attr.sdk_name, given))
    return path

def _which(rctx, program):
    path = rctx.which(program)
    if not path:
        fail("kernel.local(name = \"{}\"): {} is not on PATH; install it".format(rctx.attr.sdk_name, program))
    return str(path)

def _srctree(text, objtree):
    """Where the kernel's own headers lie, from what make printed: every compile begins with that kconfig.h."""
    folder = text.partition("/include/linux/kconfig.h")[0].rpartition(" ")[2]
    return folder if folder.startswith("/") else objtree

def _local_impl(rctx):
    objtree = str(_headers(rctx))
    release = rctx.read(objtree + "/include/config/kernel.release", watch = "yes").strip()
    for name in ["include/generated/autoconf.h", "Module.symvers"]:
        rctx.watch(objtree + "/" + name)

    def relocate_for(text):
        trees = {objtree: True, _srctree(text, objtree): True}
        for tree in trees:
            rctx.symlink(tree, TREE + tree)
        return relocator({module: "%{M}"} | {tree: "%{root}" + tree for tree in trees})

    # The repository's folder is there from its first file on.
    rctx.file(PROBE_MODULE + "/Kbuild", "", executable = False)
    module = "{}/{}".format(rctx.path(".").realpath, PROBE_MODULE)
    probe = run_probe(
        rctx,
        what = "kernel.local(name = \"{}\")".format(rctx.attr.sdk_name),
        objtree = objtree,
        module = module,
        make = make_command(
            [_which(rctx, "make")],
            path = rctx.os.environ.get("PATH", "/usr/bin:/bin"),
            environment = [_which(rctx, "env"), "-i"],
        ),
        relocate_for = relocate_for,
    )
    rctx.delete("w")

    def find_program(program, cwd, arch):
        if program in ("cc1", "as"):
            return None
        if "/" not in program:
            path = rctx.which(program)
            return str(path) if path else None
        inside = program.removeprefix("%{root}") if program.startswith("%{root}/") else "/{}/{}".format(cwd, program)
        path = rctx.path(inside).realpath
        real = path.dirname.get_child("{}.real-{}".format(path.basename, arch))
        return str(real) if real.exists else str(path) if path.exists else None

    boot = [image for image in ["/boot/vmlinuz-" + release, "/lib/modules/{}/vmlinuz".format(release)] if rctx.path(image).exists]
    extra = {}
    if boot:
        rctx.symlink(boot[0], "vmlinuz")
        extra["vmlinuz"] = "vmlinuz"
    if rctx.path("/lib/modules/" + release).exists:
        rctx.symlink("/lib/modules/" + release, "modules")
        extra["modules"] = "modules"
    busybox = rctx.which("busybox")
    if busybox:
        rctx.symlink(busybox, "busybox")
        extra["busybox"] = "busybox"
    write_sdk(
        rctx,
        release = release,
        probe = probe,
        find_program = find_program,
        toolchain = [],
        kbuild = [],
        extra = extra,
    )

local_sdk = repository_rule(
    implementation = _local_impl,
    doc = "The SDK of kernel.local. See the head of this file.",
    attrs = {
        "path": attr.string(doc = "The folder that would be given to `make -C`; empty: the running kernel's."),
        "sdk_name": attr.string(doc = "The name that the module extension gave the SDK."),
    },
    environ = ["PATH"],
    local = True,
    configure = True,
)
