"""Tests of kernel/private/source_tree.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//kernel/private:source_tree.bzl", "build_file_path", "choose_top", "is_inside")

def _folder(name, dkms = False):
    return struct(name = name, is_dir = True, dkms = dkms)

def _file(name):
    return struct(name = name, is_dir = False, dkms = False)

def _top_test_impl(ctx):
    env = unittest.begin(ctx)
    for entries, archive, prefix in [
        ([_folder("jool-4.1.13", dkms = True)], None, "jool-4.1.13"),
        ([_folder("driver-1.0")], None, "driver-1.0"),
        # dkms builds only the one.
        ([_folder("common"), _folder("driver-1.0", dkms = True), _file("extra.tar.gz")], None, "driver-1.0"),
        ([_file("linux-patch-6.12-rt.patch.xz"), _file("linux-source-6.12.tar.xz")], "linux-source-6.12.tar.xz", "linux-source-6.12"),
    ]:
        top = choose_top(entries)
        asserts.equals(env, None, top.error)
        asserts.equals(env, archive, top.archive)
        asserts.equals(env, prefix, top.prefix)
    return unittest.end(env)

_top_test = unittest.make(_top_test_impl)

def _no_top_test_impl(ctx):
    env = unittest.begin(ctx)
    for entries, text in [
        ([], "no sources in /usr/src"),
        ([_file("README")], "no sources in /usr/src"),
        ([_folder("one"), _folder("two")], "which of one, two in /usr/src"),
        ([_folder("one", dkms = True), _folder("two", dkms = True)], "which of one, two in /usr/src"),
        ([_folder("one"), _file("two.tar.xz")], "which of one, two.tar.xz in /usr/src"),
    ]:
        asserts.true(env, text in choose_top(entries).error)
    return unittest.end(env)

_no_top_test = unittest.make(_no_top_test_impl)

def _places_test_impl(ctx):
    env = unittest.begin(ctx)
    for place, path in {
        "": "BUILD.bazel",
        ".": "BUILD.bazel",
        "../elsewhere": None,
        "/etc": None,
        "BUILD": "BUILD",
        "src//mod": None,
        "src/mod": "src/mod/BUILD.bazel",
        "src/mod/": "src/mod/BUILD.bazel",
        "src/mod/BUILD.bazel": "src/mod/BUILD.bazel",
    }.items():
        asserts.equals(env, path, build_file_path(place))
    asserts.true(env, is_inside("fs/fat"))
    asserts.false(env, is_inside("fs/../.."))
    asserts.false(env, is_inside(""))
    return unittest.end(env)

_places_test = unittest.make(_places_test_impl)

def source_tree_test_suite(name):
    unittest.suite(name, _top_test, _no_top_test, _places_test)
