package kbuildeval

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

// dkmsConf is the name of the file that tells DKMS how to build a tree
// (dkms.conf(5)).
const dkmsConf = "dkms.conf"

// dkmsTree stands for DKMS's own folder while a dkms.conf is read. No path of
// a real one looks like it.
const dkmsTree = "/.rules_kbuild_dkms"

// A Builder is how a tree is built for a kernel.
type Builder struct {
	SDK         *kbuildsdk.SDK
	Objtree     string   // the kernel's build folder, absolute
	Dir         string   // the tree's folder, absolute
	Variables   []string // NAME=value, for make's command line
	Environment []string // what commands are run with; PATH has a make that Front wrote
}

// Commands returns the shell commands that build the tree: those of its
// dkms.conf, as `dkms build` would run them, or make on Kbuild. If dkms.conf
// excludes the kernel, there are none, and skipped says why.
func (b *Builder) Commands() (commands []string, skipped string, err error) {
	var variables strings.Builder
	for _, v := range b.Variables {
		variables.WriteString(" " + kbuildsdk.Quote([]string{v}))
	}
	plain := "make -C " + kbuildsdk.Quote([]string{b.Objtree}) + " M=" + kbuildsdk.Quote([]string{b.Dir})
	file := filepath.Join(b.Dir, dkmsConf)
	if !exists(file) {
		return []string{plain + variables.String() + " modules"}, "", nil
	}
	d, err := b.readDKMS(file)
	if err != nil {
		return nil, "", err
	}
	if skipped := d.excludes(b.SDK); skipped != "" {
		return nil, skipped, nil
	}
	if d.make == "" {
		d.make = plain
	}
	if d.preBuild != "" {
		commands = append(commands, "./"+strings.TrimPrefix(d.preBuild, "./"))
	}
	// DKMS tells the make that it starts which kernel it is for.
	if rest, found := strings.CutPrefix(d.make, "make"); found {
		d.make = "make KERNELRELEASE=" + b.SDK.Release + variables.String() + rest
	}
	return append(commands, d.make), "", nil
}

// A dkms is what a dkms.conf says.
type dkms struct {
	preBuild, make string
	min, max       string   // releases of kernels
	exclusive      string   // a pattern that the release must match
	configs        []string // options that must be on
}

// readDKMS has a shell interpret a dkms.conf, which is a shell script, for the
// kernel to build for.
func (b *Builder) readDKMS(file string) (*dkms, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	script, err := syntax.NewParser().Parse(bytes.NewReader(data), file)
	if err != nil {
		return nil, err
	}
	// DKMS knows the package's name and version before it reads the file, and
	// the file may use them.
	first, err := b.interpret(script)
	if err != nil {
		return nil, err
	}
	v, err := b.interpret(script, "module="+first.text("PACKAGE_NAME"), "module_version="+first.text("PACKAGE_VERSION"))
	if err != nil {
		return nil, err
	}
	d := &dkms{
		preBuild:  v.text("PRE_BUILD"),
		make:      v.make(b.SDK.Release),
		min:       v.text("BUILD_EXCLUSIVE_KERNEL_MIN"),
		max:       v.text("BUILD_EXCLUSIVE_KERNEL_MAX"),
		exclusive: v.text("BUILD_EXCLUSIVE_KERNEL"),
		configs:   strings.Fields(v.text("BUILD_EXCLUSIVE_CONFIG")),
	}
	for i, patch := range v.list("PATCH") {
		matches, err := regexp.MatchString(at(v.list("PATCH_MATCH"), i), b.SDK.Release)
		if err != nil || matches {
			return nil, fmt.Errorf("%s: PATCH[%d]=%s changes the sources for linux %s, which is not supported: apply the patch to the sources", dkmsConf, i, patch, b.SDK.Release)
		}
	}
	build := filepath.Join(dkmsTree, v.text("PACKAGE_NAME"), v.text("PACKAGE_VERSION"), "build")
	for _, command := range []*string{&d.preBuild, &d.make} {
		*command = strings.ReplaceAll(*command, build, b.Dir)
		if strings.Contains(*command, dkmsTree) {
			return nil, fmt.Errorf("%s: a command uses a folder of DKMS's own: %s", dkmsConf, strings.ReplaceAll(*command, dkmsTree, "$dkms_tree"))
		}
	}
	return d, nil
}

