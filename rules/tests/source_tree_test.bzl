"""What the rules of a kernel's source tree declare."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

def _actions(env, mnemonic):
    return [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]

def _names(action):
    return sorted([file.basename for file in action.inputs.to_list()])

def _narrow_impl(ctx):
    env = analysistest.begin(ctx)
    compiles = _actions(env, "KernelCompile")
    asserts.equals(env, 4, len(compiles))
    for action in compiles:
        names = _names(action)
        asserts.equals(env, 1, len([name for name in names if name.endswith(".c")]))
        asserts.equals(env, 1, len([name for name in names if name.endswith(".pack")]))
        asserts.equals(env, 1, len([name for name in names if name.endswith(".autoconf.h")]))
        asserts.equals(env, [], [name for name in names if name == "include" or name.endswith(".h") and not name.endswith(".autoconf.h")])
    slices = _actions(env, "KernelSlice")
    asserts.equals(env, 1, len(slices))
    asserts.true(env, "bounds.h" in _names(slices[0]), "a header that all sources may include, and that the build makes, is not there to be sliced")
    asserts.false(env, "autoconf.h" in _names(slices[0]), "headers are sliced again whenever an option changes")
    configs = _actions(env, "KernelConfigSlice")
    asserts.equals(env, 1, len(configs))
    asserts.equals(
        env,
        [file.basename for file in slices[0].outputs.to_list() if file.basename.endswith(".options")] + ["header_options"],
        [name for name in _names(configs[0]) if name.endswith("options") or name.endswith(".c")],
        "what the configuration is sliced by",
    )
    asserts.false(env, "autoconf.h" in _names(configs[0]), "the slices are made again whenever an option changes")
    asserts.equals(
        env,
        ["_autoconf"],
        {file.dirname.rpartition("/")[2]: True for file in configs[0].inputs.to_list() if file.extension == "h"}.keys(),
        "the folder of the parts of the configuration",
    )
    return analysistest.end(env)

narrow_object_test = analysistest.make(
    _narrow_impl,
    doc = "An object is compiled from its source, its pack and its slice of autoconf.h alone; one action makes the packs of a folder, and one the slices.",
)

def _recipe_impl(ctx):
    env = analysistest.begin(ctx)
    recipes = _actions(env, "KernelRecipe")
    asserts.equals(env, 1, len(recipes))
    names = _names(recipes[0])
    for name in ["exports.o", "plain.o", "vmlinux.a.members", "kernel.json"]:
        asserts.true(env, name in names, "{} is not among the inputs: {}".format(name, names))
    asserts.false(env, "part.o" in names, "an object of a module is linked into vmlinux.o")
    return analysistest.end(env)

recipe_test = analysistest.make(
    _recipe_impl,
    doc = "A recipe that reads an archive has its objects, and the list of them, as inputs.",
)

def _written_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, 1, len(_actions(env, "KernelSlice")))
    packs = [name for name in _names(_actions(env, "KernelRecipe")[0]) if name.endswith(".pack")]
    asserts.equals(env, ["written.pack"], packs)
    asserts.equals(env, 1, len(_actions(env, "KernelConfigSlice")))
    asserts.true(env, "autoconf.h" in _names(_actions(env, "KernelRecipe")[0]), "its slice of autoconf.h is not among the inputs")
    return analysistest.end(env)

written_test = analysistest.make(
    _written_impl,
    doc = "A recipe that compiles what it writes has the headers that the compiler always includes, whatever the source does.",
)

def _module_link_impl(ctx):
    env = analysistest.begin(ctx)
    links = _actions(env, "KernelModuleLink")
    asserts.equals(env, 1, len(links))
    for name in ["mod.o", "mod.mod.o", "plain.o"]:
        asserts.true(env, name in _names(links[0]), "{} is not among the inputs: {}".format(name, _names(links[0])))
    return analysistest.end(env)

module_link_test = analysistest.make(
    _module_link_impl,
    doc = "A module is linked of its object, of its .mod.o, and of what all modules have in common.",
)

def _named_exports_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, [["autoksyms.h", "c", "o.autoconf.h", "o.pack"]], [
        sorted([name.removeprefix("named.") for name in _names(action) if name.startswith("named.")])
        for action in _actions(env, "KernelCompile")
        if [file for file in action.outputs.to_list() if file.basename == "named.o"]
    ], "what the object is compiled from")
    scans = [action for action in _actions(env, "KernelScan") if "exports.o" in _names(action)]
    asserts.equals(env, 1, len(scans), "actions that read an object whose source does not name its exports")
    for action in scans:
        asserts.true(env, "named.c" in _names(action), "the source is not read")
        asserts.false(env, "named.o" in _names(action), "the object is compiled for it")
    slices = [action for action in _actions(env, "KernelTrimSlice") if [file for file in action.outputs.to_list() if file.basename == "named.autoksyms.h"]]
    asserts.equals(env, [[]], [
        [name for name in _names(action) if name.endswith(".o") or name.endswith(".c")]
        for action in slices
    ], "what is read besides summaries for the slices of objects of vmlinux")
    return analysistest.end(env)

named_exports_test = analysistest.make(
    _named_exports_impl,
    doc = "An object whose source names its exports is compiled once in a trimmed kernel, with its slice of the needed set.",
)

def _guess_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, [["part.autoksyms.h", "part.c", "part.o.autoconf.h", "part.o.pack"]], [
        [name for name in _names(action) if name.startswith("part.")]
        for action in _actions(env, "KernelCompile")
        if [file for file in action.outputs.to_list() if file.basename == "part.o"]
    ], "what the object is compiled from")
    asserts.equals(env, [["guess.mentions", "part.c"]], [
        sorted([name for name in _names(action) if name.endswith(".c") or name.endswith(".mentions")])
        for action in _actions(env, "KernelNeeded")
        if "guess.mentions" in _names(action)
    ], "what is guessed by")
    slices = [action for action in _actions(env, "KernelTrimSlice") if [file for file in action.outputs.to_list() if file.basename == "part.dropped"]]
    asserts.equals(env, [["modules.keep"]], [
        [name for name in _names(action) if name.endswith(".ksyms") or name.endswith(".keep")]
        for action in slices
    ], "what a module's slice is cut from: the needed set changes more often than what is needed of modules")
    again = [
        action
        for action in _actions(env, "KernelTrim")
        if [file for file in action.outputs.to_list() if file.basename == "part.o"]
    ]
    asserts.equals(env, 1, len(again))
    asserts.equals(env, ["_guess"], [
        file.dirname.rpartition("/")[2]
        for file in again[0].inputs.to_list()
        if file.basename == "part.o"
    ], "the folder of the object that is passed on if the guess was right")
    return analysistest.end(env)

guess_test = analysistest.make(
    _guess_impl,
    doc = "A module's object is compiled with a guess at what stays of its exports, and again if that was wrong.",
)

def _may_export_impl(ctx):
    env = analysistest.begin(ctx)
    each = [action for action in _actions(env, "KernelTrim") if "each" in action.argv]
    asserts.equals(env, [["plain.o"]], [[file.basename for file in action.outputs.to_list()] for action in each])
    return analysistest.end(env)

may_export_test = analysistest.make(
    _may_export_impl,
    doc = "One action a folder passes on the objects of edited sources that export nothing, and may come to.",
)

def _symversions_impl(ctx):
    env = analysistest.begin(ctx)
    read = {
        name: True
        for action in _actions(env, ctx.attr.mnemonic)
        for name in _names(action)
        if name.endswith(".symversions")
    }
    asserts.equals(env, ctx.attr.symversions, sorted(read))
    return analysistest.end(env)

symversions_test = analysistest.make(
    _symversions_impl,
    attrs = {
        "mnemonic": attr.string(doc = "That of the actions that read CRCs."),
        "symversions": attr.string_list(doc = "The files of CRCs that they read together."),
    },
    doc = "modpost reads the CRCs of the objects that it is run over.",
)
