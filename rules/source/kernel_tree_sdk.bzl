"""kernel_tree_sdk: how modules outside of a kernel's source tree are built against it. Written by kernel.source.

It is an SDK without what the build makes, Module.symvers and the image. kernel_build, which makes them, adds them: `@linux//:sdk` is what
`kernel_module` takes as its `kernel`.
"""

load("//rules:providers.bzl", "KernelInfo", "KernelTreeInfo")
load("//rules/private:source_sdk.bzl", "kernel_tree_sdk_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_tree_sdk = rule(
    implementation = kernel_tree_sdk_impl,
    doc = "What a kernel's source tree has of an SDK: headers, configuration, commands and tools.",
    attrs = {
        "arch": attr.string(
            doc = "Kbuild's SRCARCH: `x86`, `arm64`.",
            mandatory = True,
        ),
        "btf": attr.string_list_dict(
            doc = "The commands that add BTF to a `.ko`, as of kernel_sdk.",
        ),
        "config": attr.string_dict(
            doc = "The CONFIG_ options, without the prefix, that change which actions there are.",
        ),
        "cwd": attr.string(
            doc = "Canonical path of the folder that Kbuild runs the compiler in; `%{M}` for the module's own.",
            mandatory = True,
        ),
        "dotconfig": attr.label(
            doc = "The kernel's `.config`.",
            allow_single_file = True,
        ),
        "link_files": attr.label_keyed_string_dict(
            doc = "Files that the final link of a module reads, each with its canonical path: `module.lds`.",
            allow_files = True,
        ),
        "modpost_flags": attr.string_list(
            doc = "The options that Kbuild gives modpost.",
        ),
        "module_common": attr.label(
            doc = "`scripts/module-common.c`, in kernels that have it.",
            allow_single_file = True,
        ),
        "module_common_path": attr.string(
            doc = "Canonical path of `module_common`.",
        ),
        "objtool_delayed": attr.bool(
            doc = "objtool runs on the linked module only, not on every object.",
        ),
        "programs": attr.label_keyed_string_dict(
            doc = "The tree's own programs, static ones, each with the word that commands call it by.",
            allow_files = True,
        ),
        "sdk": attr.label(
            doc = "The SDK whose compiler, binutils and busybox are used.",
            mandatory = True,
            providers = [KernelInfo],
        ),
        "src": attr.string(
            doc = "What Kbuild puts for `$(src)` in a module's flags: `%{M}` for its absolute folder, else as it stands.",
            mandatory = True,
        ),
        "templates": attr.string_list_dict(
            doc = "Commands with placeholders, as in kernel_sdk. None without CONFIG_MODULES: no module can be built.",
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
        "_mod_stub": attr.label(default = Label("//rules/private:mod_stub.c"), allow_single_file = True),
        "_slice": TOOLS["_slice"],
    },
    provides = [KernelInfo],
)
