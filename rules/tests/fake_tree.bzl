"""A kernel's source tree for analysis tests: an object that exports, one whose source names its exports, one that exports nothing, a module, the links, an image; never built."""

load("//rules/source:kernel_archive.bzl", "kernel_archive")
load("//rules/source:kernel_build.bzl", "kernel_build")
load("//rules/source:kernel_intree_module.bzl", "kernel_intree_module")
load("//rules/source:kernel_intree_modules.bzl", "kernel_intree_modules")
load("//rules/source:kernel_objects.bzl", "kernel_objects")
load("//rules/source:kernel_prepared_tree.bzl", "kernel_prepared_tree")
load("//rules/source:kernel_recipe.bzl", "kernel_recipe")
load("//rules/source:kernel_tree.bzl", "kernel_tree")
load("//rules/source:kernel_tree_sdk.bzl", "kernel_tree_sdk")
load("//rules/source:kernel_vmlinux_exports.bzl", "kernel_vmlinux_exports")

def fake_tree(name, release, sdk, modversions = False, btf = False, signed = False, modules = True, edited = False):
    """The targets of a tree, in a package of its own.

    Args:
      name: of the kernel_build.
      release: the kernel release.
      sdk: the SDK whose tools are used.
      modversions: whether it has CONFIG_MODVERSIONS.
      btf: whether it has CONFIG_DEBUG_INFO_BTF_MODULES.
      signed: whether it has CONFIG_MODULE_SIG_ALL.
      modules: whether it has CONFIG_MODULES.
      edited: whether people edit the sources.
    """
    genksyms = {
        "cpp": ["gcc", "-E", "-D__GENKSYMS__", "%{source}"],
        "genksyms": ["genksyms", "-r", "/dev/null"],
    } if modversions else {}
    signing = dict(
        sign_file = "kernel.json",
        signing_certificate = "plain.c",
        signing_hash = "sha256",
        signing_key = "exports.c",
    ) if signed else {}
    kernel_tree(
        name = "unprepared_tree",
        btf_libraries = ["%{tree}/.host/lib"] if btf else [],
        btf_programs = {"kernel.json": "./resolve_btfids"} if btf else {},
        btf_tools = {"pahole": "%{tree}/.host/pahole"} if btf else {},
        commands = {
            "cc": ["gcc", "-I./include", "-O2", "-c", "-o", "%{obj}.o", "%{source}"],
            "objtool": ["./objtool", "%{obj}.o"],
        } | genksyms,
        config = {"autoconf.h": "include/generated/autoconf.h"},
        cwd = "usr/src/linux",
        description = "kernel.json",
        header_options = "header_options",
        modpost_flags = ["-E"] + (["-m"] if modversions else []),
        release = release,
        roots = {"//rules/tests:fake/include": "usr/src/linux/include"},
        sdk = sdk,
        tags = ["manual"],
    )

    kernel_prepared_tree(
        name = "tree",
        hdrs = [":bounds.h"],
        tags = ["manual"],
        tree = ":unprepared_tree",
    )
    kernel_recipe(
        name = "bounds.h",
        lines = ["echo > bounds.h"],
        tags = ["manual"],
        tree = ":unprepared_tree",
    )

    def objects(name, outs, srcs, objects, **attributes):
        kernel_objects(
            name = name,
            outs = outs,
            srcs = srcs,
            objects = objects,
            tags = ["manual"],
            tree = ":tree",
            **attributes
        )

    objects(
        "objects",
        ["exports.o", "named.o", "plain.o", "part.o"],
        ["exports.c", "named.c", "plain.c", "part.c"],
        {
            "exports.o": ["exports.c", "cc", "objtool", "", ""],
            "named.o": ["named.c", "cc", "objtool", "", ""],
            "plain.o": ["plain.c", "cc", "", "", ""],
            "part.o": ["part.c", "cc_1", "", "mod", ""],
        },
        commands = {"cc_1": ["%{cc:0-3}", "-DMODULE", "%{cc:3-7}"]},
        edited = edited,
        exports = ["exports.o", "named.o", "part.o"],
        named_exports = ["named.o", "part.o"],
        symversions = {"exports.o": "cpp", "part.o": "cpp"} if modversions else {},
    )
    objects("export_object", ["export.o"], [":.vmlinux.export.c"], {"export.o": [".vmlinux.export.c", "cc", "", "", ""]})
    objects("late_object", ["late.o"], ["late.c"], {"late.o": ["late.c", "cc", "", "", ""]}, hdrs = [":offsets.h"])
    kernel_archive(
        name = "vmlinux.a",
        flags = "cDPrST",
        members = ["exports.o", "named.o", "plain.o"],
        tags = ["manual"],
        tree = ":tree",
    )

    def recipe(name, line, **attributes):
        kernel_recipe(name = name, lines = [line], tags = ["manual"], tree = ":tree", **attributes)

    recipe("vmlinux.o", "ld -r -o vmlinux.o vmlinux.a", archives = [":vmlinux.a"])
    recipe("vmlinux", "ld -o vmlinux vmlinux.o export.o", also = ["System.map"], srcs = ["vmlinux.o", "export.o"])
    recipe("offsets.h", "nm vmlinux > offsets.h", srcs = ["vmlinux"])
    recipe("image", "objcopy vmlinux image", srcs = ["vmlinux", "late.o"])
    recipe("apart.h", "echo > apart.h")
    recipe("written.o", "link.sh", environment = {"LINUXINCLUDE": "-I./include -include ./include/linux/kconfig.h"})
    kernel_vmlinux_exports(
        name = "vmlinux_exports",
        archive = ":vmlinux.a" if modversions else None,
        export_c = ".vmlinux.export.c",
        objects = [":objects"] if modversions else [],
        symvers = "vmlinux.symvers",
        tags = ["manual"],
        tree = ":tree",
        vmlinux = ":vmlinux.o",
    )
    if modules:
        _modules(sdk, btf)
    else:
        kernel_tree_sdk(
            name = "tree_sdk",
            arch = "x86",
            cwd = "usr/src/linux",
            sdk = sdk,
            src = "%{M}",
            tags = ["manual"],
            tree = ":tree",
        )
    kernel_build(
        name = name,
        archive = ":vmlinux.a",
        image = "image",
        modules = ":modules" if modules else None,
        objects = [":objects", ":export_object", ":late_object"],
        recipes = [":vmlinux.o", ":vmlinux", ":offsets.h", ":image", ":apart.h"],
        sdk = ":tree_sdk",
        steps = ["export.o", "vmlinux", "offsets.h", "late.o", "image"],
        tags = ["manual"],
        tree = ":tree",
        vmlinux_symvers = None if modules else ":vmlinux.symvers",
        **signing
    )

