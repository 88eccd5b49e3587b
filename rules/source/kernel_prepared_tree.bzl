"""kernel_prepared_tree: a kernel_tree with headers that `make prepare` makes of other headers. Written by kernel.source.

Kbuild has such values as the size of a struct compiled, and makes a header of them (`asm-offsets.h`) that nearly all sources include. They
are made as everything else is, so that an edit of a header has them made again.
"""

load("//rules:providers.bzl", "KernelTreeInfo")
load("//rules/private:source_tree.bzl", "kernel_prepared_tree_impl")

kernel_prepared_tree = rule(
    implementation = kernel_prepared_tree_impl,
    doc = "A kernel's source tree, with headers that all sources may include and that the build makes.",
    attrs = {
        "hdrs": attr.label_list(
            doc = "The headers.",
            allow_files = True,
            mandatory = True,
        ),
        "tree": attr.label(
            doc = "The kernel_tree that they are made in.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    },
    provides = [KernelTreeInfo],
)
