"""Asks GNU make how a kernel's Kbuild makes a module: runs it with -n on a probe module and reads the commands.

Nothing is compiled. Some recipes run in spite of -n (Kbuild marks the final link and what follows with `+`); the shell that
make is given leaves those out, and lets gen-btf.sh run with programs that only print what they are told.
"""

load(":shell.bzl", "split_commands")
load(":templates.bzl", "ASM", "BTF_ALL", "BTF_OPTIONAL", "BTF_PLAIN", "CWD", "KBUILD", "MULTI", "PART", "RUN", "SINGLE", "probe_templates")

_SHELL = """\
#!/bin/sh
# make's shell for the probe: SHELL -c COMMAND.
case $2 in
*gen-btf.sh*{multi}.ko*)
    PAHOLE="{log} $PAHOLE" OBJCOPY="{log} $OBJCOPY" RESOLVE_BTFIDS="{log} $RESOLVE_BTFIDS"
    export PAHOLE OBJCOPY RESOLVE_BTFIDS
    echo {btf_plain}
    sh "$@" || exit 1
    for file in {optional}; do : >$file; done
    echo {btf_all}
    exec sh "$@" ;;
*{multi}.ko*)
    echo {cwd} "'$(pwd -P)'"
    exit 0 ;;
*{single}.ko*)
    exit 0 ;;
esac
exec sh "$@"
"""

_LOG = """\
#!/bin/sh
printf %s {run}
printf " '%s'" "$@"
echo
"""

def _write_module(rctx, folder, order):
    """Writes the probe module, with the files that let make go on to the last step."""
    rctx.file(folder + "/Kbuild", KBUILD, executable = False)
    for name in [SINGLE + ".c", PART + ".c", ASM + ".S", SINGLE + ".mod.c", MULTI + ".mod.c"]:
        rctx.file(folder + "/" + name, "", executable = False)
    for name in [SINGLE, MULTI, PART, ASM]:
        rctx.file(folder + "/" + name + ".o", "", executable = False)
    for name in [SINGLE, MULTI]:
        rctx.file(folder + "/" + name + ".mod", "", executable = False)
    rctx.file(folder + "/modules.order", order, executable = False)

def _modules_order(text):
    """What Kbuild would write to modules.order: 6.1 lists `/M/x.ko`, 6.12 `/M/x.o`, 7.2 `x.o`."""
    lines = []
    for words in split_commands(text).commands:
        if words[0] == "echo" and len(words) == 2 and " " not in words[1]:
            stem = words[1].rpartition("/")[2].rpartition(".")[0]
            if stem in (SINGLE, MULTI) and words[1] not in lines:
                lines.append(words[1])
    return "".join([line + "\n" for line in lines])

def make_command(make, path, environment):
    """The command that starts GNU make for run_probe, with nothing of the machine's environment.

    Args:
      make: list of strings, the command that starts GNU make.
      path: string, PATH for make.
      environment: list of strings, the command that runs a program with an empty environment (`env -i`).

    Returns:
      list of strings.
    """
    return environment + [
        "PATH=" + path,
        "LC_ALL=C",
        # Any value: with it Kbuild asks pahole for the same output whenever it runs.
        "KBUILD_BUILD_TIMESTAMP=0",
    ] + make

def run_probe(rctx, what, objtree, module, make, relocate_for):
    """Runs make on the probe module and reads what it prints.

    Args:
      rctx: repository_ctx.
      what: the SDK in words, for messages.
      objtree: path of the kernel's build folder, absolute.
      module: path of the folder for the probe module, absolute, in the repository.
      make: list of strings, the command that starts GNU make, in an environment that says nothing of the machine.
      relocate_for: function from what make printed to a function from a word to the word with absolute paths below %{root}
        and %{M}.

    Returns:
      what probe_templates returns.
    """
    scripts = module + ".run"
    rctx.file(scripts + "/log", _LOG.format(run = RUN))
    rctx.file(scripts + "/sh", _SHELL.format(
        multi = MULTI,
        single = SINGLE,
        log = scripts + "/log",
        btf_plain = BTF_PLAIN,
        btf_all = BTF_ALL,
        optional = " ".join(BTF_OPTIONAL),
        cwd = CWD,
    ))

    command = make + ["-n", "-C", objtree, "M=" + module, "SHELL=" + scripts + "/sh", "modules"]

    # The last steps are those of the modules that modules.order lists, which -n does not write: a first run says what it
    # would hold.
    _write_module(rctx, module, "")
    first = rctx.execute(command, timeout = 300)
    _write_module(rctx, module, _modules_order(first.stdout))
    result = rctx.execute(command, timeout = 300)
    rctx.delete(module)
    rctx.delete(scripts)
    if result.return_code:
        fail("{}: GNU make cannot evaluate Kbuild in {}: {}".format(what, objtree, result.stderr.strip()[-2000:]))
    probe = probe_templates(result.stdout, relocate_for(result.stdout))
    if probe.error:
        fail("{}: {} in {}. Its Kbuild differs from those that rules_kbuild knows; please report it with the output of: make -n -C {} M=<a module's folder> modules".format(what, probe.error, objtree, objtree))
    return probe
