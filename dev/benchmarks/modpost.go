package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const modpostSDK = "@linux_6_12//"

// benchModpost runs dev/benchmarks/modpost, which says how its input is made,
// over the modules of linux-image-6.12.
func benchModpost(w *workspace) error {
	if err := w.build("//tools/modpost", "//dev/benchmarks/modpost", modpostSDK+":symvers", modpostSDK+":modules"); err != nil {
		return err
	}
	symvers, err := w.file(modpostSDK + ":symvers")
	if err != nil {
		return err
	}
	modules, err := w.file(modpostSDK + ":modules")
	if err != nil {
		return err
	}
	ours, err := w.file("//tools/modpost")
	if err != nil {
		return err
	}
	bench, err := w.file("//dev/benchmarks/modpost")
	if err != nil {
		return err
	}
	c, err := cModpost(symvers)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("/dev/shm", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	cmd := exec.Command(bench,
		"--modules", filepath.Join(modules, "kernel"),
		"--symvers", symvers,
		"--release", filepath.Base(modules),
		"--c_modpost", c,
		"--go_modpost", ours,
		"--work", work,
	)
	cmd.Stdout = os.Stdout
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// cModpost returns the command that runs the SDK's own modpost, which lies
// beside its Module.symvers: by the SDK's loader and libraries.
func cModpost(symvers string) (string, error) {
	tree, _, found := strings.Cut(symvers, "/tree/usr/src/")
	if !found {
		return "", fmt.Errorf("%s is not in an SDK's tree", symvers)
	}
	programs, err := filepath.Glob(tree + "/tree/usr/lib/linux-kbuild-*/scripts/mod/modpost.real-lsb-64")
	if err != nil || len(programs) != 1 {
		return "", fmt.Errorf("%s: %d programs scripts/mod/modpost.real-lsb-64, one was expected", tree, len(programs))
	}
	libraries := tree + "/toolchain/usr/lib/x86_64-linux-gnu"
	return fmt.Sprintf("%s/ld-linux-x86-64.so.2 --library-path %s %s", libraries, libraries, programs[0]), nil
}
