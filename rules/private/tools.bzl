"""The programs that run as actions, as private attributes of the rules that run them."""

TOOLS = {
    "_slice": attr.label(default = Label("//tools/slice"), executable = True, cfg = "exec"),
    "_compile": attr.label(default = Label("//tools/compile"), executable = True, cfg = "exec"),
    "_recipe": attr.label(default = Label("//tools/recipe"), executable = True, cfg = "exec"),
    "_ksymtrim": attr.label(default = Label("//tools/ksymtrim"), executable = True, cfg = "exec"),
    "_modpost": attr.label(default = Label("//tools/modpost"), executable = True, cfg = "exec"),
}

# Of the rules that make a whole kernel: what lays out its modules.
MODULES_INSTALL = {
    "_modules_install": attr.label(default = Label("//tools/modules_install"), executable = True, cfg = "exec"),
}

# What a rule with a transition takes.
TRANSITION_ALLOWLIST = {
    "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
}
