"""How kernel_archive and kernel_recipe make what no compile of a single source does."""

load("//rules:providers.bzl", "KernelArchiveInfo", "KernelRecipeInfo", "KernelTreeInfo")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING")
load(":source_tree.bzl", "seen_files", "slice_sources", "tree_folder", "tree_path")

def kernel_archive_impl(ctx):
    """Implementation of the kernel_archive rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    objects = []
    for member in ctx.attr.members:
        if KernelArchiveInfo in member:
            # ar puts the members of a thin archive into another one by one.
            objects.extend(member[KernelArchiveInfo].objects)
        else:
            objects.extend(member[DefaultInfo].files.to_list())
    return [
        DefaultInfo(files = depset(objects)),
        KernelArchiveInfo(
            path = tree_folder(ctx.attr.tree[KernelTreeInfo], ctx.label) + ctx.label.name,
            flags = ctx.attr.flags,
            objects = objects,
            further = ctx.attr.further,
            files = ctx.files.srcs,
        ),
    ]

def _unpack_archive(ctx, tree, archive, objects, folder, files):
    """Lines of shell text that make an archive where its objects lie; what they read is added to files."""
    name = archive.path.replace("/", "_")
    members = ctx.actions.declare_file("{}/{}.members".format(folder, name))
    ctx.actions.write(members, "".join([tree_path(tree, file) + "\n" for file in archive.objects]))
    place = "." + name + ".members"
    files[place] = members
    for file in archive.objects + archive.files:
        path = tree_path(tree, file)
        files[path] = objects.get(path, file)
    above = archive.path.rpartition("/")[0]
    return (["mkdir -p " + above] if above else []) + [
        "rm -f {path}; ar {flags} {path} @{members}".format(path = archive.path, flags = archive.flags, members = place),
    ] + archive.further

def _seen(ctx, tree, spec, files, folder):
    """What sources see which the recipe compiles, or writes and compiles."""
    units = []
    for path, words in spec.sources.items():
        if path in files:
            units.append(struct(source = files[path], path = path, name = path.replace("/", "_"), words = words, preprocess = []))
    written = [word for word in spec.environment.get("LINUXINCLUDE", "").split(" ") if word]
    if spec.includes or "-include" in written:
        text = ctx.actions.declare_file("{}/written.S".format(folder))
        ctx.actions.write(text, "".join(["#include <{}>\n".format(header) for header in spec.includes]))
        units.append(struct(
            source = text,
            path = ".written.S",
            name = "written",
            words = written,
            preprocess = [],
        ))
    if not units:
        return []

    # What the tree has is in its directories of headers.
    made = [(path, file) for path, file in files.items() if not file.is_source]
    return slice_sources(ctx, tree, units, made, folder.replace("_recipe/", "_packs/"), together = True)

def declare_recipe(ctx, tree, spec, outs, folder, replaced = {}):
    """Declares the action of a recipe.

    Args:
      ctx: the rule's context.
      tree: KernelTreeInfo.
      spec: struct of KernelRecipeInfo.
      outs: dict: path in the tree to File: what to make.
      folder: name of the folder to declare other files in; begins with _recipe/.
      replaced: dict: path in the tree to File: other inputs than those of the spec.
    """
    files = {entry.path: replaced.get(entry.path, entry.file) for entry in spec.srcs}
    seen = _seen(ctx, tree, spec, files, folder)
    lines = []
    for archive in spec.archives:
        lines.extend(_unpack_archive(ctx, tree, archive, replaced, folder, files))
    args = params(ctx)
    args.add("--cwd", tree.cwd)
    args.add("--description", tree.description)
    args.add("--tree", tree.tree_root)
    args.add("--sdk", tree.sdk_root)
    args.add_all([entry.pack for entry in seen], format_each = "--pack=%s")
    args.add_all([entry.autoconf for entry in seen[:1]], format_each = "--autoconf=" + tree.autoconf + "=%s")
    for path, file in files.items():
        args.add_all([file], format_each = "--file=" + tree.cwd + "/" + path + "=%s")
    for path, file in outs.items():
        args.add_all([file], format_each = "--generated=" + tree.cwd + "/" + path + "=%s")
    for name, value in spec.environment.items():
        args.add("--env={}={}".format(name, value))
    args.add_all(lines + spec.lines, format_each = "--line=%s")
    ctx.actions.run(
        mnemonic = "KernelRecipe",
        executable = ctx.attr._recipe[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = depset(files.values() + [file for entry in seen for file in seen_files(entry)], transitive = [tree.recipe_files]),
        outputs = outs.values(),
        execution_requirements = PATH_MAPPING,
        progress_message = "Making %{output}",
    )

def kernel_recipe_impl(ctx):
    """Implementation of the kernel_recipe rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    outs = {}
    for name in [ctx.label.name] + ctx.attr.also:
        file = ctx.actions.declare_file(name)
        outs[tree_path(tree, file)] = file
    spec = struct(
        target = outs.keys()[0],
        lines = ctx.attr.lines,
        sources = ctx.attr.sources,
        includes = ctx.attr.includes,
        environment = ctx.attr.environment,
        srcs = [struct(path = tree_path(tree, file), file = file) for file in ctx.files.srcs],
        archives = [archive[KernelArchiveInfo] for archive in ctx.attr.archives],
    )
    declare_recipe(ctx, tree, spec, outs, "_recipe/" + ctx.label.name)
    return [
        DefaultInfo(files = depset(outs.values())),
        KernelRecipeInfo(spec = spec, files = outs),
    ]
