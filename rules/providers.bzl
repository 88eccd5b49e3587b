"""Providers that pass between the rules of rules_kbuild.

`KernelInfo` says what it takes to build against one kernel, `KernelHeadersInfo` which headers a target offers to the
sources of its dependents, and `KernelModuleInfo` what a built module is and which symbols it brings along.
`KernelModuleSetInfo` is of modules together, `KernelSymbolListInfo` of what modules take from their kernel. `KernelTreeInfo` and
`KernelArchiveInfo` pass between the targets of a kernel's source tree.
"""

KernelInfo = provider(
    doc = """What it takes to build modules against one kernel (an SDK).

Made by `kernel_sdk`, whose attributes an SDK repository fills in from what GNU make says of that kernel's Kbuild.
Paths called *canonical* are those that Kbuild sees with the kernel's headers installed, without a leading slash
(`usr/src/linux-headers-.../include/linux/module.h`); the workspace is `w/` (`w/examples/hello/hello.c`).
""",
    fields = {
        "label": "Label: the SDK target; two modules can be linked together only if theirs are equal.",
        "trimmed_from": "Label or None: of a trimmed kernel_image, the kernel that it was trimmed from. Modules that are built for that can be loaded in this one.",
        "release": "string: the kernel release, `uname -r` (`6.12.117+deb13-amd64`).",
        "version": "tuple of two ints: (6, 12).",
        "arch": "string: Kbuild's SRCARCH (`x86`).",
        "config": "dict: the CONFIG_ options that change which actions there are, name without CONFIG_ to value (`y`, `m`, `n`, text).",
        "dotconfig": "File: the whole `.config`.",
        "autoconf": "string: canonical path of `include/generated/autoconf.h`.",
        "cwd": "string: canonical path of the folder that Kbuild runs the compiler in, or `%{M}` for the module's own.",
        "src": "string: how this kernel's Kbuild spells `$(src)` in a module's flags: `%{M}` or `.`.",
        "roots": "dict: canonical folder to directory File: the headers that sources may include.",
        "made_headers": "dict: canonical path to File: headers besides those, which building the kernel makes.",
        "link_files": "dict: canonical path to File: what the final link reads besides objects (`module.lds`).",
        "symvers": "File: the kernel's own `Module.symvers`; None where it is not built yet (kernel_tree_sdk).",
        "vmlinux": "File or None: the `vmlinux` that carries the kernel's BTF, or that BTF alone.",
        "vmlinuz": "File or None: the boot image, for `kernel_boot_test`.",
        "busybox": "File or None: a static busybox of the kernel's architecture, for scripts of `kernel_boot_test`.",
        "modules": "File or None: directory of the kernel's own modules (`lib/modules/RELEASE`).",
        "kbuild": """struct or None: what running Kbuild itself takes, as paths from a test's working folder. `tree` (below it
canonical paths), `make`, `tools` (dict: a command's first word to the program), `loader` (empty if programs start by
themselves), `library_path`; and `files`, a depset of all that.""",
        "src_root": "string: exec path of the folder below which canonical paths of the kernel's headers lie, without `src_prefix`.",
        "src_prefix": "string: canonical folder that `src_root` is: the tree of a kernel that is built from source; else empty, for the root.",
        "module_common_path": "string: canonical path of `module_common`.",
        "module_common": "File or None: `scripts/module-common.c`, where this kernel has it.",
        "mod_pack": "File: the include closure that every generated `.mod.c` of this kernel compiles with.",
        "module_common_pack": "File or None: the same for `module-common.c`.",
        "templates": "dict: step (`cc`, `as`, `objtool`, `ld`, ...) to its command with `%{...}` placeholders, cut at its slots (rules/private/templates.bzl).",
        "objtool_delayed": "bool: objtool runs on the linked module only, not on every object.",
        "btf": "list of commands (lists of strings) that add BTF to a linked `.ko`; empty if the SDK cannot.",
        "btf_tools": "struct of `flags` (list of strings, as tool_flags) and `files` (depset of File), or None: programs of `btf` that are not among those of tool_flags.",
        "modpost_flags": "list of strings: the options that Kbuild gives modpost for this configuration.",
        "tool_flags": "list of strings: `--tool`, `--program`, `--loader` and `--library_path` options that say where the SDK's programs are.",
        "tool_files": "depset of File: what those programs need at run time.",
    },
)

