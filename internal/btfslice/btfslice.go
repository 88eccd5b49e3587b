// Package btfslice cuts the kernel's BTF out of vmlinux: all that pahole and
// resolve_btfids read of it to add BTF to a module.
package btfslice

import (
	"fmt"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// Section is the section that has the BTF of an object.
const Section = ".BTF"

// Run writes the BTF of vmlinux to a file, which libbpf reads as it is.
func Run(vmlinux, out string) error {
	f, err := elfobj.Open(vmlinux)
	if err != nil {
		return err
	}
	defer f.Close()
	s := f.Section(Section)
	if s == nil {
		return fmt.Errorf("%s: it has no section %s: a kernel has one with CONFIG_DEBUG_INFO_BTF", vmlinux, Section)
	}
	return os.WriteFile(out, f.Data(s), 0o644)
}
