"""How lists of the kernel's symbols are made, and how a module is held to one."""

load("//rules:providers.bzl", "KernelModuleInfo", "KernelModuleSetInfo", "KernelSymbolListInfo")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "label_text", "symvers_arg")

def _with_labels(files):
    return [struct(file = file, label = label_text(file.owner)) for file in files]

def _begin(ctx, kernel, ksyms, others):
    """The arguments that say which modules take symbols from which kernel."""
    args = params(ctx)
    args.add_all(ksyms, before_each = "--ksyms")
    args.add_all([struct(file = kernel.symvers, label = label_text(kernel.label))], map_each = symvers_arg, format_each = "--kernel=%s")
    args.add_all(others, map_each = symvers_arg, format_each = "--symvers=%s")
    if kernel.config.get("MODVERSIONS") == "y":
        args.add("--modversions")
    return args

def _modules_of(ctx):
    """The modules of the targets, each once, and their kernel."""
    modules = {}
    for target in ctx.attr.modules:
        for module in [target[KernelModuleInfo]] if KernelModuleInfo in target else target[KernelModuleSetInfo].modules:
            modules[label_text(module.label)] = module
    first = modules.values()[0] if modules else fail("{}: modules: there are none".format(label_text(ctx.label)))
    for module in modules.values():
        if module.kernel.label != first.kernel.label:
            fail("{}: modules: {} is built for {} ({}), but {} for {} ({}); make a list for each kernel".format(
                label_text(ctx.label),
                label_text(first.label),
                label_text(first.kernel.label),
                first.kernel.release,
                label_text(module.label),
                label_text(module.kernel.label),
                module.kernel.release,
            ))
    return modules, first.kernel

def kernel_symbol_list_impl(ctx):
    """Implementation of the kernel_symbol_list rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    modules, kernel = _modules_of(ctx)
    others = {}
    for module in modules.values():
        for entry in module.transitive_symvers.to_list():
            if entry.label not in modules:
                others[entry.label] = entry
    ksyms = [module.ksyms for module in modules.values()]
    keep = _with_labels(ctx.files.keep)
    out = ctx.actions.declare_file(ctx.label.name + ".symbols")
    uses = ctx.actions.declare_file(ctx.label.name + ".uses")
    args = _begin(ctx, kernel, ksyms, others.values())
    args.add_all(keep, map_each = symvers_arg, format_each = "--keep=%s")
    args.add("--format", ctx.attr.format)
    if not ctx.attr.module_grouping:
        args.add("--no-grouping")
    args.add("--out", out)
    args.add("--uses", uses)
    ctx.actions.run(
        mnemonic = "KernelSymbolList",
        executable = ctx.attr._ksymtrim[DefaultInfo].files_to_run,
        arguments = ["list", args],
        inputs = ksyms + [kernel.symvers] + [entry.file for entry in others.values()] + ctx.files.keep,
        outputs = [out, uses],
        execution_requirements = PATH_MAPPING,
        progress_message = "Listing the symbols of %{label}",
    )
    return [
        DefaultInfo(files = depset([out])),
        OutputGroupInfo(uses = depset([uses])),
        KernelSymbolListInfo(
            label = ctx.label,
            kernel = kernel,
            list = out,
            uses = uses,
            format = ctx.attr.format,
            module_grouping = ctx.attr.module_grouping,
        ),
    ]

def check_allowed_symbols(ctx, kernel, ksyms, dep_symvers, extra_symvers, out):
    """Declares KernelSymbolCheck: that a module takes from the kernel only what the lists in `allowed_symbols` have.

    Nothing of the module waits for it: it belongs in the output group `_validation`.

    Args:
      ctx: context of a rule with the attributes `allowed_symbols` and `_ksymtrim`.
      kernel: KernelInfo.
      ksyms: File, the module's symbols.
      dep_symvers: depset of struct(file, label): what the deps export.
      extra_symvers: list of File: further Module.symvers files, which are not the kernel's.
      out: File to make if all is well.
    """
    others = dep_symvers.to_list()
    args = _begin(ctx, kernel, [ksyms], _with_labels(extra_symvers) + others)
    args.add_all(_with_labels(ctx.files.allowed_symbols), map_each = symvers_arg, format_each = "--list=%s")
    args.add("--label", label_text(ctx.label))
    args.add("--out", out)
    ctx.actions.run(
        mnemonic = "KernelSymbolCheck",
        executable = ctx.attr._ksymtrim[DefaultInfo].files_to_run,
        arguments = ["allow", args],
        inputs = [ksyms, kernel.symvers] + extra_symvers + [entry.file for entry in others] + ctx.files.allowed_symbols,
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Checking which symbols %{label} takes from the kernel",
    )
