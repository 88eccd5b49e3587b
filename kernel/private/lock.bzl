"""Reads the locks of kernel.debian and kernel.source_package. internal/sdklock/lock.go has the format and writes them."""

_FORMAT_VERSION = 1

# A folder of locks that win over those of the same base name; the way for CI to go on when a mirror has moved on.
OVERRIDE_DIR = "RULES_KBUILD_LOCK_OVERRIDE_DIR"

_FIELDS = ["name", "version", "architecture", "part", "archive", "path", "sha256", "size"]

# The part of a package that carries sources; it is alone in its lock.
SOURCE = "source"

def _command(suite, package, file):
    return "bazel run @rules_kbuild//kernel:lock -- --suite {}{} --out {}".format(
        suite,
        " --package " + package if package else "",
        file,
    )

def relock_command(lock):
    """The command that writes a lock anew."""
    package = lock.packages[0]
    return _command(lock.suite, package.name if package.part == SOURCE else None, lock.file)

def read_lock(rctx, of_source = False):
    """Reads the lock that the repository's attribute names, or the one that overrides it.

    Args:
      rctx: repository_ctx with an attribute `lock`.
      of_source: whether it is the lock of one package with sources; else it is an SDK's. The other is an error.

    Returns:
      struct: `label`, as a person writes it; `file`, its path in the workspace; `suite`, `architecture`, `release` (of an
      SDK's kernel), and `packages`, a list of structs with the fields of the format.
    """
    label = rctx.attr.lock
    basename = label.name.rpartition("/")[2]
    where = str(label).removeprefix("@@") if not label.repo_name else str(label)
    file = basename if label.repo_name else "/".join([part for part in [label.package, label.name] if part])
    path = rctx.path(label)
    override_dir = rctx.getenv(OVERRIDE_DIR)
    if override_dir:
        override = rctx.path(override_dir).get_child(basename)
        rctx.watch(override)
        if override.exists:
            path = override
            where = str(override)
    text = rctx.read(path)
    wanted = "PACKAGE" if of_source else None
    content = json.decode(text, default = None)
    if type(content) != "dict" or type(content.get("packages")) != "list" or not content["packages"]:
        fail("{}: {} is not a lock; write it with: {}".format(where, path, _command("SUITE", wanted, file)))
    if content.get("version") != _FORMAT_VERSION:
        fail("{}: its format is version {}, and this rules_kbuild reads {}; write it anew with: {}".format(
            where,
            content.get("version"),
            _FORMAT_VERSION,
            _command(content.get("suite", "SUITE"), wanted, file),
        ))
    packages = []
    for i, entry in enumerate(content["packages"]):
        missing = [name for name in _FIELDS if name not in entry]
        if missing:
            fail("{}: packages[{}] lacks {}".format(where, i, ", ".join(missing)))
        packages.append(struct(**{name: entry[name] for name in _FIELDS}))
    is_of_source = packages[0].part == SOURCE
    if of_source and not is_of_source:
        fail("{}: this is the lock of an SDK, for kernel.debian; lock a package with sources with: {}".format(
            where,
            _command(content["suite"], "PACKAGE", file),
        ))
    if is_of_source and not of_source:
        fail("{}: this is the lock of the package {}, for kernel.source_package; lock an SDK with: {}".format(
            where,
            packages[0].name,
            _command(content["suite"], None, file),
        ))
    return struct(
        label = where,
        file = file,
        suite = content["suite"],
        architecture = content["architecture"],
        release = content.get("kernel_release", ""),
        packages = packages,
    )
