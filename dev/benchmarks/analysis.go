package main

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A kernel with twice the objects that the goal speaks of.
const (
	largeRepository = "@linux_large_6_1"
	largeKernel     = largeRepository + "//:kernel"
)

// How long loading and analysis may take for so many objects.
const (
	analysisGoal    = 10 * time.Second
	analysisObjects = 3000
)

// compileActions is the line of `aquery --output=summary` that counts them.
var compileActions = regexp.MustCompile(`(?m)^ *KernelCompile: (\d+)$`)

// benchAnalysis loads and analyses a kernel, fetched before, each time with a
// server that has just started, and counts what there is.
func benchAnalysis(w *workspace) error {
	if _, err := w.query("build", "--nobuild", largeKernel); err != nil {
		return err
	}
	summary, err := w.query("aquery", "--output=summary", "deps("+largeKernel+")")
	if err != nil {
		return err
	}
	m := compileActions.FindStringSubmatch(summary)
	if m == nil {
		return fmt.Errorf("aquery counts no KernelCompile of %s:\n%s", largeKernel, summary)
	}
	objects, err := strconv.Atoi(m[1])
	if err != nil {
		return err
	}
	labels, err := w.query("cquery", "--output=label", "deps("+largeKernel+")")
	if err != nil {
		return err
	}
	targets, headers := countTargets(labels)
	var best taken
	for round := range rounds {
		t, err := w.analysis(largeKernel)
		if err != nil {
			return err
		}
		if round == 0 {
			best = t
		}
		best = taken{min(best.clock, t.clock), min(best.processors, t.processors)}
	}
	heap, err := w.query("info", "used-heap-size")
	if err != nil {
		return err
	}
	fmt.Printf("%-24s rules_kbuild %8.2f s, of processors' time %.2f s (goal: at most %.0f s for %d objects; best of %d)\n",
		"large kernel, analysis", best.clock.Seconds(), best.processors.Seconds(), analysisGoal.Seconds(), analysisObjects, rounds)
	fmt.Printf("%-24s %d objects, %d targets, %d of them headers; heap %s\n", "", objects, targets, headers, strings.TrimSpace(heap))
	return nil
}

// countTargets counts the targets of the kernel's repository that cquery lists,
// and those of them that are headers.
func countTargets(listed string) (targets, headers int) {
	seen := map[string]bool{}
	for line := range strings.Lines(listed) {
		label, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(label, largeRepository+"//") || seen[label] {
			continue
		}
		seen[label] = true
		targets++
		if path.Ext(label) == ".h" {
			headers++
		}
	}
	return targets, headers
}

// analysis returns what Bazel takes to load and analyse a target with a server that
// has just started.
func (w *workspace) analysis(target string) (taken, error) {
	if _, err := w.query("shutdown"); err != nil {
		return taken{}, err
	}
	return w.timed(func() error { return w.quietBuild("--nobuild", target) })
}
