"""What kernel_todo says when it is built."""

load(":paths.bzl", "label_text")

def kernel_todo_impl(ctx):
    """Implementation of the kernel_todo rule.

    Args:
      ctx: the rule's context.
    """
    if ctx.attr.makefile and not ctx.attr.command:
        fail("{}: this file is made by {}: check it in, or write a rule of that name that makes it (kernel_genrule), with `# keep` above it".format(
            label_text(ctx.label),
            ctx.attr.makefile,
        ))
    if not ctx.attr.command:
        fail("{}: a module includes or compiles this file, which is neither in the tree nor made by its Makefiles: add the file, or a rule of that name that makes it".format(label_text(ctx.label)))
    fail("{}: {} makes this file, by a recipe that is no rule yet: write a rule of that name that makes it (kernel_genrule), with `# keep` above it. The recipe is: {}".format(
        label_text(ctx.label),
        ctx.attr.makefile,
        ctx.attr.command,
    ))
