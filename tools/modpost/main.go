// Command modpost checks what kernel modules and the kernel itself import and
// export, and writes their .mod.c, .vmlinux.export.c and Module.symvers, as
// Kbuild's modpost does.
//
// As an action it does one module:
//
//	modpost --release 6.12.117+deb13-amd64 -e -m --label //hello \
//	    --module hello/hello --object hello.o --mod hello.mod \
//	    --symvers slice.symvers=@linux//:sdk --symversions util.o.symversions \
//	    --mod_c hello.mod.c --symvers_out hello.symvers
//
// or, of a kernel that is built from its source, vmlinux.o:
//
//	modpost --release 6.12.117 -M -m --label //:kernel --vmlinux vmlinux.o \
//	    --symversions fork.o.symversions --trim kept --export_c vmlinux.export.c \
//	    --symvers_out vmlinux.symvers
//
// With -T or arguments it does what Kbuild's own does, with the same flags and
// the same files in the same places: objects, .mod and .cmd files beside
// them, symvers dumps with -i and -o.
//
// An argument @FILE stands for the lines of FILE. The exit status is 1 if any
// message is an error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
)

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

func run(args []string, stderr io.Writer) int {
	args, err := params.Expand(args)
	if err == nil {
		err = modpostArgs(args, stderr)
	}
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, errReported):
		fmt.Fprintf(stderr, "ERROR: modpost: %v\n", err)
	}
	return 1
}

// errReported is the error of a run whose messages say what is wrong.
var errReported = errors.New("modpost found errors")

// config is the command line.
type config struct {
	options modpost.Options
	stderr  io.Writer

	// Of an action.
	module, object, mod   string
	vmlinux, exportC      string
	symvers, symversions  []string
	sourcesTexts          []string
	deps                  []string
	hints, trim, unused   string
	depHeaders            []string
	modC, symversOut      string
	release, style        string
	objectList, dumpOut   string
	dumps                 []string
	missingOut, whitelist string
	skipMissing           bool
}

func modpostArgs(args []string, stderr io.Writer) error {
	c := config{stderr: stderr}
	o := &c.options
	fs := flag.NewFlagSet("modpost", flag.ContinueOnError)
	fs.SetOutput(stderr)
	var modules bool
	fs.BoolVar(&modules, "M", false, "the kernel has modules (CONFIG_MODULES); without it vmlinux.o exports nothing, from 6.6 on")
	fs.BoolVar(&o.External, "e", false, "the modules are external")
	fs.BoolVar(&o.Modversions, "m", false, "the kernel has CONFIG_MODVERSIONS")
	fs.BoolVar(&o.BasicVersions, "b", false, "the kernel has CONFIG_BASIC_MODVERSIONS")
	fs.BoolVar(&o.ExtendedVersions, "x", false, "the kernel has CONFIG_EXTENDED_MODVERSIONS")
	fs.BoolVar(&o.AllSrcversions, "a", false, "a srcversion for every module")
	fs.BoolVar(&o.MismatchesFail, "E", false, "section mismatches are errors")
	fs.BoolVar(&o.MissingNamespaceOK, "N", false, "a missing namespace import is only a warning")
	fs.BoolVar(&o.UndefinedOK, "w", false, "an undefined symbol is only a warning")
	fs.BoolVar(&o.ExtraWarnings, "W", false, "extra warnings")
	fs.BoolVar(&o.TrimUnused, "t", false, "leave out exports that no module of the run uses")
	fs.StringVar(&c.whitelist, "u", "", "`file` of exports that -t leaves")
	fs.BoolVar(&c.skipMissing, "n", false, "skip objects of -T that are not there")
	fs.StringVar(&c.objectList, "T", "", "`file` that lists objects, one a line (- is standard input)")
	params.StringsVar(fs, &c.dumps, "i", "Module.symvers `file` to read (repeated)")
	fs.StringVar(&c.dumpOut, "o", "", "Module.symvers `file` to write")
	fs.StringVar(&c.missingOut, "d", "", "`file` to list missing namespace imports in")

	fs.StringVar(&c.release, "release", "", "kernel `release`, such as 6.12.117+deb13-amd64")
	fs.StringVar(&c.style, "style", "", "kernel `line` whose conventions to follow, such as 6.12, if there is no --release")
	fs.StringVar(&c.module, "module", "", "`path` of the module without suffix, as Module.symvers has it")
	fs.StringVar(&c.object, "object", "", "the module's linked object `file`")
	fs.StringVar(&c.vmlinux, "vmlinux", "", "the kernel's vmlinux.o `file`, instead of a module")
	fs.StringVar(&c.mod, "mod", "", "the module's .mod `file`: its objects, one a line")
	params.StringsVar(fs, &c.symvers, "symvers", "Module.symvers `file[=label]` of the kernel or of a dep, in order (repeated)")
	params.StringsVar(fs, &c.symversions, "symversions", "`file` of #SYMVER lines of one object (repeated)")
	params.StringsVar(fs, &c.sourcesTexts, "sources_text", "`file` of the module's filtered sources, for srcversion (repeated)")
	params.StringsVar(fs, &c.deps, "deps", "`file` of what one object was compiled from, for srcversion (repeated)")
	fs.StringVar(&o.Label, "label", "", "`label` of the module's target, for hints")
	fs.StringVar(&c.hints, "hints", "", "`file` of symbol<TAB>label lines: who exports what in the workspace")
	fs.StringVar(&c.unused, "unused", "", "`file` of labels in deps whose symbols the module does not use")
	params.StringsVar(fs, &c.depHeaders, "dep_header", "`label=path` of a header that a dep offers (repeated)")
	fs.StringVar(&c.trim, "trim", "", "`file` that lists the exports to keep, one a line")
	fs.StringVar(&c.modC, "mod_c", "", "the .mod.c `file` to write")
	fs.StringVar(&c.exportC, "export_c", "", "with --vmlinux, the .vmlinux.export.c `file` to write")
	fs.StringVar(&c.symversOut, "symvers_out", "", "the Module.symvers `file` to write")
	objects, err := parsePermuted(fs, args)
	if err != nil {
		return errReported
	}
	if c.release == "" {
		c.release = c.style
	}
	if c.release == "" {
		return errors.New("which kernel? Give --release or --style")
	}
	if o.Style, err = modpost.StyleOf(c.release); err != nil {
		return err
	}
	kbuild := c.objectList != "" || len(objects) > 0
	// Who does a module without -M means a kernel with modules.
	o.NoModules = !modules && (kbuild || c.vmlinux != "")
	switch {
	case kbuild:
		return c.kbuild(objects)
	case c.vmlinux != "":
		return c.vmlinuxAction()
	}
	return c.action()
}

// parsePermuted parses flags and returns the other arguments, which may stand
// between them, as getopt has it.
func parsePermuted(fs *flag.FlagSet, args []string) (objects []string, err error) {
	for err = fs.Parse(args); err == nil && fs.NArg() > 0; err = fs.Parse(fs.Args()[1:]) {
		objects = append(objects, fs.Arg(0))
	}
	return objects, err
}

// report prints the messages.
func (c *config) report(r *modpost.Result) {
	for _, m := range r.Messages {
		fmt.Fprintln(c.stderr, m)
	}
}
