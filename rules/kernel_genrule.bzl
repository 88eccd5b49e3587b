"""kernel_genrule: files that the shell commands of a Makefile make, for modules to include or compile.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_genrule", "kernel_module")

kernel_genrule(
    name = "version.h",
    srcs = ["VERSION"],
    commands = ["sed 's/.*/#define DRIVER_VERSION \"&\"/' $(src)/VERSION > $(src)/version.h"],
)

kernel_module(
    name = "driver",
    srcs = ["driver.c", "version.h"],
)
```

The commands run where this kernel's Kbuild would run them, by the SDK's own shell and small programs (busybox): nothing of the
machine is on their PATH. Action: KernelGenerate.
"""

load("//rules/private:genrule.bzl", "kernel_genrule_impl")
load("//rules/private:tools.bzl", "TOOLS")
load(":providers.bzl", "KernelInfo")

kernel_genrule = rule(
    implementation = kernel_genrule_impl,
    doc = "Files that shell commands make. The Gazelle language writes it for recipes of a Makefile that need no other program.",
    attrs = {
        "srcs": attr.label_list(
            doc = "What the commands read: scripts, templates.",
            allow_files = True,
        ),
        "outs": attr.string_list(
            doc = "The files that the commands make, relative to this package. Default: one, of the target's name.",
        ),
        "commands": attr.string_list(
            doc = "Lines of shell text. `$(src)`, `$(M)`, `$(srctree)`, `$(objtree)` and `$(repository)` are as in the options of kernel_module.",
            mandatory = True,
        ),
        "kbuild_root": attr.string(
            doc = "As of kernel_module.",
            default = ".",
        ),
        "kernel": attr.label(
            doc = "The SDK whose shell and headers are used. Default: the flag `--@rules_kbuild//rules:kernel`.",
            default = Label("//rules:kernel"),
            providers = [KernelInfo],
        ),
    } | TOOLS,
)
