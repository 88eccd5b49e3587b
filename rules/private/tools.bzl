"""The programs that run as actions, as private attributes of the rules that run them."""

TOOLS = {
    "_slice": attr.label(default = Label("//tools/slice"), executable = True, cfg = "exec"),
    "_compile": attr.label(default = Label("//tools/compile"), executable = True, cfg = "exec"),
    "_ksymtrim": attr.label(default = Label("//tools/ksymtrim"), executable = True, cfg = "exec"),
    "_modpost": attr.label(default = Label("//tools/modpost"), executable = True, cfg = "exec"),
}
