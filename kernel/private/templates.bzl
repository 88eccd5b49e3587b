"""Turns what GNU make prints for the probe module into an SDK's command templates.

The probe's names are unique words: wherever one stands in a command, a placeholder belongs. No option is known here by
name; Kbuild's are taken as they are. The templates are those of `rules/kernel_sdk.bzl`, the placeholders:

  %{root}      the private root that a command runs in, in front of every absolute path
  %{M}         the module's folder, where Kbuild prints it as an absolute path
  %{obj}       the object's path without `.o`, as Kbuild prints it
  %{basename}  KBUILD_BASENAME: the object's base name with `-` as `_`
  %{modname}   KBUILD_MODNAME: the module's name with `-` as `_`
  %{nostdinc} %{ccflags} %{cflags_obj} %{asflags} %{aflags_obj} %{ldflags}
               a word of its own: where NOSTDINC_FLAGS, ccflags-y, CFLAGS_x.o, asflags-y, AFLAGS_x.o and ldflags-y go
"""

load(":shell.bzl", "split_assignments", "split_commands")

# The probe: a module of one C object, and one of a C and an assembly object.
SINGLE = "kbprobe-single"
MULTI = "kbprobe-multi"
PART = "kbprobe-part"
ASM = "kbprobe-asm"

# What the probe's shell prints.
CWD = "kbprobe-cwd"
BTF_PLAIN = "kbprobe-btf-plain"
BTF_ALL = "kbprobe-btf-all"
RUN = "kbprobe-run"

_SLOTS = {
    "-DKBPROBE_NOSTDINC": "%{nostdinc}",
    "-DKBPROBE_CCFLAGS": "%{ccflags}",
    "-DKBPROBE_CFLAGS_OBJ": "%{cflags_obj}",
    "-DKBPROBE_ASFLAGS": "%{asflags}",
    "-DKBPROBE_AFLAGS_OBJ": "%{aflags_obj}",
    "--kbprobe-ldflags": "%{ldflags}",
}
_SRC = "-DKBPROBE_SRC="

KBUILD = """\
obj-m := {single}.o {multi}.o
{multi}-y := {part}.o {asm}.o
NOSTDINC_FLAGS += -DKBPROBE_NOSTDINC
ccflags-y := -DKBPROBE_CCFLAGS {src}$(src)
asflags-y := -DKBPROBE_ASFLAGS
ldflags-y := --kbprobe-ldflags
CFLAGS_{part}.o := -DKBPROBE_CFLAGS_OBJ
AFLAGS_{asm}.o := -DKBPROBE_AFLAGS_OBJ
""".format(single = SINGLE, multi = MULTI, part = PART, asm = ASM, src = _SRC)

# Files that gen-btf.sh finds beside the .ko only where an earlier step had something to write.
BTF_OPTIONAL = [MULTI + ".ko.BTF.base", MULTI + ".ko.BTF_ids"]

def _basename(path):
    return path.rpartition("/")[2]

def _underscore(name):
    return name.replace("-", "_")

def _output(argv):
    """The word after -o, or an empty string."""
    for i in range(len(argv) - 1):
        if argv[i] == "-o":
            return argv[i + 1]
    return ""

def _template(argv, obj, basename, module):
    """A command with placeholders.

    Args:
      argv: list of strings.
      obj: the object's path without suffix, as it stands in argv.
      basename: base name of the object, as in its file name.
      module: name of the module that it belongs to.
    """
    words = []
    for word in argv:
        if word.startswith("-Wp,-MMD,") or word.startswith("-Wp,-MD,") or word.startswith(_SRC):
            continue
        word = _SLOTS.get(word, word)
        if obj:
            word = word.replace(obj, "%{obj}")
        word = word.replace(_underscore(basename), "%{basename}").replace(_underscore(module), "%{modname}")
        words.append(word)
    words[0] = _basename(words[0])
    return words

def _first(commands, matches):
    for argv in commands:
        if matches(argv):
            return argv
    return None

def _making(name):
    """Matches the command whose -o is a file of this name."""
    return lambda argv: _basename(_output(argv)) == name

def _objtool_on(name):
    return lambda argv: _basename(argv[0]).startswith("objtool") and _basename(argv[-1]) == name

def _preprocessing(genksyms, source):
    return lambda argv: "-E" in argv and ("-D__GENKSYMS__" in argv) == genksyms and _basename(argv[-1]) == source

def _preprocessing_stdin(basename):
    return lambda argv: "-D__GENKSYMS__" in argv and argv[-1] == "-" and [
        word
        for word in argv
        if word.startswith("-DKBUILD_BASENAME=") and basename in word
    ]

def _program(name):
    return lambda argv: _basename(argv[0]) == name

def _making_common(argv):
    return "-c" in argv and _basename(_output(argv)) == ".module-common.o"

def _modpost_flags(argv):
    """modpost's options, without the files that Kbuild names."""
    flags = []
    skip = False
    for word in argv[1:]:
        if skip:
            skip = False
        elif word in ("-o", "-i", "-I", "-T"):
            skip = True
        elif word != "-n":
            # -n tells of make's own -i, which Kbuild sees in any `i` on make's command line, M=/linux/... included.
            flags.append(word)
    return flags

def _btf_command(assignments, argv, ko, guard = None):
    obj = ko.removesuffix(".ko")
    words = [_basename(argv[0])] + [word.replace(obj, "%{obj}") for word in argv[1:]]
    return (["?" + guard.replace(obj, "%{obj}")] if guard else []) + assignments + words

