"""The actions that trim exports: the needed set, its slices, and the objects that lose an export (kernels before 6.5)."""

load(":compile.bzl", "compile_unit")
load(":finish.bzl", "changed")
load(":link.bzl", "link_object")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "canonical_dir", "label_text")
load(":units.bzl", "unit_output")

# The first release whose modpost makes the tables of exports, and trims them. Before, exports are in the objects.
_MODPOST_TRIMS = (6, 5)

def trims_in_modpost(version):
    """Whether a kernel's modpost leaves exports out; else the compiler does.

    Args:
      version: tuple of two ints.

    Returns:
      bool.
    """
    return version >= _MODPOST_TRIMS

def run_ksymtrim(ctx, mnemonic, verb, args, inputs, outputs, message):
    """Declares an action of tools/ksymtrim.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      mnemonic: the action's mnemonic.
      verb: of ksymtrim.
      args: Args.
      inputs: list of File.
      outputs: list of File.
      message: what Bazel says while it runs.
    """
    ctx.actions.run(
        mnemonic = mnemonic,
        executable = ctx.attr._ksymtrim[DefaultInfo].files_to_run,
        arguments = [verb, args],
        inputs = inputs,
        outputs = outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = message,
    )

def _labelled(entry):
    return "{}={}".format(entry.file.path, entry.label)

def declare_needed(ctx, out, ksyms, sources = [], mentions = None, autoconf = None, symvers = [], modversions = False, message = "Working out the needed symbols of %{label}"):
    """Declares KernelNeeded.

    Args:
      ctx: context of a rule with the attribute `keep` and those of TOOLS.
      out: File, the needed set.
      ksyms: list of File: symbol summaries.
      sources: list of struct(module, file): sources of modules that are not compiled yet, which makes the set a guess.
      mentions: File, what names that headers define mention, for those; or None.
      autoconf: File, the header whose options leave out lines of those; or None.
      symvers: list of struct(file, label): what others export.
      modversions: whether the kernel has CONFIG_MODVERSIONS.
      message: what Bazel says while it runs.
    """
    args = params(ctx)
    args.add_all(ksyms, before_each = "--ksyms")
    for source in sources:
        args.add_all([source.file], format_each = "--source=" + source.module + "=%s")
    guess = [file for file in (mentions, autoconf) if file]
    if mentions:
        args.add("--mentions", mentions)
    if autoconf:
        args.add("--autoconf", autoconf)
    args.add_all(symvers, map_each = _labelled, format_each = "--symvers=%s")
    args.add_all(ctx.files.keep, before_each = "--keep")
    if modversions:
        args.add("--modversions")
    args.add("--out", out)
    run_ksymtrim(
        ctx,
        "KernelNeeded",
        "needed",
        args,
        ksyms + [source.file for source in sources] + [entry.file for entry in symvers] + ctx.files.keep + guess,
        [out],
        message,
    )

def needed_set(ctx, kernel, modules, users, name):
    """Declares KernelNeeded: the symbols that must stay exported, each with who keeps it.

    Args:
      ctx: context of a rule with the attribute `keep` and those of TOOLS.
      kernel: KernelInfo.
      modules: list of KernelModuleInfo, those that are trimmed.
      users: list of KernelModuleInfo, others that use them.
      name: of the file to declare.

    Returns:
      File, a needed set (proto/ksym.proto).
    """
    out = ctx.actions.declare_file(name)
    summaries = [module.ksyms for module in modules + users]

    # Modules that others of the set use, and that are not in it, are not trimmed; nor is the kernel.
    inside = {module.label: True for module in modules}
    outside = {}
    for module in modules + users:
        for entry in module.transitive_symvers.to_list():
            outside[entry.label] = entry
    for label in inside:
        outside.pop(label_text(label), None)
    for user in users:
        # A summary says what it exports.
        outside.pop(label_text(user.label), None)
    declare_needed(
        ctx,
        out,
        summaries,
        symvers = [struct(file = kernel.symvers, label = label_text(kernel.label))] + outside.values(),
        modversions = kernel.config.get("MODVERSIONS") == "y",
    )
    return out

