package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelbuild"
	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// A written is what BUILD files were written from.
type written struct {
	seen *kerneltree.Seen
	anew []string // files that the build makes again
}

// writeBuildFiles asks make what there is to build, and writes it down as BUILD
// files.
func (r *request) writeBuildFiles(tree *kerneltree.Tree) (*written, error) {
	modules, err := kernelbuild.ReadModuleBuild(r.moduleBuild)
	if err != nil {
		return nil, err
	}
	tree.Jobs = 1 // what it prints would be mixed
	name, err := tree.Make("-s", "image_name")
	if err != nil {
		return nil, err
	}
	image := path.Clean(strings.TrimSpace(name))
	seen, err := tree.SeenByMake(r.store, r.sources)
	if err != nil {
		return nil, err
	}
	said, err := r.ask(tree, seen)
	if err != nil {
		return nil, err
	}
	graph, err := kernelgraph.Read(tree.Dir, said)
	if err != nil {
		return nil, err
	}
	err = kernelbuild.Write(kernelbuild.Request{
		Top:      tree.Dir,
		Graph:    graph,
		Image:    image,
		Rules:    r.rules,
		Config:   r.configLabel,
		Src:      modules.Tree,
		SDK:      r.sdkLabel,
		Modules:  modules,
		Edited:   r.sources.Edited != "",
		Programs: &tree.Description,
	})
	return &written{seen, graph.Anew}, err
}

// ask asks make what it would do, unless it was asked before and sees now what it saw
// then.
func (r *request) ask(tree *kerneltree.Tree, seen *kerneltree.Seen) (*kernelgraph.Said, error) {
	if text, ok := r.store.Get(seen.Key()); ok {
		said := new(kernelgraph.Said)
		if err := json.Unmarshal(text, said); err != nil {
			return nil, err
		}
		return said, said.Repeat(tree.Dir)
	}
	compiled, err := tree.Compiled()
	if err != nil {
		return nil, err
	}
	shell, err := tree.ShellCommand()
	if err != nil {
		return nil, err
	}
	said, err := kernelgraph.Ask(tree.Dir, tree.Make, shell, []string{"all"}, compiled)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(said)
	if err != nil || bytes.Contains(text, []byte(tree.Bin())) {
		return said, err // Bin is another folder each time
	}
	return said, r.store.Put(seen.Key(), text)
}

// unsupported are options that take more than a compile, a link and a recipe,
// with what to do.
var unsupported = []struct{ option, instead string }{
	{"TRIM_UNUSED_KSYMS", "leave it off: kernel_image(trim = True) trims"},
	{"LTO_CLANG", "leave it off: the toolchain is GCC"},
	{"RUST", "leave it off: the toolchain has no rustc"},
	{"DEBUG_INFO_SPLIT", "leave it off: the .dwo that the compiler writes beside each object would be lost"},
	{"GCOV_KERNEL", "leave it off: the .gcno that the compiler writes beside each object would be lost"},
}

// check refuses a configuration that BUILD files cannot be written for.
func check(tree *kerneltree.Tree) error {
	text, err := os.ReadFile(filepath.Join(tree.Dir, ".config"))
	if err != nil {
		return err
	}
	var errs []error
	for _, u := range unsupported {
		if strings.Contains(string(text), "\nCONFIG_"+u.option+"=y\n") {
			errs = append(errs, fmt.Errorf("the configuration has CONFIG_%s=y: %s", u.option, u.instead))
		}
	}
	return errors.Join(append(errs, checkSigning(string(text)))...)
}

// checkSigning refuses a key for modules that is not in the tree: one that
// Kbuild would make in the build, or a file or token of this machine.
func checkSigning(config string) error {
	m := signingKey.FindStringSubmatch(config)
	switch {
	case m == nil, m[1] == kerneltree.SigningKey:
		return nil
	case m[1] == "" && !strings.Contains(config, "\nCONFIG_MODULE_SIG_ALL=y\n"):
		return nil
	case m[1] == "":
		return errors.New("the configuration has CONFIG_MODULE_SIG_ALL=y, and no key to sign modules with: give kernel.source one by module_sig_key, or turn CONFIG_MODULE_SIG_ALL off")
	}
	return fmt.Errorf("the configuration has CONFIG_MODULE_SIG_KEY=%q, which is not in the kernel's sources (Kbuild makes certs/signing_key.pem anew in each build): give kernel.source a key by module_sig_key, or, if modules are not to be signed, have CONFIG_MODULE_SIG_KEY=\"\" and CONFIG_MODULE_SIG_ALL off", m[1])
}

var signingKey = regexp.MustCompile(`(?m)^CONFIG_MODULE_SIG_KEY="(.*)"$`)
