"""What stands between a module's linked object and its `.mod.c`: scan, the slice of Module.symvers, modpost."""

load(":paths.bzl", "PATH_MAPPING", "label_text", "symvers_arg")

def scan(ctx, tool, module, module_object, out):
    """Declares KernelScan: what the object exports, imports and asks for by symbol_get, as a `.ksyms` file.

    Args:
      ctx: the rule's context.
      tool: ksymtrim (FilesToRunProvider).
      module: path of the module without suffix, as Module.symvers names it.
      module_object: File, the linked object.
      out: File, the `.ksyms`.
    """
    args = ctx.actions.args()
    args.add_all([module_object], format_each = "--object=" + module + ".o=%s")
    args.add("--module", module)
    args.add("--label", label_text(ctx.label))
    args.add("--out", out)
    ctx.actions.run(
        mnemonic = "KernelScan",
        executable = tool,
        arguments = ["scan", args],
        inputs = [module_object],
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Scanning the symbols of %{input}",
    )

def slice_symvers(ctx, kernel, tool, ksyms, dep_symvers, extra_symvers, index, out, hints):
    """Declares KernelSymversSlice: the lines of every Module.symvers that concern the module.

    A new Module.symvers in which only other symbols changed gives the same slice, and modpost does not run again.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      tool: the slice tool (FilesToRunProvider).
      ksyms: File, the module's symbols.
      dep_symvers: depset of struct(file, label): what the deps export.
      extra_symvers: list of File: further Module.symvers files, as in KBUILD_EXTRA_SYMBOLS.
      index: list of File: `symbol TAB label` lines, who exports what in the workspace.
      out: File, the slice.
      hints: File, the lines of the index that concern the module.
    """
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.use_param_file("@%s", use_always = True)
    args.add("--ksyms", ksyms)
    args.add("--kernel", kernel.symvers)
    args.add_all(extra_symvers, format_each = "--dep=%s")
    args.add_all(dep_symvers, map_each = symvers_arg, format_each = "--dep=%s")
    args.add_all(index, format_each = "--index=%s")
    if kernel.config.get("MODVERSIONS") == "y":
        args.add("--modversions")
    args.add("--out", out)
    args.add("--hints", hints)
    ctx.actions.run(
        mnemonic = "KernelSymversSlice",
        executable = tool,
        arguments = ["symvers", args],
        inputs = depset(
            [ksyms, kernel.symvers] + extra_symvers + index + [entry.file for entry in dep_symvers.to_list()],
        ),
        outputs = [out, hints],
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing Module.symvers for %{label}",
    )

def modpost(ctx, kernel, tool, module, module_object, mod, symvers, hints, symversions, deps, sources_text, mod_c, symvers_out):
    """Declares KernelModpost: checks the module's symbols and writes its `.mod.c` and its Module.symvers lines.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      tool: tools/modpost (FilesToRunProvider).
      module: path of the module without suffix, as Module.symvers names it.
      module_object: File, the linked object.
      mod: File, the `.mod` file.
      symvers: File, the slice of Module.symvers.
      hints: File, who exports the module's imports in the workspace.
      symversions: list of File, the CRCs of each object's exports.
      deps: list of File, what each object's compiler read.
      sources_text: File, what srcversion hashes.
      mod_c: File, the `.mod.c`.
      symvers_out: File, the module's Module.symvers lines.
    """
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.use_param_file("@%s", use_always = True)
    args.add_all(kernel.modpost_flags)
    args.add("--release", kernel.release)
    args.add("--module", module)
    args.add("--label", label_text(ctx.label))
    args.add("--object", module_object)
    args.add("--mod", mod)
    args.add("--symvers", symvers)
    args.add("--hints", hints)
    args.add_all(symversions, before_each = "--symversions")
    args.add_all(deps, before_each = "--deps")
    args.add("--sources_text", sources_text)
    args.add("--mod_c", mod_c)
    args.add("--symvers_out", symvers_out)
    ctx.actions.run(
        mnemonic = "KernelModpost",
        executable = tool,
        arguments = [args],
        inputs = [module_object, mod, symvers, hints, sources_text] + symversions + deps,
        outputs = [mod_c, symvers_out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Running modpost for %{label}",
    )