def report(ctx, kernel, modules, needed, prefix):
    """Declares KernelReport: who uses which export, as text, JSON and a page.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      kernel: KernelInfo.
      modules: list of KernelModuleInfo, those that are trimmed.
      needed: File, the needed set.
      prefix: of the names of the files to declare.

    Returns:
      list of File.
    """
    summaries = [module.ksyms for module in modules]
    outputs = {kind: ctx.actions.declare_file("{}/report.{}".format(prefix, suffix)) for kind, suffix in [
        ("text", "txt"),
        ("json", "json"),
        ("html", "html"),
    ]}
    args = params(ctx)
    args.add("--needed", needed)
    args.add_all(summaries, before_each = "--ksyms")
    args.add_all([struct(file = kernel.symvers, label = label_text(kernel.label))], map_each = _labelled, format_each = "--symvers=%s")
    args.add("--title", label_text(ctx.label))
    for kind, file in outputs.items():
        args.add("--" + kind, file)
    run_ksymtrim(
        ctx,
        "KernelReport",
        "report",
        args,
        summaries + [needed, kernel.symvers],
        outputs.values(),
        "Reporting the exports of %{label}",
    )
    return outputs.values()

def _summaries_args(ctx, needed, summaries):
    args = params(ctx)
    args.add("--needed", needed)
    args.add_all(summaries, before_each = "--ksyms")
    return args

def keep_list(ctx, exporter, needed, summaries, name):
    """Declares KernelKeepList: the exports of a module, or of several, or of vmlinux, that stay, as modpost takes them.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      exporter: what Bazel calls the exporter while it runs.
      needed: File, the needed set.
      summaries: list of File: the `.ksyms` that say what it exports.
      name: of the file to declare.

    Returns:
      File, a name a line.
    """
    out = ctx.actions.declare_file(name)
    args = _summaries_args(ctx, needed, summaries)
    args.add("--format", "list")
    args.add("--out", out)
    run_ksymtrim(ctx, "KernelKeepList", "slice", args, [needed] + summaries, [out], "Slicing needed symbols for " + exporter)
    return out

def keep_lists(ctx, needed, summaries, names):
    """Declares KernelKeepList for several exporters at once, as keep_list does for one.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      needed: File, the needed set.
      summaries: list of File: the `.ksyms` of all of them.
      names: dict: what the summaries call an exporter, to the name of the file to declare.

    Returns:
      dict: what the summaries call an exporter, to a File, a name a line.
    """
    lists = {path: ctx.actions.declare_file(name) for path, name in names.items()}
    args = _summaries_args(ctx, needed, summaries)
    for path, file in lists.items():
        args.add_all([file], format_each = "--keep-list-of=" + path + "=%s")
    run_ksymtrim(ctx, "KernelKeepList", "split", args, [needed] + summaries, lists.values(), "Slicing needed symbols for %{label}")
    return lists

def slice_summaries(ctx, exporter, needed, summaries, objects):
    """Declares KernelTrimSlice: the needed set, cut for each of some objects that summaries describe, none of which is read.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      exporter: what Bazel calls the objects together while it runs.
      needed: File, the needed set.
      summaries: list of File: the `.ksyms` of all of them.
      objects: dict: what the summaries call an object, to struct(base, named): the name of the files to declare, without suffix, which
        several may share, and whether it is not there yet, and its source names what it exports.

    Returns:
      dict: what the summaries call an object, to struct(header, dropped), as slice_needed returns them.
    """
    declared = {
        object.base: struct(
            header = ctx.actions.declare_file(object.base + ".autoksyms.h"),
            dropped = None if object.named else ctx.actions.declare_file(object.base + ".dropped"),
        )
        for object in {object.base: object for object in objects.values()}.values()
    }
    slices = {path: declared[object.base] for path, object in objects.items()}
    args = _summaries_args(ctx, needed, summaries)
    for path, entry in slices.items():
        args.add_all([entry.header], format_each = "--autoksyms-of=" + path + "=%s")
        if entry.dropped:
            args.add_all([entry.dropped], format_each = "--dropped-of=" + path + "=%s")
    _run_slices(ctx, args, [needed] + summaries, declared.values(), exporter)
    return slices

def _run_slices(ctx, args, inputs, slices, exporter):
    run_ksymtrim(
        ctx,
        "KernelTrimSlice",
        "split",
        args,
        inputs,
        [file for entry in slices for file in (entry.header, entry.dropped) if file],
        "Slicing needed symbols for " + exporter,
    )

def others_suffix(others):
    """What follows the name of a source's file in arguments of ksymtrim that takes its exports from its text.

    Args:
      others: list of strings: what it may export besides.

    Returns:
      string.
    """
    return "".join(["," + name for name in others])

