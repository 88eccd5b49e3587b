"""kernel_symbol_list: the symbols that modules take from their kernel (Android's KMI), as a list.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_symbol_list", "kernel_symbol_list_test")

kernel_symbol_list(
    name = "kmi",
    modules = ["//drivers/camera", "//drivers/display"],
)

# bazel test :kmi_test; to accept what changed: bazel run :kmi_test.update
kernel_symbol_list_test(
    name = "kmi_test",
    checked_in = "abi_symbols.txt",
    symbol_list = ":kmi",
)
```

On the list is what one of the modules imports, strongly or weakly, or asks for by symbol_get, and the kernel itself or a module that
comes with it exports (its Module.symvers); with CONFIG_MODVERSIONS also `module_layout`. What the modules export to each other, and
what they take from their `deps`, is not. Trimming a kernel to the list (CONFIG_UNUSED_KSYMS_WHITELIST, Android's
`kmi_symbol_list`, `keep` of kernel_module_set) leaves them working.

| output group | file | what it is |
| --- | --- | --- |
| (default) | `NAME.symbols` | the list, in the format asked for |
| `uses` | `NAME.uses` | the same with who takes each symbol, and how; a needed set of `proto/ksym.proto` |

Android's format, which kernel/build's `extract_symbols` writes, begins with a header. Names are indented, in an order
that disregards underscores and case, and parted by the module that requires them; what several require is common.

```
[abi_symbol_list]
# commonly used symbols
  module_layout
  _printk

# required by camera.ko
  dma_alloc_attrs
```

Kbuild's is a name a line in the order of bytes, without comments, which Kbuild would take for names.

The one action is KernelSymbolList.
"""

load("//rules/private:symbol_list.bzl", "kernel_symbol_list_impl")
load("//rules/private:tools.bzl", "TOOLS")
load("//rules/private:transition.bzl", "kernel_transition")
load(":providers.bzl", "KernelInfo", "KernelModuleInfo", "KernelModuleSetInfo", "KernelSymbolListInfo")

kernel_symbol_list = rule(
    implementation = kernel_symbol_list_impl,
    doc = "The list of symbols that modules take from their kernel. What is on it, and how it is written, is said above.",
    attrs = {
        "modules": attr.label_list(
            doc = "kernel_module and kernel_module_set targets, all for one kernel.",
            mandatory = True,
            providers = [[KernelModuleInfo], [KernelModuleSetInfo]],
            cfg = kernel_transition,
        ),
        "kernel": attr.label(
            doc = "The SDK to build for, where modules leave theirs to the flag. Default: `--@rules_kbuild//rules:kernel`.",
            providers = [KernelInfo],
        ),
        "format": attr.string(
            doc = "`android` or `kbuild`, as above.",
            default = "android",
            values = ["android", "kbuild"],
        ),
        "module_grouping": attr.bool(
            doc = "Whether Android's format is parted by modules; else it is one sorted block, as with Kleaf's `module_grouping = False`.",
            default = True,
        ),
        "keep": attr.label_list(
            doc = """Lists, in either format, whose symbols are on this one too, if the kernel exports them; a name that it does not
export is warned of. For what no module says: names that one asks for at run time, or what Android's tool adds by itself
(`__put_task_struct`, and `__traceiter_x` beside `__tracepoint_x`).""",
            allow_files = True,
        ),
        "_ksymtrim": TOOLS["_ksymtrim"],
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    provides = [KernelSymbolListInfo],
)
