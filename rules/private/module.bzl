"""How kernel_module makes a module: slice, compile, link, scan, slice the symbols, modpost, final link."""

load("//rules:providers.bzl", "KernelHeadersInfo", "KernelModuleInfo")
load(":compile.bzl", "compile_unit")
load(":compile_commands.bzl", "compile_commands")
load(":finish.bzl", "finish_module")
load(":headers.bzl", "own_headers")
load(":kbuild_file.bzl", "kbuild_text")
load(":link.bzl", "link_object")
load(":modpost.bzl", "scan", "slice_symvers")
load(":no_kernel.bzl", "module_kernel")
load(":options.bzl", "source_options", "source_values", "unit_options", "unit_slots")
load(":paths.bzl", "canonical", "canonical_dir", "label_text")
load(":slice.bzl", "slice_headers")
load(":symbol_list.bzl", "check_allowed_symbols")
load(":units.bzl", "kbuild_name", "kbuild_place", "make_units", "unit_output")

def _check_deps(ctx, kernel):
    for dep in ctx.attr.deps:
        if KernelModuleInfo not in dep:
            continue
        other = dep[KernelModuleInfo].kernel
        if other.label != kernel.label:
            fail("{}: deps: {} is built for {} ({}), but this module for {} ({}). Build both for one kernel: give them the same kernel, or leave it to --@rules_kbuild//rules:kernel".format(
                label_text(ctx.label),
                label_text(dep.label),
                label_text(other.label),
                other.release,
                label_text(kernel.label),
                kernel.release,
            ))

def _dep_headers(ctx):
    """`label=canonical path` of the headers that only one dep offers: a module whose symbols are not used may be there for those."""
    offered = [(dep, dep[KernelHeadersInfo].hdrs.to_list()) for dep in ctx.attr.deps if KernelHeadersInfo in dep]
    count = {}
    for _, headers in offered:
        for header in headers:
            count[header] = count.get(header, 0) + 1
    return [
        label_text(dep.label) + "=" + canonical(header)
        for dep, headers in offered
        if KernelModuleInfo in dep
        for header in headers
        if count[header] == 1
    ]

def _check_livepatch(label, kernel):
    """Kernel/module/main.c refuses a livepatch module in a kernel without CONFIG_LIVEPATCH."""
    if kernel.config.get("LIVEPATCH") == "y":
        return
    why = ""
    if kernel.config.get("TRIM_UNUSED_KSYMS") == "y":
        why = ": its CONFIG_TRIM_UNUSED_KSYMS=y excludes it (Kconfig: LIVEPATCH depends on !TRIM_UNUSED_KSYMS)"
    fail("{}: livepatch = True, but {} ({}) has no CONFIG_LIVEPATCH=y{}. It would refuse to load the module; build for a kernel that has it".format(
        label_text(label),
        label_text(kernel.label),
        kernel.release,
        why,
    ))

