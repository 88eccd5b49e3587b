package compile

import (
	"fmt"
	"os"
	"path"
	"strings"
)

// An Input is a file that a link reads, by its canonical path.
type Input struct{ Canonical, File string }

// A Link is the link of a composite module's objects to one.
type Link struct {
	Common
	Objects []Input // in link order
	Linker  []string
	Objtool []string // empty: not run on the result
	Out     string
}

// Relocatable links the objects of a composite module (`ld -r`), which it
// lists in the module's .mod file as Kbuild does, and runs objtool on the
// result.
func Relocatable(l Link) error {
	j, err := newJob(l.Common, files(l.Objects)...)
	if err != nil {
		return err
	}
	defer j.close()
	object, err := j.word("%{obj}.o")
	if err != nil {
		return err
	}
	var list strings.Builder
	for _, o := range l.Objects {
		if err := j.place(o.Canonical, o.File); err != nil {
			return err
		}
		p := j.path(o.Canonical)
		if strings.ContainsAny(p, " \t\n'\"\\") {
			return fmt.Errorf("%s: the linker cannot take this path from a list; rename the file", o.Canonical)
		}
		if p == object {
			return fmt.Errorf("%s: an object has the name of the module that it is linked into; rename the source", o.Canonical)
		}
		list.WriteString(p + "\n")
	}
	if err := os.MkdirAll(path.Dir(object), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(strings.TrimSuffix(object, ".o")+".mod", []byte(list.String()), 0o644); err != nil {
		return err
	}
	if err := j.tool(l.Linker); err != nil {
		return err
	}
	if len(l.Objtool) > 0 {
		if err := j.tool(l.Objtool); err != nil {
			return err
		}
	}
	return save(object, l.Out)
}

func files(inputs []Input) []string {
	var out []string
	for _, in := range inputs {
		out = append(out, in.File)
	}
	return out
}

// A Final is the last link of a module.
type Final struct {
	Common
	Objects []Input // the module's object, .mod.o and .module-common.o
	Files   []Input // what else the commands read: module.lds
	Vmlinux string  // the file with the kernel's BTF; empty without BTF
	Linker  []string
	BTF     [][]string // the commands that add BTF
	Out     string
}

// Module links the .ko and adds BTF to it.
func Module(f Final) error {
	j, err := newJob(f.Common, files(f.Objects)...)
	if err != nil {
		return err
	}
	defer j.close()
	for _, in := range append(append([]Input{}, f.Objects...), f.Files...) {
		if err := j.place(in.Canonical, in.File); err != nil {
			return err
		}
	}
	ko, err := j.word("%{obj}.ko")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(path.Dir(ko), 0o755); err != nil {
		return err
	}
	if err := j.tool(f.Linker); err != nil {
		return err
	}
	if f.Vmlinux != "" && len(f.BTF) > 0 {
		if err := j.btf(f.BTF, f.Vmlinux); err != nil {
			return err
		}
	}
	return save(ko, f.Out)
}
