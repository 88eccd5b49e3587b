"""Tests of kernel/private/templates.bzl and of what sdk.bzl does with paths.

The texts are what make prints for the two ways in which Kbuild runs: in the build folder with absolute paths of the module,
objtool after every object (as 6.1); in the module's folder with relative paths, objtool after the link, BTF by a script that
the probe's shell has run (as 7.2). Their options are cut down to a few.
"""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//kernel/private:sdk.bzl", "canonical", "relocator")
load("//kernel/private:templates.bzl", "btf_programs", "include_dirs", "probe_templates")

_ABSOLUTE = """\
make: Entering directory '/r/usr/src/h'
set -e; echo '  CC [M]  /r/w/kbprobe/kbprobe-single.o'; gcc-12 -c -o /r/w/kbprobe/kbprobe-single.o /r/w/kbprobe/kbprobe-single.c
set -e; echo '  CC [M]  /r/w/kbprobe/kbprobe-part.o'; trap 'rm -f x; kill -s HUP $$' HUP; gcc-12 -Wp,-MMD,/r/w/kbprobe/.kbprobe-part.o.d -I/r/usr/src/c/include -I./include -O2 -DKBPROBE_CCFLAGS -DKBPROBE_SRC=/r/w/kbprobe -DKBPROBE_CFLAGS_OBJ -DMODULE -DKBUILD_BASENAME='"kbprobe_part"' -DKBUILD_MODNAME='"kbprobe_multi"' -c -o /r/w/kbprobe/kbprobe-part.o /r/w/kbprobe/kbprobe-part.c   ; ./tools/objtool/objtool --orc --module /r/w/kbprobe/kbprobe-part.o; scripts/basic/fixdep /r/w/kbprobe/.kbprobe-part.o.d /r/w/kbprobe/kbprobe-part.o 'gcc-12 -c -o /r/w/kbprobe/kbprobe-part.o' > /r/w/kbprobe/.kbprobe-part.o.cmd
set -e; if nm /r/w/kbprobe/kbprobe-part.o 2>/dev/null | grep -q __ksymtab; then gcc-12 -E -D__GENKSYMS__ -O2 -DKBPROBE_CCFLAGS /r/w/kbprobe/kbprobe-part.c | scripts/genksyms/genksyms   -r /dev/null >> /r/w/kbprobe/.kbprobe-part.o.cmd; fi
set -e; gcc-12 -Wp,-MMD,x -D__ASSEMBLY__ -DKBPROBE_ASFLAGS -DKBPROBE_AFLAGS_OBJ -c -o /r/w/kbprobe/kbprobe-asm.o /r/w/kbprobe/kbprobe-asm.S ; ./tools/objtool/objtool --orc --module /r/w/kbprobe/kbprobe-asm.o
set -e; { echo "#include <linux/kernel.h>" ; gcc-12 -E -D__ASSEMBLY__ -DKBPROBE_ASFLAGS /r/w/kbprobe/kbprobe-asm.S | grep X; } | gcc-12 -E -D__GENKSYMS__ -O2 -DKBPROBE_CCFLAGS -DKBUILD_BASENAME='"kbprobe_asm"' -xc - | scripts/genksyms/genksyms -r /dev/null
set -e; ld -m elf_x86_64 --kbprobe-ldflags -r -o /r/w/kbprobe/kbprobe-multi.o @/r/w/kbprobe/kbprobe-multi.mod
set -e; sed 's/ko$/o/' /r/w/kbprobe/modules.order | scripts/mod/modpost -m -n -o /r/w/kbprobe/Module.symvers -e -i Module.symvers -T -
kbprobe-cwd '/r/usr/src/h'
set -e; gcc-12 -O2 -DMODULE -DKBUILD_BASENAME='"kbprobe_multi.mod"' -DKBUILD_MODNAME='"kbprobe_multi"' -c -o /r/w/kbprobe/kbprobe-multi.mod.o /r/w/kbprobe/kbprobe-multi.mod.c
set -e; ld -r --build-id=sha1 -T arch/x86/module.lds -o /r/w/kbprobe/kbprobe-multi.ko /r/w/kbprobe/kbprobe-multi.o /r/w/kbprobe/kbprobe-multi.mod.o;  true
set -e; if [ ! -f vmlinux ]; then printf "Skipping BTF generation for %s\\n" /r/w/kbprobe/kbprobe-multi.ko 1>&2; else LLVM_OBJCOPY="objcopy" pahole -J --btf_base vmlinux /r/w/kbprobe/kbprobe-multi.ko; ./tools/bpf/resolve_btfids/resolve_btfids -b vmlinux /r/w/kbprobe/kbprobe-multi.ko; fi;
"""

