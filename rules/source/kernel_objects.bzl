"""kernel_objects: objects of one folder of a kernel's source tree, an action each. Written by kernel.source."""

load("//rules:providers.bzl", "KernelObjectsInfo", "KernelTreeInfo")
load("//rules/private:source_objects.bzl", "kernel_objects_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_objects = rule(
    implementation = kernel_objects_impl,
    doc = """Objects of a folder. Each is compiled from its source, its pack of headers and its slice of autoconf.h alone, and CRCs of
its exports are made with it. Actions: KernelSlice, KernelConfigSlice, KernelCompile.""",
    attrs = {
        "outs": attr.output_list(
            doc = "The objects.",
            mandatory = True,
        ),
        "objects": attr.string_list_dict(
            doc = """What each object is made of: the path of its source in the tree; the name of its command; that of objtool's, or
empty; KBUILD_MODNAME, and KBUILD_MODFILE, where these are not the object's own name.""",
            mandatory = True,
        ),
        "exports": attr.string_list(
            doc = "The objects that may export symbols, by what their sources say.",
        ),
        "edited": attr.bool(
            doc = "Whether people edit the sources, so that one that exports nothing may come to.",
        ),
        "named_exports": attr.string_list(
            doc = """Those of `exports` whose sources name all that they export to EXPORT_SYMBOL, and ask for no symbol by symbol_get. A
trimmed kernel has them compiled when the needed set is known, and not before.""",
        ),
        "other_exports": attr.string_list_dict(
            doc = """What some of those may export besides, since headers define a name as a macro that stands for another: memcpy, which may be
__memcpy.""",
        ),
        "symversions": attr.string_dict(
            doc = "With CONFIG_MODVERSIONS, the objects that may export symbols, each with the name of the command that preprocesses its source for genksyms.",
        ),
        "srcs": attr.label_list(
            doc = "The sources.",
            allow_files = True,
        ),
        "hdrs": attr.label_list(
            doc = "Files that the build makes and that the sources include.",
            allow_files = True,
        ),
        "commands": attr.string_list_dict(
            doc = "Commands besides those of the tree. `%{cc:3-60}` stands for the words 3 to 59 of the tree's command cc.",
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    } | TOOLS,
    provides = [KernelObjectsInfo],
)
