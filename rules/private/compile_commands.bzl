"""A module's fragment of compile_commands.json: how each source is compiled, for editors and other tools.

Paths are relative to the top of the workspace (`bazel-out/...` is there by Bazel's own link), or, of other repositories, begin
with Bazel's output base. Both have a word that stands for them, since neither is known; tools/compile_commands puts them in when
it joins the fragments.
"""

load(":options.bzl", "unit_slots")
load(":paths.bzl", "WORKSPACE", "join")
load(":templates.bzl", "fill")
load(":units.bzl", "kbuild_name")

_TOP = "__WORKSPACE__"
_OUTPUT_BASE = "__OUTPUT_BASE__"

# Options whose value is a path, in the same word or the next.
_PATH_OPTIONS = ("-include", "-isystem", "-iquote", "-I")

def _external(path):
    return _OUTPUT_BASE + "/" + path if path.startswith("external/") else path

def _locate(path, kernel, root):
    """Where a path of a command is."""
    return _external(_from_exec_root(path, kernel, root))

def _in_source(path, kernel):
    """The exec path of a canonical path of the kernel's headers."""
    return (kernel.src_root + "/" + path.removeprefix(kernel.src_prefix).lstrip("/")).removesuffix("/")

def _from_exec_root(path, kernel, root):
    if path.startswith("%{root}/" + WORKSPACE + "/"):
        return path.removeprefix("%{root}/" + WORKSPACE + "/")
    if path.startswith("%{root}/"):
        return _in_source(path.removeprefix("%{root}/"), kernel)
    if path.startswith("/"):
        return path
    folder = root if kernel.cwd == "%{M}" else _in_source(kernel.cwd, kernel)
    return join(folder, path) or path

def _arguments(words, kernel, place, unit, module):
    out = []
    value = False
    for word in words:
        word = word.replace("%{basename}", kbuild_name(unit.base)).replace("%{modname}", kbuild_name(module)).replace("%{module}", module)
        word = word.replace("%{obj}", unit.obj).replace("%{M}", "%{root}/" + WORKSPACE + "/" + place.root)
        if value:
            word = _locate(word, kernel, place.root)
            value = False
        elif word in _PATH_OPTIONS or word == "-o":
            value = True
        elif word == unit.obj + "." + unit.source.extension:
            word = _external(unit.source.path)
        else:
            for option in _PATH_OPTIONS:
                if word.startswith(option):
                    word = option + _locate(word.removeprefix(option), kernel, place.root)
                    break
        prefix = "/" + kernel.src_prefix if kernel.src_prefix else ""
        out.append(word.replace("%{root}/" + WORKSPACE + "/", "").replace("%{root}" + prefix, _external(kernel.src_root)))
    return out

def compile_commands(ctx, kernel, place, module, units, slots, src_opts, remove):
    """Declares the fragment.

    Args:
      ctx: the rule's context.
      kernel: KernelInfo.
      place: what kbuild_place returned.
      module: the module's base name.
      units: what make_units returned.
      slots: what unit_options returned.
      src_opts: what source_options returned.
      remove: options to leave out.

    Returns:
      File, JSON: a list of entries as in compile_commands.json.
    """
    entries = []
    autoconf = kernel.made_headers.get(kernel.autoconf)
    configuration = ["-I" + _external(autoconf.path.removesuffix("/generated/autoconf.h"))] if autoconf else []
    for unit in units:
        words = fill(kernel.templates["as" if unit.asm else "cc"], unit_slots(slots, src_opts, unit), remove)
        entries.append({
            "directory": _TOP,
            "file": _external(unit.source.path),
            "arguments": _arguments(words, kernel, place, unit, module) + configuration,
        })
    out = ctx.actions.declare_file(ctx.label.name + ".compile_commands.json")
    ctx.actions.write(out, json.encode_indent(entries, indent = "  ") + "\n")
    return out
