"""kernel_recipe: a file that a recipe of a kernel's Makefiles makes. Written by kernel.source.

Generated sources, host programs, linker scripts, links and boot images are recipes: shell text that GNU make printed. It runs in a
folder of its own that holds what the recipe names and nothing else, at the place that it has in the tree; programs are those of the
SDK and of the lock's host part.
"""

load("//rules:providers.bzl", "KernelArchiveInfo", "KernelRecipeInfo", "KernelTreeInfo")
load("//rules/private:source_recipe.bzl", "kernel_recipe_impl")
load("//rules/private:tools.bzl", "TOOLS")

kernel_recipe = rule(
    implementation = kernel_recipe_impl,
    doc = "A file that shell text makes; it has the target's name. Actions: KernelRecipe, and KernelSlice and KernelConfigSlice where it compiles.",
    attrs = {
        "lines": attr.string_list(
            doc = "The shell text.",
            mandatory = True,
        ),
        "also": attr.string_list(
            doc = "Other files that it makes.",
        ),
        "srcs": attr.label_list(
            doc = "What it reads, scripts included.",
            allow_files = True,
        ),
        "archives": attr.label_list(
            doc = "Archives that it reads.",
            providers = [KernelArchiveInfo],
        ),
        "sources": attr.string_list_dict(
            doc = "Sources among srcs that it compiles or preprocesses, by their paths in the tree, with the command: they get packs of headers.",
        ),
        "includes": attr.string_list(
            doc = "Headers that sources include which the recipe writes itself.",
        ),
        "environment": attr.string_dict(
            doc = "Variables that make exports and that the recipe, or a script that it runs, names.",
        ),
        "tree": attr.label(
            doc = "The kernel_tree.",
            mandatory = True,
            providers = [KernelTreeInfo],
        ),
    } | TOOLS,
    provides = [KernelRecipeInfo],
)
