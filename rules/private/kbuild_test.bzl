"""How kbuild_test hands modules and the SDK's tree to tools/kbuildtest."""

load("//rules:providers.bzl", "KernelModuleInfo")
load(":paths.bzl", "label_text", "package_path", "workspace_path")

def kbuild_test_impl(ctx):
    """Implementation of the kbuild_test rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    infos = [module[KernelModuleInfo] for module in ctx.attr.modules]
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
    compared = {label_text(info.label): True for info in infos}
    builds = depset(transitive = [info.transitive_builds for info in infos], order = "postorder").to_list()
    kbuild = ctx.file.kbuild
    described = package_path(kbuild.owner) if kbuild else None
    if kbuild and described not in [build.package for build in builds]:
        fail("{}: kbuild: {} is not in the package of one of the modules ({})".format(
            ctx.label,
            label_text(kbuild.owner),
            ", ".join([label_text(info.label) for info in infos]),
        ))
    files = []
    modules = []
    for build in builds:
        sources = build.files.to_list()
        own = kbuild if build.package == described else build.kbuild
        files.extend(sources + [own, build.ko, build.mod, build.symvers])
        modules.append({
            "label": build.label,
            "name": build.name,
            "package": build.package,
            "kbuild": own.short_path,
            "files": {workspace_path(file): file.short_path for file in sources},
            "parts": list(build.parts),
            "compare": build.label in compared,
            "ko": build.ko.short_path,
            "mod": build.mod.short_path,
            "symvers": build.symvers.short_path,
        })
    manifest = ctx.actions.declare_file(ctx.label.name + ".json")
    ctx.actions.write(manifest, json.encode_indent({
        "release": kernel.release,
        "objtree": kernel.autoconf.removesuffix("/include/generated/autoconf.h"),
        "tree": kernel.kbuild.tree,
        "make": kernel.kbuild.make,
        "tools": kernel.kbuild.tools,
        "loader": kernel.kbuild.loader,
        "library_path": kernel.kbuild.library_path,
        "modules": modules,
    }, indent = "  ") + "\n")
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
