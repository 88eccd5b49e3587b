"""How modules of a kernel's own tree are made: kernel_intree_module up to modpost, kernel_intree_modules all of them from there on.

Each module's modpost reads what all others export, since nobody says which of them use which. So exports are written first, by a run of
modpost that looks at no import.
"""

load("//rules:providers.bzl", "KernelArchiveInfo", "KernelIntreeModuleInfo", "KernelIntreeModulesInfo", "KernelObjectsInfo", "KernelRecipeInfo", "KernelTreeInfo")
load(":btf.bzl", "add_btf", "slice_btf")
load(":finish.bzl", "changed")
load(":modpost.bzl", "join_symvers", "scan")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "label_text")
load(":source_tree.bzl", "compile_args", "expand_command", "has_modversions", "seen_files", "slice_sources", "tree_args", "tree_path")
load(":units.bzl", "kbuild_name")

def module_modpost(ctx, tree, module, outputs, symvers_out = None, mod_c = None, symvers = None, trim = None):
    """Declares a KernelModpost of one module.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      module: struct of KernelIntreeModuleInfo.
      outputs: list of File, those of the two below.
      symvers_out: File for what it exports, or None.
      mod_c: File for its `.mod.c`, or None: then nothing is checked but what it exports.
      symvers: File, what others export; for mod_c.
      trim: File with the exports that stay, or None: all.
    """
    args = params(ctx)
    args.add_all(tree.modpost_flags)
    args.add("--release", tree.release)
    args.add("--module", module.path)
    args.add("--label=" + label_text(module.label))
    args.add("--object", module.object)
    args.add("--mod", module.mod)
    args.add_all(module.symversions, before_each = "--symversions")
    inputs = [module.object, module.mod] + module.symversions
    if symvers_out:
        args.add("--symvers_out", symvers_out)
    if trim:
        args.add("--trim", trim)
        inputs.append(trim)
    if mod_c:
        args.add("--symvers", symvers)
        args.add_all(module.deps, before_each = "--deps")
        args.add_all(module.sources_texts, before_each = "--sources_text")
        args.add("--mod_c", mod_c)
        inputs = inputs + [symvers] + module.deps + module.sources_texts
    ctx.actions.run(
        mnemonic = "KernelModpost",
        executable = ctx.attr._modpost[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = inputs,
        outputs = outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = "Running modpost for " + module.path,
    )

def _link_parts(ctx, tree, module, files, out):
    """Declares the KernelLink of a composite module.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      module: struct with the fields `path`, `link` and `objtool` of KernelIntreeModuleInfo.
      files: dict: path in the tree to File: the objects, in link order.
      out: File.
    """
    args = tree_args(ctx, tree, module.path)
    for path, file in files.items():
        args.add_all([file], format_each = "--object=" + tree.cwd + "/" + path + "=%s")
    args.add("--out", out)
    args.add_all(module.link, format_each = "--ld=%s")
    args.add_all(module.objtool, format_each = "--objtool=%s")
    ctx.actions.run(
        mnemonic = "KernelLink",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["link", args],
        inputs = depset(files.values(), transitive = [tree.tool_files]),
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Linking %{output}",
    )

def module_object(ctx, tree, module, files, name):
    """The object of a module: linked if it has a link, else its only part.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      module: struct with the fields `path`, `link` and `objtool` of KernelIntreeModuleInfo.
      files: dict: path in the tree to File: the objects, in link order.
      name: of the file to declare for a linked one.

    Returns:
      File.
    """
    if not module.link:
        return files.values()[0]
    out = ctx.actions.declare_file(name)
    _link_parts(ctx, tree, module, files, out)
    return out

def kernel_intree_module_impl(ctx):
    """Implementation of the kernel_intree_module rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    compiled = {}
    texts = []
    for target in ctx.attr.objects:
        info = target[KernelObjectsInfo]
        compiled.update(info.objects)
        texts.append(info.sources_text)
    parts = []
    for path in ctx.attr.parts:
        if path not in compiled:
            fail("{}: objects: none of the targets makes {}".format(label_text(ctx.label), path))
        parts.append(compiled[path])
    name = ctx.attr.path.rpartition("/")[2]
    module = dict(
        label = ctx.label,
        name = name,
        path = ctx.attr.path,
        parts = parts,
        link = expand_command(tree, ctx.attr.link),
        objtool = expand_command(tree, ctx.attr.objtool),
        deps = [part.unit.deps for part in parts],
        symversions = [part.unit.symversions for part in parts if part.unit.symversions],
        sources_texts = texts,
    )
    if not ctx.attr.link and len(parts) != 1:
        fail("{}: link: {} has {} parts and no command to link them".format(label_text(ctx.label), ctx.attr.path, len(parts)))
    module["object"] = module_object(
        ctx,
        tree,
        struct(**module),
        {part.unit.obj + ".o": part.unit.file for part in parts},
        "_modules/{}.o".format(name),
    )
    module["mod"] = ctx.actions.declare_file("_modules/{}.mod".format(name))
    ctx.actions.write(module["mod"], "".join([path + "\n" for path in ctx.attr.parts]))
    module["ksyms"] = ctx.actions.declare_file("_modules/{}.ksyms".format(name))
    scan(ctx, ctx.attr._ksymtrim[DefaultInfo].files_to_run, ctx.attr.path, module["object"], module["ksyms"])
    module["symvers"] = ctx.actions.declare_file("_modules/{}.symvers".format(name))
    module = struct(**module)
    module_modpost(ctx, tree, module, [module.symvers], symvers_out = module.symvers)
    return [
        DefaultInfo(files = depset([module.object])),
        OutputGroupInfo(ksyms = depset([module.ksyms]), symvers = depset([module.symvers]), mod = depset([module.mod])),
        KernelIntreeModuleInfo(module = module),
    ]

def _slice_symvers(ctx, tree, modules, all, slices):
    """Declares KernelSymversSlice: what concerns each module of the Module.symvers of all.

    It is one action, since Module.symvers waits for all of them as well.
    """
    args = params(ctx)
    args.add("--kernel", all)
    if has_modversions(tree):
        args.add("--modversions")
    for module, out in zip(modules, slices):
        args.add_joined("--module", [module.ksyms, out], join_with = "=")
    ctx.actions.run(
        mnemonic = "KernelSymversSlice",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["modules", args],
        inputs = [module.ksyms for module in modules] + [all],
        outputs = slices,
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing Module.symvers of %{label}",
    )

def _mod_object(ctx, tree, module, commands, mod_c, out):
    args = compile_args(
        ctx,
        tree,
        module.path + ".mod",
        module.path + ".mod.c",
        mod_c,
        commands.mod_seen,
        out,
        modname = kbuild_name(module.name),
    )
    args.add_all(commands.mod_command, format_each = "--cc=%s")
    args.add_all(commands.mod_objtool, format_each = "--objtool=%s")
    ctx.actions.run(
        mnemonic = "KernelModC",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["cc", args],
        inputs = depset([mod_c] + seen_files(commands.mod_seen), transitive = [tree.tool_files]),
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Compiling {}.mod.c".format(module.path),
    )

def _final(ctx, tree, module, commands, mod_o, btf, out):
    args = tree_args(ctx, tree, module.path)
    for suffix, file in [(".o", module.object), (".mod.o", mod_o)]:
        args.add_all([file], format_each = "--object=" + tree.cwd + "/" + module.path + suffix + "=%s")
    for option, files in [("object", commands.link_objects), ("file", commands.link_files)]:
        for file in files:
            args.add_all([file], format_each = "--" + option + "=" + tree.cwd + "/" + tree_path(tree, file) + "=%s")
    args.add("--out", out)
    args.add_all(commands.final, format_each = "--ld=%s")
    btf_files = add_btf(args, commands.btf, btf, tree.btf_tools)
    ctx.actions.run(
        mnemonic = "KernelModuleLink",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["final", args],
        inputs = depset(
            [module.object, mod_o] + commands.link_objects + commands.link_files,
            transitive = [tree.tool_files, btf_files],
        ),
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Linking module %{output}",
    )

def finish_modules(ctx, tree, modules, vmlinux_symvers, vmlinux, commands, folder = "", trims = {}):
    """Declares what makes `.ko` files of all modules, with Module.symvers and modules.order.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      modules: list of struct of KernelIntreeModuleInfo, in the order of modules.order.
      vmlinux_symvers: File, what vmlinux exports.
      vmlinux: File, the kernel, if modules have BTF.
      commands: struct of KernelIntreeModulesInfo.
      folder: name of the folder to declare files in, with a slash; empty: the package's.
      trims: dict: a module's path to the File with its exports that stay; empty: all do.

    Returns:
      (KernelIntreeModulesInfo, list of File: the `.mod.c`).
    """
    symvers = ctx.actions.declare_file(folder + "Module.symvers")
    join_symvers(ctx, [vmlinux_symvers] + [module.symvers for module in modules], symvers)
    order = ctx.actions.declare_file(folder + "modules.order")
    ctx.actions.write(order, "".join([module.path + commands.order_suffix + "\n" for module in modules]))
    btf = None
    if commands.btf:
        btf = ctx.actions.declare_file(folder + "vmlinux.btf")
        slice_btf(ctx, vmlinux, btf)
    kos = []
    mod_cs = []
    slices = [ctx.actions.declare_file("{}_modules/{}.symvers.slice".format(folder, module.path)) for module in modules]
    if modules:
        _slice_symvers(ctx, tree, modules, symvers, slices)
    for module, part in zip(modules, slices):
        base = "{}_modules/{}".format(folder, module.path)
        mod_c = ctx.actions.declare_file(base + ".mod.c")
        module_modpost(ctx, tree, module, [mod_c], mod_c = mod_c, symvers = part, trim = trims.get(module.path))
        mod_o = ctx.actions.declare_file(base + ".mod.o")
        _mod_object(ctx, tree, module, commands, mod_c, mod_o)
        ko = ctx.actions.declare_file(base + ".ko")
        _final(ctx, tree, module, commands, mod_o, btf, ko)
        kos.append(ko)
        mod_cs.append(mod_c)
    info = KernelIntreeModulesInfo(
        modules = modules,
        kos = kos,
        symvers = symvers,
        btf = btf,
        order = order,
        commands = commands,
        header_mentions = {},
    )
    return info, mod_cs

def kernel_intree_modules_impl(ctx):
    """Implementation of the kernel_intree_modules rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    words = expand_command(tree, ctx.attr.mod_command)
    stub = struct(source = ctx.file._mod_stub, path = ".mod.c", name = "mod", words = words, preprocess = [])
    seen = slice_sources(ctx, tree, [stub], [], "_modules") if ctx.attr.modules else [None]
    info, mod_cs = finish_modules(
        ctx,
        tree,
        [target[KernelIntreeModuleInfo].module for target in ctx.attr.modules],
        ctx.file.vmlinux_symvers,
        ctx.attr.vmlinux[KernelRecipeInfo].files["vmlinux"] if ctx.attr.vmlinux else None,
        struct(
            mod_command = words,
            mod_objtool = expand_command(tree, ctx.attr.mod_objtool),
            final = expand_command(tree, ctx.attr.final),
            link_files = ctx.files.link_files,
            link_objects = ctx.files.link_objects,
            mod_seen = seen[0],
            order_suffix = ctx.attr.order_suffix,
            btf = [ctx.attr.btf[key] for key in sorted(ctx.attr.btf)],
        ),
    )
    return [
        DefaultInfo(files = depset(info.kos + [info.symvers, info.order])),
        OutputGroupInfo(symvers = depset([info.symvers]), order = depset([info.order]), mod_c = depset(mod_cs)),
        changed(info, KernelIntreeModulesInfo, header_mentions = ctx.attr.header_mentions),
    ]

def builtin_symversions(objects, archive):
    """The CRCs of what the objects in an archive export.

    Args:
      objects: dict of KernelObjectsInfo.
      archive: KernelArchiveInfo.

    Returns:
      list of File; empty without CONFIG_MODVERSIONS.
    """
    inside = {file: True for file in archive.objects}
    return [
        entry.unit.symversions
        for entry in objects.values()
        if entry.unit.symversions and entry.unit.file in inside
    ]

def vmlinux_modpost(ctx, tree, label, vmlinux, symversions, export_c, symvers, trim = None):
    """Declares the KernelModpost of vmlinux.o.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      label: of the target that messages name.
      vmlinux: File, vmlinux.o.
      symversions: list of File, the CRCs of what the objects in it export.
      export_c: File to write the table of exports to.
      symvers: File to write the lines of Module.symvers to.
      trim: File with the exports that stay, or None: all.
    """
    args = params(ctx)
    args.add_all(tree.modpost_flags)
    args.add("--release", tree.release)
    args.add("--label=" + label_text(label))
    args.add("--vmlinux", vmlinux)
    args.add_all(symversions, before_each = "--symversions")
    if trim:
        args.add("--trim", trim)
    args.add("--export_c", export_c)
    args.add("--symvers_out", symvers)
    ctx.actions.run(
        mnemonic = "KernelModpost",
        executable = ctx.attr._modpost[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = [vmlinux] + symversions + ([trim] if trim else []),
        outputs = [export_c, symvers],
        execution_requirements = PATH_MAPPING,
        progress_message = "Running modpost for vmlinux",
    )

def kernel_vmlinux_exports_impl(ctx):
    """Implementation of the kernel_vmlinux_exports rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    objects = {}
    for target in ctx.attr.objects:
        objects.update(target[KernelObjectsInfo].objects)
    vmlinux_modpost(
        ctx,
        ctx.attr.tree[KernelTreeInfo],
        ctx.label,
        ctx.file.vmlinux,
        builtin_symversions(objects, ctx.attr.archive[KernelArchiveInfo]) if objects else [],
        ctx.outputs.export_c,
        ctx.outputs.symvers,
    )
    return [DefaultInfo(files = depset([ctx.outputs.export_c, ctx.outputs.symvers]))]
