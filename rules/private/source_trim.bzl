"""How a kernel_image trims the exports of a kernel.

The needed set comes from modules, and from what built-in code asks for by symbol_get. From it down everything is made again that differs, and
nothing else: from 6.5 on what modpost makes, before that the objects that lose an export, and on both what follows, up to the boot image.

Before 6.5, most built-in objects are not compiled before the needed set is known: their sources name what they export. Those of modules
are compiled with a guess (source_guess.bzl), and the others untrimmed; again if the guess was wrong, or they lose an export.
"""

load(":finish.bzl", "changed")
load(":params.bzl", "params")
load(":paths.bzl", "label_text")
load(":sdk.bzl", "kernel_version")
load(":source_modules.bzl", "builtin_symversions", "finish_modules", "module_modpost", "module_object", "vmlinux_modpost")
load(":source_objects.bzl", "compile_object", "trim_each")
load(":source_recipe.bzl", "declare_recipe")
load(":source_tree.bzl", "has_modversions", "slice_sources", "tree_path")
load(":trim.bzl", "declare_needed", "keep_list", "keep_lists", "others_suffix", "run_ksymtrim", "slice_needed", "slice_summaries", "trims_in_modpost")

# What modpost makes of vmlinux.o.
_EXPORT_C = ".vmlinux.export.c"

def _scan(ctx, label, objects, sources, out):
    """Scans objects of vmlinux: what they export, and ask for by symbol_get; of those that are not there yet, their sources: dict of path to unit."""
    args = params(ctx)
    for path, file in objects.items():
        args.add_all([file], format_each = "--object=" + path + "=%s")
    for path, unit in sources.items():
        args.add_all([unit.source], format_each = "--source=" + path + "=%s" + others_suffix(unit.other_exports))
    args.add("--module", "vmlinux")
    args.add("--label=" + label_text(label))
    args.add("--out", out)
    run_ksymtrim(
        ctx,
        "KernelScan",
        "scan",
        args,
        objects.values() + [unit.source for unit in sources.values()],
        [out],
        "Scanning the symbols of {}".format((objects.keys() + sources.keys())[0]),
    )
    return out

def objects_keep_exports(kernel):
    """Whether objects are the same trimmed or not: modpost trims.

    Args:
      kernel: KernelImageInfo.

    Returns:
      bool.
    """
    return trims_in_modpost(kernel_version(kernel.tree.release))

