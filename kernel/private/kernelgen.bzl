"""How the repositories of a kernel.source run kernelgen: with the sources that they are made from, watching what it has read of those that
are edited."""

load(":lock.bzl", "spell")

# Which of the edited sources were read, as kernelgen says; gone afterwards.
_WATCHED = ".watched"

# What kernelgen keeps is in this folder, beside the file KEPT of a repository.
KEPT = "KEPT"
KEPT_FOLDER = "kept"

# The attributes that all of these rules have.
KERNELGEN_ATTRS = {
    "source_name": attr.string(doc = "The name that the kernel.source has."),
    "path": attr.string(doc = "The folder of the sources, from the top of the workspace, if they are edited there."),
    "unpacked": attr.label(
        doc = "The list of what is unpacked, in the repository that it is unpacked in.",
        mandatory = True,
    ),
    "module_sig_key": attr.label(doc = "The key that modules are signed with, and its certificate, as PEM."),
    "toolchain": attr.label(
        doc = "sdk.json of the kernel.debian whose compiler, binutils, make and busybox are used.",
        mandatory = True,
    ),
    "generator": attr.label(
        doc = "The program kernelgen.",
        mandatory = True,
    ),
    "kept": attr.label(
        doc = "KEPT, in the repository of kept_answers.",
        mandatory = True,
    ),
    "kbuild_build_timestamp": attr.string(doc = "KBUILD_BUILD_TIMESTAMP."),
    "kbuild_build_user": attr.string(doc = "KBUILD_BUILD_USER."),
    "kbuild_build_host": attr.string(doc = "KBUILD_BUILD_HOST."),
    "kbuild_build_version": attr.string(doc = "KBUILD_BUILD_VERSION."),
}

def _edited(rctx):
    """The folder of the sources, if that is given; else None."""
    if not rctx.attr.path:
        return None
    folder = rctx.path(rctx.attr.path if rctx.attr.path.startswith("/") else "{}/{}".format(rctx.workspace_root, rctx.attr.path))
    if not folder.get_child("Makefile").exists:
        fail("kernel.source(name = \"{}\"): path = \"{}\": {} has no kernel's sources: there is no Makefile at their top".format(
            rctx.attr.source_name,
            rctx.attr.path,
            folder,
        ))
    return folder

def named_file(rctx, label):
    """A file as kernelgen takes it: with the name that messages have for it. It is watched.

    Args:
      rctx: repository_ctx.
      label: Label.

    Returns:
      string, `LABEL=FILE`.
    """
    path = rctx.path(label)
    rctx.watch(path)
    return "{}={}".format(spell(label), path)

def kernelgen(rctx):
    """Makes ready to run kernelgen in a repository.

    Args:
      rctx: repository_ctx of a rule that has KERNELGEN_ATTRS.

    Returns:
      struct: `what`, the kernel in words, for messages; `command`, list of strings, how kernelgen begins; `identity`, list of its options
      of that name; `run`, function from what is done, in words, and the options and the step, to what is printed; `watch`, function
      that watches what the steps since have read of edited sources.
    """
    toolchain = rctx.path(rctx.attr.toolchain)
    unpacked = rctx.path(rctx.attr.unpacked)
    rctx.watch(unpacked)
    edited = _edited(rctx)
    what = "kernel.source(name = \"{}\"): {}".format(rctx.attr.source_name, rctx.attr.path or json.decode(rctx.read(unpacked))["sources"])
    sources = ["--kept", rctx.path(rctx.attr.kept).dirname.get_child(KEPT_FOLDER), "--from", unpacked.dirname]
    if edited:
        sources.extend(["--edited", edited, "--watch", rctx.path(_WATCHED)])
    command = [rctx.path(rctx.attr.generator), "--tree", rctx.path("."), "--sdk", toolchain]
    identity = []
    for option in ["timestamp", "user", "host", "version"]:
        identity.extend(["--" + option, getattr(rctx.attr, "kbuild_build_" + option)])

    def run(progress, step):
        rctx.report_progress(progress)
        done = rctx.execute(command + sources + step, timeout = 3600)
        if done.return_code:
            fail("{}: {}".format(what, done.stderr.strip()))
        return done.stdout

    def watch():
        if edited:
            rctx.report_progress("watching what was read")
            for name in rctx.read(_WATCHED, watch = "no").splitlines():
                rctx.watch(edited.get_child(name))
            rctx.delete(_WATCHED)

    return struct(what = what, command = command, identity = identity, run = run, watch = watch)
