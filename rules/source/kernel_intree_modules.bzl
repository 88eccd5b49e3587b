"""kernel_intree_modules: all modules of a kernel's own tree, with Module.symvers and modules.order. Written by kernel.source."""

load("//rules:providers.bzl", "KernelIntreeModuleInfo", "KernelIntreeModulesInfo", "KernelRecipeInfo", "KernelTreeInfo")
load("//rules/private:source_modules.bzl", "kernel_intree_modules_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_intree_modules = rule(
    implementation = kernel_intree_modules_impl,
    doc = "The `.ko` files. Actions: KernelSymversSlice; KernelModpost, KernelModC and KernelModuleLink, one each a module.",
    attrs = {
        "modules": attr.label_list(
            doc = "The modules, in the order of modules.order.",
            providers = [KernelIntreeModuleInfo],
        ),
        "vmlinux_symvers": attr.label(
            doc = "What vmlinux exports.",
            allow_single_file = True,
            mandatory = True,
        ),
        "mod_command": attr.string_list(
            doc = "The command that compiles a `.mod.c`.",
        ),
        "mod_objtool": attr.string_list(
            doc = "objtool's command on a `.mod.o`, where this kernel runs it there.",
        ),
        "final": attr.string_list(
            doc = "The command that links a `.ko`.",
        ),
        "btf": attr.string_list_dict(
            doc = "The commands that add BTF to a `.ko`, by their numbers, as of kernel_sdk.",
        ),
        "vmlinux": attr.label(
            doc = "What makes the kernel, whose BTF that of modules refers to.",
            providers = [KernelRecipeInfo],
        ),
        "header_mentions": attr.string_list_dict(
            doc = """What headers define that mentions exports of modules: the name of a macro or an inline function, to those. It is for
guessing what a module imports before it is compiled, before 6.5.""",
        ),
        "link_files": attr.label_list(
            doc = "Files that `final` reads besides objects: `module.lds`.",
            allow_files = True,
        ),
        "link_objects": attr.label_list(
            doc = "Objects that `final` links to every module: `.module-common.o`, from 6.12 on.",
            allow_files = [".o"],
        ),
        "order_suffix": attr.string(
            doc = "How lines of modules.order end: `.ko`, or `.o` from 6.4 on.",
            default = ".ko",
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
        "_mod_stub": attr.label(default = Label("//rules/private:mod_stub.c"), allow_single_file = True),
    } | TOOLS,
    provides = [KernelIntreeModulesInfo],
)
