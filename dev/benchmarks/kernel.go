package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bazel"
)

// jobs is how many commands either side runs at once.
const jobs = 2

// benchKernel builds a whole kernel by make and by Bazel, clean and after edits,
// each once: a kernel takes minutes. The tree is prepared and the tools are built
// for both. For a clean build what Bazel has built of the kernel is removed, and
// make has a fresh copy of the tree.
func benchKernel(checkout *workspace) error {
	s, err := newKernelSpace(checkout)
	if err != nil {
		return err
	}
	defer func() { s.close(s.dir) }()
	loaded, err := s.analysis(untrimmedKernel)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s rules_kbuild %8.2f s (goal: at most %.0f s for %d objects)\n", "kernel, analysis", loaded.clock.Seconds(), analysisGoal.Seconds(), analysisObjects)
	build, err := s.tree(false)
	if err != nil {
		return err
	}
	defer build.remove()
	make, err := timed(build.all)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what string
		goal float64
	}{
		{"kernel, clean build", 1.15},
		{"kernel, full disk cache", 1. / 15},
	} {
		ours, err := s.clean(untrimmedKernel)
		if err != nil {
			return err
		}
		printRatio(1, c.what, c.goal, "make", make, "rules_kbuild", ours)
	}
	if err := s.nothing(); err != nil {
		return err
	}
	return s.edits(untrimmedKernel, build)
}

// benchTrimmedKernel builds the same kernel without the exports that nobody
// needs.
func benchTrimmedKernel(checkout *workspace) error {
	s, err := newKernelSpace(checkout)
	if err != nil {
		return err
	}
	defer func() { s.close(s.dir) }()
	untrimmed, err := s.clean(untrimmedKernel)
	if err != nil {
		return err
	}
	if err := s.forgetCache(); err != nil {
		return err
	}
	trimmed, err := s.clean(trimmedKernel)
	if err != nil {
		return err
	}
	printRatio(1, "kernel, trimmed", 1.05, "untrimmed", untrimmed, "trimmed", trimmed)
	twice, err := s.compiledTwice()
	if err != nil {
		return err
	}
	fmt.Printf("  %d objects are compiled twice\n", twice)
	var build *makeTree
	var make [2]taken
	for i, trim := range []bool{false, true} {
		if build != nil {
			build.remove()
		}
		if build, err = s.tree(trim); err != nil {
			return err
		}
		if make[i], err = timed(build.all); err != nil {
			build.remove()
			return err
		}
	}
	defer build.remove()
	printRatio(1, "kernel, trimmed, by make", 0, "untrimmed", make[0], "trimmed", make[1])
	return s.edits(trimmedKernel, build)
}

// compiledTwice counts the objects of the trimmed kernel, which was built from
// nothing, that lost an export after they were compiled, or of which the guess at
// what stays was wrong.
func (s *kernelSpace) compiledTwice() (int, error) {
	folders, err := filepath.Glob(filepath.Join(s.execRoot, "bazel-out", "*", "bin", "trimmed"))
	if err != nil {
		return 0, err
	}
	twice := 0
	for _, folder := range folders {
		err = errors.Join(err, filepath.WalkDir(folder, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(file) != ".dropped" {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Size() > 0 {
				twice++
			}
			return err
		}))
	}
	return twice, err
}

// nothing has Bazel build the kernel that it has built: nothing is to be done.
func (s *kernelSpace) nothing() error {
	var best time.Duration
	for round := range rounds {
		t, err := s.timed(func() error { return s.quietBuild(s.flags(untrimmedKernel)...) })
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

// clean has Bazel build a target from nothing but what the cache holds.
func (s *kernelSpace) clean(target string) (taken, error) {
	if err := s.forget(); err != nil {
		return taken{}, err
	}
	return s.timed(func() error { return s.quietBuild(s.flags(target)...) })
}

func (s *kernelSpace) flags(target string, options ...string) []string {
	return append([]string{"--jobs=" + strconv.Itoa(jobs), s.cache, target}, options...)
}

// forgetCache empties the cache.
func (s *kernelSpace) forgetCache() error {
	return bazel.Remove(filepath.Join(s.dir, "cache"))
}
