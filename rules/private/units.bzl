"""The units of a module: one source file and the object that Kbuild would make of it."""

load(":paths.bzl", "canonical", "canonical_dir", "join", "label_text", "package_path", "workspace_path")

_HEADER_EXTENSIONS = ("h", "inc", "def", "hpp")

def kbuild_name(name):
    """A name as Kbuild puts it into KBUILD_MODNAME: `-` and `,` become `_`."""
    return name.replace("-", "_").replace(",", "_")

def is_header(file):
    """Whether a file is there to be included: its name says so, or it is no source that Kbuild compiles."""
    return file.extension in _HEADER_EXTENSIONS

def kbuild_place(label, kernel, kbuild_root):
    """Where a target's package is in the tree that Kbuild is given as M, and how this kernel's Kbuild spells that.

    Args:
      label: the target's label.
      kernel: KernelInfo.
      kbuild_root: M relative to the package: `.`, or `..` and the like for a package that a Makefile above descends into.

    Returns:
      struct: `package`, workspace path of the package; `root`, that of M; `cwd`, canonical path of the folder that commands run
      in; `src`, `$(src)` in options; `obj`, what comes before an object's name in commands, `mod` in the .mod file, and `name`
      before a module's name in Module.symvers. Fails where M would not be above the package.
    """
    package = package_path(label)
    root = join(package, kbuild_root)
    if root == None or (root and package != root and not package.startswith(root + "/")):
        fail("{}: kbuild_root: {} is not the package or a folder above it".format(label_text(label), kbuild_root))
    below = package[len(root):].lstrip("/")
    cwd = canonical_dir(root) if kernel.cwd == "%{M}" else kernel.cwd
    if kernel.src == "%{M}":
        src = "%{root}/" + canonical_dir(package)
        obj = src + "/"
        name = package + "/" if package else ""
        mod = name
    else:
        # `./.` in M itself: the folder of sources, and in it that of objects.
        src = kernel.src.removesuffix(".") + below if below else kernel.src
        obj = below + "/" if below else ""
        name = obj
        mod = obj or "./"
    return struct(package = package, root = root, cwd = cwd, src = src, obj = obj, mod = mod, name = name)

def make_units(label, srcs, place):
    """The units of a target's sources, in the order of `srcs`, which is the order of the link.

    Args:
      label: the target's label, whose package is Kbuild's M.
      srcs: list of File: sources and headers.
      place: what kbuild_place returned.

    Returns:
      list of struct(source, canonical, stem, obj, base, asm): the source File and its canonical path; `stem`, the
      object's path in the package without suffix; `obj`, the same as Kbuild prints it for this kernel; `base`, its
      last component; `asm`, whether it is assembly.
    """
    package = place.package
    units = []
    stems = {}
    for source in srcs:
        if is_header(source):
            continue
        if source.extension not in ("c", "S"):
            fail("{}: srcs: {} is neither C (.c), assembly (.S) nor a header (.{})".format(
                label_text(label),
                source.short_path,
                ", .".join(_HEADER_EXTENSIONS),
            ))
        path = workspace_path(source)
        stem = path[:-len(source.extension) - 1]
        relative = _relative(stem, package)
        if relative in stems:
            fail("{}: srcs: {} and {} would make one object, {}.o; rename one".format(
                label_text(label),
                stems[relative].short_path,
                source.short_path,
                relative,
            ))
        stems[relative] = source
        units.append(struct(
            source = source,
            canonical = canonical(source),
            stem = relative,
            obj = place.obj + relative,
            base = relative.rpartition("/")[2],
            asm = source.extension == "S",
        ))
    return units

def _relative(path, package):
    """A workspace path as a Makefile of the package would name it: `x`, `sub/x`, `../other/x`."""
    to = path.split("/")
    up = package.split("/") if package else []
    for part in list(up):
        if to[0] != part or len(to) == 1:
            break
        to, up = to[1:], up[1:]
    return "/".join([".."] * len(up) + to)

def unit_output(stem):
    """An object's name below the target's folder of objects: no `..` in it."""
    return stem.replace("../", "__/")
