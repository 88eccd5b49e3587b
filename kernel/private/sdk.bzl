"""From the answers of a probe to the targets of an SDK's repository; kernel.debian and kernel.local share it."""

load(":build_file.bzl", "build_file", "target")
load(":config.bzl", "read_config")
load(":templates.bzl", "btf_programs", "include_dirs")

# Where the private root's `usr/src/...` lies in an SDK's repository.
TREE = "tree"

# What the repository holds, for the programs that evaluate Makefiles; internal/kbuildsdk reads it.
DESCRIPTION = "sdk.json"

# The probe module's canonical folder; gone after the probe.
PROBE_MODULE = "w/kbprobe"

def relocator(prefixes):
    """A function that replaces absolute paths in a word.

    Args:
      prefixes: dict of path prefix to what stands for it in a template. Of two that fit, the longer is taken.
    """
    ordered = sorted(prefixes, key = lambda prefix: -len(prefix))

    def relocate(word):
        # In two steps, since what is put in may hold another prefix.
        for i, prefix in enumerate(ordered):
            word = _replace_path(word, prefix, "\0{}\0".format(i))
        for i, prefix in enumerate(ordered):
            word = word.replace("\0{}\0".format(i), prefixes[prefix])
        return word

    return relocate

def _replace_path(word, path, to):
    """Replaces a path where it ends in the word, or goes on with a slash: /a/b in -I/a/b/c, but not in /a/bc."""
    first, rest = word.split(path)[0], word.split(path)[1:]
    return first + "".join([
        (to if not piece or piece[0] in "/=:,\"'" else path) + piece
        for piece in rest
    ])

def canonical(path, cwd):
    """The canonical path of a word of a template.

    Args:
      path: absolute below %{root}, or relative.
      cwd: canonical path that relative ones start from.

    Returns:
      string without `.` components.
    """
    absolute = path.removeprefix("%{root}/") if path.startswith("%{root}/") else cwd + "/" + path
    parts = []
    for part in absolute.split("/"):
        if part == "..":
            parts.pop()
        elif part and part != ".":
            parts.append(part)
    return "/".join(parts)

def _roots(rctx, probe, cwd):
    """The directories of headers that sources may include: label to canonical path.

    The thousands of empty files below include/config are Kbuild's stamps and not among them.
    """
    folders = {}
    for word in include_dirs(probe.templates["cc"]):
        folder = canonical(word, cwd)
        path = rctx.path(TREE).get_child(folder)
        if not path.exists:
            continue
        if path.get_child("config").get_child("auto.conf").exists:
            for child in path.readdir(watch = "no"):
                if child.is_dir and child.basename != "config":
                    folders[folder + "/" + child.basename] = True
        else:
            folders[folder] = True

    # A folder within another comes with it.
    return {
        TREE + "/" + folder: folder
        for folder in sorted(folders)
        if not [other for other in folders if folder.startswith(other + "/")]
    }

def _objtree(probe, cwd):
    """The canonical path of the build folder: of the two that are searched for include/generated/uapi, the one not below arch/."""
    suffix = "/include/generated/uapi"
    found = [
        folder.removesuffix(suffix)
        for folder in [canonical(word, cwd) for word in include_dirs(probe.templates["cc"])]
        if folder.endswith(suffix)
    ]
    if not found:
        fail("the compiler searches no include/generated/uapi: {}".format(probe.templates["cc"]))
    return sorted(found, key = len)[0]

def arch_of(probe, cwd):
    """SRCARCH, from .../arch/SRCARCH/include.

    Args:
      probe: what run_probe returned.
      cwd: canonical path that relative ones start from.

    Returns:
      string.
    """
    for word in include_dirs(probe.templates["cc"]):
        parts = canonical(word, cwd).split("/")
        if len(parts) > 3 and parts[-1] == "include" and parts[-3] == "arch":
            return parts[-2]
    fail("the compiler searches no arch/*/include: {}".format(probe.templates["cc"]))

def after(argv, option):
    """The word of a command that follows an option.

    Args:
      argv: list of strings.
      option: string.

    Returns:
      string, or None.
    """
    for i in range(len(argv) - 1):
        if argv[i] == option:
            return argv[i + 1]
    return None

def _description(sdk, programs):
    """The text of DESCRIPTION: what a program outside of actions needs to run this SDK's make and Kbuild."""
    fields = ["release", "arch", "cwd", "src", "tree", "tools", "loader", "library_path", "roots", "templates", "objtool_delayed"]
    return json.encode_indent({name: sdk[name] for name in fields} | {
        "objtree": sdk["autoconf"].removesuffix("/include/generated/autoconf.h"),
        "make": sdk.get("make", ""),
        "busybox": sdk.get("busybox", "") if programs else "",
        "programs": programs,
    }, indent = "  ") + "\n"

