"""The two links of a module: its objects to one (KernelLink), and that with `.mod.o` to the `.ko` (KernelModuleLink)."""

load(":btf.bzl", "add_btf")
load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING")
load(":templates.bzl", "add_template")

def _begin(kernel, folder, cwd, obj, modname, module, ctx):
    args = params(ctx)
    args.add("--cwd", cwd)
    args.add("--define=M=%{root}/" + folder)
    args.add("--define=obj=" + obj)
    args.add("--define=modname=" + modname)
    args.add("--define=module=" + module)
    args.add_all(kernel.tool_flags)
    return args

def link_object(ctx, kernel, tool, objects, obj, folder, cwd, modname, module, out, slots = {}, remove = [], objtool = None):
    """Declares KernelLink: `ld -r` over a composite module's objects, and objtool where that kernel runs it there.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      tool: the compile tool (FilesToRunProvider).
      objects: list of struct(path, file): each object and its canonical path with `.o`, in link order.
      obj: the linked object's path without `.o`, as Kbuild prints it.
      folder: canonical folder of the module, Kbuild's M.
      cwd: canonical folder that the linker runs in.
      modname: KBUILD_MODNAME.
      module: the module's base name as written.
      out: File, the linked object.
      slots: dict of template slot to options.
      remove: options to leave out.
      objtool: name of the objtool template, or None.
    """
    args = _begin(kernel, folder, cwd, obj, modname, module, ctx)
    for entry in objects:
        args.add_all([entry.file], format_each = "--object=" + entry.path + "=%s")
    args.add("--out", out)
    add_template(args, "--ld", kernel.templates["ld"], slots, remove)
    if objtool and kernel.templates.get(objtool):
        add_template(args, "--objtool", kernel.templates[objtool])
    ctx.actions.run(
        mnemonic = "KernelLink",
        executable = tool,
        arguments = ["link", args],
        inputs = depset([entry.file for entry in objects], transitive = [kernel.tool_files]),
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Linking %{output}",
    )

def link_module(ctx, kernel, tool, objects, obj, folder, cwd, modname, module, out):
    """Declares KernelModuleLink: the final link with module.lds and a build-id, then BTF where the SDK can make it.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      tool: the compile tool (FilesToRunProvider).
      objects: list of struct(path, file): the module's object, `.mod.o` and `.module-common.o` with canonical paths.
      obj: the module's path without suffix, as Kbuild prints it.
      folder: canonical folder of the module, Kbuild's M.
      cwd: canonical folder that the linker runs in.
      modname: KBUILD_MODNAME.
      module: the module's base name as written.
      out: File, the `.ko`.
    """
    args = _begin(kernel, folder, cwd, obj, modname, module, ctx)
    for entry in objects:
        args.add_all([entry.file], format_each = "--object=" + entry.path + "=%s")
    for path, file in kernel.link_files.items():
        args.add_all([file], format_each = "--file=" + path + "=%s")
    args.add("--out", out)
    add_template(args, "--ld", kernel.templates["ld_module"])
    inputs = [entry.file for entry in objects] + kernel.link_files.values()
    btf_files = add_btf(args, kernel.btf, kernel.vmlinux, kernel.btf_tools)
    ctx.actions.run(
        mnemonic = "KernelModuleLink",
        executable = tool,
        arguments = ["final", args],
        inputs = depset(inputs, transitive = [kernel.tool_files, btf_files]),
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Linking module %{output}",
    )
