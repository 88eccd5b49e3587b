"""Canonical paths: where Kbuild would see a file of the workspace.

A command runs in a private root in which the workspace is the folder `w`; so a file's canonical path is the same in every
configuration and output base, and debug info says `examples/hello/hello.c` whoever built it.
"""

# Where the workspace lies in a command's private root.
WORKSPACE = "w"

# Execution requirement of an action whose command line names outputs only through its Args, as Files: with
# --experimental_output_paths=strip Bazel writes them without the configuration, and configurations share the action.
PATH_MAPPING = {"supports-path-mapping": ""}

def workspace_path(file):
    """The path of a file in the workspace, generated or not.

    Args:
      file: a File of the main repository (`pkg/x.c`) or of another (`external/REPO/pkg/x.c`).

    Returns:
      string: the path without the output root that a generated file lies below.
    """
    if file.short_path.startswith("../"):
        return "external/" + file.short_path[len("../"):]
    return file.short_path

def canonical(file):
    """The canonical path of a workspace file: `w/` and its workspace path."""
    return WORKSPACE + "/" + workspace_path(file)

def package_path(label):
    """The workspace path of a label's package, Kbuild's M: `examples/hello`, or `` for the top."""
    return "/".join([part for part in [label.workspace_root, label.package] if part])

def canonical_dir(path):
    """The canonical path of a workspace folder (`` for the top)."""
    return WORKSPACE + "/" + path if path else WORKSPACE

def mapping(file):
    """`canonical=exec path`, as the tools' --file, --source and --object take it. A map_each callback."""
    return canonical(file) + "=" + file.path

def symvers_arg(entry):
    """`path=label`, as --symvers and other options take a file that messages name. A map_each callback over struct(file, label)."""
    return "{}={}".format(entry.file.path, entry.label)

def rlocation(ctx, file):
    """The path of a file below the runfiles root, as runfiles libraries take it."""
    if file.short_path.startswith("../"):
        return file.short_path[len("../"):]
    return ctx.workspace_name + "/" + file.short_path

def join(folder, path):
    """Joins two workspace paths and resolves `.` and `..`.

    Args:
      folder: workspace path that `path` starts from.
      path: relative path.

    Returns:
      string: the normalised path; None if it leaves the workspace.
    """
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)

def label_text(label):
    """A label as a person writes it: without `@@` in the main repository."""
    return str(label).removeprefix("@@") if str(label).startswith("@@//") else str(label)
