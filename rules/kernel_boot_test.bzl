"""kernel_boot_test: boots a kernel in QEMU, loads modules, runs a script or checks the kernel log, unloads, powers off.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_boot_test")

kernel_boot_test(
    name = "hello_boot_test",
    modules = [":hello"],
    expect = [
        "hello: loaded",
        "hello: unloaded",
    ],
)
```

The kernel is the SDK's own boot image, on an emulated processor: no KVM and no privileges are needed, a boot takes some five
seconds and 256 MB. The test fails if a module cannot be loaded or unloaded, if the script fails, if an expected line is
missing, if the kernel warns, oopses, panics or stops before the end; it then says why and shows the end of the console. The
whole console is kept as `console.log` among the test's outputs (`bazel-testlogs/PACKAGE/NAME/test.outputs`); Bazel 7 packs
them with the machine's `zip`, if it is not told `--nozip_undeclared_test_outputs`. To see the console as it comes:
`bazel test --test_output=streamed --test_arg=--show`.

Where there is no qemu-system-x86_64 on the machine, the test is skipped; Bazel says so, and why. See `//boot:qemu.bzl`.
"""

load("//kernel:boot.bzl", "boot_files")
load("//rules/private:boot_test.bzl", "TOOLCHAIN_TYPE", "boot_test_compatibility", "boot_test_impl")
load("//rules/private:transition.bzl", "kernel_transition")
load(":providers.bzl", "KernelInfo", "KernelModuleInfo", "KernelModuleSetInfo")

_kernel_boot_test = rule(
    implementation = boot_test_impl,
    doc = "The rule of kernel_boot_test, which adds that QEMU is there.",
    attrs = {
        "modules": attr.label_list(
            doc = """kernel_module and kernel_module_set targets to load. They and the modules in their `deps` are loaded each after what it
depends on, otherwise in this order, and unloaded in the opposite order. Modules of the kernel itself that they import from are
loaded too, if the SDK brings them.""",
            providers = [[KernelModuleInfo], [KernelModuleSetInfo]],
            cfg = kernel_transition,
        ),
        "kernel": attr.label(
            doc = """The SDK whose kernel boots. Modules that leave theirs to the flag are built for it too; one that names
another is an error. Default: `--@rules_kbuild//rules:kernel`.""",
            default = Label("//rules:kernel"),
            providers = [KernelInfo],
            cfg = boot_files,
        ),
        "needs": attr.string_list(
            doc = """Names of the kernel's own modules (`ext4`) to load first, with what they depend on, although no module
under test imports from them. A name that this kernel has built in is passed over.""",
        ),
        "module_params": attr.string_dict(
            doc = "Parameters for loading, by module name: `{\"hello\": \"count=3 loud=1\"}`.",
        ),
        "load_errors": attr.string_dict(
            doc = """Modules that must fail to load, and with which error: `{\"acpi_thing\": \"ENODEV\"}` for one whose
device QEMU does not have. Loading is then known to have got as far as the module's own code.""",
        ),
        "unload": attr.bool(
            doc = "Whether the modules are unloaded at the end, which must succeed. Modules of the kernel never are.",
            default = True,
        ),
        "script": attr.label(
            doc = """A script to run between loading and unloading: by busybox's sh, as root, with busybox's applets in PATH.
The test fails if its status is not 0. What it writes goes to the kernel log, where `expect` sees it.""",
            allow_single_file = True,
        ),
        "data": attr.label_list(
            doc = "Files for the script: below `/data`, at their path in the workspace. All of them can be executed.",
            allow_files = True,
        ),
        "expect": attr.string_list(
            doc = """Lines that must be in the log after /init began: each a text that a line contains, or `re:` and a regular
expression (RE2) that matches in it. The time that printk puts in front is not part of a line.""",
        ),
        "in_order": attr.bool(
            doc = "Whether the lines of `expect` must come in that order.",
            default = True,
        ),
        "forbid": attr.string_list(
            doc = """Lines that must not be there, besides those of a kernel in trouble, which are always forbidden (`BUG:`,
`WARNING:`, `Oops`, `Call Trace` and a few more). Written as in `expect`.""",
        ),
        "allow": attr.string_list(
            doc = "Lines that may be there although `forbid`, or what is always forbidden, matches them. Written as in `expect`.",
        ),
        "cmdline": attr.string(
            doc = "Appended to the kernel's command line.",
        ),
        "memory_mb": attr.int(
            doc = "The machine's memory in MiB.",
            default = 256,
        ),
        "timeout_s": attr.int(
            doc = """Time limit of the boot in seconds; what the console said until then is kept. Bazel's own limit (`size`,
`timeout`) must be longer to be told why.""",
            default = 120,
        ),
        "_boottest": attr.label(
            default = "//tools/boottest",
            executable = True,
            cfg = "target",
        ),
        "_init": attr.label(
            default = "//tools/bootinit",
            executable = True,
            cfg = "target",
        ),
        "_initramfs": attr.label(
            default = "//tools/initramfs",
            executable = True,
            cfg = "exec",
        ),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    test = True,
    toolchains = [TOOLCHAIN_TYPE],
)

def kernel_boot_test(name, target_compatible_with = [], **kwargs):
    """Boots a kernel in QEMU and loads modules, as said above.

    Args:
      name: the target's name.
      target_compatible_with: as in every rule; that QEMU is there is added to it.
      **kwargs: the other attributes, listed above, and those that every test has.
    """
    _kernel_boot_test(
        name = name,
        target_compatible_with = target_compatible_with + boot_test_compatibility(),
        **kwargs
    )
