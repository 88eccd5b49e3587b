package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"time"
)

// jobs is how many commands either side runs at once.
const jobs = 2

// benchKernel builds a whole kernel by make and by Bazel, clean and after edits,
// untrimmed and trimmed, each once: a kernel takes minutes. The tree is prepared
// and the tools are built for both. For a clean build what Bazel has built of the
// kernel is removed, and make has a fresh copy of the tree.
func benchKernel(checkout *workspace) error {
	s, err := newKernelSpace(checkout)
	if err != nil {
		return err
	}
	defer func() { s.close(s.dir) }()
	if err := s.analysis(); err != nil {
		return err
	}
	make, madeIn, err := s.untrimmed()
	if err != nil {
		return err
	}
	return s.trimmed(make, madeIn)
}

// untrimmed measures the kernel with all its exports, and returns what a clean
// build takes by make and by Bazel.
func (s *kernelSpace) untrimmed() (make, ours taken, err error) {
	build, err := s.tree(false)
	if err != nil {
		return make, ours, err
	}
	defer build.remove()
	if make, err = timed(build.all); err != nil {
		return make, ours, err
	}
	cache := "--disk_cache=" + filepath.Join(s.dir, "cache")
	if ours, err = s.clean(untrimmedKernel, cache); err != nil {
		return make, ours, err
	}
	printRatio(1, "kernel, clean build", 1.15, "make", make, "rules_kbuild", ours)
	cached, err := s.clean(untrimmedKernel, cache)
	if err != nil {
		return make, ours, err
	}
	printRatio(1, "kernel, full disk cache", 1./15, "make", make, "rules_kbuild", cached)
	if err := s.nothing(cache); err != nil {
		return make, ours, err
	}
	return make, ours, s.edits(untrimmedKernel, build)
}

// trimmed measures the kernel without the exports that nobody needs.
func (s *kernelSpace) trimmed(make, ours taken) error {
	trimmed, err := s.clean(trimmedKernel, "--disk_cache=")
	if err != nil {
		return err
	}
	printRatio(1, "kernel, trimmed", 1.05, "untrimmed", ours, "trimmed", trimmed)
	build, err := s.tree(true)
	if err != nil {
		return err
	}
	defer build.remove()
	makeTrimmed, err := timed(build.all)
	if err != nil {
		return err
	}
	printRatio(1, "kernel, trimmed, by make", 0, "untrimmed", make, "trimmed", makeTrimmed)
	return s.edits(trimmedKernel, build)
}

// analysis prints how long Bazel takes to load and analyse the kernel with a
// server that has just started.
func (s *kernelSpace) analysis() error {
	if _, err := s.query("shutdown"); err != nil {
		return err
	}
	if _, err := s.query("info", "server_pid"); err != nil {
		return err
	}
	start := time.Now()
	if _, err := s.query("build", "--nobuild", untrimmedKernel); err != nil {
		return err
	}
	fmt.Printf("%-24s rules_kbuild %8.2f s (goal: at most 10 s for 3,000 objects)\n", "kernel, analysis", time.Since(start).Seconds())
	return nil
}

// nothing has Bazel build the kernel that it has built: nothing is to be done.
func (s *kernelSpace) nothing(options ...string) error {
	var best time.Duration
	for round := range rounds {
		t, err := s.timed(func() error { return s.quietBuild(kernelFlags(untrimmedKernel, options...)...) })
		if err != nil {
			return err
		}
		if round == 0 || t.clock < best {
			best = t.clock
		}
	}
	fmt.Printf("%-24s rules_kbuild %8.2f s (goal: at most 1 s; best of %d)\n", "kernel, nothing to do", best.Seconds(), rounds)
	return nil
}

// clean has Bazel build a target from nothing but what a cache holds.
func (s *kernelSpace) clean(target string, options ...string) (taken, error) {
	if err := s.forget(); err != nil {
		return taken{}, err
	}
	return s.timed(func() error { return s.quietBuild(kernelFlags(target, options...)...) })
}

func kernelFlags(target string, options ...string) []string {
	return append([]string{"--jobs=" + strconv.Itoa(jobs), target}, options...)
}