// interpret runs a dkms.conf and returns the variables that it set.
func (b *Builder) interpret(script *syntax.File, known ...string) (conf, error) {
	environment := slices.Concat(b.Environment, known, []string{
		"kernelver=" + b.SDK.Release,
		"kernel_source_dir=" + b.Objtree,
		"dkms_tree=" + dkmsTree,
		"source_tree=/usr/src",
		"arch=" + machineOf(b.SDK),
	})
	var said strings.Builder
	runner, err := interp.New(interp.Env(expand.ListEnviron(environment...)), interp.Dir(b.Dir), interp.StdIO(nil, &said, &said))
	if err != nil {
		return conf{}, err
	}
	// A line that fails does not end a script that is sourced.
	if err := runner.Run(context.Background(), script); err != nil && runner.Exited() {
		return conf{}, fmt.Errorf("%s: %w: %s", dkmsConf, err, said.String())
	}
	return conf{runner.Vars}, nil
}

// machineOf is `uname -m` for an SRCARCH.
func machineOf(s *kbuildsdk.SDK) string {
	switch s.Arch {
	case "x86":
		return "x86_64"
	case "arm64":
		return "aarch64"
	}
	return s.Arch
}

// conf is the variables that a dkms.conf set.
type conf struct{ vars map[string]expand.Variable }

// text is a variable, or the first element of an array.
func (c conf) text(name string) string {
	v := c.vars[name]
	if v.Kind == expand.Indexed {
		return at(v.List, 0)
	}
	return v.Str
}

func (c conf) list(name string) []string {
	v := c.vars[name]
	if v.Kind == expand.Indexed {
		return v.List
	}
	if v.Str != "" {
		return []string{v.Str}
	}
	return nil
}

// make is the command to build with: the last whose MAKE_MATCH fits the
// kernel, else the first without one.
func (c conf) make(release string) string {
	command := ""
	for i, m := range c.list("MAKE") {
		pattern := at(c.list("MAKE_MATCH"), i)
		if pattern == "" {
			if command == "" {
				command = m
			}
			continue
		}
		if fits, err := regexp.MatchString(pattern, release); err == nil && fits {
			command = m
		}
	}
	return command
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// excludes says why DKMS would not build the tree for a kernel; empty if it
// would.
func (d *dkms) excludes(s *kbuildsdk.SDK) string {
	if d.exclusive != "" {
		if fits, err := regexp.MatchString(d.exclusive, s.Release); err == nil && !fits {
			return fmt.Sprintf("BUILD_EXCLUSIVE_KERNEL is %q", d.exclusive)
		}
	}
	if d.min != "" && compareReleases(s.Release, d.min) < 0 {
		return "BUILD_EXCLUSIVE_KERNEL_MIN is " + d.min
	}
	if d.max != "" && compareReleases(s.Release, d.max) > 0 {
		return "BUILD_EXCLUSIVE_KERNEL_MAX is " + d.max
	}
	config, err := os.ReadFile(s.TreePath(s.Objtree + "/.config"))
	if err != nil {
		return ""
	}
	for _, option := range d.configs {
		name, off := strings.CutPrefix(option, "!")
		on := strings.Contains("\n"+string(config), "\n"+name+"=")
		if on == off {
			return "BUILD_EXCLUSIVE_CONFIG is " + option
		}
	}
	return ""
}

// compareReleases compares the numbers that two releases begin with:
// 6.12.117+deb13-amd64 comes after 6.9.
func compareReleases(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(release string) []int {
	end := strings.IndexFunc(release, func(c rune) bool { return c != '.' && (c < '0' || c > '9') })
	if end >= 0 {
		release = release[:end]
	}
	var all []int
	for part := range strings.SplitSeq(release, ".") {
		n, _ := strconv.Atoi(part)
		all = append(all, n)
	}
	return all
}
