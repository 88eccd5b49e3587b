package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// scan writes the symbol summaries of objects.
//
//	ksymtrim scan --object [PATH=]FILE... [--label LABEL] [--module MODULE]
//	    [--as-modules] [--kernel-style auto|6.1|6.12|7.2] --out X.ksyms
//
// An object is one that the compiler made, a module linked with ld -r, a .ko,
// or an archive of objects. PATH is what the summary calls it; without it, that
// is FILE. The label and the module are those of all objects of the call; with
// --as-modules each object is a module of its own, its PATH without suffix.
func scan(args []string, _, stderr io.Writer) error {
	flags := newFlags("scan", stderr)
	var objects list
	flags.Var(&objects, "object", "`[PATH=]FILE` of an object or archive (repeated)")
	label := flags.String("label", "", "the target that made the objects")
	module := flags.String("module", "", "the module that the objects are, without suffix; `vmlinux` for the kernel's own")
	asModules := flags.Bool("as-modules", false, "each object is a module, called as it is without its suffix")
	style := flags.String("kernel-style", "auto", "the kernel line whose conventions hold: auto, 6.1, 6.12 or 7.2")
	out := flags.String("out", "", "the .ksyms `file` to write")
	if err := parse(flags, args); err != nil {
		return err
	}
	if len(objects) == 0 || *out == "" {
		return fmt.Errorf("--object and --out are needed")
	}
	if *asModules && *module != "" {
		return fmt.Errorf("--module and --as-modules exclude each other")
	}
	opts := ksymscan.Options{Style: ksymscan.Style(*style)}
	if err := opts.Check(); err != nil {
		return fmt.Errorf("--kernel-style: %w", err)
	}
	found, err := scanAll(objects, opts)
	if err != nil {
		return err
	}
	for _, o := range found {
		o.Label, o.Module = *label, *module
		if *asModules {
			o.Module = strings.TrimSuffix(strings.TrimSuffix(o.Path, ".ko"), ".o")
		}
	}
	return ksyms.WriteFile(*out, &ksympb.Ksyms{Objects: found})
}

// scanAll scans objects, some at a time. Of several errors it returns that of
// the first object.
func scanAll(objects []string, opts ksymscan.Options) ([]*ksympb.Object, error) {
	results := make([][]*ksympb.Object, len(objects))
	errs := make([]error, len(objects))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(objects)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(objects) {
					return
				}
				path, file, named := strings.Cut(objects[i], "=")
				if !named {
					file = path
				}
				results[i], errs[i] = ksymscan.File(file, opts)
				for _, o := range results[i] {
					o.Path = path
				}
			}
		}()
	}
	workers.Wait()
	var all []*ksympb.Object
	for i, r := range results {
		if errs[i] != nil {
			return nil, errs[i]
		}
		all = append(all, r...)
	}
	return all, nil
}
