// Command compile makes the objects of kernel modules as Kbuild would: the
// action tool of KernelCompile, KernelLink and KernelModuleLink.
//
//	compile cc        one source to its object, with objtool and genksyms
//	compile each      a file of arguments of cc after another: objects of which few are compiled
//	compile link      the objects of a composite module to one, with objtool
//	compile final     the .ko, with BTF
//	compile generate  files that a Makefile's shell commands make
//
// Arguments may come from @FILE, one a line. Commands are templates, given a
// word an option (--cc=gcc --cc=-c ...), with placeholders: %{root}, and what
// --define gives.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/compile"
	"github.com/rules-kbuild/rules_kbuild/internal/params"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

func main() {
	err := run(os.Args[1:])
	var exit *compile.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.Code)
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintf(os.Stderr, "compile: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("no verb: cc, each, link, final or generate")
	}
	verb := args[0]
	if verb == "each" {
		for _, file := range args[1:] {
			if err := run([]string{"cc", file}); err != nil {
				return err
			}
		}
		return nil
	}
	args, err := params.Expand(args[1:])
	if err != nil {
		return err
	}
	f := flags{FlagSet: flag.NewFlagSet("compile "+verb, flag.ContinueOnError)}
	f.common()
	var action func() error
	switch verb {
	case "cc":
		action = f.cc()
	case "link":
		action = f.link()
	case "final":
		action = f.final()
	case "generate":
		action = f.generate()
	default:
		return fmt.Errorf("no such verb: %q; there are cc, each, link, final and generate", verb)
	}
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s: unexpected argument %q", verb, f.Arg(0))
	}
	return action()
}

type flags struct {
	*flag.FlagSet
	tools       map[string]string
	static      map[string]string
	loader      string
	libraryPath []string
	cwd         string
	defines     []string
	out         string
}

func (f *flags) common() {
	f.tools = map[string]string{}
	params.Pairs(f.FlagSet, "tool", "`NAME=PATH`: a program, by the name that commands call it; an absolute path is one of the machine", func(name, path string) { f.tools[name] = path })
	f.static = map[string]string{}
	params.Pairs(f.FlagSet, "program", "`WORD=PATH`: a static program, by the word that commands call it", func(word, path string) { f.static[word] = path })
	f.StringVar(&f.loader, "loader", "", "`path` of the dynamic loader that starts the programs")
	f.list(&f.libraryPath, "library_path", "`folder` of the programs' libraries")
	f.StringVar(&f.cwd, "cwd", "", "canonical `folder` that the commands run in")
	f.list(&f.defines, "define", "`NAME=value` of a placeholder")
	f.StringVar(&f.out, "out", "", "`file` to write")
}

func (f *flags) list(to *[]string, name, usage string) {
	params.StringsVar(f.FlagSet, to, name, usage)
}

func (f *flags) inputs(to *[]compile.Input, name, usage string) {
	params.Pairs(f.FlagSet, name, usage, func(canonical, file string) {
		*to = append(*to, compile.Input{Canonical: canonical, File: file})
	})
}

func (f *flags) check(required map[string]string) (compile.Common, error) {
	required["cwd"], required["out"] = f.cwd, f.out
	for _, name := range []string{"cwd", "out", "pack", "source", "cc", "ld", "object"} {
		if value, is := required[name]; is && value == "" {
			return compile.Common{}, fmt.Errorf("--%s is required", name)
		}
	}
	vars, err := template.Parse(f.defines)
	return compile.Common{
		Tools:       f.tools,
		Static:      f.static,
		Loader:      f.loader,
		LibraryPath: f.libraryPath,
		Cwd:         f.cwd,
		Vars:        vars,
		Messages:    os.Stderr,
	}, err
}