def kernel_module_impl(ctx):
    """Implementation of the kernel_module rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    kernel = module_kernel(ctx.label, ctx.attr.kernel)
    _check_deps(ctx, kernel)
    if ctx.attr.livepatch:
        _check_livepatch(ctx.label, kernel)
    module = ctx.attr.module_name or ctx.label.name
    modname = kbuild_name(module)
    place = kbuild_place(ctx.label, kernel, ctx.attr.kbuild_root)
    package = place.package
    path = "{}/{}".format(package, module) if package else module
    folder = "_objs/" + ctx.label.name
    run_in = place.cwd
    units = make_units(ctx.label, ctx.files.srcs, place)
    if not units:
        fail("{}: srcs: no C or assembly source; headers alone are a kernel_headers target".format(label_text(ctx.label)))

    headers = own_headers(ctx)
    slots = unit_options(ctx, kernel, place, headers)
    src_opts = source_options(ctx, kernel, place, units, "src_copts")
    src_removes = source_options(ctx, kernel, place, units, "src_copts_remove")
    modnames = source_values(ctx, place, units, "src_modnames")
    sources_text = ctx.actions.declare_file(folder + "/sources.text")
    packs = slice_headers(
        ctx,
        kernel,
        units,
        files = depset(ctx.files.srcs + ctx.files.hdrs, transitive = [headers.hdrs]),
        slots = slots,
        src_opts = src_opts,
        cwd = run_in,
        folder = folder,
        tool = ctx.attr._slice[DefaultInfo].files_to_run,
        sources_text = sources_text,
    )

    compile = ctx.attr._compile[DefaultInfo].files_to_run
    modversions = kernel.config.get("MODVERSIONS") == "y"
    composite = len(units) > 1 or units[0].stem != module

    # Kbuild cannot link an object into a module of the same name; here the two need not lie in one folder.
    parts = canonical_dir(package)
    if composite and module in [unit.stem for unit in units]:
        parts += "/.parts"
    objects = []
    compiled = []
    symversions = []
    deps_lists = []
    for unit in units:
        output = "{}/{}".format(folder, unit_output(unit.stem))
        out = ctx.actions.declare_file(output + ".o")
        deps_out = ctx.actions.declare_file(output + ".deps")
        symversions_out = ctx.actions.declare_file(output + ".symversions") if modversions else None
        if symversions_out:
            symversions.append(symversions_out)
        deps_lists.append(deps_out)
        objects.append(struct(path = "{}/{}.o".format(parts, unit.stem), file = out))
        how = dict(
            source = unit.source,
            source_path = unit.canonical,
            obj = unit.obj,
            folder = canonical_dir(place.root),
            cwd = run_in,
            pack = packs[unit.stem],
            template = "as" if unit.asm else "cc",
            modname = modnames.get(unit.stem, modname),
            module = module,
            objtool = None if composite and kernel.objtool_delayed else "objtool",
            slots = unit_slots(slots, src_opts, unit),
            remove = ctx.attr.copts_remove + src_removes.get(unit.stem, []),
            asm = unit.asm,
        )
        compile_unit(
            ctx,
            kernel,
            compile,
            out = out,
            deps_out = deps_out,
            symversions_out = symversions_out,
            **how
        )
        compiled.append(struct(stem = unit.stem, object = out, link_path = objects[-1].path, compile = how))

    if composite:
        module_object = ctx.actions.declare_file("{}/{}.linked.o".format(folder, module))
        link_object(
            ctx,
            kernel,
            compile,
            objects = objects,
            obj = place.obj + module,
            folder = canonical_dir(place.root),
            cwd = run_in,
            modname = modname,
            module = module,
            out = module_object,
            slots = slots,
            objtool = "objtool" if kernel.objtool_delayed else None,
        )
    else:
        module_object = objects[0].file

    mod = ctx.actions.declare_file(module + ".mod")
    mod_lines = ["{}{}.o".format(place.mod, unit.stem) for unit in units]

    # The field that Kbuild's maintainer proposed when .mod files lost theirs; internal/modfile reads it.
    if ctx.attr.livepatch:
        mod_lines.append("LIVEPATCH")
    ctx.actions.write(mod, "".join([line + "\n" for line in mod_lines]))

    # What Module.symvers calls the module: Kbuild's M as it was typed is the workspace path, and nothing in kernels whose
    # Kbuild runs in it.
    symvers_name = place.name + module
    ksyms = ctx.actions.declare_file(module + ".ksyms")
    scan(ctx, ctx.attr._ksymtrim[DefaultInfo].files_to_run, symvers_name, module_object, ksyms)

    dep_modules = [dep[KernelModuleInfo] for dep in ctx.attr.deps if KernelModuleInfo in dep]
    dep_symvers = depset(transitive = [dep.transitive_symvers for dep in dep_modules], order = "postorder")
    symvers_slice = ctx.actions.declare_file(folder + "/Module.symvers.slice")
    hints = ctx.actions.declare_file(folder + "/exporters.hints")
    unused = ctx.actions.declare_file(folder + "/unused.deps")
    slice_symvers(
        ctx,
        kernel,
        ctx.attr._slice[DefaultInfo].files_to_run,
        ksyms,
        dep_symvers,
        [label_text(dep.label) for dep in dep_modules],
        ctx.files.extra_symvers,
        ctx.files._symbol_index,
        symvers_slice,
        hints,
        unused,
    )
    checks = []
    if ctx.files.allowed_symbols:
        checks.append(ctx.actions.declare_file(folder + "/allowed_symbols.checked"))
        check_allowed_symbols(ctx, kernel, ksyms, dep_symvers, ctx.files.extra_symvers, checks[0])
    linked = struct(
        kernel = kernel,
        label = ctx.label,
        name = module,
        modname = modname,
        place = place,
        path = path,
        symvers_name = symvers_name,
        slots = slots,
        object = module_object,
        composite = composite,
        units = compiled,
        mod = mod,
        ksyms = ksyms,
        symvers_slice = symvers_slice,
        hints = hints,
        unused = unused,
        dep_headers = _dep_headers(ctx),
        symversions = symversions,
        deps = deps_lists,
        sources_text = sources_text,
    )
    finished = finish_module(
        ctx,
        linked,
        folder = folder,
        mod_c = ctx.actions.declare_file(module + ".mod.c"),
        symvers = ctx.actions.declare_file(module + ".symvers"),
        ko = ctx.actions.declare_file(module + ".ko"),
    )
    ko = finished.ko
    symvers = finished.symvers

    kbuild = ctx.actions.declare_file(folder + "/Kbuild")
    ctx.actions.write(kbuild, kbuild_text(module, units, slots, src_opts, ctx.attr.copts_remove, src_removes, place.src))
    commands = compile_commands(ctx, kernel, place, module, units, slots, src_opts, ctx.attr.copts_remove)
    return [
        DefaultInfo(files = depset([ko])),
        OutputGroupInfo(
            mod = depset([mod]),
            symvers = depset([symvers]),
            ksyms = depset([ksyms]),
            mod_c = depset([finished.mod_c]),
            objects = depset([entry.file for entry in objects] + [module_object]),
            packs = depset(packs.values()),
            compile_commands = depset([commands]),
            _validation = depset(checks),
        ),
        headers.info,
        KernelModuleInfo(
            label = ctx.label,
            kernel = kernel,
            name = module,
            path = path,
            ko = ko,
            mod = mod,
            object = module_object,
            symvers = symvers,
            ksyms = ksyms,
            mod_c = finished.mod_c,
            linked = linked,
            transitive_builds = depset(
                [struct(
                    label = label_text(ctx.label),
                    name = module,
                    package = package,
                    root = place.root,
                    kbuild = kbuild,
                    parts = tuple([unit.stem for unit in units] if composite else []),
                    files = depset(ctx.files.srcs + ctx.files.hdrs, transitive = [headers.hdrs]),
                    ko = ko,
                    mod = mod,
                    symvers = symvers,
                )],
                transitive = [dep.transitive_builds for dep in dep_modules],
                order = "postorder",
            ),
            transitive_symvers = depset(
                [struct(file = symvers, label = label_text(ctx.label))],
                transitive = [dep_symvers],
                order = "postorder",
            ),
            transitive_kos = depset([ko], transitive = [dep.transitive_kos for dep in dep_modules], order = "postorder"),
        ),
    ]
