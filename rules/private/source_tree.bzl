"""What the rules in BUILD files of a kernel's source tree share: paths, commands, and what sources see of headers and configuration."""

load("//rules:providers.bzl", "KernelInfo", "KernelTreeInfo")
load(":finish.bzl", "changed")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "label_text", "package_path", "workspace_path")
load(":sdk.bzl", "files_by_path")
load(":units.bzl", "kbuild_name")

# Where sources see the configuration.
_AUTOCONF = "include/generated/autoconf.h"

# How many parts of autoconf.h there are for options that no header mentions. With more, fewer slices read the part of an option, and all take
# longer to look at them.
_PARTS = 32

def _split_config(ctx, autoconf):
    """Declares KernelConfigSplit: autoconf.h in parts, of which most slices read few."""
    parts = [ctx.actions.declare_file("_autoconf/{}.h".format(part)) for part in range(1 + _PARTS)]
    args = params(ctx)
    args.add("--autoconf", autoconf)
    args.add("--header_options", ctx.file.header_options)
    args.add_all(parts, before_each = "--out")
    ctx.actions.run(
        mnemonic = "KernelConfigSplit",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["split", args],
        inputs = [autoconf, ctx.file.header_options],
        outputs = parts,
        execution_requirements = PATH_MAPPING,
        progress_message = "Splitting the configuration for %{label}",
    )
    return parts

def kernel_tree_impl(ctx):
    """Implementation of the kernel_tree rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    sdk = ctx.attr.sdk[KernelInfo]
    programs = files_by_path(ctx.attr.programs)
    config = files_by_path(ctx.attr.config)
    if _AUTOCONF not in config:
        fail("{}: config: none of the files is {}, in which sources see the configuration: add it".format(label_text(ctx.label), _AUTOCONF))
    return [
        DefaultInfo(files = depset([ctx.file.description])),
        KernelTreeInfo(
            label = ctx.label,
            commands = ctx.attr.commands,
            cwd = ctx.attr.cwd,
            roots = files_by_path(ctx.attr.roots),
            made_headers = {},
            autoconf = ctx.attr.cwd + "/" + _AUTOCONF,
            autoconf_file = config[_AUTOCONF],
            autoconf_parts = _split_config(ctx, config[_AUTOCONF]),
            header_options = ctx.file.header_options,
            config = {file: path for path, file in config.items()},
            tool_flags = sdk.tool_flags,
            tool_files = depset(programs.values(), transitive = [sdk.tool_files]),
            programs = programs,
            description = ctx.file.description,
            release = ctx.attr.release,
            modpost_flags = ctx.attr.modpost_flags,
            btf_tools = _btf_tools(ctx, sdk),
            tree_root = ctx.label.workspace_root or ".",
            sdk_root = ctx.attr.sdk.label.workspace_root or ".",
            recipe_files = depset(
                [ctx.file.description] + ctx.files.host + ([sdk.busybox] if sdk.busybox else []),
                transitive = [sdk.tool_files],
            ),
        ),
    ]

def kernel_prepared_tree_impl(ctx):
    """Implementation of the kernel_prepared_tree rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    return [
        ctx.attr.tree[DefaultInfo],
        changed(
            tree,
            KernelTreeInfo,
            label = ctx.label,
            made_headers = {tree.cwd + "/" + tree_path(tree, file): file for file in ctx.files.hdrs},
        ),
    ]

def _btf_tools(ctx, sdk):
    """The programs that add BTF to modules: pahole is of the lock's part "host", resolve_btfids the tree's own."""
    if not ctx.attr.btf_tools:
        return None

    def place(path):
        tree = ctx.label.workspace_root or "."
        return path.replace("%{tree}", tree).replace("%{sdk}", ctx.attr.sdk.label.workspace_root or ".")

    programs = files_by_path(ctx.attr.btf_programs)
    return struct(
        flags = (
            ["--tool={}={}".format(name, place(path)) for name, path in ctx.attr.btf_tools.items()] +
            ["--library_path=" + place(path) for path in ctx.attr.btf_libraries] +
            ["--program={}={}".format(word, file.path) for word, file in programs.items()]
        ),
        files = depset(programs.values() + ctx.files.host, transitive = [sdk.tool_files]),
    )

def has_modversions(tree):
    """Whether a kernel has CONFIG_MODVERSIONS: Kbuild tells modpost.

    Args:
      tree: KernelTreeInfo.

    Returns:
      bool.
    """
    return "-m" in tree.modpost_flags

def tree_path(tree, file):
    """The path of a file from the top of the tree, whether the tree has it, Kconfig made it, or the build makes it.

    Args:
      tree: KernelTreeInfo; its target's package is the top.
      file: File.

    Returns:
      string.
    """
    return tree.config.get(file) or _below(package_path(tree.label), workspace_path(file))

def tree_folder(tree, label):
    """The folder of a label's package from the top of the tree, with a slash; empty for the top."""
    folder = _below(package_path(tree.label), package_path(label))
    return folder + "/" if folder else ""

def _below(top, path):
    if not top:
        return path
    if path != top and not path.startswith(top + "/"):
        fail("{} is not below {}, the top of the kernel's tree".format(path, top))
    return path[len(top) + 1:]

def expand_command(tree, words):
    """A command with the words that stand for parts of the tree's own: `%{cc:3-60}` is cc[3:60].

    Args:
      tree: KernelTreeInfo.
      words: list of strings.

    Returns:
      list of strings.
    """
    if not [word for word in words if word.startswith("%{") and ":" in word]:
        return words
    all = []
    for word in words:
        name, colon, part = word.removeprefix("%{").removesuffix("}").partition(":")
        if word.startswith("%{") and colon and name in tree.commands:
            first, _, end = part.partition("-")
            all.extend(tree.commands[name][int(first):int(end)])
        else:
            all.append(word)
    return all

