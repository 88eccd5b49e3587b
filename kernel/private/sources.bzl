"""Finds the sources in a Debian package that carries some; kernel.source_package and kernel.source share it."""

load(":source_tree.bzl", "choose_top")

# How the names of what is there only while the repository is made begin; no sources have such names.
OWN = ".rules_kbuild_"

# Where the package is looked at.
_LOOK = OWN + "look"
_SRC = "usr/src"

def _entries(rctx):
    """What is in /usr/src of the package that is being looked at, for choose_top."""
    src = rctx.path(_LOOK).get_child(_SRC)
    if not src.exists:
        return []
    return [
        struct(
            name = entry.basename,
            is_dir = entry.is_dir,
            dkms = entry.is_dir and entry.get_child("dkms.conf").exists,
        )
        for entry in sorted(src.readdir(watch = "no"), key = lambda entry: entry.basename)
    ]

def look_into(rctx, lock, package, data):
    """Unpacks a package beside the repository's files, to see where its sources are; looked() removes it.

    Args:
      rctx: repository_ctx.
      lock: what read_lock returned.
      package: struct, of the lock.
      data: path of the archive of the package's files.

    Returns:
      struct: `archive`, path of the archive to unpack the sources from, and `prefix`, the folder in it; `folder`, the path of the
      sources if they lie in the package as files, else None.
    """
    rctx.extract(data, _LOOK)
    top = choose_top(_entries(rctx))
    if top.error:
        fail("{}: {} {}: {}".format(lock.label, package.name, package.version, top.error))
    src = rctx.path(_LOOK).get_child(_SRC)
    if top.archive:
        return struct(archive = src.get_child(top.archive), prefix = top.prefix, folder = None)
    return struct(archive = data, prefix = _SRC + "/" + top.prefix, folder = src.get_child(top.prefix))

def looked(rctx):
    """Removes what look_into has put there.

    Args:
      rctx: repository_ctx.
    """
    rctx.delete(_LOOK)
