"""What adding BTF to modules takes, for those of a kernel's tree and those outside of it."""

load(":params.bzl", "params")
load(":paths.bzl", "PATH_MAPPING")

def slice_btf(ctx, vmlinux, out):
    """Declares KernelBTFSlice: the kernel's BTF, so that a kernel whose types stay the same links no module again.

    Args:
      ctx: context of a rule with the attribute `_slice`.
      vmlinux: File.
      out: File.
    """
    args = params(ctx)
    args.add("--vmlinux", vmlinux)
    args.add("--out", out)
    ctx.actions.run(
        mnemonic = "KernelBTFSlice",
        executable = ctx.attr._slice[DefaultInfo].files_to_run,
        arguments = ["btf", args],
        inputs = [vmlinux],
        outputs = [out],
        execution_requirements = PATH_MAPPING,
        progress_message = "Slicing the BTF of %{input}",
    )

def add_btf(args, commands, vmlinux, tools):
    """Adds to the arguments of `compile final` what adds BTF to the module.

    Args:
      args: Args to add to.
      commands: list of commands (lists of strings); empty: no BTF.
      vmlinux: File with the kernel's BTF.
      tools: struct(flags, files): programs that the SDK's toolchain does not have, or None.

    Returns:
      depset of File: what the action reads besides.
    """
    if not commands:
        return depset()
    args.add("--vmlinux", vmlinux)
    if tools:
        args.add_all(tools.flags)
    for command in commands:
        args.add("--btf_command")
        args.add_all(command, format_each = "--btf=%s")
    return depset([vmlinux], transitive = [tools.files] if tools else [])
