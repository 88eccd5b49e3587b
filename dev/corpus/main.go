// Command corpus builds drivers by others, from their Debian packages, by
// Kbuild and by the rules, with BUILD files that are written for them, and says
// for which kernels the modules are the same bytes. It writes the table in
// docs/corpus.md.
//
//	go run ./dev/corpus [-kernels 6_12,6_1,7_2] [-out docs/corpus.md] [PACKAGE...]
//
// Packages are the kernel.source_package tags of dev/corpus/MODULE.bazel. Kbuild runs as dkms would run it, with -j2, with the
// SDK's own compiler. Times are of this machine and of one run: seconds of
// Kbuild, of the rules with no cache, and of the rules with a disk cache that
// has everything.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bazelbuild/buildtools/build"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

// folder is the workspace, in the checkout.
const folder = "dev/corpus"

func run() error {
	kernels := flag.String("kernels", "6_12,6_1,7_2", "the kernels, as MODULE.bazel names them")
	out := flag.String("out", "", "the `file` to write the table to; empty: standard output")
	flag.Parse()
	names, err := packages(flag.Args())
	if err != nil {
		return err
	}
	b, err := openBazel()
	if err != nil {
		return err
	}
	var rows []row
	for kernel := range strings.SplitSeq(*kernels, ",") {
		r, err := corpus(b, kernel, names)
		if err != nil {
			return fmt.Errorf("linux_%s: %w", kernel, err)
		}
		rows = append(rows, r...)
	}
	text := table(rows)
	if *out == "" {
		fmt.Print(text)
	} else if err := os.WriteFile(*out, []byte(text), 0o666); err != nil {
		return err
	}
	for _, r := range rows {
		if len(r.differences) > 0 {
			return fmt.Errorf("%s for linux %s differs from Kbuild's", r.name, r.kernel)
		}
	}
	return nil
}

// A pkg is a kernel.source_package tag.
type pkg struct {
	name      string
	kernels   []string // names of kernel.debian tags; none: all
	variables []string // for make's command line
	dirs      []string // folders that are evaluated; none: all
}

// packages returns the packages, all if none is given.
func packages(given []string) ([]pkg, error) {
	path := folder + "/MODULE.bazel"
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, err := build.ParseModule(path, data)
	if err != nil {
		return nil, err
	}
	var all []pkg
	var names []string
	for _, tag := range file.Rules("kernel.source_package") {
		names = append(names, tag.Name())
		if len(given) == 0 || slices.Contains(given, tag.Name()) {
			all = append(all, pkg{tag.Name(), tag.AttrStrings("kernels"), tag.AttrStrings("make_variables"), tag.AttrStrings("kbuild_dirs")})
		}
	}
	for _, g := range given {
		if !slices.Contains(names, g) {
			return nil, fmt.Errorf("no package %q: one of %s", g, strings.Join(names, ", "))
		}
	}
	return all, nil
}

// corpus builds the packages for one kernel.
func corpus(b *runner, kernel string, packages []pkg) ([]row, error) {
	if err := b.run("build", "@linux_"+kernel+"//:sdk.json"); err != nil {
		return nil, err
	}
	path, err := b.repository("linux_" + kernel)
	if err != nil {
		return nil, err
	}
	sdk, err := kbuildsdk.Open(filepath.Join(path, "sdk.json"))
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "corpus")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	log, err := os.Create(filepath.Join(root, "kbuild.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	trees, err := kbuildoracle.NewTrees(sdk, filepath.Join(root, "t"), log)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, p := range packages {
		if len(p.kernels) > 0 && !slices.Contains(p.kernels, "linux_"+kernel) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s for linux %s\n", p.name, sdk.Release)
		r, err := one(b, trees, kernel, p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		if r.failed {
			log.Seek(0, io.SeekStart)
			said, _ := os.ReadFile(log.Name())
			r.why = firstError(string(said))
		}
		log.Truncate(0)
		log.Seek(0, io.SeekStart)
		r.kernel = sdk.Release
		rows = append(rows, *r)
		fmt.Fprintf(os.Stderr, "  %s\n", r.verdict())
		for _, d := range r.differences {
			fmt.Fprintf(os.Stderr, "  %s\n", d)
		}
	}
	return rows, nil
}

// one builds one package by both.
func one(b *runner, trees *kbuildoracle.Trees, kernel string, p pkg) (*row, error) {
	name := p.name
	r := &row{name: name}
	flag := "--@rules_kbuild//rules:kernel=@linux_" + kernel + "//:sdk"
	if err := b.run("fetch", "@"+name+"//..."); err != nil {
		return nil, err
	}
	source, err := b.repository(name)
	if err != nil {
		return nil, err
	}
	place := filepath.Join("external", filepath.Base(source))
	if err := trees.Copy(source, name, place); err != nil {
		return nil, err
	}
	start := time.Now()
	skipped, err := trees.MakeTree(name, p.dirs, p.variables, []string{"-j2"})
	r.kbuild = time.Since(start)
	if skipped != "" {
		r.why, r.skipped = skipped, true
		return r, nil
	}
	// Where plain Kbuild cannot, the rules cannot either.
	r.failed = err != nil
	built := b.run("build", "-k", flag, "@"+name+"//...")
	if r.failed {
		r.both = built != nil
		return r, nil
	}
	if built != nil {
		return nil, built
	}
	outputs := filepath.Join(b.bin, place)
	if err := r.compare(outputs, trees.Path(name, "")); err != nil {
		return nil, err
	}
	for _, step := range []struct {
		took    *time.Duration
		options []string
	}{{&r.cold, []string{"--disk_cache="}}, {&r.cached, nil}} {
		if err := bazel.Remove(outputs); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := b.run(append([]string{"build", "--jobs=2", flag, "@" + name + "//..."}, step.options...)...); err != nil {
			return nil, err
		}
		*step.took = time.Since(start)
	}
	return r, nil
}
