"""What a kernel that is built from source is as an SDK, and what a module gets that is built against it."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:providers.bzl", "KernelInfo", "KernelModuleInfo")

def _names(action):
    return [file.basename for file in action.inputs.to_list()]

def _sdk_impl(ctx):
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    sdk = target[KernelInfo]
    asserts.equals(env, target.label, sdk.label)
    asserts.equals(env, "Module.symvers", sdk.symvers.basename)
    asserts.equals(env, "image", sdk.vmlinuz.basename)
    asserts.equals(env, "lib/modules/6.1.0", "/".join(sdk.modules.path.split("/")[-3:]))
    asserts.equals(env, (6, 1), sdk.version)
    asserts.equals(env, Label(ctx.attr.trimmed_from) if ctx.attr.trimmed_from else None, sdk.trimmed_from)
    made = [file for action in analysistest.target_actions(env) for file in action.outputs.to_list()]
    if ctx.attr.trimmed_from:
        asserts.true(env, sdk.symvers in made, "its Module.symvers is another kernel's")
    install = [action for action in analysistest.target_actions(env) if action.mnemonic == "KernelModulesInstall"]
    asserts.equals(env, 1, len(install))
    for name in ["mod.ko", "modules.order"]:
        asserts.true(env, name in _names(install[0]), name + " is not among what is installed")
    key = "exports.c" in _names(install[0])
    asserts.equals(env, ctx.attr.signed, key, "the key to sign modules with is an input")
    return analysistest.end(env)

source_sdk_test = analysistest.make(
    _sdk_impl,
    attrs = {
        "signed": attr.bool(doc = "Whether modules are signed as they are installed."),
        "trimmed_from": attr.string(doc = "The kernel that it was trimmed from; empty: it was not."),
    },
    doc = "A kernel that is built is an SDK: with its Module.symvers, its image and its modules.",
)

def _module_impl(ctx):
    env = analysistest.begin(ctx)
    kernel = analysistest.target_under_test(env)[KernelModuleInfo].kernel
    programs = [flag.partition("/")[0] for flag in kernel.tool_flags if flag.startswith("--program=")]
    asserts.equals(env, ["--program=objtool=rules"], programs)
    asserts.true(env, kernel.autoconf in kernel.made_headers, "autoconf.h, which is in no directory of headers, is not among the files")
    for action in analysistest.target_actions(env):
        if action.mnemonic == "KernelSlice":
            asserts.true(env, "autoconf.h" in _names(action), "packs would have no autoconf.h")
        if action.mnemonic in ("KernelCompile", "KernelModpost"):
            asserts.false(env, "Module.symvers" in _names(action), "{} waits for the whole kernel".format(action.mnemonic))
        if action.mnemonic == "KernelSymversSlice":
            asserts.true(env, "Module.symvers" in _names(action), "what the kernel exports is not read")
    return analysistest.end(env)

def _btf_impl(ctx):
    env = analysistest.begin(ctx)
    links = [action for action in analysistest.target_actions(env) if action.mnemonic == "KernelModuleLink"]
    asserts.equals(env, 1, len(links))
    names = _names(links[0])
    for name in ["vmlinux.btf", "kernel.json"]:
        asserts.true(env, name in names, "{} is not among the inputs: {}".format(name, names))
    asserts.false(env, "vmlinux" in names, "a module is linked again whenever the kernel changes")
    return analysistest.end(env)

btf_test = analysistest.make(
    _btf_impl,
    doc = "The last link of a module reads the kernel's BTF, and nothing else of the kernel, and the programs that add BTF.",
)

source_module_test = analysistest.make(
    _module_impl,
    doc = "A module that is built against it has autoconf.h in its packs and runs the tree's own static objtool, and only what slices its Module.symvers waits for the kernel.",
)
