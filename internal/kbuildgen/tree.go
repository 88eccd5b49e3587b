package kbuildgen

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildeval"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// Tree returns the packages of the Kbuild trees in some folders of a workspace,
// by default all that there are, with the deps between them. Kernels are
// `CONDITION=SDK.json`.
func Tree(workspace string, dirs, kernels, variables []string, set string) ([]*Package, error) {
	roots := dirs
	for _, dir := range dirs {
		if !kbuildeval.IsRoot(filepath.Join(workspace, dir)) {
			return nil, fmt.Errorf("%s: there is no dkms.conf in it, and no Kbuild file or Makefile with obj-m or obj-y", dir)
		}
	}
	if len(roots) == 0 {
		var err error
		if roots, err = kbuildeval.Roots(workspace); err != nil {
			return nil, err
		}
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s: there is no dkms.conf, and no Kbuild file or Makefile with obj-m or obj-y", workspace)
	}
	var all []*Package
	for _, dir := range roots {
		in, err := Evaluate(workspace, dir, kernels, variables)
		if err != nil {
			return nil, err
		}
		in.SetName, in.WriteFiles = set, true
		packages, err := Generate(*in)
		if err != nil {
			return nil, err
		}
		all = append(all, packages...)
	}
	for _, p := range all {
		if err := p.writeFiles(workspace); err != nil {
			return nil, err
		}
	}
	ResolveAll(workspace, all)
	return all, nil
}

// Evaluate evaluates a folder for kernels, given as `CONDITION=SDK.json`, at
// the same time.
func Evaluate(workspace, dir string, kernels, variables []string) (*Input, error) {
	in := &Input{Workspace: workspace, Dir: dir, Kernels: make([]Kernel, len(kernels))}
	errs := make([]error, len(kernels))
	var group sync.WaitGroup
	for i, k := range kernels {
		group.Go(func() {
			condition, file, _ := strings.Cut(k, "=")
			in.Kernels[i].Selected = condition
			sdk, err := kbuildsdk.Open(file)
			if err != nil {
				errs[i] = err
				return
			}
			in.Kernels[i].Tree, errs[i] = kbuildeval.Evaluate(kbuildeval.Request{SDK: sdk, Kernel: strings.TrimSuffix(condition, "//:selected"), Workspace: workspace, Dir: dir, Variables: variables})
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return in, nil
}