def _btf_commands(all_commands, ko):
    """The commands that add BTF to the composite module, whether Kbuild prints them or its script runs them."""
    commands = []
    plain = []
    section = None
    for words in all_commands:
        if words[0] in (BTF_PLAIN, BTF_ALL):
            section = words[0]
        elif words[0] == RUN and section and words[-1].endswith(ko):
            argv = words[1:]
            if section == BTF_PLAIN:
                plain.append(argv)
            else:
                guards = [] if argv in plain else [
                    name
                    for name in BTF_OPTIONAL
                    if [word for word in argv if name in word]
                ]
                commands.append(_btf_command([], argv, ko, guards[0] if guards else None))
        else:
            assignments, argv = split_assignments(words)
            if argv and _basename(argv[0]) in ("pahole", "resolve_btfids") and argv[-1] == ko:
                commands.append(_btf_command(assignments, argv, ko))
    return commands

def probe_templates(text, relocate):
    """Reads the output of make on the probe module.

    Args:
      text: what `make -n` printed.
      relocate: function from a word to the word with absolute paths below %{root} and %{M}.

    Returns:
      struct: `templates`, dict of step to words; `objtool_delayed`; `btf`, list of commands (a first word `?FILE` means:
      only if that file is there); `modpost_flags`; `cwd` and `src`, as kernel_sdk takes them; `programs`, dict of the
      first word of each template to the program as Kbuild wrote it; `named`, list of all programs that make's commands call by
      a plain name; `error`, a string or None.
    """
    split = split_commands(text)
    if split.error:
        return struct(error = split.error)
    all_commands = [[relocate(word) for word in words] for words in split.commands]
    commands = []
    for words in all_commands:
        argv = split_assignments(words)[1]
        if argv and argv[0] not in ("echo", "printf", "trap", RUN):
            commands.append(argv)

    templates = {}
    programs = {}

    def add(step, argv, obj, basename, module = MULTI):
        templates[step] = _template(argv, obj, basename, module) if argv else []
        if argv:
            programs[_basename(argv[0])] = argv[0]

    cc = _first(commands, _making(PART + ".o"))
    as_ = _first(commands, _making(ASM + ".o"))
    ld = _first(commands, _making(MULTI + ".o"))
    cc_mod = _first(commands, _making(MULTI + ".mod.o"))
    ld_module = _first(commands, _making(MULTI + ".ko"))
    modpost = _first(commands, _program("modpost"))
    for name, found in {
        "compile a C object": cc,
        "compile an assembly object": as_,
        "link a composite module": ld,
        "compile a .mod.c": cc_mod,
        "link a .ko": ld_module,
        "run modpost": modpost,
    }.items():
        if not found:
            return struct(error = "make printed no command to " + name)

    part = _output(cc).removesuffix(".o")
    asm = _output(as_).removesuffix(".o")
    multi = _output(ld).removesuffix(".o")
    mod = _output(cc_mod).removesuffix(".o")
    ko = _output(ld_module)
    add("cc", cc, part, PART)
    add("as", as_, asm, ASM)
    add("ld", ld, multi, MULTI)
    add("cc_mod", cc_mod, mod, MULTI + ".mod")
    add("ld_module", ld_module, multi, MULTI)

    on_part = _first(commands, _objtool_on(PART + ".o"))
    on_multi = _first(commands, _objtool_on(MULTI + ".o"))
    if on_part:
        add("objtool", on_part, part, PART)
    else:
        add("objtool", on_multi, multi, MULTI)
    add("objtool_mod", _first(commands, _objtool_on(MULTI + ".mod.o")), mod, MULTI + ".mod")

    common = _first(commands, _making_common)
    common_obj = _output(common).removesuffix(".o") if common else ""
    add("cc_module_common", common, common_obj, ".module-common", ".module-common.o")
    add("objtool_module_common", _first(commands, _objtool_on(".module-common.o")), common_obj, ".module-common")

    add("genksyms_cpp", _first(commands, _preprocessing(True, PART + ".c")), part, PART)
    add("genksyms_cpp_asm", _first(commands, _preprocessing_stdin(_underscore(ASM))), asm, ASM)
    add("asm_exports_cpp", _first(commands, _preprocessing(False, ASM + ".S")), asm, ASM)
    add("genksyms", _first(commands, _program("genksyms")), "", PART)

    btf = _btf_commands(all_commands, ko)
    for command in btf:
        program = _btf_program(command)
        for words in all_commands:
            for word in words:
                if _basename(word) == program:
                    programs.setdefault(program, word)

    src = [word[len(_SRC):] for word in cc if word.startswith(_SRC)]
    cwd = [words[1] for words in all_commands if words[0] == CWD and len(words) == 2]
    if not src or not cwd:
        return struct(error = "make printed neither $(src) nor a folder that it runs in")
    return struct(
        templates = templates,
        objtool_delayed = bool(on_multi and not on_part),
        btf = btf,
        modpost_flags = _modpost_flags(modpost),
        cwd = cwd[0],
        src = src[0],
        programs = programs,
        named = sorted({argv[0]: True for argv in commands if "/" not in argv[0]}),
        error = None,
    )

def _btf_program(command):
    words = command[1:] if command[0].startswith("?") else command
    return split_assignments(words)[1][0]

def btf_programs(btf):
    """The programs that BTF commands run, or are told of by an assignment (LLVM_OBJCOPY=...).

    Args:
      btf: list of commands, as probe_templates returns them.

    Returns:
      list of names.
    """
    names = {}
    for command in btf:
        words = command[1:] if command[0].startswith("?") else command
        assignments, argv = split_assignments(words)
        names[argv[0]] = True
        for assignment in assignments:
            names[assignment.partition("=")[2]] = True
    return names.keys()

def include_dirs(words):
    """The directories that a cc template searches, in order, as they stand in it."""
    return [word[2:] for word in words if word.startswith("-I") and len(word) > 2]
