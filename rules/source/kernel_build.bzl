"""kernel_build: a whole kernel, built object by object. Written by kernel.source, as `@linux//:kernel`.

```sh
bazel build @linux//:kernel                             # vmlinux, the boot image, System.map, the modules
bazel build --output_groups=objects @linux//:kernel     # every object
```

`@linux//:sdk` is another name of it, which kernel_module takes as its `kernel`.
"""

load(
    "//rules:providers.bzl",
    "KernelArchiveInfo",
    "KernelImageInfo",
    "KernelInfo",
    "KernelIntreeModulesInfo",
    "KernelObjectsInfo",
    "KernelRecipeInfo",
    "KernelTreeInfo",
)
load("//rules/private:source_image.bzl", "kernel_build_impl")
load("//rules/private:tools.bzl", "MODULES_INSTALL", "TRANSITION_ALLOWLIST")
load("//rules/private:transition.bzl", "source_kernel_transition")

kernel_build = rule(
    implementation = kernel_build_impl,
    doc = """A kernel as its configuration says. Output groups: `vmlinux`, `image`, `system_map`, `modules`, `symvers`, `modules_order`, `builtin`
(modules.builtin, modules.builtin.modinfo), `objects`, and `modules_dir`, lib/modules/RELEASE as `make modules_install` lays it out. It is
an SDK, too: modules outside of the tree are built against it. Its own configuration has no part in what is built for which kernel.""",
    cfg = source_kernel_transition,
    attrs = {
        "image": attr.string(
            doc = "What a boot loader loads, a path in the tree: `arch/x86/boot/bzImage`.",
            mandatory = True,
        ),
        "archive": attr.label(
            doc = "The objects that are built in.",
            mandatory = True,
            providers = [KernelArchiveInfo],
        ),
        "objects": attr.label_list(
            doc = "All objects.",
            providers = [KernelObjectsInfo],
        ),
        "recipes": attr.label_list(
            doc = "All that recipes make.",
            providers = [KernelRecipeInfo],
        ),
        "steps": attr.string_list(
            doc = "What follows from vmlinux.o, in an order in which nothing comes before what it reads: paths in the tree.",
        ),
        "modules": attr.label(
            doc = "The modules of the tree; nothing without CONFIG_MODULES.",
            providers = [KernelIntreeModulesInfo],
        ),
        "vmlinux_symvers": attr.label(
            doc = "Without CONFIG_MODULES, what modpost says of vmlinux.o.",
            allow_single_file = True,
        ),
        "sign_file": attr.label(
            doc = "With CONFIG_MODULE_SIG_ALL, the kernel's own program that signs modules.",
            allow_single_file = True,
        ),
        "signing_key": attr.label(
            doc = "The private key that it signs with.",
            allow_single_file = True,
        ),
        "signing_certificate": attr.label(
            doc = "The certificate that vmlinux has of that key.",
            allow_single_file = True,
        ),
        "signing_hash": attr.string(
            doc = "CONFIG_MODULE_SIG_HASH.",
        ),
        "sdk": attr.label(
            doc = "The kernel_tree_sdk: how modules outside of the tree are built.",
            mandatory = True,
            providers = [KernelInfo],
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    } | MODULES_INSTALL | TRANSITION_ALLOWLIST,
    provides = [KernelImageInfo, KernelInfo],
)
