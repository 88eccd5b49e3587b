"""The options that a target adds to Kbuild's own, in the slots where a Makefile's variables would put them."""

load(":paths.bzl", "canonical_dir", "label_text", "package_path", "workspace_path")
load(":templates.bzl", "AFLAGS_OBJ", "ASFLAGS", "CCFLAGS", "CFLAGS_OBJ", "LDFLAGS")
load(":units.bzl", "src_dir")

def _expand(options, src):
    return [option.replace("$(src)", src).replace("$(obj)", src) for option in options]

def _search(folder, package, src):
    """-I for a folder of a dependency, spelled as a Makefile of the package would."""
    own = canonical_dir(package)
    if folder == own:
        return "-I" + src
    if folder.startswith(own + "/"):
        return "-I" + src + folder[len(own):]
    return "-I%{root}/" + folder

def unit_options(ctx, kernel, headers):
    """What every unit of a target is compiled with, by slot.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      headers: what own_headers returned.

    Returns:
      dict: slot to list of options.
    """
    package = package_path(ctx.label)
    src = src_dir(kernel, package)
    common = (
        ["-I" + (src if include == "." else src + "/" + include) for include in headers.own_includes] +
        [_search(folder, package, src) for folder in headers.includes.to_list()] +
        ["-D" + define for define in headers.defines.to_list() + ctx.attr.local_defines]
    )
    return {
        CCFLAGS: _expand(ctx.attr.copts, src) + common,
        ASFLAGS: _expand(ctx.attr.asopts, src) + common,
        LDFLAGS: _expand(ctx.attr.linkopts, src),
    }

def unit_slots(slots, src_opts, unit):
    """The slots of one unit: those of all, and its own options.

    Args:
      slots: what unit_options returned.
      src_opts: dict of unit stem to options.
      unit: of make_units.

    Returns:
      dict: slot to list of options.
    """
    own = src_opts.get(unit.stem, [])
    if not own:
        return slots
    return slots | {CFLAGS_OBJ: own, AFLAGS_OBJ: own}

def source_options(ctx, kernel, units):
    """The options that `src_copts` gives to single sources.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      units: what make_units returned.

    Returns:
      dict: unit stem to list of options. Fails where `src_copts` names no source.
    """
    package = package_path(ctx.label)
    src = src_dir(kernel, package)
    stems = {workspace_path(unit.source).removeprefix(package).lstrip("/"): unit.stem for unit in units}
    for name in ctx.attr.src_copts:
        if name not in stems:
            fail("{}: src_copts: {} is not among srcs ({})".format(label_text(ctx.label), name, ", ".join(stems)))
    return {stems[name]: _expand(options, src) for name, options in ctx.attr.src_copts.items()}
