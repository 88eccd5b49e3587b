"""What kernel_symbol_list declares, and how a module is held to a list."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:providers.bzl", "KernelSymbolListInfo")

def _action(env, mnemonic):
    actions = [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]
    asserts.equals(env, 1, len(actions), "actions " + mnemonic)
    return actions[0]

def _arguments(action):
    return [word for word in action.argv if not word.startswith("@")]

def _list_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    info = target[KernelSymbolListInfo]
    asserts.equals(env, [info.list], target[DefaultInfo].files.to_list())
    asserts.equals(env, [info.uses], target[OutputGroupInfo].uses.to_list())
    asserts.equals(env, ctx.attr.format, info.format)
    action = _action(env, "KernelSymbolList")
    asserts.equals(env, "list", _arguments(action)[1])
    names = [file.basename for file in action.inputs.to_list()]
    for name in ctx.attr.reads:
        asserts.true(env, name in names, "{} is not read: {}".format(name, names))
    for name in ctx.attr.does_not_read:
        asserts.false(env, name in names, "{} is read".format(name))
    return analysistest.end(env)

list_test = analysistest.make(
    _list_impl,
    attrs = {
        "format": attr.string(doc = "The list's format."),
        "reads": attr.string_list(doc = "Base names of files that the list is made of."),
        "does_not_read": attr.string_list(doc = "Base names of files that it is not made of."),
    },
    doc = "The list is made by one action, of the modules' symbols and of what others export.",
)

def _check_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    action = _action(env, "KernelSymbolCheck")
    asserts.equals(env, action.outputs.to_list(), target[OutputGroupInfo]._validation.to_list())
    asserts.equals(env, "allow", _arguments(action)[1])
    names = [file.basename for file in action.inputs.to_list()]
    for name in ["allowed.ksyms", "provider.symvers", "allowed.txt", "Module.symvers"]:
        asserts.true(env, name in names, "{} is not read: {}".format(name, names))
    for other in analysistest.target_actions(env):
        for file in other.inputs.to_list():
            asserts.false(env, file in action.outputs.to_list(), other.mnemonic + " waits for the check")
    return analysistest.end(env)

check_test = analysistest.make(
    _check_impl,
    doc = "A module is held to its list by a validation that nothing waits for.",
)

def _no_check_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, [], target[OutputGroupInfo]._validation.to_list())
    return analysistest.end(env)

no_check_test = analysistest.make(
    _no_check_impl,
    doc = "A module without a list has no validation.",
)