_RELATIVE = """\
set -e; gcc-16 -I/r/usr/src/h/include -DKBPROBE_CCFLAGS -DKBPROBE_SRC=. -DKBPROBE_CFLAGS_OBJ -fsanitize=shift -DKBUILD_BASENAME='"kbprobe_part"' -c -o kbprobe-part.o kbprobe-part.c  ; /r/usr/src/h/scripts/basic/fixdep ./.kbprobe-part.o.d kbprobe-part.o 'x'
set -e; gcc-16 -DKBPROBE_ASFLAGS -DKBPROBE_AFLAGS_OBJ -c -o kbprobe-asm.o kbprobe-asm.S
set -e; ld -r -o kbprobe-multi.o @kbprobe-multi.mod  ; /r/usr/src/h/tools/objtool/objtool --ibt --link --module kbprobe-multi.o
set -e; /r/usr/src/h/scripts/mod/modpost -M -o Module.symvers -T modules.order -i /r/usr/src/h/Module.symvers -e
set -e; gcc-16 -DKBUILD_BASENAME='"kbprobe_multi.mod"' -c -o kbprobe-multi.mod.o kbprobe-multi.mod.c ; /r/usr/src/h/tools/objtool/objtool --ibt --link --module kbprobe-multi.mod.o
set -e; gcc-16 -DKBUILD_BASENAME='".module_common"' -DKBUILD_MODNAME='".module_common.o"' -c -o .module-common.o /r/usr/src/c/scripts/module-common.c ; /r/usr/src/h/tools/objtool/objtool --ibt --link --module .module-common.o
set -e; ld -r -T /r/usr/src/h/arch/x86/module.lds -o kbprobe-multi.ko kbprobe-multi.o kbprobe-multi.mod.o .module-common.o
kbprobe-cwd '/r/w/kbprobe'
set -e; sh /r/usr/src/c/scripts/gen-btf.sh --btf_base /r/usr/src/h/vmlinux kbprobe-multi.ko
kbprobe-btf-plain
kbprobe-run 'pahole' '-J' '--btf_base' '/r/usr/src/h/vmlinux' '--btf_encode_detached=kbprobe-multi.ko.BTF.1' 'kbprobe-multi.ko'
kbprobe-run 'objcopy' '--add-section' '.BTF=kbprobe-multi.ko.BTF' 'kbprobe-multi.ko'
kbprobe-btf-all
kbprobe-run 'pahole' '-J' '--btf_base' '/r/usr/src/h/vmlinux' '--btf_encode_detached=kbprobe-multi.ko.BTF.1' 'kbprobe-multi.ko'
kbprobe-run 'objcopy' '--add-section' '.BTF=kbprobe-multi.ko.BTF' 'kbprobe-multi.ko'
kbprobe-run 'objcopy' '--add-section' '.BTF.base=kbprobe-multi.ko.BTF.base' 'kbprobe-multi.ko'
kbprobe-run '/r/usr/src/h/tools/bpf/resolve_btfids/resolve_btfids' '--patch_btfids' 'kbprobe-multi.ko.BTF_ids' 'kbprobe-multi.ko'
"""

_RELOCATE = relocator({"/r": "%{root}", "/r/w/kbprobe": "%{M}"})

def _absolute_test_impl(ctx):
    env = unittest.begin(ctx)
    got = probe_templates(_ABSOLUTE, _RELOCATE)
    asserts.equals(env, None, got.error)
    for step, want in {
        "cc": "gcc-12 -I%{root}/usr/src/c/include -I./include -O2 %{ccflags} %{cflags_obj} -DMODULE -DKBUILD_BASENAME=\"%{basename}\" -DKBUILD_MODNAME=\"%{modname}\" -c -o %{obj}.o %{obj}.c",
        "as": "gcc-12 -D__ASSEMBLY__ %{asflags} %{aflags_obj} -c -o %{obj}.o %{obj}.S",
        "objtool": "objtool --orc --module %{obj}.o",
        "objtool_mod": "",
        "genksyms_cpp": "gcc-12 -E -D__GENKSYMS__ -O2 %{ccflags} %{obj}.c",
        "genksyms_cpp_asm": "gcc-12 -E -D__GENKSYMS__ -O2 %{ccflags} -DKBUILD_BASENAME=\"%{basename}\" -xc -",
        "asm_exports_cpp": "gcc-12 -E -D__ASSEMBLY__ %{asflags} %{obj}.S",
        "genksyms": "genksyms -r /dev/null",
        "ld": "ld -m elf_x86_64 %{ldflags} -r -o %{obj}.o @%{obj}.mod",
        "cc_mod": "gcc-12 -O2 -DMODULE -DKBUILD_BASENAME=\"%{basename}\" -DKBUILD_MODNAME=\"%{modname}\" -c -o %{obj}.o %{obj}.c",
        "cc_module_common": "",
        "ld_module": "ld -r --build-id=sha1 -T arch/x86/module.lds -o %{obj}.ko %{obj}.o %{obj}.mod.o",
    }.items():
        asserts.equals(env, want, " ".join(got.templates[step]), step)
    asserts.equals(env, False, got.objtool_delayed)
    asserts.equals(env, ["-m", "-e"], got.modpost_flags)
    asserts.equals(env, "%{root}/usr/src/h", got.cwd)
    asserts.equals(env, "%{M}", got.src)
    asserts.equals(env, [
        ["LLVM_OBJCOPY=objcopy", "pahole", "-J", "--btf_base", "vmlinux", "%{obj}.ko"],
        ["resolve_btfids", "-b", "vmlinux", "%{obj}.ko"],
    ], got.btf)
    asserts.equals(env, ["pahole", "objcopy", "resolve_btfids"], btf_programs(got.btf))
    asserts.equals(env, "./tools/objtool/objtool", got.programs["objtool"])
    asserts.true(env, "nm" in got.named)
    asserts.equals(env, ["%{root}/usr/src/c/include", "./include"], include_dirs(got.templates["cc"]))
    return unittest.end(env)

