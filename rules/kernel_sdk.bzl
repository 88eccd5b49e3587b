"""kernel_sdk: what it takes to build against one kernel, as one target.

The repositories that the `kernel` extension makes hold one each, written from what GNU make says of that kernel's Kbuild;
nobody writes one by hand. `@linux_6_12//:sdk` is what `kernel_module` takes as its `kernel`.
"""

load("//rules/private:sdk.bzl", "kernel_sdk_impl")
load("//rules/private:tools.bzl", "TOOLS")
load(":providers.bzl", "KernelInfo")

kernel_sdk = rule(
    implementation = kernel_sdk_impl,
    doc = "An SDK: headers, configuration, Module.symvers, commands and tools of one kernel. Provides KernelInfo.",
    attrs = {
        "release": attr.string(
            doc = "The kernel release, `uname -r`.",
            mandatory = True,
        ),
        "arch": attr.string(
            doc = "Kbuild's SRCARCH: `x86`, `arm64`.",
            mandatory = True,
        ),
        "config": attr.string_dict(
            doc = "The CONFIG_ options, without the prefix, that change which actions there are.",
        ),
        "dotconfig": attr.label(
            doc = "The kernel's `.config`.",
            allow_single_file = True,
        ),
        "autoconf": attr.string(
            doc = "Canonical path of `include/generated/autoconf.h`.",
            mandatory = True,
        ),
        "cwd": attr.string(
            doc = "Canonical path of the folder that Kbuild runs the compiler in; `%{M}` for the module's own.",
            mandatory = True,
        ),
        "src": attr.string(
            doc = "What Kbuild puts for `$(src)` in a module's flags: `%{M}` for its absolute folder, else as it stands.",
            mandatory = True,
        ),
        "roots": attr.label_keyed_string_dict(
            doc = "Directories of headers, each with its canonical path.",
            allow_files = True,
            mandatory = True,
        ),
        "link_files": attr.label_keyed_string_dict(
            doc = "Files that the final link of a module reads, each with its canonical path: `module.lds`.",
            allow_files = True,
        ),
        "symvers": attr.label(
            doc = "The kernel's Module.symvers.",
            allow_single_file = True,
            mandatory = True,
        ),
        "vmlinux": attr.label(
            doc = "The `vmlinux` with the BTF that modules' BTF builds on.",
            allow_single_file = True,
        ),
        "vmlinuz": attr.label(
            doc = "The boot image, for kernel_boot_test.",
            allow_single_file = True,
        ),
        "busybox": attr.label(
            doc = "A static busybox of the kernel's architecture, for scripts in kernel_boot_test.",
            allow_single_file = True,
        ),
        "modules": attr.label(
            doc = "Directory of the kernel's own modules, `lib/modules/RELEASE`.",
            allow_single_file = True,
        ),
        "kernel_tree": attr.label_list(
            doc = "All of the SDK, for running Kbuild itself in kbuild_test.",
            allow_files = True,
        ),
        "tree": attr.string(
            doc = "The folder of the SDK's repository below which canonical paths lie (`tree/usr/src/...`).",
            default = "tree",
        ),
        "make": attr.string(
            doc = "GNU make, a path in the SDK's repository or an absolute one of the host. Empty: kbuild_test cannot run.",
        ),
        "module_common": attr.label(
            doc = "`scripts/module-common.c`, in kernels that have it.",
            allow_single_file = True,
        ),
        "module_common_path": attr.string(
            doc = "Canonical path of `module_common`.",
        ),
        "templates": attr.string_list_dict(
            doc = """Commands with placeholders, one a step: `cc`, `as`, `objtool`, `genksyms_cpp`, `genksyms_cpp_asm`, `genksyms`, `ld`,
`cc_mod`, `objtool_mod`, `cc_module_common`, `objtool_module_common`, `ld_module`.""",
            mandatory = True,
        ),
        "objtool_delayed": attr.bool(
            doc = "objtool runs on the linked module only (single object or composite), not on every object.",
        ),
        "btf": attr.string_list_dict(
            doc = "Commands that add BTF to a `.ko`, keyed by their order.",
        ),
        "modpost_flags": attr.string_list(
            doc = "The options that Kbuild gives modpost.",
        ),
        "tools": attr.string_dict(
            doc = "A command's first word to the program: a path in the SDK's repository, or an absolute one of the host.",
        ),
        "loader": attr.string(
            doc = "The dynamic loader that starts the SDK's programs, a path in the SDK's repository. Empty: they start by themselves.",
        ),
        "library_path": attr.string_list(
            doc = "Folders of the SDK's repository with the libraries that its programs load.",
        ),
        "toolchain": attr.label_list(
            doc = "Directories that hold `tools`, `loader` and `library_path`.",
            allow_files = True,
        ),
        "_slice": TOOLS["_slice"],
        "_mod_stub": attr.label(default = Label("//rules/private:mod_stub.c"), allow_single_file = True),
    },
    provides = [KernelInfo],
)
