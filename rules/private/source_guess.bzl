"""How a trimmed kernel before 6.5 comes to modules of which few objects are compiled twice.

What modules import is known when they are compiled, and what they export is compiled in. So a module's object that exports something is
compiled with a guess: the exports that sources of other modules mention stay, and what these mention by a macro or an inline function of
a header; what is under a conditional on an option that is off does not count. What the modules import then says what is needed, and where
the guess was wrong the object is compiled again.
"""

load("//rules:providers.bzl", "KernelImageInfo", "KernelIntreeModulesInfo")
load(":finish.bzl", "changed")
load(":modpost.bzl", "scan")
load(":source_modules.bzl", "module_object")
load(":source_objects.bzl", "compile_object")
load(":trim.bzl", "declare_needed", "slice_needed")

def _is_guessed(part):
    # CRCs are of the exports that an object has.
    return part.unit.named_exports and not part.unit.symversions

def _compile_guessed(ctx, kernel, path, entry, guess, folder):
    base = "{}_guess/{}".format(folder, path.removesuffix(".o"))
    file = ctx.actions.declare_file(base + ".o")
    deps = ctx.actions.declare_file(base + ".deps")
    compile_object(ctx, kernel.tree, entry.unit, file, entry.seen, deps = deps, trim = guess)
    return struct(unit = changed(entry.unit, file = file, deps = deps, guess = guess.header), seen = entry.seen)

def _link_guessed(ctx, kernel, module, parts, folder):
    files = {part.unit.obj + ".o": part.unit.file for part in parts}
    base = "{}_guess/{}".format(folder, module.path)
    object = module_object(ctx, kernel.tree, module, files, base + ".module.o")
    ksyms = ctx.actions.declare_file(base + ".ksyms")
    scan(ctx, ctx.attr._ksymtrim[DefaultInfo].files_to_run, module.path, object, ksyms)
    return changed(module, parts = parts, deps = [part.unit.deps for part in parts], object = object, ksyms = ksyms)

def guess_modules(ctx, kernel, users, folder):
    """Declares the objects of modules that export something with the exports that are guessed to be needed.

    Args:
      ctx: context of a rule with the attribute `keep`.
      kernel: KernelImageInfo of a kernel whose objects hold the exports.
      users: list of File: the symbols of modules outside of the tree.
      folder: name of the folder to declare files in, with a slash.

    Returns:
      KernelImageInfo with such objects and modules. Their units have the field `guess`: the slice of autoksyms.h, a File.
    """
    modules = kernel.modules.modules
    guessed = {
        part.unit.obj + ".o": part
        for module in modules
        for part in module.parts
        if _is_guessed(part)
    }
    if not guessed:
        return kernel
    mentions = ctx.actions.declare_file(folder + "guess.mentions")
    ctx.actions.write(mentions, "".join([
        "{} {}\n".format(name, " ".join(exports))
        for name, exports in kernel.modules.header_mentions.items()
    ]))
    needed = ctx.actions.declare_file(folder + "guess.ksyms")
    declare_needed(
        ctx,
        needed,
        users,
        sources = [struct(module = module.path, file = part.unit.source) for module in modules for part in module.parts],
        mentions = mentions,
        autoconf = kernel.tree.autoconf_file,
        message = "Guessing the needed symbols of %{label}",
    )
    slices = slice_needed(
        ctx,
        "modules",
        needed,
        {},
        {"{}_guess/{}".format(folder, path.removesuffix(".o")): part.unit for path, part in guessed.items()},
    )
    objects = {
        path: _compile_guessed(ctx, kernel, path, part, guess, folder)
        for (path, part), guess in zip(guessed.items(), slices)
    }
    changed_modules = []
    for module in modules:
        parts = [objects.get(part.unit.obj + ".o", part) for part in module.parts]
        changed_modules.append(_link_guessed(ctx, kernel, module, parts, folder) if parts != module.parts else module)
    return changed(
        kernel,
        KernelImageInfo,
        modules = changed(kernel.modules, KernelIntreeModulesInfo, modules = changed_modules),
        objects = kernel.objects | objects,
    )