def tree_args(ctx, tree, obj):
    """The arguments of `compile` that all its verbs for a kernel's tree take.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      obj: what is made, a path in the tree without suffix.

    Returns:
      Args.
    """
    args = params(ctx)
    args.add("--cwd", tree.cwd)
    args.add("--define=obj=" + obj)
    args.add_all(tree.tool_flags)
    for word, program in tree.programs.items():
        args.add_all([program], format_each = "--program=" + word + "=%s")
    return args

def compile_args(ctx, tree, obj, source_path, source, seen, out, modname = "", modfile = ""):
    """The arguments of `compile cc` for an object, without its commands.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      obj: the object's path in the tree, without `.o`.
      source_path: the source's path in the tree.
      source: File.
      seen: what slice_sources returned of the source; seen_files(seen) are to be inputs.
      out: File, the object.
      modname: KBUILD_MODNAME; empty: the object's own name.
      modfile: KBUILD_MODFILE; empty: the object's own path.

    Returns:
      Args.
    """
    args = tree_args(ctx, tree, obj)
    args.add("--pack", seen.pack)
    args.add_all([seen.autoconf], format_each = "--autoconf=" + tree.autoconf + "=%s")
    args.add_all([source], format_each = "--source=" + tree.cwd + "/" + source_path + "=%s")
    args.add("--out", out)
    basename = kbuild_name(obj.rpartition("/")[2])
    args.add("--define=source=" + source_path)
    args.add("--define=basename=" + basename)
    args.add("--define=modname=" + (modname or basename))
    args.add("--define=modfile=" + (modfile or obj))
    return args

def seen_files(seen):
    """The files of what slice_sources returned of a source.

    Args:
      seen: struct(pack, autoconf).

    Returns:
      list of File.
    """
    return [seen.pack, seen.autoconf]

def _slice_config(ctx, tree, units, seen, options, unused):
    """Declares the KernelConfigSlice action: the lines of autoconf.h that each source can see.

    It is run again if a part of autoconf.h changes that one of them can see.
    """
    args = params(ctx)
    args.add_all(tree.autoconf_parts, before_each = "--autoconf")
    args.add("--header_options", tree.header_options)
    args.add("--options", options)
    args.add("--unused", unused)
    for unit, entry in zip(units, seen):
        args.add_all([entry.autoconf], format_each = "--out=" + tree.cwd + "/" + unit.path + "=%s")
    ctx.actions.run(
        mnemonic = "KernelConfigSlice",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["config", args],
        inputs = tree.autoconf_parts + [tree.header_options, options],
        outputs = {entry.autoconf: True for entry in seen}.keys() + [unused],
        unused_inputs_list = unused,
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing the configuration for %{label}",
    )

def slice_sources(ctx, tree, units, files, folder, sources_text = None, together = False):
    """Declares the actions by which some sources get what they see: KernelSlice of headers, KernelConfigSlice of the configuration.

    Packs are the same in all configurations: the former does not read autoconf.h.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      units: list of struct(name, source, path, words, preprocess): what its pack is called, a File, its path in the tree, the command
        that compiles it, and the one by which genksyms reads it, or an empty list.
      files: list of (path in the tree, File): what the build makes and the sources may include.
      folder: name of the folder to declare the packs in.
      sources_text: File to write what srcversion hashes to, or None.
      together: whether the sources are compiled in one place, and have one autoconf.h.

    Returns:
      list of struct: what each source sees, in order: `pack`, the headers that it can include, and `autoconf`, the lines of autoconf.h of
      the options that it and those mention; Files.
    """
    args = params(ctx)
    for root, directory in tree.roots.items():
        args.add_all([directory], format_each = "--root=" + root + "=%s", expand_directories = False)
    for path, file in tree.made_headers.items():
        args.add_all([file], format_each = "--file=" + path + "=%s")
    for path, file in files:
        args.add_all([file], format_each = "--file=" + tree.cwd + "/" + path + "=%s")
    args.add("--cwd", tree.cwd)
    args.add("--autoconf", tree.autoconf)
    options = ctx.actions.declare_file("{}/{}.options".format(folder, units[0].name))
    args.add("--options", options)
    autoconf = ctx.actions.declare_file("{}/autoconf.h".format(folder)) if together else None
    seen = []
    for unit in units:
        canonical = tree.cwd + "/" + unit.path
        seen.append(struct(
            pack = ctx.actions.declare_file("{}/{}.pack".format(folder, unit.name)),
            autoconf = autoconf or ctx.actions.declare_file("{}/{}.autoconf.h".format(folder, unit.name)),
        ))
        args.add_all([seen[-1].pack], format_each = "--unit=" + canonical + "=%s")
        args.add_all([unit.source], format_each = "--file=" + canonical + "=%s")
        args.add_all(unit.words, format_each = "--unit_flag=" + canonical + "=%s")
        if unit.source.extension == "S":
            args.add_all(unit.preprocess, format_each = "--prototypes=" + canonical + "=%s")
    if sources_text:
        args.add("--sources_text", sources_text)
    ctx.actions.run(
        mnemonic = "KernelSlice",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["headers", args],
        inputs = depset(tree.roots.values() + tree.made_headers.values() + [file for _, file in files] + [unit.source for unit in units]),
        outputs = [entry.pack for entry in seen] + [options] + ([sources_text] if sources_text else []),
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing headers for %{label}",
    )
    _slice_config(ctx, tree, units, seen, options, ctx.actions.declare_file("{}/{}.unused".format(folder, units[0].name)))
    return seen
