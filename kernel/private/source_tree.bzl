"""Where the sources are in a Debian package that carries some, and where their BUILD files go."""

_ARCHIVES = (".tar.xz", ".tar.gz", ".tar.bz2", ".tar.zst", ".tar")

def _archive_stem(name):
    for suffix in _ARCHIVES:
        if name.endswith(suffix):
            return name[:-len(suffix)]
    return None

def choose_top(entries):
    """Finds the folder or the archive that holds a package's sources.

    Args:
      entries: what is in the package's /usr/src, a list of struct(name, is_dir, dkms); dkms: it is a folder with a dkms.conf.

    Returns:
      struct: `archive`, the name of the archive, or None; `prefix`, the folder to be the top, in the archive or in /usr/src;
      `error`, a string or None.
    """
    folders = [entry for entry in entries if entry.is_dir]
    dkms = [entry for entry in folders if entry.dkms]
    archives = [entry for entry in entries if not entry.is_dir and _archive_stem(entry.name)]
    if len(dkms) == 1:
        return struct(archive = None, prefix = dkms[0].name, error = None)
    if len(folders) == 1 and not archives:
        return struct(archive = None, prefix = folders[0].name, error = None)
    if len(archives) == 1 and not folders:
        # Debian names an archive of sources like the folder in it.
        return struct(archive = archives[0].name, prefix = _archive_stem(archives[0].name), error = None)
    if not folders and not archives:
        return struct(error = "the package has no sources in /usr/src; those that do are called NAME-dkms, NAME-source or linux-source-VERSION")
    return struct(error = "which of {} in /usr/src holds the sources cannot be told".format(
        ", ".join([entry.name for entry in folders + archives]),
    ))

def is_inside(path):
    """Whether a path is relative and names a folder or file below the one that it starts from, `.` and `..` aside."""
    return bool(path) and not [part for part in path.split("/") if part in ("", ".", "..")]

def build_file_path(place):
    """Where a BUILD file goes.

    Args:
      place: a folder of the sources (`` or `.` for the top), or a path that ends in BUILD or BUILD.bazel.

    Returns:
      string: path of the BUILD file; None for a place outside.
    """
    if place in ("", "."):
        return "BUILD.bazel"
    place = place.removesuffix("/")
    if not is_inside(place):
        return None
    if place.rpartition("/")[2] in ("BUILD", "BUILD.bazel"):
        return place
    return place + "/BUILD.bazel"
