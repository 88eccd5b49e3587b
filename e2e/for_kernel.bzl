"""for_kernel: outputs of targets, built for a kernel that is named."""

# buildifier: disable=bzl-visibility
load("//rules/private:transition.bzl", "kernel_transition")

def _impl(ctx):
    files = [target[DefaultInfo].files for target in ctx.attr.targets]
    for group in ctx.attr.groups:
        files.extend([getattr(target[OutputGroupInfo], group) for target in ctx.attr.targets])
    return [DefaultInfo(files = depset(transitive = files), runfiles = ctx.runfiles(transitive_files = depset(transitive = files)))]

for_kernel = rule(
    implementation = _impl,
    doc = "The default outputs of targets, and some output groups, built for a kernel.",
    attrs = {
        "targets": attr.label_list(cfg = kernel_transition, doc = "What to build."),
        "groups": attr.string_list(doc = "Output groups to add."),
        "kernel": attr.label(doc = "The SDK."),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
)
