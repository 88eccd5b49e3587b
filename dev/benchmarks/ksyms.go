package main

import (
	"path/filepath"
)

// benchKsyms runs dev/benchmarks/ksyms, which says what it compares, over the
// modules of linux-image-6.12.
func benchKsyms(w *workspace) error {
	kernel, err := openSDK(w)
	if err != nil {
		return err
	}
	nm, err := kernel.program("toolchain/usr/bin/x86_64-linux-gnu-nm")
	if err != nil {
		return err
	}
	ours, err := w.builtFile("//tools/ksymtrim")
	if err != nil {
		return err
	}
	return w.runBenchmark("//dev/benchmarks/ksyms",
		"--modules", filepath.Join(kernel.modules, "kernel"),
		"--ksymtrim", ours,
		"--nm", nm,
	)
}
