"""Asks a tree that kernel.source has prepared how modules outside of it are built against it.

The answer goes to kernelgen as JSON, which writes it down as a kernel_tree_sdk (internal/kernelbuild/sdk.go).
"""

load(":config.bzl", "read_config")
load(":probe.bzl", "run_probe")
load(":sdk.bzl", "PROBE_MODULE", "after", "arch_of", "canonical", "relocator")
load(":templates.bzl", "btf_programs")

# Where a kernel's tree is in the private root of an action, and where debug info says that it is.
_TREE = "usr/src/linux"

# What modpost and Kbuild look for in a tree that a kernel was built in.
_SYMVERS = "Module.symvers"

def probe_tree(rctx, what, make, sdk):
    """Runs the probe at the top of the repository.

    Args:
      rctx: repository_ctx.
      what: the kernel in words, for messages.
      make: list of strings, the command that runs GNU make in the tree.
      sdk: what the toolchain's sdk.json says.

    Returns:
      dict, for json.encode: `tree`, where the tree is in private roots; `programs`, dict of a command's first word to the program's path
      in the tree; `link_files` and `module_common`, paths in the tree; the others as kernel_sdk takes them. Without CONFIG_MODULES Kbuild
      builds no module, and there are no templates.
    """
    config = read_config(rctx.read(".config", watch = "no"))
    if config.get("MODULES") != "y":
        return dict(tree = _TREE, arch = sdk["arch"], config = config, cwd = _TREE, src = "%{M}", templates = {})

    # modpost's options depend on whether it is known what the kernel exports.
    rctx.file(_SYMVERS, "", executable = False)
    top = str(rctx.path(".").realpath)
    module = top + "/" + PROBE_MODULE
    probe = run_probe(
        rctx,
        what = what,
        objtree = top,
        module = module,
        make = make,
        relocate_for = lambda text: relocator({top: "%{root}/" + _TREE, module: "%{M}"}),
    )
    rctx.delete(_SYMVERS)
    rctx.delete(PROBE_MODULE.partition("/")[0])
    cwd = probe.cwd.removeprefix("%{root}/")

    def in_tree(path):
        place = canonical(path, cwd)
        if not place.startswith(_TREE + "/"):
            fail("{}: Kbuild names {}, which is not in the tree".format(what, path))
        place = place.removeprefix(_TREE + "/")
        if not rctx.path(place).exists:
            fail("{}: Kbuild names {}, which `make prepare` has not made".format(what, place))
        return place

    programs = {}
    optional = btf_programs(probe.btf)
    for word, program in probe.programs.items():
        if "/" in program:
            programs[word] = in_tree(program)
        elif program not in sdk["tools"] and program not in optional:
            fail("{}: Kbuild runs {} for modules, which the toolchain does not have".format(what, program))
    lds = after(probe.templates["ld_module"], "-T")
    common = probe.templates["cc_module_common"]
    return dict(
        tree = _TREE,
        arch = arch_of(probe, cwd),
        btf = {str(i): command for i, command in enumerate(probe.btf)},
        config = config,
        cwd = cwd,
        link_files = [in_tree(lds)] if lds else [],
        modpost_flags = probe.modpost_flags,
        module_common = in_tree(common[-1]) if common else "",
        objtool_delayed = probe.objtool_delayed,
        programs = programs,
        src = probe.src,
        templates = {step: words for step, words in probe.templates.items() if words},
    )
