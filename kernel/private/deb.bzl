"""Downloads and unpacks the Debian packages of a lock, without any program of the machine."""

load(":lock.bzl", "relock_command")
load(":mirrors.bzl", "find_mirrors", "package_urls")

# No name that a package's own files have.
_DEBS = ".rules_kbuild_debs"

def _explain(rctx, lock, package, urls):
    """Fails with what is wrong with a package that did not download under its digest."""
    name = "{} {}".format(package.name, package.version)
    relock = "To move to the suite's current packages: " + relock_command(lock)

    # Bazel downloads nothing without a digest over plain http, so not every mirror can be asked what it has.
    secure = [url for url in urls if url.startswith("https://")]
    found = rctx.download(secure, _DEBS + "/found.deb", allow_fail = True) if secure else None
    if found and found.success:
        fail("{}: {}: the lock says SHA-256 {}, but what the mirrors have under that name has {}. {}".format(
            lock.label,
            name,
            package.sha256,
            found.sha256,
            relock,
        ))
    fail("{}: {}: no mirror has it with SHA-256 {} any more (the warnings above say what each answered: gone, another checksum, or no answer). {}".format(
        lock.label,
        name,
        package.sha256,
        relock,
    ))

def fetch_packages(rctx, lock, parts, use):
    """Downloads the packages of some parts of a lock, by their digests.

    Args:
      rctx: repository_ctx.
      lock: what read_lock returned.
      parts: list of parts.
      use: function that is called for each package, in the lock's order, with its struct and the path of the archive of its
        files (data.tar.*), which is gone afterwards.
    """
    packages = [package for package in lock.packages if package.part in parts]
    mirrors = find_mirrors(rctx)
    pending = []
    for package in packages:
        urls = package_urls(mirrors, package)
        download = rctx.download(
            urls,
            "{}/{}.deb".format(_DEBS, package.name),
            sha256 = package.sha256,
            allow_fail = True,
            block = False,
        )
        pending.append((package, urls, download))
    for i, (package, urls, download) in enumerate(pending):
        rctx.report_progress("package {} of {}: {}".format(i + 1, len(pending), package.name))
        if not download.wait().success:
            _explain(rctx, lock, package, urls)
        deb = "{}/{}.deb".format(_DEBS, package.name)
        members = "{}/{}".format(_DEBS, package.name)
        rctx.extract(deb, members)
        rctx.delete(deb)
        data = [member for member in rctx.path(members).readdir(watch = "no") if member.basename.startswith("data.tar")]
        if len(data) != 1:
            fail("{}: {} {}: the package has no data.tar".format(lock.label, package.name, package.version))
        use(package, data[0])
        rctx.delete(members)
    rctx.delete(_DEBS)

def unpack_packages(rctx, lock, folders):
    """Downloads and unpacks the packages of some parts of a lock.

    Args:
      rctx: repository_ctx.
      lock: what read_lock returned.
      folders: dict of part to the folder that its packages are unpacked into.
    """
    fetch_packages(rctx, lock, folders.keys(), lambda package, data: rctx.extract(data, folders[package.part]))
