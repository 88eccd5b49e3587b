"""kernel_symbol_list_test: a test that a checked-in list has what modules take from their kernel, and the command that accepts a change.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_symbol_list", "kernel_symbol_list_test")

kernel_symbol_list(
    name = "kmi",
    modules = ["//drivers/camera"],
)

kernel_symbol_list_test(
    name = "kmi_test",
    checked_in = "abi_symbols.txt",
    symbol_list = ":kmi",
)
```

`bazel test :kmi_test` says which module takes what is not on the list, and what is on it that none takes any more:

```
//:abi_symbols.txt is not what the modules of //:kmi take from their kernel, 6.12.117+deb13-amd64:
+ dma_alloc_attrs: imported by //drivers/camera:camera
- dma_free_attrs: no module takes it; line 12 says camera.ko did
To accept this: bazel run //:kmi_test.update
```

Names are compared, wherever they stand. Comments, order and the parting by modules may be others than those that would be
written now. `bazel run :kmi_test.update` writes the list, in the format of `symbol_list`, whether or not the file exists yet; a
comment at its top stays, if an empty line or the list's header follows it.

To hold modules to the list where they are built, give it to `kernel_module(allowed_symbols = ...)`.
"""

load("//rules/private:symbol_list_test.bzl", "kernel_symbol_list_test_impl", "kernel_symbol_list_update_impl")
load(":providers.bzl", "KernelSymbolListInfo")

_SYMBOL_LIST = attr.label(
    doc = "The kernel_symbol_list.",
    mandatory = True,
    providers = [KernelSymbolListInfo],
)

_TOOL = attr.label(default = Label("//tools/symbollist"), executable = True, cfg = "target")

_kernel_symbol_list_test = rule(
    implementation = kernel_symbol_list_test_impl,
    doc = "The rule of the test.",
    attrs = {
        "symbol_list": _SYMBOL_LIST,
        "checked_in": attr.label(doc = "The list that is checked in, if it exists.", allow_single_file = True),
        "checked_in_label": attr.string(doc = "What to call it in messages.", mandatory = True),
        "additions_only": attr.bool(doc = "Whether names that no module takes may be on it."),
        "_tool": _TOOL,
    },
    test = True,
)

_kernel_symbol_list_update = rule(
    implementation = kernel_symbol_list_update_impl,
    doc = "The rule of the program that writes the list.",
    attrs = {
        "symbol_list": _SYMBOL_LIST,
        "path": attr.string(doc = "The list's path in the workspace.", mandatory = True),
        "additions_only": attr.bool(doc = "Whether names that no module takes stay on it."),
        "_tool": _TOOL,
    },
    executable = True,
)

def kernel_symbol_list_test(name, symbol_list, checked_in, additions_only = False, tags = [], **kwargs):
    """Compares a list that is checked in with what modules take from their kernel, as said above.

    Args:
      name: the target's name. `NAME.update` is the program that writes the list.
      symbol_list: the kernel_symbol_list to compare with.
      checked_in: the list in the source tree, a file of this repository; in this package it need not exist yet.
      additions_only: whether names that no module takes may be on the list, and stay there when it is written; for one that other
        modules use too, and for a KMI that is frozen (Kleaf's `kmi_symbol_list_add_only`).
      tags: as in every rule.
      **kwargs: attributes that every test has, such as `size` and `visibility`.
    """
    label = native.package_relative_label(checked_in)
    here = native.package_relative_label(name)
    if label.workspace_name != here.workspace_name:
        fail("{}: checked_in: {} is a file of another repository, where `bazel run` could not write it".format(here, checked_in))
    exists = label.package != here.package or native.glob([label.name], allow_empty = True)
    _kernel_symbol_list_test(
        name = name,
        additions_only = additions_only,
        checked_in = label if exists else None,
        checked_in_label = str(label).removeprefix("@@"),
        symbol_list = symbol_list,
        tags = tags,
        **kwargs
    )
    _kernel_symbol_list_update(
        name = name + ".update",
        additions_only = additions_only,
        path = "/".join([part for part in [label.package, label.name] if part]),
        symbol_list = symbol_list,
        tags = tags + ["manual"],
        testonly = True,
        **{key: kwargs[key] for key in ["visibility", "target_compatible_with", "exec_compatible_with"] if key in kwargs}
    )
