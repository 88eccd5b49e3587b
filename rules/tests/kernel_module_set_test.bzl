"""What kernel_module_set declares, trimmed and not, for kernels that trim in objects and in modpost."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:providers.bzl", "KernelModuleSetInfo")

def _counts_impl(ctx):
    env = analysistest.begin(ctx)
    counts = {}
    for action in analysistest.target_actions(env):
        if action.mnemonic.startswith("Kernel"):
            counts[action.mnemonic] = str(int(counts.get(action.mnemonic, "0")) + 1)
    asserts.equals(env, ctx.attr.actions, counts)
    return analysistest.end(env)

actions_test = analysistest.make(
    _counts_impl,
    attrs = {"actions": attr.string_dict(doc = "How many actions of each mnemonic the target has.")},
    doc = "The target declares so many actions of each kind.",
)

def _order_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KernelModuleSetInfo]
    asserts.equals(env, ctx.attr.kos, [file.short_path for file in info.kos])
    content = [action.content for action in analysistest.target_actions(env) if info.order in action.outputs.to_list()]
    asserts.equals(env, [ctx.attr.order], content)
    return analysistest.end(env)

order_test = analysistest.make(
    _order_impl,
    attrs = {
        "kos": attr.string_list(doc = "The modules, in order."),
        "order": attr.string(doc = "What modules.order says."),
    },
    doc = "The set lists its modules in the order given.",
)
