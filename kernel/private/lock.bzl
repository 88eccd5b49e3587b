"""Reads the locks of kernel.debian. internal/sdklock/lock.go has the format and writes them."""

_FORMAT_VERSION = 1

# A folder of locks that win over those of the same base name; the way for CI to go on when a mirror has moved on.
OVERRIDE_DIR = "RULES_KBUILD_LOCK_OVERRIDE_DIR"

_FIELDS = ["name", "version", "architecture", "part", "archive", "path", "sha256", "size"]

def relock_command(lock):
    """The command that writes a lock anew."""
    return "bazel run @rules_kbuild//kernel:lock -- --suite {} --out {}".format(lock.suite, lock.basename)

def read_lock(rctx):
    """Reads the lock that the repository's attribute names, or the one that overrides it.

    Args:
      rctx: repository_ctx with an attribute `lock`.

    Returns:
      struct: `label`, `basename`, `suite`, `architecture`, `release`, and `packages`, a list of structs with the fields of
      the format.
    """
    label = rctx.attr.lock
    basename = label.name.rpartition("/")[2]
    path = rctx.path(label)
    override_dir = rctx.getenv(OVERRIDE_DIR)
    if override_dir:
        override = rctx.path(override_dir).get_child(basename)
        rctx.watch(override)
        if override.exists:
            path = override
            label = override
    text = rctx.read(path)
    where = str(label)
    content = json.decode(text, default = None)
    if type(content) != "dict" or type(content.get("packages")) != "list":
        fail("{}: {} is not a lock; write it with: bazel run @rules_kbuild//kernel:lock -- --suite SUITE --out {}".format(where, path, basename))
    if content.get("version") != _FORMAT_VERSION:
        fail("{}: its format is version {}, and this rules_kbuild reads {}; write it anew with: bazel run @rules_kbuild//kernel:lock -- --suite {} --out {}".format(
            where,
            content.get("version"),
            _FORMAT_VERSION,
            content.get("suite", "SUITE"),
            basename,
        ))
    packages = []
    for i, entry in enumerate(content["packages"]):
        missing = [name for name in _FIELDS if name not in entry]
        if missing:
            fail("{}: packages[{}] lacks {}".format(where, i, ", ".join(missing)))
        packages.append(struct(**{name: entry[name] for name in _FIELDS}))
    return struct(
        label = label,
        basename = basename,
        suite = content["suite"],
        architecture = content["architecture"],
        release = content["kernel_release"],
        packages = packages,
    )
