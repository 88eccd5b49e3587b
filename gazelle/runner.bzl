"""gazelle_runner: a Gazelle to `bazel run`, with kernels to evaluate Kbuild with.

Gazelle's own rule starts its program by a shell, for what the Go language needs. The Kbuild language needs none of that. The
program is built without cgo, so that it takes no C toolchain, whatever the build's flags say.
"""

_PURE = "@rules_go//go/config:pure"

def _without_cgo_impl(_settings, _attr):
    return {_PURE: True}

_without_cgo = transition(
    implementation = _without_cgo_impl,
    inputs = [],
    outputs = [_PURE],
)

def _gazelle_runner_impl(ctx):
    binary = ctx.attr.binary[0][DefaultInfo]
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = binary.files_to_run.executable, is_executable = True)
    return [
        DefaultInfo(
            executable = program,
            files = depset([program]),
            runfiles = ctx.runfiles(files = ctx.files.data).merge(binary.default_runfiles),
        ),
        RunEnvironmentInfo(environment = ctx.attr.env),
    ]

gazelle_runner = rule(
    implementation = _gazelle_runner_impl,
    doc = "A Gazelle with the Kbuild language.",
    attrs = {
        "binary": attr.label(
            doc = "The gazelle_binary.",
            cfg = _without_cgo,
            executable = True,
            mandatory = True,
        ),
        "data": attr.label_list(
            doc = "Files that it reads: sdk.json of the kernels.",
            allow_files = True,
        ),
        "env": attr.string_dict(
            doc = "Environment variables that it is run with.",
        ),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    executable = True,
)
