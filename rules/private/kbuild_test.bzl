"""How kbuild_test hands modules and the SDK's tree to tools/kbuildtest."""

load("//rules:providers.bzl", "KernelModuleInfo", "KernelModuleSetInfo")
load(":paths.bzl", "label_text", "package_path", "workspace_path")

def _check_kernel(ctx, infos):
    kernel = infos[0].kernel
    if not kernel.kbuild:
        fail("{}: the SDK {} has no GNU make to run Kbuild with; use one of kernel.debian".format(ctx.label, kernel.label))
    for info in infos:
        if info.kernel.label != kernel.label:
            fail("{}: modules: {} is built for {}, but {} for {}; test them apart".format(
                ctx.label,
                infos[0].label,
                kernel.label,
                info.label,
                info.kernel.label,
            ))
    return kernel

def _described(ctx, infos, packages):
    """The Kbuild files and Makefiles that their authors wrote: dict of package to struct(file, makefile)."""
    described = {}
    if ctx.file.kbuild:
        described[package_path(ctx.file.kbuild.owner)] = struct(file = ctx.file.kbuild, makefile = False)
    for file in ctx.files.makefiles:
        described[package_path(file.owner)] = struct(file = file, makefile = True)
    for package, entry in described.items():
        if package not in packages:
            fail("{}: {}: {} is not in the package of one of the modules ({})".format(
                ctx.label,
                "makefiles" if entry.makefile else "kbuild",
                label_text(entry.file.owner),
                ", ".join([label_text(info.label) for info in infos]),
            ))
    return described

def _builds_of_set(set_info):
    """For each module of a set what transitive_builds says of it, with the files that the set made."""
    builds = []
    for info, ko in zip(set_info.modules, set_info.kos):
        for build in info.transitive_builds.to_list():
            if build.label == label_text(info.label):
                builds.append((build, ko))
    return builds

def _check_packages(ctx, kernel, builds):
    """Fails for a set that Kbuild does not make as one tree, in this order."""
    packages = []
    for build, _ in builds:
        if not packages or packages[-1] != build.package:
            if build.package in packages:
                fail("{}: set: {} follows modules of another package than //{}; in a tree of Kbuild's the modules of a package follow each other".format(
                    ctx.label,
                    build.label,
                    build.package,
                ))
            packages.append(build.package)
    if len(packages) > 1 and kernel.cwd == "%{M}":
        fail("{}: set: it has modules of {} packages; Kbuild of {} would compile them in another folder than the rules, so test those of each package apart".format(
            ctx.label,
            len(packages),
            kernel.release,
        ))

def _outside(set_info):
    """Module.symvers lines of modules that a set's modules depend on and that are not in it: list of File."""
    inside = {label_text(info.label): True for info in set_info.modules}
    files = depset(
        transitive = [info.transitive_symvers for info in set_info.modules],
        order = "postorder",
    ).to_list()
    return [entry.file for entry in files if entry.label not in inside]

def kbuild_test_impl(ctx):
    """Implementation of the kbuild_test rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    set_info = ctx.attr.set[0][KernelModuleSetInfo] if ctx.attr.set else None  # a transition makes it a list
    if bool(set_info) == bool(ctx.attr.modules):
        fail("{}: give either modules or set".format(ctx.label))
    if not set_info and (ctx.attr.makefiles or ctx.attr.trim_scripts):
        fail("{}: makefiles and trim_scripts are for a set; of modules, kbuild can be given".format(ctx.label))
    infos = set_info.modules if set_info else [module[KernelModuleInfo] for module in ctx.attr.modules]
    kernel = _check_kernel(ctx, infos)
    if set_info:
        builds = _builds_of_set(set_info)
        _check_packages(ctx, kernel, builds)
    else:
        builds = [
            (build, build.ko)
            for build in depset(transitive = [info.transitive_builds for info in infos], order = "postorder").to_list()
        ]
    compared = {label_text(info.label): True for info in infos}
    described = _described(ctx, infos, [build.package for build, _ in builds])
    files = []
    modules = []
    for build, ko in builds:
        sources = build.files.to_list()
        own = described.get(build.package, struct(file = build.kbuild, makefile = False))
        files.extend(sources + [own.file, ko, build.mod])
        if not set_info:
            files.append(build.symvers)
        modules.append({
            "label": build.label,
            "name": build.name,
            "package": build.package,
            "root": build.root,
            "kbuild": own.file.short_path,
            "makefile": own.makefile,
            "files": {workspace_path(file): file.short_path for file in sources},
            "parts": list(build.parts),
            "compare": build.label in compared,
            "ko": ko.short_path,
            "mod": build.mod.short_path,
            "symvers": "" if set_info else build.symvers.short_path,
        })
    content = {
        "release": kernel.release,
        "objtree": kernel.autoconf.removesuffix("/include/generated/autoconf.h"),
        "tree": kernel.kbuild.tree,
        "make": kernel.kbuild.make,
        "tools": kernel.kbuild.tools,
        "loader": kernel.kbuild.loader,
        "library_path": kernel.kbuild.library_path,
        "modules": modules,
    }
    if set_info:
        outside = _outside(set_info)
        files.extend([set_info.order, set_info.symvers] + outside + ctx.files.trim_scripts)
        if set_info.needed:
            files.append(set_info.needed)
        content["set"] = {
            "label": label_text(set_info.label),
            "order": set_info.order.short_path,
            "symvers": set_info.symvers.short_path,
            "needed": set_info.needed.short_path if set_info.needed else "",
            "extra": [file.short_path for file in outside],
            "users": [label_text(label) for label in set_info.users],
            "markers": set_info.ksym_markers,
            "scripts": {file.basename: file.short_path for file in ctx.files.trim_scripts},
        }
    manifest = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(manifest, json.encode_indent(content, indent = "  ") + "\n")
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        script,
        "#!/bin/sh\nexec {} --manifest {}\n".format(ctx.executable._tool.short_path, manifest.short_path),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(
            files = files + [manifest, ctx.executable._tool],
            transitive_files = kernel.kbuild.files,
        ),
    )]
