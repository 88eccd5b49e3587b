package main

import (
	"fmt"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// vmlinuxAction does the kernel itself, vmlinux.o, from files that are all on
// the command line: its Module.symvers lines, and the .vmlinux.export.c that
// goes into vmlinux. The --symversions are those of the objects in it, in any
// order; with --trim, from 6.5 on, only the exports listed there stay.
func (c *config) vmlinuxAction() error {
	if c.exportC == "" || c.symversOut == "" {
		return fmt.Errorf("--vmlinux needs --export_c and --symvers_out")
	}
	if c.module != "" || c.object != "" || c.modC != "" || c.mod != "" || len(c.symvers) > 0 || len(c.deps) > 0 || len(c.sourcesTexts) > 0 {
		return fmt.Errorf("--vmlinux: --module, --object, --mod, --mod_c, --symvers, --deps and --sources_text are for modules")
	}
	if c.options.External {
		return fmt.Errorf("--vmlinux: -e is for modules that are not of the kernel's tree")
	}
	if c.trim != "" && !c.options.Style.ExportSection {
		return fmt.Errorf("--vmlinux: --trim: before 6.5 exports are in the objects, which have to be compiled with a trimmed autoksyms.h")
	}
	if err := c.readLists(); err != nil {
		return err
	}
	object, err := elfobj.Open(c.vmlinux)
	if err != nil {
		return err
	}
	defer object.Close()
	crcs, err := readFiles(c.symversions)
	if err != nil {
		return err
	}
	result, err := modpost.Run(c.options, nil, []modpost.Input{{Path: symvers.Vmlinux, Object: object, CRCs: modpost.CRCsOf(crcs)}})
	if err != nil {
		return err
	}
	c.report(result)
	if result.Failed {
		return errReported
	}
	if err := os.WriteFile(c.exportC, result.ModC[0], 0o666); err != nil {
		return err
	}
	return os.WriteFile(c.symversOut, symvers.Format(result.Symvers), 0o666)
}
