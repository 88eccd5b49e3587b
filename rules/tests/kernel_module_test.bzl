"""What kernel_module declares: its actions, what each reads, and what its dependents get."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:providers.bzl", "KernelModuleInfo")

def _mnemonics(env):
    counts = {}
    for action in analysistest.target_actions(env):
        if action.mnemonic.startswith("Kernel"):
            counts[action.mnemonic] = counts.get(action.mnemonic, 0) + 1
    return counts

def _actions(env, mnemonic):
    return [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]

def _input_names(action):
    return sorted([file.basename for file in action.inputs.to_list()])

def _composite_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, {
        "KernelSlice": 1,
        "KernelCompile": 2,
        "KernelLink": 1,
        "KernelScan": 1,
        "KernelSymversSlice": 1,
        "KernelModpost": 1,
        "KernelModC": 2,
        "KernelModuleLink": 1,
    }, _mnemonics(env))
    return analysistest.end(env)

composite_test = analysistest.make(
    _composite_impl,
    doc = "A composite module has one slice, a compile an object and both links.",
)

def _single_impl(ctx):
    env = analysistest.begin(ctx)
    counts = _mnemonics(env)
    asserts.equals(env, 1, counts["KernelCompile"])
    asserts.false(env, "KernelLink" in counts, "a single-object module is not linked with ld -r")
    return analysistest.end(env)

single_object_test = analysistest.make(
    _single_impl,
    doc = "A source of the module's own name is a single-object module, as in Kbuild.",
)

def _narrow_impl(ctx):
    env = analysistest.begin(ctx)
    for action in _actions(env, "KernelCompile"):
        names = _input_names(action)
        packs = [name for name in names if name.endswith(".pack")]
        sources = [name for name in names if name.endswith(".c") or name.endswith(".S")]
        headers = [name for name in names if name.endswith(".h") or name == "include"]
        asserts.equals(env, 1, len(packs))
        asserts.equals(env, 1, len(sources))
        asserts.equals(env, [], headers)
    modpost = _actions(env, "KernelModpost")[0]
    asserts.false(
        env,
        "Module.symvers" in _input_names(modpost),
        "modpost must read the slice of Module.symvers, not the whole",
    )
    return analysistest.end(env)

narrow_inputs_test = analysistest.make(
    _narrow_impl,
    doc = "A compile reads one source and its pack, no header folder; modpost reads no whole Module.symvers.",
)

def _provider_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KernelModuleInfo]
    asserts.equals(env, "user", info.name)
    asserts.equals(env, "rules/tests/user", info.path)
    asserts.equals(
        env,
        ["provider.ko", "user.ko"],
        [file.basename for file in info.transitive_kos.to_list()],
    )
    asserts.equals(
        env,
        ["provider.symvers", "user.symvers"],
        [entry.file.basename for entry in info.transitive_symvers.to_list()],
    )
    return analysistest.end(env)

provider_test = analysistest.make(
    _provider_impl,
    doc = "A module brings the modules that it needs, in the order in which they must be loaded.",
)

def _mod_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[KernelModuleInfo]
    content = [action.content for action in analysistest.target_actions(env) if info.mod in action.outputs.to_list()]
    asserts.equals(env, [ctx.attr.mod], content)
    return analysistest.end(env)

mod_test = analysistest.make(
    _mod_impl,
    attrs = {"mod": attr.string(mandatory = True, doc = "What the `.mod` says.")},
    doc = "The module's `.mod` has these lines.",
)

def _failure_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

failure_test = analysistest.make(
    _failure_impl,
    expect_failure = True,
    attrs = {"message": attr.string(mandatory = True, doc = "A part of the error that the user sees.")},
    doc = "The target fails at analysis with a message.",
)
