// Initramfs packs what a kernel_boot_test boots with: tools/bootinit as /init,
// the modules in the order in which they must be loaded, and the test's script.
//
//	initramfs --init BIN --out OUT.cpio [--module X.ko]... [--modules_dir DIR]
//	    [--need NAME]... [--param NAME=TEXT]... [--load_error NAME=ERRNO]...
//	    [--keep] [--script FILE --busybox BIN] [--data GUESTPATH=FILE]...
//
// Arguments may come from a params file (@FILE, one a line).
package main

import (
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
	"github.com/rules-kbuild/rules_kbuild/internal/initramfs"
	"github.com/rules-kbuild/rules_kbuild/internal/kmod"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "initramfs:", err)
		os.Exit(1)
	}
}

type options struct {
	init, out, modulesDir, script, busybox string
	modules, needs                         []string
	params, loadErrors, data               pairs
	keep                                   bool
}

func run(args []string) error {
	args, err := params.Expand(args)
	if err != nil {
		return err
	}
	o := options{}
	f := flag.NewFlagSet("initramfs", flag.ContinueOnError)
	f.StringVar(&o.init, "init", "", "the program that becomes /init")
	f.StringVar(&o.out, "out", "", "archive to write")
	f.StringVar(&o.modulesDir, "modules_dir", "", "the kernel's own modules, lib/modules/RELEASE")
	f.StringVar(&o.script, "script", "", "script for busybox's sh")
	f.StringVar(&o.busybox, "busybox", "", "static busybox that runs the script")
	f.BoolVar(&o.keep, "keep", false, "leave the modules loaded")
	params.StringsVar(f, &o.modules, "module", "module to test (repeated)")
	params.StringsVar(f, &o.needs, "need", "name of a module of the kernel to load first (repeated)")
	f.Var(&o.params, "param", "NAME=TEXT: parameters of a module (repeated)")
	f.Var(&o.loadErrors, "load_error", "NAME=ERRNO: how loading a module must fail (repeated)")
	f.Var(&o.data, "data", "GUESTPATH=FILE: a file for the script, below "+bootplan.DataDir+" (repeated)")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if o.init == "" || o.out == "" {
		return fmt.Errorf("--init and --out are needed")
	}
	if (o.script == "") != (o.busybox == "") {
		return fmt.Errorf("--script and --busybox go together: busybox's sh runs the script")
	}
	return pack(&o)
}

func pack(o *options) error {
	steps, err := order(o)
	if err != nil {
		return err
	}
	plan := bootplan.Plan{Script: o.script != ""}
	var a initramfs.Archive
	for _, s := range steps {
		m := bootplan.Module{
			Name:      s.Name,
			File:      bootplan.ModuleDir + "/" + s.Name + ".ko",
			Params:    o.params.take(s.Name),
			LoadError: o.loadErrors.take(s.Name),
			Unload:    s.Own && !o.keep,
		}
		plan.Modules = append(plan.Modules, m)
		if err := a.Add(m.File, s.Data); err != nil {
			return err
		}
	}
	for _, rest := range []struct{ option, name string }{
		{"module_params", o.params.rest()}, {"load_errors", o.loadErrors.rest()},
	} {
		if rest.name != "" {
			return fmt.Errorf("%s names %s, which this test does not load", rest.option, rest.name)
		}
	}
	text, err := plan.Encode()
	if err != nil {
		return err
	}
	if err := a.Add(bootplan.Path, text); err != nil {
		return err
	}
	files := pairs{{"/init", o.init}}
	if o.script != "" {
		files = append(files, pair{bootplan.ScriptPath, o.script}, pair{bootplan.Busybox, o.busybox})
	}
	for _, d := range o.data {
		files = append(files, pair{path.Join(bootplan.DataDir, d.key), d.value})
	}
	for _, f := range files {
		data, err := os.ReadFile(f.value)
		if err != nil {
			return err
		}
		if err := a.Add(f.key, data); err != nil {
			return err
		}
	}
	return write(&a, o.out)
}

// order reads the modules and finds what they depend on.
func order(o *options) ([]kmod.Step, error) {
	var tree *kmod.Tree
	if o.modulesDir != "" {
		var err error
		if tree, err = kmod.OpenTree(filepath.Clean(o.modulesDir)); err != nil {
			return nil, err
		}
	}
	var given []*kmod.Module
	for _, file := range o.modules {
		m, err := kmod.Read(file)
		if err != nil {
			return nil, err
		}
		given = append(given, m)
	}
	return kmod.Order(given, o.needs, tree)
}

func write(a *initramfs.Archive, out string) (err error) {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return a.Write(f)
}

// pairs are a repeated option KEY=VALUE.
type pairs []pair

type pair struct{ key, value string }

func (p *pairs) String() string { return fmt.Sprint(*p) }

func (p *pairs) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not NAME=VALUE", s)
	}
	*p = append(*p, pair{key, value})
	return nil
}

// take removes the pair of a module and returns its value, "" if there is none.
func (p *pairs) take(module string) string {
	for i, e := range *p {
		if kmod.Canonical(e.key) == module {
			*p = append((*p)[:i:i], (*p)[i+1:]...)
			return e.value
		}
	}
	return ""
}

// rest returns the key of a pair that nothing took, "" if there is none.
func (p *pairs) rest() string {
	if len(*p) == 0 {
		return ""
	}
	return (*p)[0].key
}
