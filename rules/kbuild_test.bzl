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

With `set` instead of `modules`, Kbuild builds all modules of a kernel_module_set as one tree, and modules.order is compared too.
If the set is trimmed, Kbuild trims its modules with CONFIG_TRIM_UNUSED_KSYMS=y, and the exports must be the same; those that
Kbuild of that kernel loses, since only symbol_get or, before 6.5, a weak reference asks for them, must be just those that the
set's needed symbols say, and are then put on Kbuild's whitelist to compare the bytes.
internal/kbuildoracle/trim.go says what is Kbuild's own there, and what the test does in its place.
"""

load("//rules/private:kbuild_test.bzl", "kbuild_test_impl")
load("//rules/private:transition.bzl", "kernel_transition")
load(":providers.bzl", "KernelInfo", "KernelModuleInfo", "KernelModuleSetInfo")

kbuild_test = rule(
    implementation = kbuild_test_impl,
    doc = "Builds modules by Kbuild itself and fails if a byte differs from what the rules made.",
    attrs = {
        "modules": attr.label_list(
            doc = "The modules to compare, unless `set` is given. Those that they depend on are built too.",
            providers = [KernelModuleInfo],
            cfg = kernel_transition,
        ),
        "set": attr.label(
            doc = """A kernel_module_set to compare, trimmed or not. Modules of one package must follow each other in it, in the order of
their Makefile. A kernel whose Kbuild runs in the modules' folder (since 6.13) takes a set of one package only.""",
            providers = [KernelModuleSetInfo],
            cfg = kernel_transition,
        ),
        "makefiles": attr.label_list(
            doc = """Makefiles of the kernel's own folders, for the modules of `set` in their packages. Kbuild takes from each how those
modules are made, and leaves out what else the folder makes.""",
            allow_files = True,
        ),
        "trim_scripts": attr.label_list(
            doc = """The kernel's scripts `adjust_autoksyms.sh`, `gen_autoksyms.sh` and `gen_ksymdeps.sh`, which trim kernels before 6.5 and are
not among Debian's headers. Without them the test makes `autoksyms.h` of the undefined symbols that Kbuild finds, and has Kbuild
make all objects again.""",
            allow_files = True,
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
