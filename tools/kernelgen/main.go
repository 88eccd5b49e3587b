// Kernelgen makes a kernel's sources ready for Bazel: kernel.source runs it in
// the repositories that are to hold them.
//
//	kernelgen --tree DIR --sdk SDK.json --from UNPACKED [--edited SOURCES --watch FILE] --config LABEL=FILE [--fragment LABEL=FILE]... [--module_sig_key LABEL=FILE] [--option NAME]... configure
//
// resolves the configuration: the files that Kconfig makes are in DIR then, and the list of options that make may see. Another repository has the
// tree, by these steps, in this order:
//
//	kernelgen --tree DIR --sdk SDK.json --from UNPACKED [--edited SOURCES] lay_out
//	kernelgen --tree DIR --sdk SDK.json --from UNPACKED [--edited SOURCES] --configured DIR [--module_sig_key LABEL=FILE] prepare
//	kernelgen --tree DIR --sdk SDK.json --from UNPACKED [--edited SOURCES --watch FILE] --configured DIR --config_label REPOSITORY --module_build FILE.json --sdk_label LABEL --rules REPOSITORY write
//	kernelgen --tree DIR --sdk SDK.json finish
//	kernelgen --tree DIR --sdk SDK.json [--configured DIR] make ARGUMENT...
//
// UNPACKED has the kernel's sources in its folder sources, and the packages of the lock's part "host" in host; SOURCES are those of the kernel, if
// people edit them. FILE is where to write which of them are looked at: an edit of another one changes nothing. FILE.json says how modules
// outside of the tree are built (kernel/private/tree_probe.bzl). write prints the options that the tree was made by and that the list lacks.
// make runs GNU make in a tree that is prepared; with --configured, in a copy of one that is written, too.
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
	"github.com/rules-kbuild/rules_kbuild/internal/params"
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

// A request is what the flags say.
type request struct {
	dir, configured, watch       string
	sdk                          *kbuildsdk.SDK
	sources                      kerneltree.Sources
	store                        *kept.Store
	jobs                         int
	identity                     kerneltree.Identity
	base, more, keys             fragments
	options                      []string
	moduleBuild                  string
	sdkLabel, configLabel, rules string
	stdout                       io.Writer
}

func run(args []string, stdout, stderr io.Writer) (err error) {
	r := request{stdout: stdout}
	flags := flag.NewFlagSet("kernelgen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&r.dir, "tree", "", "the `folder` of the kernel's sources")
	flags.StringVar(&r.sources.Unpacked, "from", "", "the `folder` of what was unpacked")
	flags.StringVar(&r.sources.Edited, "edited", "", "the `folder` of the sources, if they are not among that")
	keep := flags.String("kept", "", "the `folder` of what earlier runs have kept; empty: nothing is kept")
	flags.StringVar(&r.watch, "watch", "", "`file` for the names of the sources that are looked at")
	description := flags.String("sdk", "", "the `sdk.json` of a kernel.debian")
	flags.IntVar(&r.jobs, "jobs", runtime.NumCPU(), "how many `commands` make runs at once")
	flags.StringVar(&r.identity.Timestamp, "timestamp", "", "KBUILD_BUILD_TIMESTAMP")
	flags.StringVar(&r.identity.User, "user", "", "KBUILD_BUILD_USER")
	flags.StringVar(&r.identity.Host, "host", "", "KBUILD_BUILD_HOST")
	flags.StringVar(&r.identity.Version, "version", "", "KBUILD_BUILD_VERSION")
	flags.StringVar(&r.sdkLabel, "sdk_label", "", "`label` of the SDK's kernel_sdk, for BUILD files")
	flags.StringVar(&r.moduleBuild, "module_build", "", "`file`: how modules outside of the tree are built")
	flags.StringVar(&r.rules, "rules", "@rules_kbuild", "`repository` of the rules, for BUILD files")
	flags.StringVar(&r.configured, "configured", "", "the `folder` that the configuration was resolved into")
	flags.StringVar(&r.configLabel, "config_label", "", "its `repository`, for BUILD files")
	params.StringsVar(flags, &r.options, "option", "`name` of an option that BUILD files depend on, without CONFIG_")
	flags.Var(&r.base, "config", "the whole configuration: `LABEL=FILE`")
	flags.Var(&r.more, "fragment", "a configuration to lay over it: `LABEL=FILE`")
	flags.Var(&r.keys, "module_sig_key", "the key that modules are signed with, and its certificate: `LABEL=FILE`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if r.dir == "" || *description == "" || flags.NArg() == 0 {
		return errors.New("kernelgen: --tree, --sdk and what to do are needed")
	}
	if r.sdk, err = kbuildsdk.Open(*description); err != nil {
		return err
	}
	r.sources.Arch = r.sdk.Arch
	r.store = kept.Open(*keep)
	switch step := flags.Arg(0); step {
	case "configure":
		return r.configure()
	case "lay_out":
		return kerneltree.LayOut(r.dir, r.sources)
	case "prepare":
		return r.prepare()
	case "write":
		return r.inTree(r.write)
	case "finish":
		return r.inTree((*kerneltree.Tree).Finish)
	case "make":
		return r.inTree(func(tree *kerneltree.Tree) error {
			if r.configured != "" {
				if err := tree.PlaceConfigured(r.configured); err != nil {
					return err
				}
			}
			out, err := tree.Make(flags.Args()[1:]...)
			_, werr := io.WriteString(stdout, out)
			return errors.Join(err, werr)
		})
	default:
		return fmt.Errorf("kernelgen: %q is nothing that it does", step)
	}
}
