// Kernelgen makes a kernel's sources ready for Bazel: kernel.source runs it in
// the repository that is to hold them.
//
//	kernelgen --tree DIR --sdk SDK.json --from UNPACKED [--edited SOURCES] lay_out
//	kernelgen --tree DIR --sdk SDK.json --config LABEL=FILE [--fragment LABEL=FILE]... [--module_sig_key LABEL=FILE] configure
//	kernelgen --tree DIR --sdk SDK.json prepare
//	kernelgen --tree DIR --sdk SDK.json --module_build FILE.json --sdk_label LABEL --rules REPOSITORY [--from UNPACKED --edited SOURCES --watch FILE] write
//	kernelgen --tree DIR --sdk SDK.json finish
//	kernelgen --tree DIR --sdk SDK.json make ARGUMENT...
//
// They are steps, to be taken in this order. UNPACKED has the kernel's sources in its folder sources, and the packages of the lock's part
// "host" in host; SOURCES are those of the kernel, if people edit them. FILE is where to write which of them are looked at: an edit of
// another one changes no BUILD file. FILE.json says how modules outside of the tree are built (kernel/private/tree_probe.bzl): the last step runs make in a
// prepared tree, by which kernel.source and people find out.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/kept"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// fragments are files with the names that messages have for them.
type fragments []kerneltree.Fragment

func (f *fragments) String() string { return fmt.Sprint(len(*f), " files") }

func (f *fragments) Set(v string) error {
	name, file, found := strings.Cut(v, "=")
	if !found {
		return errors.New("no = in it")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	*f = append(*f, kerneltree.Fragment{Name: name, Text: string(text)})
	return nil
}

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("kernelgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("tree", "", "the `folder` of the kernel's sources")
	var sources kerneltree.Sources
	flags.StringVar(&sources.Unpacked, "from", "", "the `folder` of what was unpacked")
	flags.StringVar(&sources.Edited, "edited", "", "the `folder` of the sources, if they are not among that")
	keep := flags.String("kept", "", "the `folder` of what earlier runs have kept; empty: nothing is kept")
	watch := flags.String("watch", "", "`file` for the names of the sources that are looked at")
	description := flags.String("sdk", "", "the `sdk.json` of a kernel.debian")
	jobs := flags.Int("jobs", runtime.NumCPU(), "how many `commands` make runs at once")
	var identity kerneltree.Identity
	flags.StringVar(&identity.Timestamp, "timestamp", "", "KBUILD_BUILD_TIMESTAMP")
	flags.StringVar(&identity.User, "user", "", "KBUILD_BUILD_USER")
	flags.StringVar(&identity.Host, "host", "", "KBUILD_BUILD_HOST")
	flags.StringVar(&identity.Version, "version", "", "KBUILD_BUILD_VERSION")
	label := flags.String("sdk_label", "", "`label` of the SDK's kernel_sdk, for BUILD files")
	modules := flags.String("module_build", "", "`file`: how modules outside of the tree are built")
	rules := flags.String("rules", "@rules_kbuild", "`repository` of the rules, for BUILD files")
	var base, more, keys fragments
	flags.Var(&base, "config", "the whole configuration: `LABEL=FILE`")
	flags.Var(&more, "fragment", "a configuration to lay over it: `LABEL=FILE`")
	flags.Var(&keys, "module_sig_key", "the key that modules are signed with, and its certificate: `LABEL=FILE`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || *description == "" || flags.NArg() == 0 {
		return errors.New("kernelgen: --tree, --sdk and what to do are needed")
	}
	sdk, err := kbuildsdk.Open(*description)
	if err != nil {
		return err
	}
	sources.Arch = sdk.Arch
	var tree *kerneltree.Tree
	if flags.Arg(0) == "lay_out" {
		return kerneltree.LayOut(*dir, sources)
	}
	if flags.Arg(0) == "configure" {
		tree, err = kerneltree.New(*dir, sdk, identity)
	} else {
		tree, err = kerneltree.Open(*dir, sdk)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	tree.Jobs = *jobs
	store := kept.Open(*keep)
	switch flags.Arg(0) {
	case "configure":
		if len(base) != 1 {
			return errors.New("kernelgen: configure takes one --config")
		}
		for _, key := range keys {
			fragment, err := tree.PlaceSigningKey(key)
			if err != nil {
				return err
			}
			more = append(more, fragment)
		}
		if err := tree.RestorePrograms(store, sources); err != nil {
			return err
		}
		return tree.Configure(base[0], more)
	case "prepare":
		if err := tree.Prepare(); err != nil {
			return err
		}
		return tree.KeepPrograms(store, sources)
	case "write":
		graph, err := writeBuildFiles(tree, store, sources, *modules, *label, *rules)
		if err != nil || *watch == "" {
			return err
		}
		read, err := tree.Read(sources, graph.Anew)
		if err != nil {
			return err
		}
		return os.WriteFile(*watch, []byte(strings.Join(append(read, ""), "\n")), 0o666)
	case "finish":
		return tree.Finish()
	case "make":
		out, err := tree.Make(flags.Args()[1:]...)
		_, werr := io.WriteString(stdout, out)
		return errors.Join(err, werr)
	}
	return fmt.Errorf("kernelgen: %q is nothing that it does", flags.Arg(0))
}
