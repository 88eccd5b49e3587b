"""kernel_vmlinux_exports: what modpost makes of vmlinux.o. Written by kernel.source."""

load("//rules:providers.bzl", "KernelArchiveInfo", "KernelObjectsInfo", "KernelTreeInfo")
load("//rules/private:source_modules.bzl", "kernel_vmlinux_exports_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_vmlinux_exports = rule(
    implementation = kernel_vmlinux_exports_impl,
    doc = "The source of the kernel's table of exports, and its lines of Module.symvers. Action: KernelModpost.",
    attrs = {
        "vmlinux": attr.label(
            doc = "`vmlinux.o`.",
            allow_single_file = True,
            mandatory = True,
        ),
        "archive": attr.label(
            doc = "With CONFIG_MODVERSIONS, the archive that `vmlinux` is linked of.",
            providers = [KernelArchiveInfo],
        ),
        "objects": attr.label_list(
            doc = "With CONFIG_MODVERSIONS, the kernel_objects that have CRCs of what `vmlinux` exports.",
            providers = [KernelObjectsInfo],
        ),
        "export_c": attr.output(
            doc = "`.vmlinux.export.c`.",
            mandatory = True,
        ),
        "symvers": attr.output(
            doc = "The lines of Module.symvers.",
            mandatory = True,
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    } | TOOLS,
)
