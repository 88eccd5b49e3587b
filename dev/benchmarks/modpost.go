package main

import (
	"path/filepath"
)

// benchModpost runs dev/benchmarks/modpost, which says how its input is made,
// over the modules of linux-image-6.12.
func benchModpost(w *workspace) error {
	kernel, err := openSDK(w)
	if err != nil {
		return err
	}
	c, err := kernel.program("tree/usr/lib/linux-kbuild-*/scripts/mod/modpost.real-lsb-64")
	if err != nil {
		return err
	}
	ours, err := w.builtFile("//tools/modpost")
	if err != nil {
		return err
	}
	return w.runBenchmark("//dev/benchmarks/modpost",
		"--modules", filepath.Join(kernel.modules, "kernel"),
		"--symvers", kernel.symvers,
		"--release", kernel.release(),
		"--c_modpost", c,
		"--go_modpost", ours,
	)
}
