package kerneltree

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/kept"
)

func TestWhatMakeSeesIsWhatItsTextsName(t *testing.T) {
	const config = "CONFIG_FAT=m\nCONFIG_SHIFT=17\n"
	sources := map[string]string{
		"Kbuild": "", "Kconfig": "config SHIFT\n", "Makefile": "all:\n\tawk $(srctree)/arch/x86/syscalls.tbl\n",
		"arch/x86/Makefile": "", "arch/x86/syscalls.tbl": "1", "arch/x86/configs/x86_defconfig": "CONFIG_SHIFT=12\n",
		"fs/Makefile": "obj-$(CONFIG_FAT) += fat.o\n", "fs/fat.c": "CONFIG_SHIFT", "include/list.h": "1", "scripts/link.sh": "",
	}
	tree := laidOut(t, sources)
	of := unpacked(t, "[]")
	made := map[string]string{autoConf: config, "include/generated/rustc_cfg": config, "scripts/.conf.cmd": "cmd_scripts/conf := hostcc\n"}
	fill(t, tree.Dir, made)
	edited := t.TempDir() // which the tree has links to, in truth
	key := func(edit map[string]string) string {
		for _, files := range []map[string]string{sources, edit} {
			fill(t, edited, files)
		}
		fill(t, tree.Dir, edit)
		seen, err := tree.SeenByMake(nil, Sources{Unpacked: of.Unpacked, Edited: edited})
		if err != nil {
			t.Fatal(err)
		}
		for file := range edit {
			for _, dir := range []string{tree.Dir, edited} {
				if err := os.Remove(filepath.Join(dir, file)); err != nil {
					t.Fatal(err)
				}
			}
			before, there := sources[file]
			if !there {
				before, there = made[file]
			}
			if there {
				fill(t, tree.Dir, map[string]string{file: before})
			}
		}
		return seen.Key()
	}
	before := key(nil)
	for _, test := range []struct {
		what string
		edit map[string]string
		sees bool
	}{
		{"nothing", nil, false},
		{"an option that no Makefile names", map[string]string{autoConf: "CONFIG_FAT=m\nCONFIG_SHIFT=15\n", "include/generated/rustc_cfg": "15"}, false},
		{"an option that a Makefile names", map[string]string{autoConf: "CONFIG_FAT=y\nCONFIG_SHIFT=17\n"}, true},
		{"a source and a header", map[string]string{"fs/fat.c": "2", "include/list.h": "2"}, false},
		{"a Makefile", map[string]string{"fs/Makefile": "obj-$(CONFIG_FAT) += fat.o x.o\n"}, true},
		{"a Kconfig file alone", map[string]string{"Kconfig": "config SHIFT\n\n"}, false},
		{"a script", map[string]string{"scripts/link.sh": ":"}, true},
		{"what a Makefile names", map[string]string{"arch/x86/syscalls.tbl": "2"}, true},
		{"a new file", map[string]string{"fs/new.c": ""}, true},
		{"a note", map[string]string{"scripts/.conf.cmd": "cmd_scripts/conf := hostcc -O2\n"}, true},
	} {
		t.Run(test.what, func(t *testing.T) {
			if sees := key(test.edit) != before; sees != test.sees {
				t.Errorf("make sees the edit: %v, want %v", sees, test.sees)
			}
		})
	}
}

// A kernel of a few lines has its options where its Makefiles look for them.
func TestWithoutOptionsForMakeAllIsSeen(t *testing.T) {
	sources := map[string]string{"Kbuild": "", "Kconfig": "", "Makefile": "-include .config\n", "arch/x86/Makefile": ""}
	tree := laidOut(t, sources)
	edited := t.TempDir()
	fill(t, edited, sources)
	of := Sources{Unpacked: unpacked(t, "[]").Unpacked, Edited: edited}
	var keys []string
	for _, config := range []string{"CONFIG_FAT=y\n", "CONFIG_FAT=n\n"} {
		fill(t, tree.Dir, map[string]string{".config": config})
		seen, err := tree.SeenByMake(nil, of)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, seen.Key())
	}
	if keys[0] == keys[1] {
		t.Error("make does not see .config")
	}
}

// An option that a Makefile puts together from parts may be any.
func TestOptionsThatAMakefilePutsTogether(t *testing.T) {
	for text, want := range map[string]bool{
		"obj-$(CONFIG_FAT) += fat.o":                false,
		"obj-$(CONFIG_$(NAME)) += fat.o":            true,
		"obj-$(CONFIG_FAT_$(BITS)) += fat.o":        true,
		"x := $(filter CONFIG_%, $(.VARIABLES))":    true,
		"prefix := CONFIG_\nx := $($(prefix)FAT)":   true,
		"# CONFIG_$(NAME) is no more":               false,
		"unexport CONFIG_":                          false,
		"$(KBUILD_DEFCONFIG): $(DEFCONFIG_$(ARCH))": false,
	} {
		s := newSeen(kept.NewKey(""))
		dir := t.TempDir()
		fill(t, dir, map[string]string{"Makefile": text})
		if err := s.text(dir, "Makefile"); err != nil || s.all != want {
			t.Errorf("%s: may be any: %v (%v), want %v", text, s.all, err, want)
		}
	}
}
