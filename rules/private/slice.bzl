"""KernelSlice: one action a module that cuts from all headers those that each source can include.

Its outputs are one pack a unit: the include closure with comments blanked, and autoconf.h with only the CONFIG_ names that
the closure mentions. A pack that comes out the same has the same digest, so the compile that reads it is a cache hit.
"""

load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "mapping")
load(":templates.bzl", "add_template")
load(":units.bzl", "unit_output")

def slice_headers(ctx, kernel, units, files, slots, src_opts, cwd, folder, tool, sources_text = None):
    """Declares the KernelSlice action of a module.

    Args:
      ctx: the rule's context.
      kernel: struct with the fields `roots`, `made_headers`, `autoconf`, `templates` and `config` of KernelInfo.
      units: what make_units returned.
      files: depset of File: every source and header of the workspace that may be included.
      slots: dict of template slot to options, the same for every unit.
      src_opts: dict of unit stem to list of options of that source alone.
      cwd: canonical folder that the compiler runs in.
      folder: name of the folder to declare the packs in.
      tool: the slice tool (FilesToRunProvider).
      sources_text: File to write what srcversion hashes to, or None.

    Returns:
      dict: unit stem to its pack, a File.
    """
    args = params(ctx)
    for root, directory in kernel.roots.items():
        args.add_all([directory], format_each = "--root=" + root + "=%s", expand_directories = False)
    for path, header in kernel.made_headers.items():
        args.add_all([header], format_each = "--file=" + path + "=%s")
    args.add_all(files, map_each = mapping, format_each = "--file=%s", expand_directories = False)
    args.add("--cwd", cwd)
    args.add("--autoconf", kernel.autoconf)
    add_template(args, "--c_flag", kernel.templates["cc"], slots)
    if "as" in kernel.templates:
        add_template(args, "--as_flag", kernel.templates["as"], slots)
    if kernel.config.get("MODVERSIONS") == "y":
        args.add("--genksyms")
    packs = {}
    outputs = []
    for unit in units:
        pack = ctx.actions.declare_file("{}/{}.pack".format(folder, unit_output(unit.stem)))
        packs[unit.stem] = pack
        outputs.append(pack)
        args.add_all([pack], format_each = "--unit=" + unit.canonical + "=%s")
        args.add_all([unit.source], format_each = "--file=" + unit.canonical + "=%s")
        for option in src_opts.get(unit.stem, []):
            args.add("--unit_flag={}={}".format(unit.canonical, option))
    if sources_text:
        outputs.append(sources_text)
        args.add("--sources_text", sources_text)
    ctx.actions.run(
        mnemonic = "KernelSlice",
        executable = tool,
        arguments = ["headers", args],
        inputs = depset(kernel.roots.values() + kernel.made_headers.values() + [unit.source for unit in units], transitive = [files]),
        outputs = outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing headers for %{label}",
    )
    return packs
