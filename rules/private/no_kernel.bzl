"""What `--@rules_kbuild//rules:kernel` stands for until somebody sets it, and the error that says how."""

load("//rules:providers.bzl", "KernelInfo")
load(":paths.bzl", "label_text")

no_kernel = rule(
    implementation = lambda _ctx: [KernelInfo(label = None)],
    doc = "Stands for no kernel: chosen_kernel fails on it.",
    provides = [KernelInfo],
)

def chosen_kernel(label, target):
    """The kernel that a target is made for.

    Args:
      label: the target's label.
      target: what its attribute `kernel` names.

    Returns:
      KernelInfo. Fails with a message that says how to choose a kernel if none is.
    """
    kernel = target[KernelInfo]
    if not kernel.label:
        fail("{}: no kernel is chosen: give it `kernel = \"@linux_6_12//:sdk\"`, or the whole repository one in .bazelrc: build --@rules_kbuild//rules:kernel=@linux_6_12//:sdk (the SDKs are those that MODULE.bazel names)".format(label_text(label)))
    return kernel

def module_kernel(label, target):
    """The kernel that a module is built for.

    Args:
      label: the module's label.
      target: what its attribute `kernel` names.

    Returns:
      KernelInfo. Fails as chosen_kernel does, and if the kernel has no modules.
    """
    kernel = chosen_kernel(label, target)
    if not kernel.templates:
        fail("{}: kernel: {} ({}) has no modules: its configuration has no CONFIG_MODULES=y. Turn it on, or build for another kernel".format(
            label_text(label),
            label_text(kernel.label),
            kernel.release,
        ))
    return kernel
