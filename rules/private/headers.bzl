"""Headers and search folders: a target's own, and those that it gets from its dependencies."""

load("//rules:providers.bzl", "KernelHeadersInfo")
load(":paths.bzl", "canonical_dir", "join", "label_text", "package_path")

def own_headers(ctx):
    """Collects a target's headers.

    Args:
      ctx: context of a rule with the attributes `hdrs`, `includes`, `defines` and `deps`.

    Returns:
      struct(hdrs, includes, defines, own_includes, info): depsets with those of dependencies; `own_includes`, package
      relative folders; `info`, the KernelHeadersInfo for dependents.
    """
    package = package_path(ctx.label)
    own = []
    for include in ctx.attr.includes:
        folder = join(package, include)
        if folder == None:
            fail("{}: includes: {} leaves the workspace".format(label_text(ctx.label), include))
        own.append(canonical_dir(folder))
    infos = [dep[KernelHeadersInfo] for dep in ctx.attr.deps if KernelHeadersInfo in dep]
    info = KernelHeadersInfo(
        hdrs = depset(ctx.files.hdrs, transitive = [dep.hdrs for dep in infos]),
        includes = depset(own, transitive = [dep.includes for dep in infos], order = "preorder"),
        defines = depset(ctx.attr.defines, transitive = [dep.defines for dep in infos], order = "preorder"),
    )
    return struct(
        hdrs = info.hdrs,
        includes = depset(transitive = [dep.includes for dep in infos], order = "preorder"),
        defines = info.defines,
        own_includes = ctx.attr.includes,
        info = info,
    )
