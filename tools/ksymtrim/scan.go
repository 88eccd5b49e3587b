package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// scan writes the symbol summaries of objects.
//
//	ksymtrim scan [--object [PATH=]FILE | --source [PATH=]FILE[,NAME]...]... [--label LABEL]
//	    [--module MODULE] [--as-modules] [--kernel-style auto|6.1|6.12|7.2] --out X.ksyms
//
// An object is one that the compiler made, a module linked with ld -r, a .ko,
// or an archive of objects. PATH is what the summary calls it; without it, that
// is FILE. A source stands for an object that is not there yet: it says what it
// may export, with the NAMEs besides, and nothing else. The label and the module are
// those of all objects of the call; with --as-modules each object is a module of its own, its PATH without suffix.
//
// Of the kernel itself (--module vmlinux) the objects are either what vmlinux.o
// is linked from, members of lib.a among them, or vmlinux.o. Both say the same:
// what is exported, and what built-in code asks for by symbol_get(), whose
// function they call where vmlinux.o defines it. Imports are left out: the linker
// resolves them, and summaries that change with most edits would ask for the
// needed set each time.
//
//   - Before 6.5, the members, as they are untrimmed, or their sources. Exports are
//     in the objects, and vmlinux.o is linked from those that the needed set has
//     changed: to scan it an untrimmed one would have to be linked as well.
//   - From 6.5 on, vmlinux.o. It is the same trimmed or not, modpost reads it
//     too, and one scan of it takes as long as a few scans of members.
func scan(args []string, _, stderr io.Writer) error {
	flags := newFlags("scan", stderr)
	var objects, sources []string
	params.StringsVar(flags, &objects, "object", "`[PATH=]FILE` of an object or archive (repeated)")
	params.StringsVar(flags, &sources, "source", "`[PATH=]FILE[,NAME]...` of the source of an object, and what it may export besides (repeated)")
	label := flags.String("label", "", "the target that made the objects")
	module := flags.String("module", "", "the module that the objects are, without suffix; `vmlinux` for the kernel's own")
	asModules := flags.Bool("as-modules", false, "each object is a module, called as it is without its suffix")
	style := flags.String("kernel-style", "auto", "the kernel line whose conventions hold: auto, 6.1, 6.12 or 7.2")
	out := flags.String("out", "", "the .ksyms `file` to write")
	if err := params.ParseFlags(flags, args); err != nil {
		return err
	}
	if len(objects)+len(sources) == 0 || *out == "" {
		return fmt.Errorf("--object or --source, and --out are needed")
	}
	if *asModules && *module != "" {
		return fmt.Errorf("--module and --as-modules exclude each other")
	}
	opts := ksymscan.Options{Style: ksymscan.Style(*style)}
	if err := opts.Check(); err != nil {
		return fmt.Errorf("--kernel-style: %w", err)
	}
	call := func(o *ksympb.Object) {
		o.Label, o.Module = *label, *module
		if *asModules {
			o.Module = strings.TrimSuffix(strings.TrimSuffix(o.Path, ".ko"), ".o")
		}
		if o.Module == symvers.Vmlinux {
			o.Imports, o.WeakImports = nil, nil
		}
	}
	parts, err := scanAll(objects, opts, call)
	if err != nil {
		return err
	}
	texts, err := scanSources(sources, call)
	if err != nil {
		return err
	}
	return ksyms.WriteParts(*out, append(parts, texts)...)
}

// scanSources reads what sources may export.
func scanSources(sources []string, call func(*ksympb.Object)) (*ksyms.Part, error) {
	part := new(ksyms.Part)
	for _, source := range sources {
		path, file := pathAndFile(source)
		exports, err := namedExports(file)
		if err != nil {
			return nil, err
		}
		o := &ksympb.Object{Path: path, ExportStyle: ksympb.ExportStyle_EXPORT_STYLE_SOURCE_TEXT, ExportParts: exports.Parts}
		for _, name := range exports.Names {
			o.Exports = append(o.Exports, &ksympb.Export{Name: name})
		}
		call(o)
		if err := part.Add(o); err != nil {
			return nil, err
		}
	}
	return part, nil
}

// namedExports returns what a source exports, FILE[,NAME]...: as far as its text
// names it, and the names.
func namedExports(source string) (exporttext.Exports, error) {
	words := strings.Split(source, ",")
	text, err := exporttext.ReadSource(words[0])
	return exporttext.Named(text, words[1:]...), err
}

// pathAndFile splits [PATH=]FILE; without a path, it is that of the file.
func pathAndFile(arg string) (path, file string) {
	path, file, named := strings.Cut(arg, "=")
	if !named {
		file = path
	}
	return path, file
}

// scanAll scans objects, some at a time, and says of each what it is called.
// Of several errors it returns that of the first object.
func scanAll(objects []string, opts ksymscan.Options, call func(*ksympb.Object)) ([]*ksyms.Part, error) {
	parts := make([]*ksyms.Part, min(runtime.GOMAXPROCS(0), len(objects)))
	errs := make([]error, len(objects))
	var next atomic.Int64
	var workers sync.WaitGroup
	for w := range parts {
		part := new(ksyms.Part)
		parts[w] = part
		workers.Go(func() {
			scanner := ksymscan.Scanner{Options: opts}
			for i := next.Add(1) - 1; i < int64(len(objects)); i = next.Add(1) - 1 {
				path, file := pathAndFile(objects[i])
				errs[i] = scanner.File(file, func(o *ksympb.Object) error {
					o.Path = path
					call(o)
					return part.Add(o)
				})
			}
		})
	}
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}
