"""How a kernel_image trims the exports of a kernel that is built already.

The needed set comes from what is built untrimmed. From it down everything is made again that differs, and nothing else: before 6.5 the objects
that lose an export, from 6.5 on what modpost makes, and on both what follows from those, up to the boot image.
"""

load(":paths.bzl", "PATH_MAPPING", "label_text")
load(":source_modules.bzl", "finish_modules", "link_parts", "module_modpost", "vmlinux_modpost")
load(":source_objects.bzl", "compile_object")
load(":source_recipe.bzl", "declare_recipe")
load(":source_tree.bzl", "slice_sources", "tree_path")

# What modpost makes of vmlinux.o.
_EXPORT_C = ".vmlinux.export.c"

# Before it, exports are in the objects.
_MODPOST_TRIMS = (6, 5)

def _params(ctx):
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.use_param_file("@%s", use_always = True)
    return args

def _ksymtrim(ctx, mnemonic, verb, args, inputs, outputs, message):
    ctx.actions.run(
        mnemonic = mnemonic,
        executable = ctx.attr._ksymtrim[DefaultInfo].files_to_run,
        arguments = [verb, args],
        inputs = inputs,
        outputs = outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = message,
    )

def trims_in_modpost(release):
    """Whether modpost leaves exports out; else the compiler does."""
    numbers = release.replace("-", ".").replace("+", ".").split(".")
    return (int(numbers[0]), int(numbers[1])) >= _MODPOST_TRIMS

def _scan(ctx, label, objects, out):
    """Scans objects of vmlinux: what they export, and ask for by symbol_get."""
    args = _params(ctx)
    for path, file in objects.items():
        args.add_all([file], format_each = "--object=" + path + "=%s")
    args.add("--module", "vmlinux")
    args.add("--label=" + label_text(label))
    args.add("--out", out)
    _ksymtrim(ctx, "KernelScan", "scan", args, objects.values(), [out], "Scanning the symbols of {}".format(objects.keys()[0]))
    return out

def _folders(paths):
    """paths by their folders."""
    folders = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    return folders

def vmlinux_ksyms(ctx, kernel, folder):
    """Declares what says which symbols vmlinux exports, and asks for by symbol_get.

    Args:
      ctx: the rule's context.
      kernel: KernelImageInfo.
      folder: name of the folder to declare files in, with a slash.

    Returns:
      list of File.
    """
    if trims_in_modpost(kernel.tree.release):
        out = ctx.actions.declare_file(folder + "vmlinux.ksyms")
        return [_scan(ctx, kernel.tree.label, {"vmlinux.o": kernel.recipes["vmlinux.o"].files["vmlinux.o"]}, out)]
    files = {tree_path(kernel.tree, file): file for file in kernel.archive.objects}
    return [
        _scan(
            ctx,
            kernel.tree.label,
            {path: files[path] for path in paths},
            ctx.actions.declare_file("{}_ksyms/{}.ksyms".format(folder, where or "top")),
        )
        for where, paths in _folders(files).items()
    ]

def needed_symbols(ctx, kernel, summaries, users, outside_symvers, folder):
    """Declares KernelNeeded: what must stay exported, each with who keeps it.

    Args:
      ctx: context of a rule with the attribute `keep`.
      kernel: KernelImageInfo.
      summaries: list of File: the symbols of vmlinux.
      users: list of File: the symbols of modules outside of the tree.
      outside_symvers: list of struct(file, label): what modules outside of the tree export to each other.
      folder: name of the folder to declare files in, with a slash.

    Returns:
      File.
    """
    out = ctx.actions.declare_file(folder + "needed.ksyms")
    inputs = summaries + [module.ksyms for module in kernel.modules.modules] + users
    args = _params(ctx)
    args.add_all(inputs, before_each = "--ksyms")
    for entry in outside_symvers:
        args.add_all([entry.file], format_each = "--symvers=%s=" + entry.label)
    args.add_all(ctx.files.keep, before_each = "--keep")
    if kernel.tree.config.get("MODVERSIONS") == "y":
        args.add("--modversions")
    args.add("--out", out)
    _ksymtrim(
        ctx,
        "KernelNeeded",
        "needed",
        args,
        inputs + [entry.file for entry in outside_symvers] + ctx.files.keep,
        [out],
        "Working out the needed symbols of %{label}",
    )
    return out

def _keep_list(ctx, label, needed, ksyms, out):
    args = _params(ctx)
    args.add("--needed", needed)
    args.add_all(ksyms, before_each = "--ksyms")
    args.add("--format", "list")
    args.add("--out", out)
    _ksymtrim(ctx, "KernelKeepList", "slice", args, [needed] + ksyms, [out], "Slicing needed symbols for " + label)
    return out

def _again(struct_, **fields):
    """A struct with other values in some fields."""
    old = {name: getattr(struct_, name) for name in dir(struct_) if name not in ("to_json", "to_proto")}
    return struct(**(old | fields))