def write_sdk(rctx, release, probe, find_program, toolchain, kbuild, make = [], programs = "", loader = "", library_path = [], extra = {}, extra_targets = []):
    """Writes the BUILD file of an SDK whose headers lie below TREE.

    Args:
      rctx: repository_ctx.
      release: string, the kernel release.
      probe: what run_probe returned.
      find_program: function from (a program as Kbuild wrote it, cwd, SRCARCH) to its path in the repository, or an absolute
        one; None if there is none.
      toolchain: list of directories of the repository with the compiler and its libraries.
      kbuild: list of directories of the repository with Kbuild's own programs.
      make: list of directories of the repository that only running Kbuild itself takes.
      programs: folder of the repository that the compiler and binutils are in, or empty for those of the machine.
      loader: path of the dynamic loader in the repository, or empty.
      library_path: list of folders of the repository.
      extra: dict of further attributes of kernel_sdk.
      extra_targets: list of strings, further targets.
    """
    cwd = probe.cwd
    run_in = cwd.removeprefix("%{root}/")
    objtree = _objtree(probe, run_in)
    arch = arch_of(probe, run_in)
    tree = rctx.path(TREE)

    def in_tree(path):
        return TREE + "/" + path if tree.get_child(path).exists else None

    tools = {}
    missing = []
    for name, program in probe.programs.items():
        path = find_program(program, run_in, arch)
        if path:
            tools[name] = path
        else:
            missing.append(program)
    config = read_config(rctx.read(tree.get_child(objtree).get_child(".config"), watch = "no"))

    # Without the kernel's BTF, or without pahole, Kbuild leaves BTF out with a warning.
    vmlinux = in_tree(objtree + "/vmlinux")
    btf_tools = {}
    for name in btf_programs(probe.btf):
        path = tools.get(name) or find_program(name, run_in, arch)
        if path:
            btf_tools[name] = path
        elif name in [program.rpartition("/")[2] for program in missing]:
            missing = [program for program in missing if program.rpartition("/")[2] != name]
            vmlinux = None
        else:
            vmlinux = None
    btf = probe.btf if vmlinux else []
    if btf:
        tools.update(btf_tools)
    if missing:
        fail("{}: Kbuild runs {}, which is nowhere to be found".format(release, ", ".join(missing)))

    for name in ["cc1", "as"]:
        path = find_program(name, run_in, arch)
        if path:
            tools[name] = path

    # What only Kbuild itself runs, such as nm.
    for name in probe.named:
        path = None if name in tools else find_program(name, run_in, arch)
        if path and not path.startswith("/"):
            tools[name] = path

    lds = after(probe.templates["ld_module"], "-T")
    link_files = {TREE + "/" + canonical(lds, run_in): canonical(lds, run_in)} if lds else {}
    if btf:
        link_files[vmlinux] = objtree + "/vmlinux"
    common = probe.templates["cc_module_common"]
    module_common = canonical(common[-1], run_in) if common else None

    sdk = dict(
        release = release,
        arch = arch,
        config = config,
        dotconfig = in_tree(objtree + "/.config"),
        autoconf = objtree + "/include/generated/autoconf.h",
        cwd = run_in,
        src = probe.src,
        roots = _roots(rctx, probe, run_in),
        link_files = link_files,
        symvers = TREE + "/" + objtree + "/Module.symvers",
        vmlinux = vmlinux if btf else None,
        kernel_tree = [":kernel_tree"],
        tree = TREE,
        module_common = TREE + "/" + module_common if module_common else None,
        module_common_path = module_common,
        templates = {step: words for step, words in probe.templates.items() if words},
        objtool_delayed = probe.objtool_delayed,
        btf = {str(i): command for i, command in enumerate(btf)},
        modpost_flags = probe.modpost_flags,
        tools = {name: tools[name] for name in sorted(tools)},
        loader = loader,
        library_path = library_path,
        toolchain = toolchain + [":kbuild"],
    )
    sdk.update(extra)
    rctx.file(DESCRIPTION, _description(sdk, programs), executable = False)
    trees = [TREE]
    trees.extend([folder for folder in toolchain + make + kbuild if not folder.startswith(TREE + "/")])
    rctx.file("BUILD.bazel", build_file(
        {str(Label("//rules:kernel_sdk.bzl")): "kernel_sdk"},
        [
            "exports_files([{}])\n".format(json.encode(DESCRIPTION)),
            target("kernel_sdk", "sdk", **sdk),
            target("config_setting", "selected", flag_values = {str(Label("//rules:kernel")): ":sdk"}),
            target("filegroup", "headers", srcs = sdk["roots"].keys()),
            target("filegroup", "kbuild", srcs = kbuild),
            target("alias", "symvers", actual = sdk["symvers"]),
            target("filegroup", "kernel_tree", srcs = trees),
        ] + extra_targets,
    ), executable = False)