def _is_named(kernel, path):
    """Whether an object is compiled when the needed set is known, and not before."""
    if path not in kernel.objects or path in kernel.steps:
        return False
    unit = kernel.objects[path].unit
    return unit.named_exports and not unit.deps

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
    if objects_keep_exports(kernel):
        out = ctx.actions.declare_file(folder + "vmlinux.ksyms")
        return [_scan(ctx, kernel.tree.label, {"vmlinux.o": kernel.recipes["vmlinux.o"].files["vmlinux.o"]}, {}, out)]
    files = {tree_path(kernel.tree, file): file for file in kernel.archive.objects}
    return [
        _scan(
            ctx,
            kernel.tree.label,
            {path: files[path] for path in paths if not _is_named(kernel, path)},
            {path: kernel.objects[path].unit for path in paths if _is_named(kernel, path)},
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
    declare_needed(
        ctx,
        out,
        summaries + [module.ksyms for module in kernel.modules.modules] + users,
        symvers = outside_symvers,
        modversions = has_modversions(kernel.tree),
    )
    return out

def _exporting(kernel, paths):
    """Those of paths that are objects which export something, or may come to, and are made before vmlinux is linked: dict of path to entry."""
    later = {path: True for path in kernel.steps}
    entries = {path: kernel.objects[path] for path in paths if path in kernel.objects and path not in later}
    return {path: entry for path, entry in entries.items() if entry.unit.exports or entry.unit.may_export}

def _slice_builtin(ctx, kernel, needed, summaries, folder):
    """The slices of the needed set for the objects of vmlinux: dict of path to struct(header, dropped)."""
    exporting = _exporting(kernel, [tree_path(kernel.tree, file) for file in kernel.archive.objects])
    objects = {}
    for path, entry in exporting.items():
        base = _trim_base(folder, path)
        if not entry.unit.exports:
            # One action passes on all of a folder (trim_each).
            base = "{}/_quiet".format(base.rpartition("/")[0])
        objects[path] = struct(base = base, named = _is_named(kernel, path))
    return slice_summaries(ctx, "vmlinux", needed, summaries, objects) if objects else {}

def _slice_modules(ctx, kernel, needed, folder):
    """The slices of the needed set for the objects of modules: dict of path to struct(header, dropped).

    What is needed is cut first to what modules export at all: most of the set is what vmlinux exports.
    """
    exporting = _exporting(kernel, [part.unit.obj + ".o" for module in kernel.modules.modules for part in module.parts])
    if not exporting:
        return {}
    summaries = [module.ksyms for module in kernel.modules.modules]
    guessed = {path: entry.unit for path, entry in exporting.items() if entry.unit.guess}
    if guessed:
        # A guess may have dropped what is needed. By the object's path, the summaries tell of a module that is of one object.
        sources = {path.removesuffix("o") + unit.source.extension: unit for path, unit in guessed.items()}
        summaries.append(_scan(ctx, kernel.tree.label, {}, sources, ctx.actions.declare_file(folder + "_ksyms/guessed.ksyms")))
    kept = keep_list(ctx, "modules", needed, summaries, folder + "modules.keep")
    slices = {}
    for where, paths in _folders(exporting).items():
        compiled = [path for path in paths if path not in guessed]
        again = [path for path in paths if path in guessed]
        cut = slice_needed(
            ctx,
            where or "the top",
            None,
            {_trim_base(folder, path): exporting[path].unit.file for path in compiled},
            guessed = {_trim_base(folder, path): exporting[path].unit for path in again},
            kept = kept,
        )
        slices.update(zip(compiled + again, cut))
    return slices

def _trim_base(folder, path):
    return "{}_trim/{}".format(folder, path.removesuffix(".o"))

def _trim_objects(ctx, kernel, needed, summaries, folder):
    """Compiles the objects that export something with their slices of the needed set.

    Returns:
      (dict of path to File, the objects; dict of the kernel's own files of CRCs to those that go with the objects).
    """
    tree = kernel.tree
    trimmed = {}
    symversions = {}
    slices = _slice_builtin(ctx, kernel, needed, summaries, folder) | _slice_modules(ctx, kernel, needed, folder)
    for where, paths in _folders(slices).items():
        quiet = []
        for path in paths:
            entry = kernel.objects[path]
            unit = entry.unit
            crcs = None
            if unit.symversions and not slices[path].dropped:
                crcs = ctx.actions.declare_file(_trim_base(folder, path) + ".symversions")
                symversions[unit.symversions] = crcs
            out = ctx.actions.declare_file(_trim_base(folder, path) + ".o")
            trimmed[path] = out
            if unit.exports:
                compile_object(ctx, tree, unit, out, entry.seen, symversions = crcs, trim = slices[path])
            else:
                quiet.append(struct(unit = unit, out = out, seen = entry.seen, trim = slices[path]))
        if quiet:
            trim_each(ctx, tree, where or "the top", quiet)
    return trimmed, symversions

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
        object = module_object(ctx, kernel.tree, module, files, base + ".o")
        trimmed = changed(module, object = object, symvers = ctx.actions.declare_file(base + ".exports"))
        module_modpost(ctx, kernel.tree, trimmed, [trimmed.symvers], symvers_out = trimmed.symvers)
        modules.append(trimmed)
    return modules

def _trim_exports(ctx, kernel, needed, folder):
    """The modules with what stays of their exports, for modpost: (modules, dict of path to File)."""
    trims = keep_lists(ctx, needed, [module.ksyms for module in kernel.modules.modules], {
        module.path + ".o": "{}_modules/{}.keep".format(folder, module.path)
        for module in kernel.modules.modules
    }) if kernel.modules.modules else {}
    trims = {path.removesuffix(".o"): file for path, file in trims.items()}
    modules = []
    for module in kernel.modules.modules:
        trimmed = changed(module, symvers = ctx.actions.declare_file("{}_modules/{}.exports".format(folder, module.path)))
        module_modpost(ctx, kernel.tree, trimmed, [trimmed.symvers], symvers_out = trimmed.symvers, trim = trims[module.path])
        modules.append(trimmed)
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
    unit = changed(entry.unit, source = replaced.get(entry.unit.path, entry.unit.source))
    files = [(name, replaced.get(name, file)) for name, file in headers]
    seen = slice_sources(ctx, tree, [unit], files, "{}_packs/{}".format(folder, path))[0]
    out = ctx.actions.declare_file(folder + path)
    compile_object(ctx, tree, unit, out, seen)
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
    crcs = {}
    trims = {}
    trim = None
    if objects_keep_exports(kernel):
        modules, trims = _trim_exports(ctx, kernel, needed, folder)
        trim = keep_list(ctx, "vmlinux", needed, summaries, folder + "vmlinux.keep")
        vmlinux = kernel.recipes["vmlinux.o"].files["vmlinux.o"]
    else:
        replaced, crcs = _trim_objects(ctx, kernel, needed, summaries, folder)
        modules = _trim_modules(ctx, kernel, replaced, folder)
        _recipe_again(ctx, kernel, kernel.recipes["vmlinux.o"], replaced, folder)
        vmlinux = replaced["vmlinux.o"]
    export_c = ctx.actions.declare_file(folder + _EXPORT_C)
    symvers = ctx.actions.declare_file(folder + "vmlinux.symvers")
    symversions = [crcs.get(file, file) for file in builtin_symversions(kernel.objects, kernel.archive)]
    vmlinux_modpost(ctx, tree, ctx.label, vmlinux, symversions, export_c, symvers, trim)
    replaced[_EXPORT_C] = export_c
    _replay(ctx, kernel, replaced, folder)
    info, _ = finish_modules(ctx, tree, modules, symvers, replaced["vmlinux"], kernel.modules.commands, folder, trims)
    return struct(files = replaced, modules = info)