func (f *flags) cc() func() error {
	var u compile.Unit
	var source string
	f.StringVar(&u.Pack, "pack", "", "header pack of the source, a `file`")
	params.Pairs(f.FlagSet, "autoconf", "`CANONICAL=PATH` of what the source sees of autoconf.h, if that is not in its pack", func(canonical, file string) {
		u.Autoconf = compile.Input{Canonical: canonical, File: file}
	})
	f.StringVar(&source, "source", "", "`CANONICAL=PATH` of the source")
	f.list(&u.Compiler, "cc", "a `word` of the compiler's command")
	f.list(&u.Objtool, "objtool", "a `word` of objtool's command")
	f.list(&u.GenksymsCPP, "genksyms_cpp", "a `word` of the preprocessor's command for CRCs")
	f.list(&u.Genksyms, "genksyms", "a `word` of genksyms's command")
	f.list(&u.AsmPreamble, "genksyms_include", "a `header` that declares what assembly exports")
	f.StringVar(&u.Deps, "deps", "", "`file` to write what was read to, the source first: canonical paths, and the compiler's where they differ")
	params.Pairs(f.FlagSet, "autoksyms", "`CANONICAL=PATH` of the exports of this object that stay: compile trimmed", func(canonical, file string) {
		u.Autoksyms = compile.Input{Canonical: canonical, File: file}
	})
	f.StringVar(&u.Dropped, "dropped", "", "`file` with the exports that go away, of this object and maybe of others; if it has none of this one, that is the untrimmed one")
	f.BoolVar(&u.Markers, "ksym_markers", false, "compile trimmed whatever exports anything, even if it loses none")
	params.StringsVar(f.FlagSet, &u.Others, "other_export", "`name` that the source may export besides those that its text names (repeated)")
	f.StringVar(&u.Untrimmed, "untrimmed", "", "`file`: the object with all exports; without it, the source's text names all of them")
	f.StringVar(&u.Symversions, "symversions", "", "`file` to write the CRCs of the exports to")
	return func() error {
		var err error
		if u.Common, err = f.check(map[string]string{"pack": u.Pack, "source": source, "cc": strings.Join(u.Compiler, " ")}); err != nil {
			return err
		}
		if u.Source, u.SourceFile, err = params.Pair(source); err != nil {
			return fmt.Errorf("--source: %w", err)
		}
		if len(u.AsmPreamble) == 0 {
			u.AsmPreamble = compile.DefaultAsmPreamble
		}
		u.Out = f.out
		return compile.CC(u)
	}
}

func (f *flags) link() func() error {
	var l compile.Link
	f.inputs(&l.Objects, "object", "`CANONICAL=PATH` of an object, in link order")
	f.list(&l.Linker, "ld", "a `word` of the linker's command")
	f.list(&l.Objtool, "objtool", "a `word` of objtool's command")
	return func() error {
		var err error
		if l.Common, err = f.check(map[string]string{"ld": strings.Join(l.Linker, " "), "object": first(l.Objects)}); err != nil {
			return err
		}
		l.Out = f.out
		return compile.Relocatable(l)
	}
}

func (f *flags) final() func() error {
	var m compile.Final
	f.inputs(&m.Objects, "object", "`CANONICAL=PATH` of an object")
	f.inputs(&m.Files, "file", "`CANONICAL=PATH` of another file that the commands read")
	f.list(&m.Linker, "ld", "a `word` of the linker's command")
	f.StringVar(&m.Vmlinux, "vmlinux", "", "`file` with the kernel's BTF")
	f.BoolFunc("btf_command", "begins another command that adds BTF", func(string) error {
		m.BTF = append(m.BTF, nil)
		return nil
	})
	f.Func("btf", "a `word` of the BTF command begun last", func(s string) error {
		if len(m.BTF) == 0 {
			return errors.New("--btf before --btf_command")
		}
		last := len(m.BTF) - 1
		m.BTF[last] = append(m.BTF[last], s)
		return nil
	})
	return func() error {
		var err error
		if m.Common, err = f.check(map[string]string{"ld": strings.Join(m.Linker, " "), "object": first(m.Objects)}); err != nil {
			return err
		}
		m.Out = f.out
		return compile.Module(m)
	}
}

func (f *flags) generate() func() error {
	var g compile.Generation
	f.inputs(&g.Files, "file", "`CANONICAL=PATH` of a file that the commands read")
	f.inputs(&g.Folders, "folder", "`CANONICAL=PATH` of a folder that the commands may read")
	f.inputs(&g.Outs, "generated", "`CANONICAL=PATH` of a file that the commands make")
	f.list(&g.Lines, "line", "a `line` of shell text, a template")
	f.StringVar(&g.Busybox, "busybox", "", "static busybox, a `file`: the shell and its programs")
	return func() error {
		f.out = first(g.Outs)
		var err error
		if g.Common, err = f.check(map[string]string{}); err != nil {
			return err
		}
		if g.Busybox == "" || len(g.Lines) == 0 {
			return errors.New("--busybox and at least one --line are required")
		}
		return compile.Generate(g)
	}
}

func first(inputs []compile.Input) string {
	if len(inputs) == 0 {
		return ""
	}
	return inputs[0].Canonical
}
