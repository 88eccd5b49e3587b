"""kernel_archive: a list of objects that a recipe takes as an archive. Written by kernel.source.

Kbuild's archives (`built-in.a`, `lib.a`, `vmlinux.a`) are thin: they name files and hold none. So there is no action for one; who
reads it makes it beside the objects.
"""

load("//rules:providers.bzl", "KernelArchiveInfo", "KernelTreeInfo")
load("//rules/private:source_recipe.bzl", "kernel_archive_impl")

kernel_archive = rule(
    implementation = kernel_archive_impl,
    doc = "A thin archive: objects, and other archives, in order.",
    attrs = {
        "members": attr.label_list(
            doc = "Objects, and kernel_archives whose objects go in where they stand.",
            allow_files = True,
        ),
        "flags": attr.string(
            doc = "What `ar` is told to do: `cDPrST`.",
            mandatory = True,
        ),
        "further": attr.string_list(
            doc = "Lines of shell text that change the archive once it is made.",
        ),
        "srcs": attr.label_list(
            doc = "Files that `further` reads.",
            allow_files = True,
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    },
    provides = [KernelArchiveInfo],
)