_absolute_test = unittest.make(_absolute_test_impl)

def _relative_test_impl(ctx):
    env = unittest.begin(ctx)
    got = probe_templates(_RELATIVE, _RELOCATE)
    asserts.equals(env, None, got.error)
    for step, want in {
        "cc": "gcc-16 -I%{root}/usr/src/h/include %{ccflags} %{cflags_obj} -fsanitize=shift -DKBUILD_BASENAME=\"%{basename}\" -c -o %{obj}.o %{obj}.c",
        "objtool": "objtool --ibt --link --module %{obj}.o",
        "objtool_mod": "objtool --ibt --link --module %{obj}.o",
        "objtool_module_common": "objtool --ibt --link --module %{obj}.o",
        "cc_module_common": "gcc-16 -DKBUILD_BASENAME=\"%{basename}\" -DKBUILD_MODNAME=\"%{basename}.o\" -c -o %{obj}.o %{root}/usr/src/c/scripts/module-common.c",
        "genksyms": "",
        "ld_module": "ld -r -T %{root}/usr/src/h/arch/x86/module.lds -o %{obj}.ko %{obj}.o %{obj}.mod.o .module-common.o",
    }.items():
        asserts.equals(env, want, " ".join(got.templates[step]), step)
    asserts.equals(env, True, got.objtool_delayed)
    asserts.equals(env, "%{M}", got.cwd)
    asserts.equals(env, ".", got.src)
    asserts.equals(env, [
        ["pahole", "-J", "--btf_base", "%{root}/usr/src/h/vmlinux", "--btf_encode_detached=%{obj}.ko.BTF.1", "%{obj}.ko"],
        ["objcopy", "--add-section", ".BTF=%{obj}.ko.BTF", "%{obj}.ko"],
        ["?%{obj}.ko.BTF.base", "objcopy", "--add-section", ".BTF.base=%{obj}.ko.BTF.base", "%{obj}.ko"],
        ["?%{obj}.ko.BTF_ids", "resolve_btfids", "--patch_btfids", "%{obj}.ko.BTF_ids", "%{obj}.ko"],
    ], got.btf)
    return unittest.end(env)

_relative_test = unittest.make(_relative_test_impl)

def _missing_test_impl(ctx):
    env = unittest.begin(ctx)
    without_link = "\n".join([line for line in _RELATIVE.split("\n") if "-o kbprobe-multi.ko" not in line])
    asserts.equals(env, "make printed no command to link a .ko", probe_templates(without_link, _RELOCATE).error)
    asserts.equals(env, "make printed no command to compile a C object", probe_templates("", _RELOCATE).error)
    return unittest.end(env)

_missing_test = unittest.make(_missing_test_impl)

def _paths_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "-I%{root}/usr -I%{M}/x", _RELOCATE("-I/r/usr -I/r/w/kbprobe/x"))

    # A path is whole components.
    asserts.equals(env, "-f%{root}/=/,/rx/r2=%{root}", _RELOCATE("-f/r/=/,/rx/r2=/r"))

    # What stands for a path may hold the path again.
    asserts.equals(env, "%{root}/a/b/c", relocator({"/a": "%{root}/a", "/a/b": "%{root}/a/b"})("/a/b/c"))
    asserts.equals(env, "usr/src/c/include", canonical("%{root}/usr/src/c/include", "usr/src/h"))
    asserts.equals(env, "usr/src/h/include", canonical("./include", "usr/src/h"))
    asserts.equals(env, "usr/src/c", canonical("../c/.", "usr/src/h"))
    return unittest.end(env)

_paths_test = unittest.make(_paths_test_impl)

def templates_test_suite(name):
    unittest.suite(name, _absolute_test, _relative_test, _missing_test, _paths_test)
