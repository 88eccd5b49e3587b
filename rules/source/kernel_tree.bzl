"""kernel_tree: what all targets of a kernel's source tree share. The repository that kernel.source makes has one, `//:tree`."""

load("//rules:providers.bzl", "KernelInfo", "KernelTreeInfo")
load("//rules/private:source_tree.bzl", "kernel_tree_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_tree = rule(
    implementation = kernel_tree_impl,
    doc = "A kernel's source tree: commands that most of its objects share, folders of headers, programs. Written by kernel.source.",
    attrs = {
        "commands": attr.string_list_dict(
            doc = """Commands that targets refer to by name and range of words: `cc`, `as`, `objtool`, and with
CONFIG_MODVERSIONS `cpp`, whose output `genksyms` reads.""",
            mandatory = True,
        ),
        "release": attr.string(
            doc = "The kernel release, `uname -r`.",
            mandatory = True,
        ),
        "modpost_flags": attr.string_list(
            doc = "The options that Kbuild gives modpost.",
        ),
        "cwd": attr.string(
            doc = "Canonical folder of the tree, `usr/src/linux`: where debug info says that it was built.",
            mandatory = True,
        ),
        "roots": attr.label_keyed_string_dict(
            doc = "Directories with what sources include, each with its canonical path.",
            allow_files = True,
            mandatory = True,
        ),
        "config": attr.label_keyed_string_dict(
            doc = """What Kconfig made of the configuration, each file with the path that it has in the tree when make runs:
`include/generated/autoconf.h`, and what recipes read. None of them lies in a directory of `roots`, which are the same in all configurations.""",
            allow_files = True,
            mandatory = True,
        ),
        "header_options": attr.label(
            doc = "The options that headers mention which many sources may include, a name a line. Only what is run again depends on it.",
            allow_single_file = True,
            mandatory = True,
        ),
        "programs": attr.label_keyed_string_dict(
            doc = "The kernel's own programs that compiles run, static ones, each with the word that commands call it by.",
            allow_files = True,
        ),
        "btf_tools": attr.string_dict(
            doc = "Where modules have BTF, the programs that add it: a name to its path, in which `%{tree}` stands for the tree's repository and `%{sdk}` for the SDK's.",
        ),
        "btf_libraries": attr.string_list(
            doc = "Folders of their libraries, besides those of the SDK.",
        ),
        "btf_programs": attr.label_keyed_string_dict(
            doc = "The kernel's own programs that add it, static ones, each with the word that commands call it by.",
            allow_files = True,
        ),
        "description": attr.label(
            doc = "`kernel.json`: how recipes start programs (internal/kerneltree).",
            allow_single_file = True,
            mandatory = True,
        ),
        "host": attr.label_list(
            doc = "Directories of the programs, headers and libraries that host programs are made with.",
            allow_files = True,
        ),
        "sdk": attr.label(
            doc = "The SDK whose compiler and binutils are used.",
            mandatory = True,
            providers = [KernelInfo],
        ),
    } | TOOLS,
    provides = [KernelTreeInfo],
)
