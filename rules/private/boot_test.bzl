"""How kernel_boot_test works: one action packs the initramfs, the test itself is tools/boottest."""

load("//rules:providers.bzl", "KernelModuleInfo", "KernelModuleSetInfo")
load(":no_kernel.bzl", "chosen_kernel")
load(":params.bzl", "params")
load(":paths.bzl", "rlocation")

TOOLCHAIN_TYPE = Label("//boot:toolchain_type")

def boot_test_compatibility():
    """What a boot test adds to target_compatible_with, so that it is skipped where there is no QEMU.

    Returns:
      select of lists of constraints.
    """
    return select({
        Label("//boot:qemu_is_none"): [Label("//boot:boot_tests_are_turned_off_by_the_flag_boot_qemu")],
        Label("//boot:qemu_is_registered"): [],
        "//conditions:default": [Label("@rules_kbuild_qemu//:requirement")],
    })

def _choose_kernel(ctx):
    """The kernel to boot; an error if a module is built for another."""
    modules = [
        target[KernelModuleInfo] if KernelModuleInfo in target else target[KernelModuleSetInfo]
        for target in ctx.attr.modules
    ]

    # What a transition leads to is a list.
    kernel = chosen_kernel(ctx.label, ctx.attr.kernel[0])
    for module in modules:
        if module.kernel.label not in (kernel.label, kernel.trimmed_from):
            fail("{}: modules: {} is built for {} ({}), but the test boots {} ({}). Give them the same kernel".format(
                ctx.label,
                module.label,
                module.kernel.label,
                module.kernel.release,
                kernel.label,
                kernel.release,
            ))
    return kernel

def _check(ctx, kernel, qemu):
    """Fails if the SDK lacks what the test needs."""
    if not kernel.vmlinuz:
        fail("{}: kernel: {} brings no boot image; kernel_boot_test needs an SDK with linux-image, as kernel.debian makes, or a kernel that is built, as kernel.source makes".format(ctx.label, kernel.label))
    if kernel.arch != qemu.arch:
        fail("{}: kernel: {} is for {}, but the QEMU that is registered boots {}".format(ctx.label, kernel.label, kernel.arch, qemu.arch))
    if ctx.file.script and not kernel.busybox:
        fail("{}: script: {} brings no busybox to run it; check the log with `expect`, or use an SDK with busybox".format(ctx.label, kernel.label))
    if ctx.attr.needs and not kernel.modules:
        fail("{}: needs: {} brings none of the kernel's own modules".format(ctx.label, kernel.label))
    if ctx.attr.data and not ctx.file.script:
        fail("{}: data: only a script can read it; add `script`".format(ctx.label))

    # One argument a line is how they reach the tools.
    for name in ("expect", "forbid", "allow", "needs"):
        for text in getattr(ctx.attr, name):
            _check_line(ctx, name, text)
    for name in ("module_params", "load_errors"):
        for text in getattr(ctx.attr, name).values():
            _check_line(ctx, name, text)
    _check_line(ctx, "cmdline", ctx.attr.cmdline)

def _check_line(ctx, attribute, text):
    if "\n" in text:
        fail("{}: {}: {} has a line break".format(ctx.label, attribute, repr(text)))

def _pack_initramfs(ctx, kernel):
    """Declares the action that packs the initramfs.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.

    Returns:
      File: a cpio archive.
    """
    out = ctx.actions.declare_file(ctx.label.name + ".cpio")
    inputs = [ctx.executable._init]
    kos = depset(
        order = "postorder",
        transitive = [
            # A set's modules may be others than those of its targets: trimmed.
            target[KernelModuleInfo].transitive_kos if KernelModuleInfo in target else depset(target[KernelModuleSetInfo].kos)
            for target in ctx.attr.modules
        ],
    )
    args = params(ctx)
    args.add("--init", ctx.executable._init)
    args.add("--out", out)
    args.add_all(kos, before_each = "--module")
    if kernel.modules and (ctx.attr.modules or ctx.attr.needs):
        inputs.append(kernel.modules)
        args.add_all("--modules_dir", [kernel.modules], expand_directories = False)
    args.add_all(ctx.attr.needs, before_each = "--need")
    for module, text in ctx.attr.module_params.items():
        args.add("--param={}={}".format(module, text))
    for module, error in ctx.attr.load_errors.items():
        args.add("--load_error={}={}".format(module, error))
    if not ctx.attr.unload:
        args.add("--keep")
    if ctx.file.script:
        inputs.extend([ctx.file.script, kernel.busybox])
        args.add("--script", ctx.file.script)
        args.add("--busybox", kernel.busybox)
        inputs.extend(ctx.files.data)
        args.add_all(ctx.files.data, map_each = _data, format_each = "--data=%s")
    ctx.actions.run(
        mnemonic = "KernelInitramfs",
        executable = ctx.attr._initramfs[DefaultInfo].files_to_run,
        arguments = [args],
        inputs = depset(inputs, transitive = [kos]),
        outputs = [out],
        progress_message = "Packing initramfs of %{label}",
    )
    return out

def _data(file):
    """Where a data file lies below /data: its path in the workspace."""
    return "{}={}".format(file.short_path.removeprefix("../"), file.path)

def boot_test_impl(ctx):
    """Implementation of the rule below kernel_boot_test.

    Args:
      ctx: the rule's context.

    Returns:
      list of providers.
    """
    kernel = _choose_kernel(ctx)
    qemu = ctx.toolchains[TOOLCHAIN_TYPE]
    _check(ctx, kernel, qemu)
    initramfs = _pack_initramfs(ctx, kernel)

    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.add("--qemu=" + (qemu.path or rlocation(ctx, qemu.qemu.files_to_run.executable)))
    args.add("--kernel=" + rlocation(ctx, kernel.vmlinuz))
    args.add("--initramfs=" + rlocation(ctx, initramfs))
    args.add("--memory_mb={}".format(ctx.attr.memory_mb))
    args.add("--timeout_s={}".format(ctx.attr.timeout_s))
    if ctx.attr.cmdline:
        args.add("--cmdline=" + ctx.attr.cmdline)
    if not ctx.attr.in_order:
        args.add("--any_order")
    args.add_all(ctx.attr.expect, format_each = "--expect=%s")
    args.add_all(ctx.attr.forbid, format_each = "--forbid=%s")
    args.add_all(ctx.attr.allow, format_each = "--allow=%s")

    # tools/boottest reads the arguments from the file of its own name beside it.
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = ctx.executable._boottest, is_executable = True)
    program_args = ctx.actions.declare_file(ctx.label.name + ".args")
    ctx.actions.write(program_args, args)

    runfiles = ctx.runfiles([program, program_args, kernel.vmlinuz, initramfs])
    runfiles = runfiles.merge(ctx.attr._boottest[DefaultInfo].default_runfiles)
    if qemu.qemu:
        runfiles = runfiles.merge(qemu.qemu.default_runfiles)
    return [
        DefaultInfo(executable = program, runfiles = runfiles),
        OutputGroupInfo(initramfs = depset([initramfs])),
    ]