def _modules(sdk, btf):
    """The module, and how others are built."""
    kernel_intree_module(
        name = "mod",
        link = ["ld", "-r", "-o", "%{obj}.o", "@%{obj}.mod"],
        objects = [":objects"],
        parts = ["part.o"],
        path = "mod",
        tags = ["manual"],
        tree = ":tree",
    )
    kernel_intree_modules(
        name = "modules",
        header_mentions = {"part_error": ["part"]},
        btf = {"0": ["pahole", "-J", "--btf_base", "vmlinux", "%{obj}.ko"]} if btf else {},
        final = ["ld", "-r", "-o", "%{obj}.ko", "%{obj}.o", "%{obj}.mod.o"],
        link_objects = [":plain.o"],
        mod_command = ["%{cc:0-3}", "-DMODULE", "%{cc:3-7}"],
        modules = [":mod"],
        tags = ["manual"],
        tree = ":tree",
        vmlinux = ":vmlinux" if btf else None,
        vmlinux_symvers = ":vmlinux.symvers",
    )
    kernel_tree_sdk(
        name = "tree_sdk",
        arch = "x86",
        btf = {"0": ["pahole", "-J", "--btf_base", "vmlinux", "%{obj}.ko"]} if btf else {},
        cwd = "usr/src/linux",
        programs = {"kernel.json": "objtool"},
        sdk = sdk,
        src = "%{M}",
        tags = ["manual"],
        templates = {
            "cc": ["gcc", "-I./include", "%{ccflags}", "-c", "-o", "%{obj}.o", "%{obj}.c"],
            "objtool": ["objtool", "%{obj}.o"],
            "ld": ["ld", "-r", "-o", "%{obj}.o", "@%{obj}.mod"],
            "cc_mod": ["gcc", "-c", "-o", "%{obj}.o", "%{obj}.c"],
            "ld_module": ["ld", "-r", "-o", "%{obj}.ko"],
        },
        tree = ":tree",
    )
