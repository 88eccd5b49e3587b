"""The SDK of a kernel that is built from source: what its tree says, and what the build adds."""

load("//rules:providers.bzl", "KernelInfo", "KernelTreeInfo")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING", "label_text")
load(":sdk.bzl", "files_by_path", "generated_packs", "kernel_version")
load(":templates.bzl", "split_template")

def kernel_tree_sdk_impl(ctx):
    """Implementation of the kernel_tree_sdk rule.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    tree = ctx.attr.tree[KernelTreeInfo]
    toolchain = ctx.attr.sdk[KernelInfo]
    programs = {}
    for target, word in ctx.attr.programs.items():
        programs[word] = target[DefaultInfo].files.to_list()[0]

    # A program of the tree's own goes before one of that name which the toolchain's kernel brings.
    tool_flags = toolchain.tool_flags + ["--program={}={}".format(word, file.path) for word, file in programs.items()]
    fields = dict(
        label = ctx.label,
        trimmed_from = None,
        release = tree.release,
        version = kernel_version(tree.release),
        arch = ctx.attr.arch,
        config = ctx.attr.config,
        dotconfig = ctx.file.dotconfig,
        autoconf = tree.autoconf,
        cwd = ctx.attr.cwd,
        src = ctx.attr.src,
        src_root = tree.tree_root,
        src_prefix = tree.cwd,
        roots = tree.roots,

        # Packs of modules hold it: roots do not.
        made_headers = tree.made_headers | {tree.autoconf: tree.autoconf_file},
        link_files = files_by_path(ctx.attr.link_files),
        symvers = None,
        vmlinux = None,
        vmlinuz = None,
        busybox = toolchain.busybox,
        modules = None,
        kbuild = None,
        module_common = ctx.file.module_common,
        module_common_path = ctx.attr.module_common_path,
        templates = {name: split_template(words) for name, words in ctx.attr.templates.items()},
        objtool_delayed = ctx.attr.objtool_delayed,
        btf = [ctx.attr.btf[key] for key in sorted(ctx.attr.btf)],
        btf_tools = tree.btf_tools,
        modpost_flags = ctx.attr.modpost_flags,
        tool_flags = tool_flags,
        tool_files = depset(programs.values(), transitive = [toolchain.tool_files]),
    )
    return [KernelInfo(**(fields | generated_packs(ctx, struct(**fields))))]

def _install(ctx, kernel, folder):
    """Declares KernelModulesInstall: lib/modules/RELEASE as `make modules_install` lays it out and signs it, a directory."""
    modules = kernel.modules
    out = ctx.actions.declare_directory("{}_sdk/lib/modules/{}".format(folder, kernel.tree.release))
    args = params(ctx)
    for module, ko in zip(modules.modules, modules.kos):
        args.add_all([ko], format_each = "--module=" + module.path + "=%s")
    signing = []
    if kernel.signing:
        signing = [kernel.signing.program, kernel.signing.key, kernel.signing.certificate]
        args.add("--sign_file", kernel.signing.program)
        args.add("--sign_hash", kernel.signing.hash)
        args.add("--sign_key", kernel.signing.key)
        args.add("--sign_certificate", kernel.signing.certificate)
    args.add("--order", modules.order)
    args.add_all(kernel.builtin, before_each = "--file")
    args.add_all("--out", [out], expand_directories = False)
    ctx.actions.run(
        mnemonic = "KernelModulesInstall",
        executable = ctx.attr._modules_install[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = modules.kos + [modules.order] + kernel.builtin + signing,
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Installing the modules of " + label_text(ctx.label),
    )
    return out

def built_sdk(ctx, kernel, folder = "", trimmed_from = None):
    """The SDK of a kernel that was built, or trimmed.

    Args:
      ctx: context of a rule with the attribute `_modules_install`.
      kernel: KernelImageInfo.
      folder: name of the folder to declare files in, with a slash; empty: the package's.
      trimmed_from: label of the kernel that it was trimmed from, or None.

    Returns:
      KernelInfo.
    """
    fields = {name: getattr(kernel.sdk, name) for name in dir(kernel.sdk) if name not in ("to_json", "to_proto")}
    return KernelInfo(**(fields | dict(
        label = kernel.label,
        trimmed_from = trimmed_from,
        symvers = kernel.modules.symvers,
        vmlinux = kernel.modules.btf,
        btf = kernel.sdk.btf if kernel.modules.btf else [],
        vmlinuz = kernel.image,
        modules = _install(ctx, kernel, folder) if kernel.modules.order else None,
    )))
