"""The options that a target adds to Kbuild's own, in the slots where a Makefile's variables would put them."""

load(":paths.bzl", "canonical_dir", "label_text", "workspace_path")
load(":templates.bzl", "AFLAGS_OBJ", "ASFLAGS", "CCFLAGS", "CFLAGS_OBJ", "LDFLAGS", "NOSTDINC")

_KCONFIG = "/include/linux/kconfig.h"

def _srctree(kernel):
    """The folder of the kernel's own headers as its commands spell it: every compile begins with that kconfig.h."""
    for part in kernel.templates["cc"]:
        for word in part if type(part) == "list" else []:
            if word.endswith(_KCONFIG):
                return word.removesuffix(_KCONFIG)
    return "%{root}/" + kernel.autoconf.removesuffix("/include/generated/autoconf.h")

def folders_of(label, kernel, place):
    """What stands for folders in options and commands.

    Args:
      label: the target's label.
      kernel: KernelInfo.
      place: what kbuild_place returned.

    Returns:
      dict: a variable of a Makefile (`$(src)`) to a path, a template.
    """
    return {
        "$(M)": "%{root}/" + canonical_dir(place.root),
        "$(obj)": place.src,
        "$(objtree)": "%{root}/" + kernel.autoconf.removesuffix("/include/generated/autoconf.h"),
        "$(repository)": "%{root}/" + canonical_dir(label.workspace_root),
        "$(src)": place.src,
        "$(srctree)": _srctree(kernel),
    }

def expand(options, folders):
    """Puts folders in.

    Args:
      options: list of strings.
      folders: what folders_of returned.

    Returns:
      list of strings.
    """
    expanded = []
    for option in options:
        if "$(" in option:
            for name, folder in folders.items():
                option = option.replace(name, folder)
        expanded.append(option)
    return expanded

def _search(folder, package, src):
    """-I for a folder of a dependency, spelled as a Makefile of the package would."""
    own = canonical_dir(package)
    if folder == own:
        return "-I" + src
    if folder.startswith(own + "/"):
        return "-I" + src + folder[len(own):]
    return "-I%{root}/" + folder

def unit_options(ctx, kernel, place, headers):
    """What every unit of a target is compiled with, by slot.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      place: what kbuild_place returned.
      headers: what own_headers returned.

    Returns:
      dict: slot to list of options.
    """
    package = place.package
    src = place.src
    folders = folders_of(ctx.label, kernel, place)
    common = (
        ["-I" + (src if include == "." else src + "/" + include) for include in headers.own_includes] +
        [_search(folder, package, src) for folder in headers.includes.to_list()] +
        ["-D" + define for define in headers.defines.to_list() + ctx.attr.local_defines]
    )
    return {
        NOSTDINC: expand(ctx.attr.nostdinc_copts, folders),
        CCFLAGS: expand(ctx.attr.copts, folders) + common,
        ASFLAGS: expand(ctx.attr.asopts, folders) + common,
        LDFLAGS: expand(ctx.attr.linkopts, folders),
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

def source_values(ctx, place, units, attribute):
    """What an attribute such as `src_copts` gives to single sources.

    Args:
      ctx: the rule's context.
      place: what kbuild_place returned.
      units: what make_units returned.
      attribute: the attribute's name.

    Returns:
      dict: unit stem to value. Fails where the attribute names no source.
    """
    stems = {workspace_path(unit.source).removeprefix(place.package).lstrip("/"): unit.stem for unit in units}
    given = getattr(ctx.attr, attribute)
    for name in given:
        if name not in stems:
            fail("{}: {}: {} is not among srcs ({})".format(label_text(ctx.label), attribute, name, ", ".join(stems)))
    return {stems[name]: value for name, value in given.items()}

def source_options(ctx, kernel, place, units, attribute):
    """The options that an attribute gives to single sources, with folders put in.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      place: what kbuild_place returned.
      units: what make_units returned.
      attribute: the attribute's name.

    Returns:
      dict: unit stem to list of options.
    """
    folders = folders_of(ctx.label, kernel, place)
    return {stem: expand(options, folders) for stem, options in source_values(ctx, place, units, attribute).items()}
