"""kernel_image: a kernel that was built from source, of which only those exports are left that somebody needs.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_image")

kernel_image(
    name = "kernel",
    kernel = "@linux//:kernel",
    keep = ["keep.list"],
    trim = True,
)
```

It does what CONFIG_TRIM_UNUSED_KSYMS does, over the whole of the kernel and without building twice: the symbols stay that modules of the
tree import, those that modules outside of it do (`also_used_by`), those that modules or built-in code ask for by symbol_get, and those of
keep-lists. What does not change is shared with the untrimmed kernel.

It is an SDK, too, as `@linux//:sdk` is: kernel_boot_test boots it, and a kernel_module whose `kernel` it is finds out at build time if a
symbol was trimmed that it needs.
"""

load("//rules/private:source_image.bzl", "kernel_image_impl")
load("//rules/private:tools.bzl", "MODULES_INSTALL", "TOOLS", "TRANSITION_ALLOWLIST")
load("//rules/private:transition.bzl", "kernel_transition", "source_kernel_transition")
load(":providers.bzl", "KernelImageInfo", "KernelInfo", "KernelModuleInfo")

kernel_image = rule(
    implementation = kernel_image_impl,
    doc = """A kernel, trimmed. Output groups: those of kernel_build, and `needed`, the needed set. Actions: KernelNeeded; before 6.5
KernelTrimSlice, and KernelCompile or KernelTrim, for objects that export something; and those that follow from what changes.""",
    cfg = source_kernel_transition,
    attrs = {
        "kernel": attr.label(
            doc = "The kernel: `@linux//:kernel` of a kernel.source.",
            mandatory = True,
            providers = [KernelImageInfo, KernelInfo],
        ),
        "trim": attr.bool(
            doc = "Whether exports that nobody needs go away.",
        ),
        "keep": attr.label_list(
            doc = "Lists of symbols that stay, in Kbuild's or in Android's format.",
            allow_files = True,
        ),
        "also_used_by": attr.label_list(
            doc = "Modules outside of the kernel's tree that use its exports. Those that leave their kernel to the flag are built for `kernel`.",
            cfg = kernel_transition,
            providers = [KernelModuleInfo],
        ),
    } | TOOLS | MODULES_INSTALL | TRANSITION_ALLOWLIST,
    provides = [KernelImageInfo, KernelInfo],
)
