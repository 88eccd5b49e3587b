"""How kernel_symbol_list_test starts tools/symbollist, to compare a list and to write it."""

load("//rules:providers.bzl", "KernelSymbolListInfo")
load(":paths.bzl", "label_text", "rlocation")

def _program(ctx, args, files):
    """The program with its arguments beside it, where it looks for them."""
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = ctx.executable._tool, is_executable = True)
    arguments = ctx.actions.declare_file(ctx.label.name + ".args")
    ctx.actions.write(arguments, "".join([arg + "\n" for arg in args]))
    runfiles = ctx.runfiles(files + [program, arguments])
    return [DefaultInfo(executable = program, runfiles = runfiles.merge(ctx.attr._tool[DefaultInfo].default_runfiles))]

def kernel_symbol_list_test_impl(ctx):
    """Implementation of the test's rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    info = ctx.attr.symbol_list[KernelSymbolListInfo]
    args = [
        "test",
        "--uses=" + rlocation(ctx, info.uses),
        "--name=" + ctx.attr.checked_in_label,
        "--modules=" + label_text(info.label),
        "--release=" + info.kernel.release,
        "--update=" + label_text(ctx.label) + ".update",
    ]
    files = [info.uses]
    if ctx.file.checked_in:
        args.append("--checked_in=" + rlocation(ctx, ctx.file.checked_in))
        files.append(ctx.file.checked_in)
    if ctx.attr.additions_only:
        args.append("--additions_only")
    return _program(ctx, args, files)

def kernel_symbol_list_update_impl(ctx):
    """Implementation of the rule of `NAME.update`.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    info = ctx.attr.symbol_list[KernelSymbolListInfo]
    args = [
        "update",
        "--uses=" + rlocation(ctx, info.uses),
        "--path=" + ctx.attr.path,
        "--format=" + info.format,
    ]
    if not info.module_grouping:
        args.append("--no_grouping")
    if ctx.attr.additions_only:
        args.append("--additions_only")
    return _program(ctx, args, [info.uses])
