"""kbuild_test: a test that modules are the same bytes as Kbuild's.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kbuild_test")

kbuild_test(
    name = "hello_kbuild_test",
    kernel = "@linux_6_12//:sdk",
    modules = [":hello"],
)
```

The test runs GNU make and Kbuild of the kernel's SDK, with the SDK's compiler, over the same sources, and compares the `.ko`
with all sections and debug info, the `.mod` and the Module.symvers of each module. It says which section differs where, and
keeps both sides' modules as test outputs.
"""

load("//rules/private:kbuild_test.bzl", "kbuild_test_impl")
load("//rules/private:transition.bzl", "kernel_transition")
load(":providers.bzl", "KernelInfo", "KernelModuleInfo")

kbuild_test = rule(
    implementation = kbuild_test_impl,
    doc = "Builds modules by Kbuild itself and fails if a byte differs from what the rules made.",
    attrs = {
        "modules": attr.label_list(
            doc = "The modules to compare. Those that they depend on are built too.",
            mandatory = True,
            providers = [KernelModuleInfo],
            cfg = kernel_transition,
        ),
        "kernel": attr.label(
            doc = "The SDK to build for, where modules leave theirs to the flag. Default: `--@rules_kbuild//rules:kernel`.",
            providers = [KernelInfo],
        ),
        "kbuild": attr.label(
            doc = """The Kbuild file or Makefile of the modules in its package. Default, and for modules of other packages: one is
written from what the targets say, so that a wrong attribute would be wrong on both sides; a file of its authors' is the better test.""",
            allow_single_file = True,
        ),
        "_tool": attr.label(default = Label("//tools/kbuildtest"), executable = True, cfg = "target"),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    test = True,
)
