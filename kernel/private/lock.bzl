"""Reads the locks of kernel.debian, kernel.source_package and kernel.source. internal/sdklock/lock.go has the format and writes them."""

_FORMAT_VERSION = 1

# A folder of locks that win over those of the same base name; the way for CI to go on when a mirror has moved on.
OVERRIDE_DIR = "RULES_KBUILD_LOCK_OVERRIDE_DIR"

_FIELDS = ["name", "version", "architecture", "part", "archive", "path", "sha256", "size"]

# The part of the package that carries sources, the first of its lock; and of those that it takes to build a kernel's.
SOURCE = "source"
HOST = "host"

# Kinds of locks: the tag that reads them, what they are of, and the option that has them written.
SDK_LOCK = struct(tag = "kernel.debian", of = "an SDK", option = None, word = "an SDK", example = None)
PACKAGE_LOCK = struct(tag = "kernel.source_package", of = "the package {}", option = "--package", word = "a package with sources", example = "PACKAGE")
KERNEL_LOCK = struct(tag = "kernel.source", of = "the kernel's sources {}", option = "--kernel-source", word = "a kernel's sources", example = "linux-source-VERSION")

def _command(suite, kind, package, file):
    return "bazel run @rules_kbuild//kernel:lock -- --suite {}{} --out {}".format(
        suite,
        " {} {}".format(kind.option, package) if kind.option else "",
        file,
    )

def _kind(packages):
    """The kind of the lock that has these packages."""
    if packages[0].part != SOURCE:
        return SDK_LOCK
    return PACKAGE_LOCK if len(packages) == 1 else KERNEL_LOCK

def relock_command(lock):
    """The command that writes a lock anew."""
    return _command(lock.suite, _kind(lock.packages), lock.packages[0].name, lock.file)

def spell(label):
    """A label as a person of the root module writes it."""
    return str(label) if label.repo_name else str(label).removeprefix("@@")

def read_lock(rctx, kind = SDK_LOCK):
    """Reads the lock that the repository's attribute names, or the one that overrides it.

    Args:
      rctx: repository_ctx with an attribute `lock`.
      kind: the kind that it has to be; another is an error.

    Returns:
      struct: `label`, as a person writes it; `file`, its path in the workspace; `suite`, `architecture`, `release` (of an
      SDK's kernel), and `packages`, a list of structs with the fields of the format.
    """
    label = rctx.attr.lock
    basename = label.name.rpartition("/")[2]
    where = spell(label)
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
    content = json.decode(text, default = None)
    if type(content) != "dict" or type(content.get("packages")) != "list" or not content["packages"]:
        fail("{}: {} is not a lock; write it with: {}".format(where, path, _command("SUITE", kind, kind.example, file)))
    if content.get("version") != _FORMAT_VERSION:
        fail("{}: its format is version {}, and this rules_kbuild reads {}; write it anew with: {}".format(
            where,
            content.get("version"),
            _FORMAT_VERSION,
            _command(content.get("suite", "SUITE"), kind, kind.example, file),
        ))
    packages = []
    for i, entry in enumerate(content["packages"]):
        missing = [name for name in _FIELDS if name not in entry]
        if missing:
            fail("{}: packages[{}] lacks {}".format(where, i, ", ".join(missing)))
        packages.append(struct(**{name: entry[name] for name in _FIELDS}))
    found = _kind(packages)
    if found != kind:
        fail("{}: this is the lock of {}, for {}; lock {} with: {}".format(
            where,
            found.of.format(packages[0].name),
            found.tag,
            kind.word,
            _command(content["suite"], kind, kind.example, file),
        ))
    return struct(
        label = where,
        file = file,
        suite = content["suite"],
        architecture = content["architecture"],
        release = content.get("kernel_release", ""),
        packages = packages,
    )