def _trim_objects(ctx, kernel, needed, folder):
    """Compiles the objects again that lose an export: dict of path to File."""
    tree = kernel.tree
    trimmed = {}
    later = {path: True for path in kernel.steps}
    exporting = {path: entry for path, entry in kernel.objects.items() if entry.unit.exports and path not in later}
    for where, paths in _folders(exporting).items():
        args = _params(ctx)
        args.add("--needed", needed)
        slices = []
        for path in paths:
            base = "{}_trim/{}".format(folder, path.removesuffix(".o"))
            entry = struct(
                header = ctx.actions.declare_file(base + ".autoksyms.h"),
                dropped = ctx.actions.declare_file(base + ".dropped"),
            )
            slices.append(entry)
            args.add("--object", exporting[path].unit.file)
            args.add("--autoksyms", entry.header)
            args.add("--dropped", entry.dropped)
        _ksymtrim(
            ctx,
            "KernelTrimSlice",
            "split",
            args,
            [needed] + [exporting[path].unit.file for path in paths],
            [file for entry in slices for file in (entry.header, entry.dropped)],
            "Slicing needed symbols for " + (where or "the top"),
        )
        for path, entry in zip(paths, slices):
            out = ctx.actions.declare_file("{}_trim/{}".format(folder, path))
            compile_object(ctx, tree, exporting[path].unit, out, exporting[path].pack, trim = entry)
            trimmed[path] = out
    return trimmed

def _trim_modules(ctx, kernel, objects, folder):
    """The modules with trimmed objects."""
    modules = []
    for module in kernel.modules.modules:
        files = {}
        for part in module.parts:
            path = part.unit.obj + ".o"
            files[path] = objects.get(path, part.unit.file)
        if not [path for path in files if path in objects]:
            modules.append(module)
            continue
        base = "{}_modules/{}".format(folder, module.path)
        object = files.values()[0]
        if module.link:
            object = ctx.actions.declare_file(base + ".o")
            link_parts(ctx, kernel.tree, module, files, object)
        changed = _again(module, object = object, symvers = ctx.actions.declare_file(base + ".exports"))
        module_modpost(ctx, kernel.tree, changed, [changed.symvers], symvers_out = changed.symvers)
        modules.append(changed)
    return modules

def _trim_exports(ctx, kernel, needed, folder):
    """The modules with what stays of their exports, for modpost: (modules, dict of path to File)."""
    modules = []
    trims = {}
    for module in kernel.modules.modules:
        base = "{}_modules/{}".format(folder, module.path)
        trims[module.path] = _keep_list(ctx, module.path, needed, [module.ksyms], ctx.actions.declare_file(base + ".keep"))
        changed = _again(module, symvers = ctx.actions.declare_file(base + ".exports"))
        module_modpost(ctx, kernel.tree, changed, [changed.symvers], symvers_out = changed.symvers, trim = trims[module.path])
        modules.append(changed)
    return modules, trims

def _recipe_again(ctx, kernel, recipe, replaced, folder):
    tree = kernel.tree
    inputs = [entry.path for entry in recipe.spec.srcs]
    for archive in recipe.spec.archives:
        inputs = inputs + [tree_path(tree, file) for file in archive.objects]
    if not [path for path in inputs if path in replaced]:
        return
    outs = {path: ctx.actions.declare_file(folder + path) for path in recipe.files}
    declare_recipe(ctx, tree, recipe.spec, outs, "_recipe/{}{}".format(folder, recipe.spec.target), replaced)
    replaced.update(outs)

def _object_again(ctx, kernel, path, entry, replaced, folder):
    tree = kernel.tree
    headers = [(tree_path(tree, file), file) for file in entry.unit.headers]
    if not [name for name, _ in headers + [(entry.unit.path, None)] if name in replaced]:
        return
    unit = _again(entry.unit, source = replaced.get(entry.unit.path, entry.unit.source))
    files = [(name, replaced.get(name, file)) for name, file in headers]
    pack = slice_sources(ctx, tree, [unit], files, "{}_packs/{}".format(folder, path))[0]
    out = ctx.actions.declare_file(folder + path)
    compile_object(ctx, tree, unit, out, pack)
    replaced[path] = out

def _replay(ctx, kernel, replaced, folder):
    """Declares again what follows from replaced files, in an order in which nothing comes before what it reads."""
    for path in kernel.steps:
        if path in kernel.recipes:
            _recipe_again(ctx, kernel, kernel.recipes[path], replaced, folder)
        else:
            _object_again(ctx, kernel, path, kernel.objects[path], replaced, folder)

def trim_image(ctx, kernel, needed, summaries, folder):
    """Declares a kernel of which only needed symbols are exported.

    Args:
      ctx: the rule's context.
      kernel: KernelImageInfo of the untrimmed one.
      needed: File, the needed set.
      summaries: list of File: the symbols of vmlinux.
      folder: name of the folder to declare files in, with a slash.

    Returns:
      struct(files, modules): dict of path in the tree to File of what was made again, and KernelIntreeModulesInfo.
    """
    tree = kernel.tree
    replaced = {}
    trims = {}
    trim = None
    if trims_in_modpost(tree.release):
        modules, trims = _trim_exports(ctx, kernel, needed, folder)
        trim = _keep_list(ctx, "vmlinux", needed, summaries, ctx.actions.declare_file(folder + "vmlinux.keep"))
        vmlinux = kernel.recipes["vmlinux.o"].files["vmlinux.o"]
    else:
        replaced = _trim_objects(ctx, kernel, needed, folder)
        modules = _trim_modules(ctx, kernel, replaced, folder)
        _recipe_again(ctx, kernel, kernel.recipes["vmlinux.o"], replaced, folder)
        vmlinux = replaced["vmlinux.o"]
    export_c = ctx.actions.declare_file(folder + _EXPORT_C)
    symvers = ctx.actions.declare_file(folder + "vmlinux.symvers")
    vmlinux_modpost(ctx, tree, ctx.label, vmlinux, [], export_c, symvers, trim)
    replaced[_EXPORT_C] = export_c
    _replay(ctx, kernel, replaced, folder)
    info, _ = finish_modules(ctx, tree, modules, symvers, kernel.modules.commands, folder, trims)
    return struct(files = replaced, modules = info)
