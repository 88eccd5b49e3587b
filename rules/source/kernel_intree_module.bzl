"""kernel_intree_module: a module of a kernel's own tree, up to what modpost reads. Written by kernel.source."""

load("//rules:providers.bzl", "KernelIntreeModuleInfo", "KernelObjectsInfo", "KernelTreeInfo")
load("//rules/private:source_modules.bzl", "kernel_intree_module_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_intree_module = rule(
    implementation = kernel_intree_module_impl,
    doc = "A module's object, its `.mod`, its symbols and what it exports. Actions: KernelLink, KernelScan, KernelModpost.",
    attrs = {
        "path": attr.string(
            doc = "The module's path in the tree, without suffix: `fs/fat/fat`.",
            mandatory = True,
        ),
        "parts": attr.string_list(
            doc = "The objects that it is made of, as in its `.mod`: paths in the tree.",
            mandatory = True,
        ),
        "objects": attr.label_list(
            doc = "The kernel_objects that make them.",
            mandatory = True,
            providers = [KernelObjectsInfo],
        ),
        "link": attr.string_list(
            doc = "The command that links several objects to one, as in `commands` of kernel_objects.",
        ),
        "objtool": attr.string_list(
            doc = "objtool's command on the linked object, where this kernel runs it there.",
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    } | TOOLS,
    provides = [KernelIntreeModuleInfo],
)
