"""What a kernel_image is made of."""

load(
    "//rules:providers.bzl",
    "KernelArchiveInfo",
    "KernelImageInfo",
    "KernelInfo",
    "KernelIntreeModulesInfo",
    "KernelModuleInfo",
    "KernelObjectsInfo",
    "KernelRecipeInfo",
    "KernelTreeInfo",
)
load(":paths.bzl", "label_text")
load(":source_guess.bzl", "guess_modules")
load(":source_sdk.bzl", "built_sdk")
load(":source_trim.bzl", "needed_symbols", "objects_keep_exports", "trim_image", "vmlinux_ksyms")

_BUILTIN = ["modules.builtin", "modules.builtin.modinfo"]

def _providers(kernel, sdk, objects, more):
    """DefaultInfo, the output groups, KernelImageInfo and KernelInfo of a kernel."""
    modules = kernel.modules
    groups = dict(
        vmlinux = [kernel.vmlinux],
        image = [kernel.image],
        system_map = [kernel.system_map],
        modules = modules.kos,
        symvers = [modules.symvers],
        modules_order = [modules.order] if modules.order else [],
        builtin = kernel.builtin,
    )
    return [
        DefaultInfo(files = depset([file for files in groups.values() for file in files])),
        OutputGroupInfo(objects = depset(objects), modules_dir = depset([sdk.modules] if sdk.modules else []), **{name: depset(files) for name, files in (groups | more).items()}),
        kernel,
        sdk,
    ]

def kernel_build_impl(ctx):
    """Implementation of the kernel_build rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    recipes = {}
    files = {}
    for target in ctx.attr.recipes:
        recipe = target[KernelRecipeInfo]
        recipes[recipe.spec.target] = recipe
        files.update(recipe.files)
    objects = {}
    for target in ctx.attr.objects:
        objects.update(target[KernelObjectsInfo].objects)
    archive = ctx.attr.archive[KernelArchiveInfo]
    if ctx.attr.modules:
        modules = ctx.attr.modules[KernelIntreeModulesInfo]
    else:
        modules = KernelIntreeModulesInfo(modules = [], kos = [], symvers = ctx.file.vmlinux_symvers, btf = None, order = None, commands = None, header_mentions = {})
    kernel = KernelImageInfo(
        label = ctx.label,
        tree = ctx.attr.tree[KernelTreeInfo],
        sdk = ctx.attr.sdk[KernelInfo],
        vmlinux = files["vmlinux"],
        system_map = files["System.map"],
        image = files[ctx.attr.image],
        image_path = ctx.attr.image,
        builtin = [files[name] for name in _BUILTIN if name in files],
        modules = modules,
        archive = archive,
        recipes = recipes,
        objects = objects,
        steps = ctx.attr.steps,
        signing = struct(
            program = ctx.file.sign_file,
            key = ctx.file.signing_key,
            certificate = ctx.file.signing_certificate,
            hash = ctx.attr.signing_hash,
        ) if ctx.file.sign_file else None,
    )
    linked = [file for linked_archive in recipes["vmlinux.o"].spec.archives for file in linked_archive.objects]
    for module in modules.modules:
        linked.extend([part.unit.file for part in module.parts])
    return _providers(kernel, built_sdk(ctx, kernel), linked, {})

def kernel_image_impl(ctx):
    """Implementation of the kernel_image rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    kernel = ctx.attr.kernel[KernelImageInfo]
    if not ctx.attr.trim:
        if ctx.files.keep or ctx.attr.also_used_by:
            fail("{}: keep and also_used_by say what trim leaves: set trim = True".format(label_text(ctx.label)))
        return _providers(kernel, ctx.attr.kernel[KernelInfo], [], {})
    if not kernel.modules.order:
        fail("{}: trim: {} ({}) has no modules, and exports nothing: its configuration has no CONFIG_MODULES=y".format(
            label_text(ctx.label),
            label_text(kernel.label),
            kernel.tree.release,
        ))
    users = [module[KernelModuleInfo] for module in ctx.attr.also_used_by]
    for user in users:
        if user.kernel.label != kernel.label:
            fail("{}: also_used_by: {} is built for {} ({}), whose exports it uses; build it for {}, the kernel that is trimmed here".format(
                label_text(ctx.label),
                label_text(user.label),
                label_text(user.kernel.label),
                user.kernel.release,
                label_text(kernel.label),
            ))
    folder = ctx.label.name + "/"
    symbols = [user.ksyms for user in users]
    untrimmed = kernel
    if not objects_keep_exports(kernel):
        kernel = guess_modules(ctx, kernel, symbols, folder)
    summaries = vmlinux_ksyms(ctx, kernel, folder)
    outside = depset(transitive = [user.transitive_symvers for user in users]).to_list()
    own = [label_text(user.label) for user in users]
    needed = needed_symbols(
        ctx,
        kernel,
        summaries,
        symbols,
        [entry for entry in outside if entry.label not in own],
        folder,
    )
    trimmed = trim_image(ctx, kernel, needed, summaries, folder)
    files = trimmed.files
    info = KernelImageInfo(
        label = ctx.label,
        tree = kernel.tree,
        sdk = kernel.sdk,
        vmlinux = files["vmlinux"],
        system_map = files["System.map"],
        image = files[kernel.image_path],
        image_path = kernel.image_path,
        builtin = [files.get(file.basename, file) for file in kernel.builtin],
        modules = trimmed.modules,
        archive = kernel.archive,
        recipes = kernel.recipes,
        objects = untrimmed.objects,
        steps = kernel.steps,
        signing = kernel.signing,
    )
    objects = [file for path, file in files.items() if path in kernel.objects]
    return _providers(info, built_sdk(ctx, info, folder, kernel.label), objects, {"needed": [needed]})
