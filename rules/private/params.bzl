"""How actions take their arguments: one a line, in a file."""

def params(ctx):
    """Arguments that go to an action in a params file, one a line (internal/params reads it).

    Args:
      ctx: the rule's context.

    Returns:
      Args.
    """
    args = ctx.actions.args()
    args.set_param_file_format("multiline")
    args.use_param_file("@%s", use_always = True)
    return args
