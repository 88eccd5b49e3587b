"""The Kbuild file that says what a kernel_module says: what kbuild_test has GNU make build."""

# Where kbuild_test puts the sources of a module whose name one of its objects has (internal/kbuildoracle/manifest.go).
_PARTS = "kbuildtest_parts"

def _make(words):
    return " ".join([word.replace("%{root}/w", "$(KBUILDTEST_WORKSPACE)") for word in words])

def kbuild_text(module, units, slots, src_opts, remove, src_removes, src):
    """A module's part of a Kbuild file.

    Options are given to each object, so that modules of one package do not share them.

    Args:
      module: the module's base name.
      units: what make_units returned.
      slots: what unit_options returned.
      src_opts: what source_options returned.
      remove: options to leave out.
      src_removes: dict of unit stem to more of them.
      src: how this kernel spells `$(src)`.

    Returns:
      string.
    """
    composite = len(units) > 1 or units[0].stem != module
    clash = composite and module in [unit.stem for unit in units]
    folder = _PARTS + "/" if clash else ""
    lines = ["obj-m += {}.o".format(module)]
    if composite:
        lines.append("{}-y := {}".format(module, " ".join([folder + unit.stem + ".o" for unit in units])))
    for unit in units:
        general = slots["%{asflags}" if unit.asm else "%{ccflags}"]
        options = [
            # As the SDK spells it, M is where the sources are.
            option.replace(src, "$(src)", 1) if option.startswith("-I" + src) else option
            for option in general + src_opts.get(unit.stem, [])
        ]
        if clash:
            options = [option.replace("$(src)", "$(src)/" + _PARTS, 1) for option in options]
        variable = "AFLAGS" if unit.asm else "CFLAGS"
        if options:
            lines.append("{}_{}{}.o := {}".format(variable, folder, unit.stem, _make(options)))
        removed = remove + src_removes.get(unit.stem, [])
        if removed:
            lines.append("{}_REMOVE_{}{}.o := {}".format(variable, folder, unit.stem, _make(removed)))
    if slots["%{nostdinc}"]:
        lines.append("NOSTDINC_FLAGS += " + _make(slots["%{nostdinc}"]))
    if slots["%{ldflags}"]:
        lines.append("ldflags-y += " + _make(slots["%{ldflags}"]))
    return "\n".join(lines) + "\n"
