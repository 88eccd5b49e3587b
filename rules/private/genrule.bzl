"""KernelGenerate: the action of kernel_genrule."""

load(":no_kernel.bzl", "chosen_kernel")
load(":options.bzl", "expand", "folders_of")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "canonical_dir", "label_text", "mapping")
load(":units.bzl", "kbuild_place")

def kernel_genrule_impl(ctx):
    """Implementation of the kernel_genrule rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    kernel = chosen_kernel(ctx.label, ctx.attr.kernel)
    if not kernel.busybox:
        fail("{}: the SDK {} has no busybox to run commands with; use one of kernel.debian".format(label_text(ctx.label), label_text(kernel.label)))
    place = kbuild_place(ctx.label, kernel, ctx.attr.kbuild_root)
    outs = [ctx.actions.declare_file(name) for name in ctx.attr.outs or [ctx.label.name]]
    args = params(ctx)
    args.add("--cwd", place.cwd)
    args.add("--busybox", kernel.busybox)
    for root, directory in kernel.roots.items():
        args.add_all([directory], format_each = "--folder=" + root + "=%s", expand_directories = False)
    for path, header in kernel.made_headers.items():
        args.add_all([header], format_each = "--file=" + path + "=%s")
    args.add_all(ctx.files.srcs, map_each = mapping, format_each = "--file=%s", expand_directories = False)
    args.add_all(outs, map_each = mapping, format_each = "--generated=%s", expand_directories = False)
    args.add("--define=M=%{root}/" + canonical_dir(place.root))
    args.add_all(expand(ctx.attr.commands, folders_of(ctx.label, kernel, place)), format_each = "--line=%s")
    ctx.actions.run(
        mnemonic = "KernelGenerate",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["generate", args],
        inputs = ctx.files.srcs + kernel.roots.values() + kernel.made_headers.values() + [kernel.busybox],
        outputs = outs,
        execution_requirements = PATH_MAPPING,
        progress_message = "Generating %{output}",
    )
    return [DefaultInfo(files = depset(outs))]
