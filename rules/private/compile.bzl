"""KernelCompile: one action an object, which reads the source, its pack and the compiler, and nothing else."""

load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING")
load(":templates.bzl", "add_template")

def compile_unit(
        ctx,
        kernel,
        tool,
        source,
        source_path,
        obj,
        folder,
        cwd,
        pack,
        out,
        template,
        modname,
        module,
        deps_out = None,
        symversions_out = None,
        objtool = None,
        slots = {},
        remove = [],
        asm = False,
        mnemonic = "KernelCompile",
        trim = None):
    """Declares the action that makes one object.

    Args:
      ctx: the rule's context.
      kernel: struct with the fields `templates`, `tool_flags`, `tool_files` and `autoconf` of KernelInfo.
      tool: the compile tool (FilesToRunProvider).
      source: File to compile.
      source_path: its canonical path.
      obj: the object's path without `.o`, as Kbuild prints it.
      folder: canonical folder of the module, Kbuild's M.
      cwd: canonical folder that the compiler runs in.
      pack: File, the source's include closure.
      out: File, the object.
      template: name of the command template (`cc`, `as`, `cc_mod`, ...).
      modname: KBUILD_MODNAME of the module.
      module: the module's base name as written.
      deps_out: File for the list of files that the compiler really read, or None.
      symversions_out: File for the CRCs of the object's exports, or None.
      objtool: name of the objtool template to run on the object, or None.
      slots: dict of template slot to options.
      remove: options to leave out.
      asm: whether the source is assembly.
      mnemonic: the action's mnemonic.
      trim: None, or struct(untrimmed, header, dropped, markers): compile with the object's slice of autoksyms.h; if the file
        dropped is empty, the object is the untrimmed one, with `markers` only if it exports nothing.
    """
    args = params(ctx)
    args.add("--pack", pack)
    args.add_all([source], format_each = "--source=" + source_path + "=%s")
    args.add("--cwd", cwd)
    args.add("--out", out)
    outputs = [out]
    base = obj.rpartition("/")[2]
    args.add("--define=M=%{root}/" + folder)
    args.add("--define=obj=" + obj)
    args.add("--define=basename=" + base.replace("-", "_").replace(",", "_"))
    args.add("--define=modname=" + modname)
    args.add("--define=module=" + module)
    args.add_all(kernel.tool_flags)
    add_template(args, "--cc", kernel.templates[template], slots, remove)
    if objtool and kernel.templates.get(objtool):
        add_template(args, "--objtool", kernel.templates[objtool])
    if deps_out:
        args.add("--deps", deps_out)
        outputs.append(deps_out)
    if symversions_out:
        args.add("--symversions", symversions_out)
        outputs.append(symversions_out)
        add_template(args, "--genksyms_cpp", kernel.templates["genksyms_cpp_asm" if asm else "genksyms_cpp"], slots, remove)
        add_template(args, "--genksyms", kernel.templates["genksyms"])
    inputs = [source, pack]
    if trim:
        args.add("--untrimmed", trim.untrimmed)
        args.add("--dropped", trim.dropped)
        args.add_all([trim.header], format_each = "--autoksyms=" + kernel.autoconf.rpartition("/")[0] + "/autoksyms.h=%s")
        if trim.markers:
            args.add("--ksym_markers")
        inputs.extend([trim.untrimmed, trim.header, trim.dropped])
    ctx.actions.run(
        mnemonic = mnemonic,
        executable = tool,
        arguments = ["cc", args],
        inputs = depset(inputs, transitive = [kernel.tool_files]),
        outputs = outputs,
        execution_requirements = PATH_MAPPING,
        progress_message = ("Trimming " if trim else "Compiling ") + source.short_path,
    )
