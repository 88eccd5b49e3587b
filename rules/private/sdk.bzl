"""How kernel_sdk turns an SDK repository's attributes into KernelInfo."""

load("//rules:providers.bzl", "KernelInfo")
load(":slice.bzl", "slice_headers")
load(":templates.bzl", "split_template")

def kernel_version(release):
    """The version of a release: (6, 12) of 6.12.1.

    Args:
      release: string, `uname -r`.

    Returns:
      tuple of two ints.
    """
    numbers = release.replace("-", ".").replace("+", ".").split(".")
    if len(numbers) < 2 or not numbers[0].isdigit() or not numbers[1].isdigit():
        fail("release: {} is not a kernel release such as 6.12.1".format(release))
    return (int(numbers[0]), int(numbers[1]))

def files_by_path(labels_to_paths):
    """canonical path to File, of a label_keyed_string_dict.

    Args:
      labels_to_paths: dict of Target to string.

    Returns:
      dict of string to File.
    """
    swapped = {}
    for target, path in labels_to_paths.items():
        files = target[DefaultInfo].files.to_list()
        if len(files) != 1:
            fail("{}: {} must be one file or directory, and is {}".format(path, target.label, len(files)))
        swapped[path] = files[0]
    return swapped

def _unit(source, canonical, stem):
    return struct(source = source, canonical = canonical, stem = stem, asm = False)

def _pack(ctx, info, template, source, canonical, stem):
    """The include closure of a generated source that is the same for every module."""
    return slice_headers(
        ctx,
        struct(
            roots = info.roots,
            made_headers = info.made_headers,
            autoconf = info.autoconf,
            config = {},
            templates = {"cc": info.templates[template]},
        ),
        units = [_unit(source, canonical, stem)],
        files = depset(),
        slots = {},
        src_opts = {},
        cwd = info.cwd if info.cwd != "%{M}" else "w",
        folder = "_sdk/" + ctx.label.name,
        tool = ctx.attr._slice[DefaultInfo].files_to_run,
    )[stem]

def generated_packs(ctx, info):
    """Declares the packs of sources that modpost and Kbuild bring to each module.

    Args:
      ctx: context of a rule with the attributes `_slice`, `_mod_stub`, `module_common` and `module_common_path`.
      info: struct with the fields of KernelInfo that slice_headers and commands take.

    Returns:
      dict: the fields `mod_pack` and `module_common_pack` of KernelInfo.
    """
    if not info.templates:
        return dict(mod_pack = None, module_common_pack = None)
    return dict(
        mod_pack = _pack(ctx, info, "cc_mod", ctx.file._mod_stub, "w/.mod.c", "mod"),
        module_common_pack = _pack(
            ctx,
            info,
            "cc_module_common",
            ctx.file.module_common,
            ctx.attr.module_common_path,
            "module-common",
        ) if ctx.file.module_common else None,
    )

def kernel_sdk_impl(ctx):
    """Implementation of the kernel_sdk rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    root = ctx.label.workspace_root

    def in_repository(path):
        return path if path.startswith("/") or not root else root + "/" + path

    def in_runfiles(path):
        return path if path.startswith("/") or not root else "../" + root.removeprefix("external/") + "/" + path

    tool_flags = ["--tool={}={}".format(name, in_repository(path)) for name, path in ctx.attr.tools.items()]
    if ctx.attr.loader:
        tool_flags.append("--loader=" + in_repository(ctx.attr.loader))
    tool_flags.extend(["--library_path=" + in_repository(path) for path in ctx.attr.library_path])

    fields = dict(
        label = ctx.label,
        trimmed_from = None,
        release = ctx.attr.release,
        version = kernel_version(ctx.attr.release),
        arch = ctx.attr.arch,
        config = ctx.attr.config,
        dotconfig = ctx.file.dotconfig,
        autoconf = ctx.attr.autoconf,
        cwd = ctx.attr.cwd,
        src = ctx.attr.src,
        src_root = root + "/" + ctx.attr.tree if root else ctx.attr.tree,
        src_prefix = "",
        roots = files_by_path(ctx.attr.roots),
        made_headers = {},
        link_files = {path: file for path, file in files_by_path(ctx.attr.link_files).items() if file != ctx.file.vmlinux},
        symvers = ctx.file.symvers,
        vmlinux = ctx.file.vmlinux,
        vmlinuz = ctx.file.vmlinuz,
        busybox = ctx.file.busybox,
        modules = ctx.file.modules,
        kbuild = struct(
            tree = in_runfiles(ctx.attr.tree),
            make = in_runfiles(ctx.attr.make),
            tools = {name: in_runfiles(path) for name, path in ctx.attr.tools.items()},
            loader = in_runfiles(ctx.attr.loader) if ctx.attr.loader else "",
            library_path = [in_runfiles(path) for path in ctx.attr.library_path],
            files = depset(ctx.files.kernel_tree),
        ) if ctx.attr.make else None,
        module_common = ctx.file.module_common,
        module_common_path = ctx.attr.module_common_path,
        templates = {name: split_template(words) for name, words in ctx.attr.templates.items()},
        objtool_delayed = ctx.attr.objtool_delayed,
        btf = [ctx.attr.btf[key] for key in sorted(ctx.attr.btf)] if ctx.file.vmlinux else [],
        btf_tools = None,
        modpost_flags = ctx.attr.modpost_flags,
        tool_flags = tool_flags,
        tool_files = depset(ctx.files.toolchain),
    )
    return [
        DefaultInfo(files = depset([ctx.file.symvers])),
        KernelInfo(**(fields | generated_packs(ctx, struct(**fields)))),
    ]