def slice_needed(ctx, exporter, needed, objects, sources = {}, guessed = {}, kept = None):
    """Declares KernelTrimSlice: the needed set, cut for each of some objects, which are read for it.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      exporter: what Bazel calls the objects together while it runs.
      needed: File, the needed set; or None.
      objects: dict: name of the files to declare for an object, without suffix, to the object, a File.
      sources: dict: the same of objects that are not there yet, to their units: struct with `source` (a File, which names what they export) and
        `other_exports` (what they may export besides).
      guessed: dict: the same of objects that were compiled with a guess, to their units, which have `guess` as well: a File, an autoksyms.h.
      kept: File, what is needed of what they export (keep_list), instead of the set; or None.

    Returns:
      list of struct(header, dropped), in order, the objects first: the object's autoksyms.h, and the list of its exports that go
      away; None of one that is not there yet, and of a guessed one what was wrong.
    """
    args = params(ctx)
    if kept:
        args.add("--kept", kept)
    else:
        args.add("--needed", needed)
    slices = []
    for base, object in objects.items():
        entry = struct(
            header = ctx.actions.declare_file(base + ".autoksyms.h"),
            dropped = ctx.actions.declare_file(base + ".dropped"),
        )
        slices.append(entry)
        args.add("--object", object)
        args.add("--autoksyms", entry.header)
        args.add("--dropped", entry.dropped)
    inputs = [kept or needed] + objects.values()
    for base, unit in sources.items():
        entry = struct(header = ctx.actions.declare_file(base + ".autoksyms.h"), dropped = None)
        slices.append(entry)
        inputs.append(unit.source)
        args.add_all([unit.source], format_each = "--source=%s" + others_suffix(unit.other_exports))
        args.add("--source-autoksyms", entry.header)
    for base, unit in guessed.items():
        made = struct(header = ctx.actions.declare_file(base + ".autoksyms.h"), dropped = ctx.actions.declare_file(base + ".dropped"))
        slices.append(made)
        inputs.extend([unit.source, unit.guess])
        args.add_all([unit.source], format_each = "--guessed=%s" + others_suffix(unit.other_exports))
        args.add("--guess", unit.guess)
        args.add("--guessed-autoksyms", made.header)
        args.add("--guessed-dropped", made.dropped)
    _run_slices(ctx, args, inputs, slices, exporter)
    return slices

def write_autoksyms(ctx, needed, name):
    """Declares KernelAutoksyms: the header of the whole set, as Kbuild's include/generated/autoksyms.h.

    Args:
      ctx: context of a rule with the attributes of TOOLS.
      needed: File, the needed set.
      name: of the file to declare.

    Returns:
      File.
    """
    out = ctx.actions.declare_file(name)
    args = params(ctx)
    args.add("--needed", needed)
    args.add("--format", "autoksyms")
    args.add("--out", out)
    run_ksymtrim(ctx, "KernelAutoksyms", "slice", args, [needed], [out], "Writing autoksyms.h of %{label}")
    return out

def trim_objects(ctx, module, needed, folder):
    """Declares the actions that make a module's object without the exports that nobody needs.

    KernelTrimSlice cuts the needed set for each object. KernelTrim compiles an object again with its slice, or, if the slice
    says that it loses no export, passes the untrimmed one on.

    Args:
      ctx: context of a rule with the attribute `ksym_markers` and those of TOOLS.
      module: KernelModuleInfo of a kernel whose objects hold the exports.
      needed: File, the needed set.
      folder: name of the folder to declare files in.

    Returns:
      (struct of finish_module with the trimmed object; list of File, the autoksyms.h of each object).
    """
    linked = module.linked
    kernel = linked.kernel
    compile = ctx.attr._compile[DefaultInfo].files_to_run
    slices = slice_needed(ctx, label_text(module.label), needed, {
        "{}/{}".format(folder, unit_output(unit.stem)): unit.object
        for unit in linked.units
    })
    objects = []
    for unit, entry in zip(linked.units, slices):
        out = ctx.actions.declare_file("{}/{}.o".format(folder, unit_output(unit.stem)))
        objects.append(struct(path = unit.link_path, file = out))
        compile_unit(
            ctx,
            kernel,
            compile,
            out = out,
            mnemonic = "KernelTrim",
            trim = struct(
                untrimmed = unit.object,
                header = entry.header,
                dropped = entry.dropped,
                markers = ctx.attr.ksym_markers,
            ),
            **unit.compile
        )
    if not linked.composite:
        trimmed = objects[0].file
    else:
        trimmed = ctx.actions.declare_file("{}/{}.linked.o".format(folder, linked.name))
        link_object(
            ctx,
            kernel,
            compile,
            objects = objects,
            obj = linked.place.obj + linked.name,
            folder = canonical_dir(linked.place.root),
            cwd = linked.place.cwd,
            modname = linked.modname,
            module = linked.name,
            out = trimmed,
            slots = linked.slots,
            objtool = "objtool" if kernel.objtool_delayed else None,
        )
    return changed(linked, object = trimmed), [entry.header for entry in slices]
