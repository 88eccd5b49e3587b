"""kernel_module: a loadable kernel module from its sources, the same bytes as Kbuild makes.

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_module")

kernel_module(
    name = "hello",
    srcs = ["hello.c", "util.c", "util.h"],
    kernel = "@linux_6_12//:sdk",
)
```

`bazel build //:hello` makes `hello.ko`. Beside it stand, each in an output group of its own:

| output group | file | what it is |
| --- | --- | --- |
| `mod` | `hello.mod` | the module's objects, one a line, as Kbuild's `.mod`; with `livepatch = True` a line `LIVEPATCH` |
| `symvers` | `hello.symvers` | the lines that the module adds to Module.symvers |
| `ksyms` | `hello.ksyms` | what it exports, imports (strongly and weakly), asks for by symbol_get and names in klp relocations; `proto/ksym.proto` |
| `mod_c` | `hello.mod.c` | what modpost wrote |
| `objects` | | the object of each source, and the linked one |
| `packs` | | the include closure of each source, the input of its compile |
| `compile_commands` | `hello.compile_commands.json` | an entry of compile_commands.json for each source |

The actions are KernelSlice (one a module), KernelCompile (one a source), KernelLink (where there are several objects),
KernelScan, KernelSymversSlice, KernelModpost, KernelModC (`.mod.c`, `module-common.c`) and KernelModuleLink; KernelSymbolCheck
with `allowed_symbols`.
"""

load("//rules/private:module.bzl", "kernel_module_impl")
load("//rules/private:tools.bzl", "TOOLS")
load(":providers.bzl", "KernelHeadersInfo", "KernelInfo", "KernelModuleInfo")

kernel_module = rule(
    implementation = kernel_module_impl,
    doc = "A loadable kernel module. What it outputs, and by which actions, is said above.",
    attrs = {
        "srcs": attr.label_list(
            doc = """C sources (`.c`), assembly (`.S`) and headers (`.h`, `.inc`, `.def`) that only this module includes.
The objects are linked in this order (a comment `# do not sort` keeps buildifier from changing it). One source of the
module's own name makes a single-object module, anything else a composite one, as in Kbuild.""",
            allow_files = True,
            mandatory = True,
        ),
        "hdrs": attr.label_list(
            doc = "Headers that dependents may include too.",
            allow_files = True,
        ),
        "includes": attr.string_list(
            doc = "Folders, relative to this package, searched with -I by this module and by its dependents.",
        ),
        "deps": attr.label_list(
            doc = """kernel_module and kernel_headers targets. Their headers can be included, and the symbols that the modules
export can be used; both are transitive. A module for another kernel is an error.""",
            providers = [[KernelHeadersInfo], [KernelModuleInfo]],
        ),
        "copts": attr.string_list(
            doc = """Options for every C source, where Kbuild puts `ccflags-y`. In these and all other options stand, as in a Makefile:
`$(src)` and `$(obj)` for the module's folder, `$(M)` for that of `kbuild_root`, `$(srctree)` and `$(objtree)` for the kernel's
headers; and `$(repository)` for the top of the module's repository.""",
        ),
        "nostdinc_copts": attr.string_list(
            doc = "Options for every source, before the kernel's own headers are searched or included, where Kbuild puts `NOSTDINC_FLAGS`.",
        ),
        "asopts": attr.string_list(
            doc = "Options for every assembly source, where Kbuild puts `asflags-y`.",
        ),
        "src_copts": attr.string_list_dict(
            doc = "Options for one source, where Kbuild puts `CFLAGS_x.o`: `{\"fast.c\": [\"-O3\"]}`.",
        ),
        "copts_remove": attr.string_list(
            doc = "Options that Kbuild would give and this module must not have, as `ccflags-remove-y`.",
        ),
        "src_copts_remove": attr.string_list_dict(
            doc = "Options that Kbuild would give to one source and that it must not have, as `CFLAGS_REMOVE_x.o`.",
        ),
        "src_modnames": attr.string_dict(
            doc = "KBUILD_MODNAME of a source that several modules of a Makefile share, which Kbuild compiles once: `{\"common.c\": \"one:two\"}`.",
        ),
        "linkopts": attr.string_list(
            doc = "Options for the link of the objects, where Kbuild puts `ldflags-y`.",
        ),
        "local_defines": attr.string_list(
            doc = "`NAME` or `NAME=value`, defined with -D for this module alone.",
        ),
        "defines": attr.string_list(
            doc = "`NAME` or `NAME=value`, defined with -D for this module and its dependents.",
        ),
        "extra_symvers": attr.label_list(
            doc = "Module.symvers files of modules that were built elsewhere, as Kbuild's KBUILD_EXTRA_SYMBOLS.",
            allow_files = True,
        ),
        "allowed_symbols": attr.label_list(
            doc = """Lists, in Kbuild's or Android's format, of the symbols that this module may take from the kernel: one that a
kernel_symbol_list_test keeps, or a KMI that somebody else promised. The build fails, and names the symbol and the list, if the
module imports, strongly or weakly, or asks by symbol_get for one that the kernel exports and that is on none of them. What it takes
from `deps` needs no list. A validation action: the module does not wait for it, and `--norun_validations` leaves it out.""",
            allow_files = True,
        ),
        "livepatch": attr.bool(
            doc = """Whether this is a livepatch module. Its sources say `MODULE_INFO(livepatch, "Y")` too, or it is an error. Its
`.mod` gets a line `LIVEPATCH`, and a trimmed kernel_module_set that has it among `modules` or `also_used_by` keeps the exports
that its klp relocations name (symbols `.klp.sym.OBJECT.NAME,POSITION`); what later live patches will need belongs on a keep-list. It
is an error if the kernel has no `CONFIG_LIVEPATCH=y`, and so refuses such modules. A kernel with `CONFIG_TRIM_UNUSED_KSYMS=y` has
not: Kconfig excludes one by the other. A set trims its own modules' exports, not the kernel's, and needs no such option.""",
        ),
        "module_name": attr.string(
            doc = "The module's name, the `.ko`'s base name. Default: the target's name.",
        ),
        "kbuild_root": attr.string(
            doc = """The folder that Kbuild would be given as M, relative to this package: `..` for a module in a folder that the Makefile
above it descends into. Later kernels name files relative to it.""",
            default = ".",
        ),
        "kernel": attr.label(
            doc = "The SDK to build against. Default: the flag `--@rules_kbuild//rules:kernel`, so that one line in .bazelrc picks the kernel of a whole repository.",
            default = Label("//rules:kernel"),
            providers = [KernelInfo],
        ),
        "_symbol_index": attr.label(
            default = Label("//rules:symbol_index"),
            allow_files = True,
        ),
    } | TOOLS,
    provides = [KernelModuleInfo, KernelHeadersInfo],
)
