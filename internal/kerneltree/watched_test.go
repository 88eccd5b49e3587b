package kerneltree

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatWasReadIsWhatMakeKconfigAndPrepareRead(t *testing.T) {
	tree := newFake(t)
	edited := t.TempDir()
	fill(t, edited, map[string]string{
		"Makefile": "-include $(srctree)/include/linux/kconfig.h\n# see Documentation/make.txt\n",
		"Kbuild":   "include/generated/timeconst.h: kernel/time/timeconst.bc\nawk $(srctree)/arch/x86/include/asm/cpufeatures.h\n",
		"Kconfig":  "", "Documentation/Kconfig": "", "Documentation/make.txt": "",
		"arch/x86/Makefile": "obj-y += mm.o\n", "arch/x86/mm.c": "", "arch/x86/include/asm/cpufeatures.h": "", "arch/x86/include/asm/page.h": "",
		"arch/x86/syscalls/syscall_64.tbl": "", "arch/arm/tools/Makefile": "$(src)/mach-types\n", "arch/arm/tools/mach-types": "",
		"drivers/eisa/Makefile": "$(src)/eisa.ids\n", "drivers/eisa/eisa.ids": "", "drivers/eisa/other.txt": "",
		"include/linux/kconfig.h": "", "include/linux/list.h": "", "include/linux/tables.h": "",
		"kernel/bounds.c": "", "kernel/time/timeconst.bc": "",
		"scripts/table.sh": "", "tools/objtool/check.c": "", "tools/objtool/check.h": "", "tools/objtool/Build": "",
	})
	fill(t, tree.Dir, map[string]string{
		"arch/x86/.syscalls_64.h.cmd": "cmd_arch/x86/syscalls_64.h := sh scripts/table.sh arch/x86/syscalls/syscall_64.tbl\n",
		"kernel/.bounds.s.cmd":        "savedcmd_kernel/bounds.s := gcc-14 -S -o kernel/bounds.s kernel/bounds.c\n\ndeps_kernel/bounds.s := include/linux/list.h\n",
		"scripts/.x.o.cmd":            "cmd_scripts/x.o := hostcc -o scripts/x.o\n\ndeps_scripts/x.o := include/linux/tables.h\n",
		"tools/objtool/.check.o.cmd":  "# tools/build\n\n" + tree.Dir + "/tools/objtool/check.o: check.c \\\n " + tree.Dir + "/tools/objtool/check.h\n",
	})
	made, err := tree.Compiled()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"kernel/bounds.s"}, made); diff != "" {
		t.Errorf("what the kernel's compiler made (-want +got):\n%s", diff)
	}
	got, err := tree.Read(Sources{Edited: edited, Arch: "x86"}, append(made, "scripts/x.o"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Documentation/Kconfig", "Kbuild", "Kconfig", "Makefile",
		"arch/arm/tools/Makefile", "arch/x86/Makefile", "arch/x86/include/asm/cpufeatures.h", "arch/x86/syscalls/syscall_64.tbl",
		"drivers/eisa/Makefile", "drivers/eisa/eisa.ids", "kernel/time/timeconst.bc", "scripts/table.sh",
		"tools/objtool/Build", "tools/objtool/check.c", "tools/objtool/check.h",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := tree.Read(Sources{Edited: filepath.Join(edited, "none"), Arch: "x86"}, nil); err == nil {
		t.Error("no error without sources")
	}
}
