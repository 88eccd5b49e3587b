"""kernel_module_set: modules for one kernel, together: modules.order, Module.symvers, and trimmed exports.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_module_set")

kernel_module_set(
    name = "modules",
    modules = ["//fs/fat", "//fs/vfat", "//fs/msdos"],
    trim = True,
    keep = ["abi_symbols.txt"],
    also_used_by = ["//vendor/camera"],
)
```

With `trim = True` the modules keep only those exports that somebody needs, as with CONFIG_TRIM_UNUSED_KSYMS: what a module of
the set or of `also_used_by` imports, strongly or weakly, asks for by symbol_get, or names in a klp relocation, and what a keep-list
names. Kernels since 6.5 trim in modpost: only `.mod.c` files differ. Before, exports are in the objects: an object that loses one is
compiled again with its slice of `autoksyms.h`, any other is the untrimmed one; `ksym_markers` says what of its debug
info then differs from Kbuild's.

| output group | files | what they are |
| --- | --- | --- |
| (default) | `NAME/**/*.ko` | the modules, trimmed if `trim` |
| `modules_order` | `NAME/modules.order` | the modules in order, as Kbuild's |
| `symvers` | `NAME/Module.symvers` | the exports of all of them |
| `needed` | `NAME/needed.ksyms` | the symbols that stay, each with who keeps it; `proto/ksym.proto` |
| `report` | `NAME/report.txt`, `.json`, `.html` | who uses which export, and what nobody uses: text, data, and a page to search |
| `autoksyms` | `NAME/autoksyms.h`, `NAME/**/*.autoksyms.h` | the trimmed header of the set, and of each object (kernels before 6.5) |
| `keep` | `NAME/**/*.keep` | the exports of each module that stay (kernels since 6.5) |
"""

load("//rules/private:module_set.bzl", "kernel_module_set_impl")
load("//rules/private:tools.bzl", "TOOLS")
load(":providers.bzl", "KernelModuleInfo", "KernelModuleSetInfo")

kernel_module_set = rule(
    implementation = kernel_module_set_impl,
    doc = "Modules for one kernel, in link order. What it outputs is said above.",
    attrs = {
        "modules": attr.label_list(
            doc = "kernel_module targets, in the order of modules.order. Their names must be unique, as the kernel's loader wants.",
            mandatory = True,
            providers = [KernelModuleInfo],
        ),
        "trim": attr.bool(
            doc = "Whether exports that nobody needs are taken out of the modules.",
        ),
        "keep": attr.label_list(
            doc = "Keep-lists: Kbuild's whitelist format (a symbol a line; `#` begins a comment) or Android's symbol lists.",
            allow_files = True,
        ),
        "ksym_markers": attr.bool(
            doc = """For kernels before 6.5, whether the debug info of trimmed modules is the same as Kbuild's. Kbuild compiles all modules with
CONFIG_TRIM_UNUSED_KSYMS, which leaves a variable `__ksym_marker_NAME` in debug info for each export, trimmed or not. To have
these, each object that exports anything is compiled again. Without them only the debug info and the build ID that the linker
makes of it differ, and only in modules of which an object is passed on that has exports and loses none.""",
        ),
        "also_used_by": attr.label_list(
            doc = "Modules outside of the set whose imports stay exported.",
            providers = [KernelModuleInfo],
        ),
    } | TOOLS,
    provides = [KernelModuleSetInfo],
)
