"""kernel.source_package: somebody else's driver, from the Debian package that carries its sources.

A *-dkms package holds the sources in one folder, /usr/src/NAME-VERSION; that folder is the top of the repository, so the
version is in no label. A package like linux-source-6.12 holds an archive in /usr/src instead, and what is in that is the top.
The BUILD files, which say what modules there are, are given, or written from what Kbuild says of the package's Makefiles or of its
dkms.conf, by the program that the Gazelle language shares (internal/kbuildgen).

The package is fetched by the digest of its lock, in the same way as those of kernel.debian are.
"""

load("//kernel/private:deb.bzl", "fetch_packages")
load("//kernel/private:lock.bzl", "OVERRIDE_DIR", "PACKAGE_LOCK", "SOURCE", "read_lock")
load("//kernel/private:source_tree.bzl", "build_file_path", "is_inside")
load("//kernel/private:sources.bzl", "OWN", "look_into", "looked")

def _attribute(rctx, name):
    return "kernel.source_package(name = \"{}\"): {}".format(rctx.attr.package_name, name)

def _build_files(rctx):
    """The BUILD files that were given: dict of path in the repository to label."""
    files = {"BUILD.bazel": rctx.attr.build_file} if rctx.attr.build_file else {}
    for place, label in rctx.attr.build_files.items():
        path = build_file_path(place)
        if not path:
            fail("{}: \"{}\" is no folder of the sources".format(_attribute(rctx, "build_files"), place))
        if path in files:
            fail("{}: {} is given twice".format(_attribute(rctx, "build_files"), path))
        files[path] = label
    return files

def _generate(rctx, lock):
    """Has the BUILD files written."""
    if not rctx.attr.kernels:
        fail("{} is missing: name the kernel.debian whose Kbuild is to say which modules the sources make, or give the BUILD file with build_file".format(_attribute(rctx, "kernels")))
    rctx.report_progress("asking Kbuild what there is to build")
    command = [rctx.path(rctx.attr.generator), "--workspace", rctx.path("."), "--set", rctx.attr.set_name]
    for sdk in rctx.attr.kernels:
        command.extend(["--kernel", "{}={}".format(sdk.same_package_label("selected"), rctx.path(sdk))])
    for variable in rctx.attr.make_variables:
        command.extend(["--variable", variable])
    done = rctx.execute(command + ["--"] + rctx.attr.kbuild_dirs, timeout = 1800)
    if done.return_code:
        fail("kernel.source_package(name = \"{}\"): the BUILD files of {} {} cannot be written; give them with build_file, or make's variables with make_variables:\n{}".format(
            rctx.attr.package_name,
            lock.packages[0].name,
            lock.packages[0].version,
            done.stderr.strip(),
        ))

def _lay_out(rctx, lock, package, data):
    """Unpacks the sources, or what `subdirs` names of them, into the repository's top."""
    top = look_into(rctx, lock, package, data)
    for subdir in rctx.attr.subdirs:
        if not is_inside(subdir):
            fail("{}: \"{}\" is no folder of the sources".format(_attribute(rctx, "subdirs"), subdir))

        # An archive is looked into once only; Bazel says what is not there.
        if top.folder and not top.folder.get_child(subdir).exists:
            fail("{}: the sources of {} {} have no folder {}".format(_attribute(rctx, "subdirs"), package.name, package.version, subdir))
    rctx.report_progress("unpacking {}".format(package.name))
    if len(rctx.attr.subdirs) == 1:
        subdir = rctx.attr.subdirs[0]
        rctx.extract(top.archive, subdir, top.prefix + "/" + subdir)
    else:
        # Bazel unpacks one folder of an archive or all of it, and takes nearly as long for either when the archive is large.
        rctx.extract(top.archive, "", top.prefix)
        if rctx.attr.subdirs:
            _keep(rctx, package, rctx.attr.subdirs)
    looked(rctx)

def _keep(rctx, package, subdirs):
    """Deletes all that was unpacked into the repository's top and is in none of the folders."""
    for subdir in subdirs:
        if not rctx.path(subdir).is_dir:
            fail("{}: the sources of {} {} have no folder {}".format(_attribute(rctx, "subdirs"), package.name, package.version, subdir))
    wanted = {subdir: True for subdir in subdirs}

    # The folders on the way to those that are wanted, the top first: what is beside the way goes.
    ways = {"": True}
    for subdir in subdirs:
        parts = subdir.split("/")
        for depth in range(1, len(parts)):
            ways["/".join(parts[:depth])] = True
    for way in ways:
        if [True for folder in wanted if way == folder or way.startswith(folder + "/")]:
            continue
        for entry in rctx.path(way or ".").readdir(watch = "no"):
            path = way + "/" + entry.basename if way else entry.basename
            if path not in ways and path not in wanted and not entry.basename.startswith(OWN):
                rctx.delete(entry)

def _source_package_impl(rctx):
    lock = read_lock(rctx, PACKAGE_LOCK)
    build_files = _build_files(rctx)
    fetch_packages(rctx, lock, [SOURCE], lambda package, data: _lay_out(rctx, lock, package, data))
    if not build_files:
        _generate(rctx, lock)
    for path, label in build_files.items():
        folder = rctx.path(path).dirname
        if not folder.exists:
            fail("{}: the sources of {} {} have no folder {}".format(
                _attribute(rctx, "build_files"),
                lock.packages[0].name,
                lock.packages[0].version,
                path.rpartition("/")[0],
            ))
        rctx.delete(path)

        # A link, so that an edit of the file unpacks nothing.
        rctx.symlink(label, path)

source_package = repository_rule(
    implementation = _source_package_impl,
    doc = "The sources of kernel.source_package. See the head of this file.",
    attrs = {
        "package_name": attr.string(doc = "The name that the module extension gave the repository."),
        "lock": attr.label(
            doc = "The lock, a JSON file that `bazel run @rules_kbuild//kernel:lock -- --package PACKAGE` wrote.",
            mandatory = True,
        ),
        "mirrors": attr.string_list(doc = "As of kernel.debian."),
        "build_file": attr.label(doc = "The BUILD file of the top."),
        "generator": attr.label(doc = "The program that writes BUILD files."),
        "kernels": attr.label_list(doc = "sdk.json of the kernels that BUILD files are written for."),
        "kbuild_dirs": attr.string_list(doc = "Folders that BUILD files are written for; empty: all."),
        "make_variables": attr.string_list(doc = "NAME=value, for make's command line."),
        "set_name": attr.string(doc = "Name of the kernel_module_set."),
        "build_files": attr.string_keyed_label_dict(doc = "Folder, or path of the BUILD file in the repository, to BUILD file."),
        "subdirs": attr.string_list(doc = "The folders to unpack; empty: all."),
    },
    environ = [OVERRIDE_DIR],
)
