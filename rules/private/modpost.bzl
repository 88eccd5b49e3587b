"""What stands between a module's linked object and its `.mod.c`: scan, the slice of Module.symvers, modpost."""

load(":params.bzl", "params")
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

    # In one word: an argument that begins with @@, as labels of other repositories do, would be taken for an escaped @.
    args.add("--label=" + label_text(ctx.label))
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

def slice_symvers(ctx, kernel, tool, ksyms, dep_symvers, direct, extra_symvers, index, out, hints, unused):
    """Declares KernelSymversSlice: the lines of every Module.symvers that concern the module.

    A new Module.symvers in which only other symbols changed gives the same slice, and modpost does not run again.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      tool: the slice tool (FilesToRunProvider).
      ksyms: File, the module's symbols.
      dep_symvers: depset of struct(file, label): what the deps export.
      direct: list of strings: labels of the modules among those that the target itself names.
      extra_symvers: list of File: further Module.symvers files, as in KBUILD_EXTRA_SYMBOLS.
      index: list of File: `symbol TAB label` lines, who exports what in the workspace.
      out: File, the slice.
      hints: File, the lines of the index that concern the module.
      unused: File, the labels of `direct` whose symbols the module does not use.
    """
    args = params(ctx)
    args.add("--ksyms", ksyms)
    args.add("--kernel", kernel.symvers)
    args.add_all(extra_symvers, format_each = "--dep=%s")
    args.add_all(dep_symvers, map_each = symvers_arg, format_each = "--dep=%s")
    args.add_all(index, format_each = "--index=%s")
    if kernel.config.get("MODVERSIONS") == "y":
        args.add("--modversions")
    args.add("--out", out)
    args.add("--hints", hints)
    args.add_all(direct, before_each = "--direct")
    args.add("--unused", unused)
    ctx.actions.run(
        mnemonic = "KernelSymversSlice",
        executable = tool,
        arguments = ["symvers", args],
        inputs = depset(
            [ksyms, kernel.symvers] + extra_symvers + index + [entry.file for entry in dep_symvers.to_list()],
        ),
        outputs = [out, hints, unused],
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing Module.symvers for %{label}",
    )

def join_symvers(ctx, files, out):
    """Declares KernelSymversJoin: the Module.symvers of several modules, or of vmlinux, one after the other.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      files: list of File.
      out: File.
    """
    args = params(ctx)
    args.add("--out", out)
    args.add_all(files, before_each = "--symvers")
    ctx.actions.run(
        mnemonic = "KernelSymversJoin",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["join", args],
        inputs = files,
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Joining Module.symvers of %{label}",
    )

def modpost(ctx, linked, mod_c, symvers_out, keep = None):
    """Declares KernelModpost: checks the module's symbols and writes its `.mod.c` and its Module.symvers lines.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      linked: struct of finish_module.
      mod_c: File, the `.mod.c`.
      symvers_out: File, the module's Module.symvers lines.
      keep: File with the exports that stay, one a line; None: all.
    """
    kernel = linked.kernel
    args = params(ctx)
    args.add_all(kernel.modpost_flags)
    args.add("--release", kernel.release)
    args.add("--module", linked.symvers_name)
    args.add("--label", label_text(linked.label))
    args.add("--object", linked.object)
    args.add("--mod", linked.mod)
    args.add("--symvers", linked.symvers_slice)
    args.add("--hints", linked.hints)
    args.add_all(linked.symversions, before_each = "--symversions")
    args.add_all(linked.deps, before_each = "--deps")
    args.add("--sources_text", linked.sources_text)
    inputs = [linked.object, linked.mod, linked.symvers_slice, linked.hints, linked.sources_text]
    if linked.unused:
        args.add("--unused", linked.unused)
        args.add_all(linked.dep_headers, format_each = "--dep_header=%s")
        inputs.append(linked.unused)
    if keep:
        args.add("--trim", keep)
        inputs.append(keep)
    args.add("--mod_c", mod_c)
    args.add("--symvers_out", symvers_out)
    ctx.actions.run(
        mnemonic = "KernelModpost",
        executable = ctx.attr._modpost[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = inputs + linked.symversions + linked.deps,
        outputs = [mod_c, symvers_out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Running modpost for " + label_text(linked.label),
    )
