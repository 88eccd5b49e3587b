"""From a module's linked object to its `.ko`: modpost, `.mod.c`, `module-common.c`, the final link.

kernel_module does this once; a trimmed kernel_module_set does it again, with the list of exports that stay.
"""

load(":compile.bzl", "compile_unit")
load(":link.bzl", "link_module")
load(":modpost.bzl", "modpost")
load(":paths.bzl", "canonical_dir")

def changed(old, constructor = struct, **fields):
    """A struct or provider with other values in some fields.

    Args:
      old: a struct, such as that of finish_module, or an instance of a provider.
      constructor: what it is made by: struct, or the provider.
      **fields: the fields that change.

    Returns:
      the same kind of thing.
    """
    values = {name: getattr(old, name) for name in dir(old) if name not in ("to_json", "to_proto")}
    return constructor(**(values | fields))

def finish_module(ctx, linked, folder, mod_c, symvers, ko, keep = None):
    """Declares the actions that make a `.ko`.

    Args:
      ctx: context of a rule with the attributes of TOOLS (rules/private/tools.bzl).
      linked: struct(kernel, label, name, modname, place, path, symvers_name, slots, object, mod, ksyms, symvers_slice,
        hints, unused, dep_headers, symversions, deps, sources_text, composite, units): what kernel_module knows of a module when its object is
        linked. `units`: struct(stem, object, link_path, compile), the last being compile_unit's arguments.
      folder: name of the folder to declare intermediate objects in.
      mod_c: File, the `.mod.c` to write.
      symvers: File, the module's Module.symvers lines to write.
      ko: File, the module to write.
      keep: File with the exports that stay, one a line; None: all.

    Returns:
      struct(mod_c, symvers, ko).
    """
    kernel = linked.kernel
    compile = ctx.attr._compile[DefaultInfo].files_to_run
    root = canonical_dir(linked.place.root)
    obj = linked.place.obj + linked.name
    modpost(ctx, linked, mod_c, symvers, keep)
    mod_o = ctx.actions.declare_file("{}/{}.mod.o".format(folder, linked.name))
    compile_unit(
        ctx,
        kernel,
        compile,
        source = mod_c,
        source_path = canonical_dir(linked.path) + ".mod.c",
        obj = obj + ".mod",
        folder = root,
        cwd = linked.place.cwd,
        pack = kernel.mod_pack,
        out = mod_o,
        template = "cc_mod",
        modname = linked.modname,
        module = linked.name,
        objtool = "objtool_mod",
        slots = linked.slots,
        mnemonic = "KernelModC",
    )
    objects = [
        struct(path = canonical_dir(linked.path) + ".o", file = linked.object),
        struct(path = canonical_dir(linked.path) + ".mod.o", file = mod_o),
    ]
    if kernel.module_common:
        common_o = ctx.actions.declare_file(folder + "/module-common.o")
        compile_unit(
            ctx,
            kernel,
            compile,
            source = kernel.module_common,
            source_path = kernel.module_common_path,
            obj = ("%{root}/" + root + "/" if kernel.src == "%{M}" else "") + ".module-common",
            folder = root,
            cwd = linked.place.cwd,
            pack = kernel.module_common_pack,
            out = common_o,
            template = "cc_module_common",
            modname = ".module_common.o",
            module = ".module-common.o",
            objtool = "objtool_module_common",
            slots = linked.slots,
            mnemonic = "KernelModC",
        )
        objects.append(struct(path = root + "/.module-common.o", file = common_o))
    link_module(ctx, kernel, compile, objects, obj, root, linked.place.cwd, linked.modname, linked.name, ko)
    return struct(mod_c = mod_c, symvers = symvers, ko = ko)
