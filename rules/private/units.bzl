"""The units of a module: one source file and the object that Kbuild would make of it."""

load(":paths.bzl", "canonical", "canonical_dir", "label_text", "package_path", "workspace_path")

_HEADER_EXTENSIONS = ("h", "inc", "def", "hpp")

def kbuild_name(name):
    """A name as Kbuild puts it into KBUILD_MODNAME: `-` and `,` become `_`."""
    return name.replace("-", "_").replace(",", "_")

def is_header(file):
    """Whether a file is there to be included: its name says so, or it is no source that Kbuild compiles."""
    return file.extension in _HEADER_EXTENSIONS

def make_units(label, srcs, kernel):
    """The units of a target's sources, in the order of `srcs`, which is the order of the link.

    Args:
      label: the target's label, whose package is Kbuild's M.
      srcs: list of File: sources and headers.
      kernel: KernelInfo.

    Returns:
      list of struct(source, canonical, stem, obj, base, asm): the source File and its canonical path; `stem`, the
      object's path in the package without suffix; `obj`, the same as Kbuild prints it for this kernel; `base`, its
      last component; `asm`, whether it is assembly.
    """
    package = package_path(label)
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
            obj = obj_path(kernel, package, relative),
            base = relative.rpartition("/")[2],
            asm = source.extension == "S",
        ))
    return units

def obj_path(kernel, package, stem):
    """The path of an object without `.o`, as this kernel's Kbuild prints it in its commands."""
    if kernel.src == "%{M}":
        return "%{root}/" + canonical_dir(package) + "/" + stem
    return stem

def cwd(kernel, package):
    """The canonical folder that Kbuild runs the commands of a package's objects in."""
    return canonical_dir(package) if kernel.cwd == "%{M}" else kernel.cwd

def src_dir(kernel, package):
    """What `$(src)` stands for in a package's flags: how this kernel's Kbuild spells M."""
    return kernel.src.replace("%{M}", "%{root}/" + canonical_dir(package))

def _relative(path, package):
    if not package:
        return path
    if path.startswith(package + "/"):
        return path[len(package) + 1:]

    # A source of another package, as `../other/x.o` in a Makefile.
    up = package.count("/") + 1
    return "../" * up + path

def unit_output(stem):
    """An object's name below the target's folder of objects: no `..` in it."""
    return stem.replace("../", "__/")
