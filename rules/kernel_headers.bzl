"""kernel_headers: headers that several modules share.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_headers", "kernel_module")

kernel_headers(
    name = "api",
    hdrs = ["include/api.h"],
    includes = ["include"],
)

kernel_module(
    name = "user",
    srcs = ["user.c"],  # #include <api.h>
    deps = [":api"],
)
```

A module offers its own `hdrs` and `includes` in the same way; use kernel_headers for what belongs to no single module.
"""

load("//rules/private:headers.bzl", "own_headers")
load(":providers.bzl", "KernelHeadersInfo")

def _impl(ctx):
    return [
        DefaultInfo(files = depset(ctx.files.hdrs)),
        own_headers(ctx).info,
    ]

kernel_headers = rule(
    implementation = _impl,
    doc = "Headers for kernel_module targets, with the folders in which to search them. Independent of any kernel.",
    attrs = {
        "hdrs": attr.label_list(
            doc = "The headers. Sources of dependents can include them, by the path from their own folder or from one of `includes`.",
            allow_files = True,
        ),
        "includes": attr.string_list(
            doc = "Folders of this package, relative to it, that dependents search with -I (`include`; `.` for the package itself).",
        ),
        "defines": attr.string_list(
            doc = "`NAME` or `NAME=value`, defined with -D for every dependent.",
        ),
        "deps": attr.label_list(
            doc = "Targets whose headers these headers include.",
            providers = [KernelHeadersInfo],
        ),
    },
    provides = [KernelHeadersInfo],
)