KernelHeadersInfo = provider(
    doc = "Headers that a target offers, and how its dependents find them.",
    fields = {
        "hdrs": "depset of File: headers, own and of dependencies.",
        "includes": "depset of string: canonical folders (`w/drivers/foo/include`) to search with -I.",
        "defines": "depset of string: `NAME` or `NAME=value`, defined for every dependent.",
    },
)

KernelModuleInfo = provider(
    doc = "A loadable kernel module, built for one kernel.",
    fields = {
        "label": "Label: the target that the module was made by.",
        "kernel": "KernelInfo: the kernel that it was built for.",
        "name": "string: the module's base name, as in `modules.order` (`-` is kept).",
        "path": "string: workspace path of the module without suffix (`examples/hello/hello`), as in Module.symvers.",
        "ko": "File: the loadable module.",
        "mod": "File: the `.mod` file: the module's objects, one a line, and `LIVEPATCH` if it is a livepatch module.",
        "object": "File: the module's linked object before modpost (`hello.o`).",
        "symvers": "File: the lines that this module adds to Module.symvers.",
        "ksyms": "File: what it exports, imports, asks for by symbol_get and names in klp relocations (proto/ksym.proto).",
        "mod_c": "File: the `.mod.c` that modpost wrote.",
        "linked": "struct: what the rules know of the module when its object is linked; for kernel_module_set (rules/private/finish.bzl).",
        "transitive_builds": """depset of struct, this module's last: what it takes to build it and the modules that it needs by Kbuild
itself. `label`, `name`, `package` (workspace path), `kbuild` (its part of a Kbuild file), `parts` (the objects of a composite
module, without suffix), `files` (depset of its sources and headers), and what the rules made: `ko`, `mod`, `symvers`.""",
        "transitive_symvers": "depset of struct(file, label): Module.symvers lines of this module and of the modules that it depends on.",
        "transitive_kos": "depset of File: this module and those that it needs, in the order in which they must be loaded.",
    },
)

KernelModuleSetInfo = provider(
    doc = "Modules for one kernel, in order.",
    fields = {
        "label": "Label: the kernel_module_set.",
        "kernel": "KernelInfo: the kernel that they are built for.",
        "modules": "list of KernelModuleInfo: the modules, untrimmed, in the order of modules.order.",
        "kos": "list of File: the loadable modules in that order; trimmed if the set is.",
        "order": "File: modules.order.",
        "symvers": "File: Module.symvers of all of them.",
        "needed": "File or None: the needed set, if the set is trimmed.",
        "users": "list of Label: the modules outside of it whose imports stay exported.",
        "ksym_markers": "bool: debug info of modules for kernels before 6.5 is as Kbuild's, too.",
    },
)

KernelSymbolListInfo = provider(
    doc = "The symbols that modules take from their kernel, as a list.",
    fields = {
        "label": "Label: the kernel_symbol_list.",
        "kernel": "KernelInfo: the kernel that the modules are built for.",
        "list": "File: the list.",
        "uses": "File: a needed set (proto/ksym.proto) of the same symbols, which says who takes each.",
        "format": "string: `android` or `kbuild`.",
        "module_grouping": "bool: whether a list in Android's format is parted by modules.",
    },
)

KernelTreeInfo = provider(
    doc = "A kernel's source tree: what the targets of its BUILD files share.",
    fields = {
        "label": "Label: the kernel_tree; its repository is the tree.",
        "commands": "dict: name of a command that many objects share (`cc`, `as`, `objtool`) to its words, with placeholders.",
        "cwd": "string: canonical folder of the tree (`usr/src/linux`), where commands run.",
        "roots": "dict: canonical folder to directory File: what sources include.",
        "made_headers": "dict: canonical path to File: headers besides those, which the build makes.",
        "autoconf": "string: canonical path of `include/generated/autoconf.h`.",
        "autoconf_file": "File: that header. None of `roots` has it.",
        "autoconf_parts": "list of File: that header in parts; the first has the options that headers mention.",
        "header_options": "File: those options, a name a line.",
        "config": "dict: what Kconfig made of the configuration, each File to its path in the tree. None of `roots` has them.",
        "tool_flags": "list of strings: options that say where the compiler and binutils are.",
        "tool_files": "depset of File: the compiler, binutils and the kernel's programs that compiles run.",
        "programs": "dict: a command's first word to the File of the kernel's own program.",
        "description": "File: `kernel.json`, how recipes start programs.",
        "tree_root": "string: exec path of the tree.",
        "sdk_root": "string: exec path of the SDK's repository.",
        "recipe_files": "depset of File: what recipes run.",
        "release": "string: the kernel release.",
        "modpost_flags": "list of strings: the options that Kbuild gives modpost.",
        "btf_tools": "struct of `flags` and `files`, as of KernelInfo, or None: what adds BTF to modules.",
    },
)

