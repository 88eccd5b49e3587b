"""Kernels for analysis tests: complete enough to declare every action, and never built."""

load("//rules:kernel_sdk.bzl", "kernel_sdk")

def fake_kernel(name, release, modversions, delayed, src, config = {}):
    """An SDK target whose commands are short and whose files are empty.

    Args:
      name: the target.
      release: the kernel release.
      modversions: whether the config has MODVERSIONS.
      delayed: whether objtool runs on the linked module only.
      src: how this kernel spells $(src).
      config: further options of the config.
    """
    kernel_sdk(
        name = name,
        arch = "x86",
        autoconf = "usr/src/linux/include/generated/autoconf.h",
        config = config | ({"MODVERSIONS": "y"} if modversions else {}),
        cwd = "usr/src/linux" if src == "%{M}" else "%{M}",
        link_files = {"fake/module.lds": "usr/src/linux/scripts/module.lds"},
        modpost_flags = ["-M", "-e"] + (["-m"] if modversions else []),
        module_common = "fake/module-common.c" if delayed else None,
        module_common_path = "usr/src/linux/scripts/module-common.c",
        objtool_delayed = delayed,
        release = release,
        roots = {"fake/include": "usr/src/linux/include"},
        src = src,
        symvers = "fake/Module.symvers",
        templates = {
            "cc": ["gcc", "-I./include", "-O2", "%{ccflags}", "%{cflags_obj}", "-DMODULE", "-c", "-o", "%{obj}.o", "%{obj}.c"],
            "as": ["gcc", "-D__ASSEMBLY__", "%{asflags}", "%{aflags_obj}", "-c", "-o", "%{obj}.o", "%{obj}.S"],
            "objtool": ["objtool", "--orc", "%{obj}.o"],
            "genksyms_cpp": ["gcc", "-E", "%{ccflags}", "%{obj}.c"],
            "genksyms_cpp_asm": ["gcc", "-E", "-xc", "-"],
            "genksyms": ["genksyms"],
            "ld": ["ld", "%{ldflags}", "-r", "-o", "%{obj}.o", "@%{obj}.mod"],
            "cc_mod": ["gcc", "-O2", "-c", "-o", "%{obj}.o", "%{obj}.c"],
            "cc_module_common": ["gcc", "-O2", "-c", "-o", "%{obj}.o", "module-common.c"],
            "ld_module": ["ld", "-r", "-T", "scripts/module.lds", "-o", "%{obj}.ko"],
        },
        tools = {"gcc": "/usr/bin/gcc", "ld": "/usr/bin/ld", "objtool": "/objtool", "genksyms": "/genksyms"},
    )
