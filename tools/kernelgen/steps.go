package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

// kconfigTree is where a configuration is resolved, in the folder that it is to be
// in; gone afterwards.
const kconfigTree = ".tree"

// configure resolves the configuration.
func (r *request) configure() (err error) {
	if len(r.base) != 1 {
		return errors.New("kernelgen: configure takes one --config")
	}
	dir := filepath.Join(r.dir, kconfigTree)
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	listing := kerneltree.List(r.sources)
	if err := kerneltree.LayOutKconfig(dir, r.sources); err != nil {
		return err
	}
	tree, err := kerneltree.New(dir, r.sdk, r.identity)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	tree.Jobs = r.jobs
	tree.Use(listing)
	fragments := r.more
	for _, key := range r.keys {
		fragment, err := kerneltree.SigningFragment(key)
		if err != nil {
			return err
		}
		fragments = append(fragments, fragment)
	}
	if err := tree.RestorePrograms(r.store, kerneltree.KconfigPrograms, r.sources); err != nil {
		return err
	}
	// Meanwhile Kconfig runs.
	var seen *kerneltree.Seen
	var failed error
	var reading sync.WaitGroup
	reading.Go(func() { seen, failed = tree.SeenInSources(r.sources, r.options) })
	err = tree.Configure(r.base[0], fragments, r.store, r.sources)
	reading.Wait()
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if err := check(tree); err != nil {
		return err
	}
	if err := tree.KeepPrograms(r.store, kerneltree.KconfigPrograms, r.sources); err != nil {
		return err
	}
	if err := tree.WriteConfigured(r.dir, seen); err != nil {
		return err
	}
	return r.writeWatched(tree, nil, func(string) bool { return true })
}

// prepare makes what a build needs before its first object.
func (r *request) prepare() (err error) {
	tree, err := kerneltree.New(r.dir, r.sdk, r.identity)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tree.Close()) }()
	tree.Jobs = r.jobs
	for _, key := range r.keys {
		if err := tree.PlaceSigningKey(key); err != nil {
			return err
		}
	}
	if err := tree.PlaceConfigured(r.configured); err != nil {
		return err
	}
	if err := tree.RestorePrograms(r.store, kerneltree.AllPrograms, r.sources); err != nil {
		return err
	}
	if err := tree.Prepare(); err != nil {
		return err
	}
	return tree.KeepPrograms(r.store, kerneltree.AllPrograms, r.sources)
}

// inTree does a step in a tree that is prepared.
func (r *request) inTree(step func(*kerneltree.Tree) error) error {
	tree, err := kerneltree.Open(r.dir, r.sdk)
	if err != nil {
		return err
	}
	tree.Jobs = r.jobs
	return errors.Join(step(tree), tree.Close())
}

// write writes the BUILD files.
func (r *request) write(tree *kerneltree.Tree) error {
	made, err := r.writeBuildFiles(tree)
	if err != nil {
		return err
	}
	// Of what Kconfig reads, only what it makes of that is seen here.
	err = r.writeWatched(tree, made.anew, func(file string) bool { return !strings.HasPrefix(path.Base(file), "Kconfig") })
	if err != nil {
		return err
	}
	listed, err := os.ReadFile(filepath.Join(r.configured, kerneltree.SeenFile))
	if err != nil {
		return err
	}
	if overlooked := made.seen.Overlooked(string(listed)); len(overlooked) > 0 {
		if _, err := fmt.Fprintln(r.stdout, strings.Join(overlooked, " ")); err != nil {
			return err
		}
	}
	return tree.RemoveConfigured()
}

// writeWatched writes down which of the sources were read, of those that are wanted.
func (r *request) writeWatched(tree *kerneltree.Tree, anew []string, want func(file string) bool) error {
	if r.watch == "" {
		return nil
	}
	read, err := tree.Read(r.sources, anew)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, file := range read {
		if want(file) {
			text.WriteString(file + "\n")
		}
	}
	return os.WriteFile(r.watch, []byte(text.String()), 0o666)
}
