"""What `--@rules_kbuild//rules:kernel` stands for until somebody sets it: an error that says how."""

load("//rules:providers.bzl", "KernelInfo")

def _impl(_ctx):
    fail("no kernel is chosen: give the target `kernel = \"@linux_6_12//:sdk\"`, or the whole repository one in .bazelrc: build --@rules_kbuild//rules:kernel=@linux_6_12//:sdk (the SDKs are those that MODULE.bazel names)")

no_kernel = rule(
    implementation = _impl,
    doc = "Fails with a message that says how to choose a kernel.",
    provides = [KernelInfo],
)