KernelObjectsInfo = provider(
    doc = "Objects of a kernel's source tree, each compiled on its own.",
    fields = {
        "objects": """dict: path in the tree to struct of `seen`, what the source sees: struct of `pack` (File, the headers that it can
include) and `autoconf` (File, the lines of autoconf.h of the options that it and those mention); and of `unit`, what compile_object takes:
struct of `file` (the object), `source`, `path` (the source's path in the tree), `obj` (the object's, without suffix), `words`, `objtool`,
`modname`, `modfile`, `headers` (list of File: what the build makes and the source includes), `exports` (whether it may export
symbols, by its source), `may_export` (whether it may come to, since its source is edited), `named_exports` (whether its source names all that it
exports), `other_exports` (list of strings: what it may export besides, under the name that a macro stands for), `guess` (File, the
autoksyms.h that it was compiled with; None if there was none), `deps` (File, what was read to compile it; None outside of modules), `symversions` (File, the CRCs of its exports; None without
CONFIG_MODVERSIONS) and `preprocess` (the command whose output genksyms reads).""",
        "sources_text": "File: what srcversion hashes to, of all sources of the target; None outside of modules.",
    },
)

KernelIntreeModuleInfo = provider(
    doc = "A module of a kernel's source tree, before modpost.",
    fields = {
        "module": """struct of `label`, `name`, `path` (in the tree, without suffix), `object`, `mod`, `ksyms`, `symvers` (what it exports),
`parts` (list of struct(unit, seen), as in KernelObjectsInfo), `link` and `objtool` (commands), `deps`, `symversions` and
`sources_texts` (lists of File).""",
    },
)

KernelIntreeModulesInfo = provider(
    doc = "All modules of a kernel's source tree.",
    fields = {
        "modules": "list of struct: those of KernelIntreeModuleInfo, in the order of modules.order.",
        "kos": "list of File: the modules.",
        "symvers": "File: Module.symvers; without CONFIG_MODULES vmlinux.symvers.",
        "btf": "File: the kernel's BTF, which that of the modules refers to; None without CONFIG_DEBUG_INFO_BTF_MODULES.",
        "header_mentions": "dict: name of what a header defines, to the exports of modules that it mentions (list of strings). Empty of trimmed ones.",
        "order": "File: modules.order; None without CONFIG_MODULES.",
        "commands": "struct: how they are finished: `mod_command`, `mod_objtool`, `final`, `link_files`, `link_objects`, `mod_seen`, `order_suffix`, `btf` (a list of commands).",
    },
)

KernelRecipeInfo = provider(
    doc = "A recipe of a kernel's Makefiles, as what it takes to run it again with other inputs.",
    fields = {
        "spec": """struct of `target` (a path in the tree), `lines`, `sources`, `includes` and `environment` (as in kernel_recipe), `srcs` (list of struct(path, file)) and `archives` (list of KernelArchiveInfo).""",
        "files": "dict: path in the tree to File: what it makes.",
    },
)

KernelArchiveInfo = provider(
    doc = "A thin archive, as the list that it is.",
    fields = {
        "path": "string: its path in the tree.",
        "flags": "string: what `ar` is told to do.",
        "objects": "list of File: its objects, in order.",
        "further": "list of strings: lines of shell text that change the archive once it is made.",
        "files": "list of File: what `further` reads.",
    },
)

KernelImageInfo = provider(
    doc = "A kernel that was built from its source tree.",
    fields = {
        "label": "Label: the target that made it.",
        "tree": "KernelTreeInfo: the tree.",
        "sdk": "KernelInfo: how modules outside of the tree are built, without what the build makes.",
        "vmlinux": "File: the linked kernel, an ELF file.",
        "image": "File: what a boot loader loads.",
        "image_path": "string: its path in the tree.",
        "system_map": "File: System.map.",
        "builtin": "list of File: what tells of modules that are built in.",
        "modules": "KernelIntreeModulesInfo: its modules.",
        "archive": "KernelArchiveInfo: the objects that are built in.",
        "recipes": "dict: target, a path in the tree, to KernelRecipeInfo.",
        "objects": "dict: path in the tree to struct of KernelObjectsInfo, all objects.",
        "steps": "list of strings: what follows from vmlinux.o, in order.",
        "signing": "struct of `program`, `key`, `certificate` (Files) and `hash` (CONFIG_MODULE_SIG_HASH): how installed modules are signed; None: they are not.",
    },
)
