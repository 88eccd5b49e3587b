"""How kernel_module_set checks and lists modules, and trims them."""

load("//rules:providers.bzl", "KernelModuleInfo", "KernelModuleSetInfo")
load(":finish.bzl", "changed", "finish_module")
load(":modpost.bzl", "join_symvers")
load(":paths.bzl", "label_text")
load(":trim.bzl", "keep_list", "needed_set", "report", "trim_objects", "trims_in_modpost", "write_autoksyms")
load(":units.bzl", "kbuild_name")

# The first release whose modules.order lists objects.
_ORDER_LISTS_OBJECTS = (6, 2)

def _check_kernel(ctx, modules):
    kernel = modules[0].kernel
    for module in modules:
        if module.kernel.label != kernel.label:
            fail("{}: {} is built for {} ({}), but {} for {} ({}); a set is for one kernel".format(
                ctx.label,
                modules[0].label,
                kernel.label,
                kernel.release,
                module.label,
                module.kernel.label,
                module.kernel.release,
            ))
    return kernel

def _check_names(ctx, modules):
    """The loader knows a module by its name, with `-` as `_`."""
    seen = {}
    for module in modules:
        name = kbuild_name(module.name)
        if name in seen:
            fail("{}: the following would cause module name conflict: {} and {} both make {}.ko; give one a module_name".format(
                ctx.label,
                label_text(seen[name].label),
                label_text(module.label),
                name,
            ))
        seen[name] = module

def kernel_module_set_impl(ctx):
    """Implementation of the kernel_module_set rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    modules = [target[KernelModuleInfo] for target in ctx.attr.modules]
    users = [target[KernelModuleInfo] for target in ctx.attr.also_used_by]
    kernel = _check_kernel(ctx, modules + users)
    _check_names(ctx, modules)
    if (ctx.attr.keep or users) and not ctx.attr.trim:
        fail("{}: keep and also_used_by say what stays when exports are trimmed; set trim = True".format(ctx.label))
    if ctx.attr.ksym_markers and not ctx.attr.trim:
        fail("{}: ksym_markers is for modules whose exports are trimmed; set trim = True".format(ctx.label))
    prefix = ctx.label.name

    order = ctx.actions.declare_file(prefix + "/modules.order")
    suffix = ".o" if kernel.version >= _ORDER_LISTS_OBJECTS else ".ko"
    ctx.actions.write(order, "".join([module.path + suffix + "\n" for module in modules]))

    groups = {}
    needed = None
    if ctx.attr.trim:
        needed = needed_set(ctx, kernel, modules, users, prefix + "/needed.ksyms")
        groups["needed"] = depset([needed])
        groups["report"] = depset(report(ctx, kernel, modules, needed, prefix))
        made, groups_of_trim = _trimmed(ctx, kernel, modules, needed, prefix)
        groups.update(groups_of_trim)
    else:
        made = [struct(ko = module.ko, symvers = module.symvers) for module in modules]
    symvers = ctx.actions.declare_file(prefix + "/Module.symvers")
    join_symvers(ctx, [module.symvers for module in made], symvers)
    kos = [module.ko for module in made]
    return [
        DefaultInfo(files = depset(kos)),
        OutputGroupInfo(
            modules_order = depset([order]),
            symvers = depset([symvers]),
            **groups
        ),
        KernelModuleSetInfo(
            label = ctx.label,
            kernel = kernel,
            modules = [target[KernelModuleInfo] for target in ctx.attr.modules],
            kos = kos,
            order = order,
            symvers = symvers,
            needed = needed,
            users = [user.label for user in users],
            ksym_markers = ctx.attr.ksym_markers,
        ),
    ]

def _trimmed(ctx, kernel, modules, needed, prefix):
    """The modules with only those exports that are needed."""
    made = []
    keeps = []
    headers = []
    in_modpost = trims_in_modpost(kernel.version)
    if not in_modpost:
        headers.append(write_autoksyms(ctx, needed, prefix + "/autoksyms.h"))
    for module in modules:
        folder = "{}/{}".format(prefix, module.path)
        linked = module.linked
        keep = None
        if in_modpost:
            keep = keep_list(ctx, label_text(module.label), needed, [module.ksyms], folder + ".keep")
            keeps.append(keep)
        else:
            linked, slices = trim_objects(ctx, module, needed, folder)
            headers.extend(slices)
        made.append(finish_module(
            ctx,
            # What kernel_module has warned of is not said again.
            changed(linked, unused = None),
            folder = folder,
            mod_c = ctx.actions.declare_file(folder + ".mod.c"),
            symvers = ctx.actions.declare_file(folder + ".symvers"),
            ko = ctx.actions.declare_file(folder + ".ko"),
            keep = keep,
        ))
    return made, {"keep": depset(keeps), "autoksyms": depset(headers)}
