"""kernel_todo: a file that a Makefile makes by a recipe that is no rule yet.

The Gazelle language and kernel.source_package write it where a module needs such a file, so that the module's package loads, and
whoever builds the module is told what the Makefile runs. Write a rule that makes the file (kernel_genrule, if a shell can), give it
that name, and put `# keep` above it.
"""

load("//rules/private:todo.bzl", "kernel_todo_impl")

kernel_todo = rule(
    implementation = kernel_todo_impl,
    doc = "Stands for a file that cannot be made yet. Building it, or what needs it, fails and says what the Makefile runs.",
    attrs = {
        "command": attr.string(
            doc = "The Makefile's recipe.",
        ),
        "makefile": attr.string(
            doc = "Where the recipe is: `Makefile:12`.",
        ),
    },
)
