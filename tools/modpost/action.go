package main

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/modfile"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// action does one module from files that are all on the command line.
//
// Modules of the kernel's own tree are in one run of Kbuild's modpost, each
// checked against what all others export. In actions these are two steps, since
// nobody says which of them uses which: one without --mod_c writes what a module
// exports, without a look at what it imports, and one with --mod_c, which may go
// without --symvers_out, reads those of all modules (or a slice of them, with
// the module's own lines or without) and makes the .mod.c.
func (c *config) action() error {
	if c.module == "" || c.object == "" || c.modC == "" && c.symversOut == "" {
		return fmt.Errorf("one module needs --module, --object and --mod_c, --symvers_out or both (vmlinux.o needs --vmlinux, a list of modules -T)")
	}
	if c.module == symvers.Vmlinux || c.exportC != "" {
		return fmt.Errorf("--module %s, --export_c %q: give vmlinux.o with --vmlinux, not --object", c.module, c.exportC)
	}
	c.options.ExportsOnly = c.modC == ""
	dumps, err := readDumps(c.symvers)
	if err != nil {
		return err
	}
	if !c.options.External {
		sameRun(dumps, c.module)
	}
	if err := c.readLists(); err != nil {
		return err
	}
	object, err := elfobj.Open(c.object)
	if err != nil {
		return err
	}
	defer object.Close()
	in := modpost.Input{Path: c.module, Object: object}
	mod, err := c.readMod()
	if err != nil {
		return err
	}
	in.Livepatch = mod.Livepatch
	crcs, err := readFiles(c.symversions)
	if err != nil {
		return err
	}
	in.CRCs = modpost.CRCsOf(crcs)
	in.Srcversion = func() (string, error) { return c.srcversion(mod.Objects) }
	result, err := modpost.Run(c.options, dumps, []modpost.Input{in})
	if err != nil {
		return err
	}
	c.report(result)
	if result.Failed {
		return errReported
	}
	if c.modC != "" {
		if err := c.warnOfUnused(); err != nil {
			return err
		}
		if err := os.WriteFile(c.modC, result.ModC[0], 0o666); err != nil {
			return err
		}
	}
	if c.symversOut == "" {
		return nil
	}
	return os.WriteFile(c.symversOut, symvers.Format(result.Symvers), 0o666)
}

// sameRun makes of what all modules of the kernel's tree export what one of them
// finds in Kbuild's one run. Its own lines are not those of another module that
// exports the same.
func sameRun(dumps []modpost.Dump, module string) {
	for i := range dumps {
		dumps[i].SameRun = true
		dumps[i].Entries = slices.DeleteFunc(dumps[i].Entries, func(e symvers.Entry) bool { return e.Module == module })
	}
}

// readDumps reads FILE=LABEL or FILE arguments. A label begins with @ or //.
func readDumps(args []string) ([]modpost.Dump, error) {
	dumps := make([]modpost.Dump, 0, len(args))
	for _, arg := range args {
		file, label := arg, ""
		for _, mark := range []string{"=@", "=//"} {
			if i := strings.Index(file, mark); i >= 0 {
				file, label = arg[:i], arg[i+1:]
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		entries, err := symvers.Parse(file, data)
		if err != nil {
			return nil, fmt.Errorf("parse error in symbol dump file\n  %w", err)
		}
		dumps = append(dumps, modpost.Dump{Entries: entries, Label: label})
	}
	return dumps, nil
}

// readLists reads the files of --hints, --trim and -u.
func (c *config) readLists() error {
	hints, err := lines(c.hints)
	if err != nil {
		return err
	}
	for i, line := range hints {
		symbol, label, ok := strings.Cut(line, "\t")
		if !ok || symbol == "" || label == "" {
			return fmt.Errorf("%s:%d: not a symbol, a tab and a label: %q", c.hints, i+1, line)
		}
		if c.options.Hints == nil {
			c.options.Hints = map[string][]string{}
		}
		c.options.Hints[symbol] = append(c.options.Hints[symbol], label)
	}
	if c.trim != "" {
		keep, err := lines(c.trim)
		if err != nil {
			return err
		}
		c.options.Keep = make(map[string]bool, len(keep))
		for _, name := range keep {
			c.options.Keep[name] = true
		}
	}
	c.options.Whitelist, err = lines(c.whitelist)
	return err
}

// lines returns the lines of a file, none for no file.
func lines(file string) ([]string, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return splitLines(string(data)), nil
}

func splitLines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func readFiles(names []string) ([]modpost.File, error) {
	files := make([]modpost.File, 0, len(names))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, modpost.File{Name: name, Data: data})
	}
	return files, nil
}

// srcversion computes the module's srcversion from the filtered text of its
// sources and the --deps of its objects, which are those of the --mod.
func (c *config) srcversion(parts []string) (string, error) {
	if len(c.sourcesTexts) == 0 {
		return "", fmt.Errorf("%s.o: the module needs a srcversion (MODULE_VERSION): give --sources_text and --deps", c.module)
	}
	texts := map[string][]byte{}
	for _, file := range c.sourcesTexts {
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		parsed, err := srcversion.ParseTexts(file, data)
		if err != nil {
			return "", err
		}
		for _, t := range parsed {
			texts[t.Path] = t.Data
		}
	}
	objects, canonical, err := c.compiled(parts)
	if err != nil {
		return "", err
	}
	for spelled, path := range canonical {
		if t, ok := texts[path]; ok {
			texts[spelled] = t
		}
	}
	return modpost.SrcversionOf(texts, objects)()
}

// readMod returns what the file of --mod says, nothing without one.
func (c *config) readMod() (modfile.Mod, error) {
	if c.mod == "" {
		return modfile.Mod{}, nil
	}
	data, err := os.ReadFile(c.mod)
	if err != nil {
		return modfile.Mod{}, err
	}
	return modfile.Parse(c.mod, data)
}

// compiled returns what the module's objects were compiled from, with paths as
// the compiler spells them, and their canonical paths. The --deps are in the
// order of the module's .mod; that they are is checked.
func (c *config) compiled(parts []string) (objects []srcversion.Object, canonical map[string]string, err error) {
	listed := slices.DeleteFunc(slices.Clone(parts), func(o string) bool { return strings.HasSuffix(o, ".a") })
	if c.mod != "" && len(listed) != len(c.deps) {
		return nil, nil, fmt.Errorf("%s: %d objects, but %d --deps; give one for each, in that order", c.mod, len(listed), len(c.deps))
	}
	objects = make([]srcversion.Object, len(c.deps))
	canonical = map[string]string{}
	for i, file := range c.deps {
		read, err := lines(file)
		if err != nil {
			return nil, nil, err
		}
		if len(read) == 0 {
			return nil, nil, fmt.Errorf("%s: no source in it; it must be one that KernelCompile wrote (--deps)", file)
		}
		for at, line := range read {
			place, spelled, ok := strings.Cut(line, "\t")
			if !ok {
				spelled = "/" + place
			}
			canonical[spelled] = place
			read[at] = spelled
		}
		object := strings.TrimSuffix(read[0], path.Ext(read[0])) + ".o"
		if c.mod != "" && path.Base(object) != path.Base(listed[i]) {
			return nil, nil, fmt.Errorf("%s: object %d is %s, but --deps %s is about %s", c.mod, i+1, listed[i], file, read[0])
		}
		if c.mod != "" && strings.HasPrefix(listed[i], "./") {
			// A Kbuild that runs in the module's folder: ./x.o is made of x.c.
			object = listed[i]
		}
		objects[i] = srcversion.Object{Object: object, Source: read[0], Headers: read[1:]}
	}
	return objects, canonical, nil
}
