"""The checkout as one input: for tests that look at all of it, where a list of files would need a filegroup in every package."""

# Beside what Bazel and git keep there. Text for people changes no test's result.
_IGNORED_SUFFIXES = [".md"]
_IGNORED = [".git", "docs"]

def _checkout_impl(rctx):
    root = rctx.path(Label("//:MODULE.bazel")).dirname
    names = []
    for entry in root.readdir(watch = "yes"):
        name = entry.basename
        if name in _IGNORED or name.startswith("bazel-") or [s for s in _IGNORED_SUFFIXES if name.endswith(s)]:
            continue
        if entry.is_dir:
            rctx.watch_tree(entry)
        else:
            rctx.watch(entry)
        names.append(name)
    result = rctx.execute(
        ["sh", "-c", "find \"$@\" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum", "sh"] + sorted(names),
        working_directory = str(root),
    )
    if result.return_code != 0:
        fail("cannot list the checkout: " + result.stderr)
    rctx.file("digests", result.stdout)
    rctx.file("BUILD.bazel", "exports_files([\"digests\"])\n")

_checkout = repository_rule(
    implementation = _checkout_impl,
    doc = "Holds one file, `digests`: the SHA-256 of each file of the main repository.",
)

def _checkout_extension_impl(_mctx):
    _checkout(name = "checkout")

checkout = module_extension(
    implementation = _checkout_extension_impl,
    doc = "Makes @checkout, whose //:digests changes whenever a file of the main repository does.",
)
