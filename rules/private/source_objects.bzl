"""How kernel_objects compiles the sources of a folder of a kernel's tree."""

load("//rules:providers.bzl", "KernelObjectsInfo", "KernelTreeInfo")
load(":paths.bzl", "PATH_MAPPING", "label_text")
load(":source_tree.bzl", "compile_args", "expand_command", "seen_files", "slice_sources", "tree_folder", "tree_path")

# Kbuild compiles what goes into a module with it (KBUILD_CFLAGS_MODULE).
_MODULE = "-DMODULE"

def _commands(ctx, tree):
    """All commands that the target's objects name, expanded once each."""
    commands = dict(tree.commands)
    for key, words in ctx.attr.commands.items():
        commands[key] = expand_command(tree, words)
    return commands

def _object_action(ctx, tree, unit, out, seen, deps, symversions, trim):
    """What the action is that makes one object: struct(args, inputs, outputs). compile_object says what it takes."""
    args = compile_args(ctx, tree, unit.obj, unit.path, unit.source, seen, out, unit.modname, unit.modfile)
    inputs = [unit.source] + seen_files(seen)
    outputs = [out]
    if deps:
        args.add("--deps", deps)
        outputs.append(deps)
    if symversions:
        args.add("--symversions", symversions)
        args.add_all(unit.preprocess, format_each = "--genksyms_cpp=%s")
        args.add_all(tree.commands["genksyms"], format_each = "--genksyms=%s")
        outputs.append(symversions)
    args.add_all(unit.words, format_each = "--cc=%s")
    args.add_all(unit.objtool, format_each = "--objtool=%s")
    if trim:
        args.add_all([trim.header], format_each = "--autoksyms=" + tree.autoconf.rpartition("/")[0] + "/autoksyms.h=%s")
        inputs.append(trim.header)
        args.add_all(unit.other_exports, format_each = "--other_export=%s")
        if trim.dropped:
            args.add("--untrimmed", unit.file)
            args.add("--dropped", trim.dropped)
            inputs.extend([unit.file, trim.dropped])
    return struct(args = args, inputs = inputs, outputs = outputs)

def compile_object(ctx, tree, unit, out, seen, deps = None, symversions = None, trim = None):
    """Declares the action that makes one object.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      unit: struct of KernelObjectsInfo.
      out: File, the object.
      seen: struct(pack, autoconf), what its source sees (slice_sources).
      deps: File for what was read, or None.
      symversions: File for the CRCs of its exports, or None.
      trim: None, or struct(header, dropped): compile with the object's slice of autoksyms.h. If the file dropped is empty, the
        object is that of the unit; if it is None, the slice is of what the source names.
    """
    action = _object_action(ctx, tree, unit, out, seen, deps, symversions, trim)
    again = trim and trim.dropped
    ctx.actions.run(
        mnemonic = "KernelTrim" if again else "KernelCompile",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["cc", action.args],
        inputs = depset(action.inputs, transitive = [tree.tool_files]),
        outputs = action.outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = ("Trimming " if again else "Compiling ") + unit.path,
    )

def trim_each(ctx, tree, what, objects):
    """Declares one action for several objects that have hardly an export to lose: it passes on those that lose none.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      what: what Bazel calls them together while it runs.
      objects: list of struct(unit, out, seen, trim), as compile_object takes them.
    """
    actions = [_object_action(ctx, tree, object.unit, object.out, object.seen, None, None, object.trim) for object in objects]
    ctx.actions.run(
        mnemonic = "KernelTrim",
        executable = ctx.attr._compile[DefaultInfo].files_to_run,
        arguments = ["each"] + [action.args for action in actions],
        inputs = depset([file for action in actions for file in action.inputs], transitive = [tree.tool_files]),
        outputs = [file for action in actions for file in action.outputs],
        execution_requirements = PATH_MAPPING,
        progress_message = "Trimming " + what,
    )

def kernel_objects_impl(ctx):
    """Implementation of the kernel_objects rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    commands = _commands(ctx, tree)
    sources = {tree_path(tree, file): file for file in ctx.files.srcs}
    units = []
    for out in ctx.outputs.outs:
        path = tree_path(tree, out)
        name = path.removeprefix(tree_folder(tree, ctx.label))
        entry = ctx.attr.objects.get(name)
        if not entry:
            fail("{}: objects: nothing is said of {}".format(label_text(ctx.label), name))
        source, command, objtool, modname, modfile = entry
        if source not in sources:
            fail("{}: srcs: the source of {}, {}, is not there".format(label_text(ctx.label), name, source))
        words = commands[command]
        preprocess = ctx.attr.symversions.get(name)
        units.append(struct(
            file = out,

            # For srcversion, which modules have.
            deps = ctx.actions.declare_file("_deps/{}/{}.deps".format(ctx.label.name, name)) if _MODULE in words else None,
            symversions = ctx.actions.declare_file("_symversions/{}/{}.symversions".format(ctx.label.name, name)) if preprocess else None,
            preprocess = commands[preprocess] if preprocess else [],
            name = name,
            obj = path.removesuffix(".o"),
            source = sources[source],
            path = source,
            modname = modname,
            modfile = modfile,
            words = words,
            objtool = commands[objtool] if objtool else [],
            exports = name in ctx.attr.exports,
            may_export = ctx.attr.edited,
            named_exports = name in ctx.attr.named_exports,
            other_exports = ctx.attr.other_exports.get(name, []),
            headers = ctx.files.hdrs,
            guess = None,
        ))
    modules = [unit for unit in units if unit.deps]
    text = ctx.actions.declare_file("_packs/{}/sources.text".format(ctx.label.name)) if modules else None
    seen = slice_sources(ctx, tree, units, [(tree_path(tree, file), file) for file in ctx.files.hdrs], "_packs/" + ctx.label.name, text)
    for unit, entry in zip(units, seen):
        compile_object(ctx, tree, unit, unit.file, entry, unit.deps, unit.symversions)
    return [
        DefaultInfo(files = depset(ctx.outputs.outs)),
        OutputGroupInfo(packs = depset([entry.pack for entry in seen])),
        KernelObjectsInfo(
            objects = {unit.obj + ".o": struct(unit = unit, seen = entry) for unit, entry in zip(units, seen)},
            sources_text = text,
        ),
    ]
