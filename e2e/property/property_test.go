// Package property edits trees of 40 modules at random, a thousand times over, and holds what the trimming of the rules makes of each
// edit, incrementally, against what a clean build makes, and against Kbuild's way to build it: every byte.
//
// The graph of actions is the rules' own, run in this process: their tools' packages, on objects of relobj. e2e/property/bazel does the
// same with Bazel, a compiler and far fewer edits.
package property

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/trimtree"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/symslice"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

var (
	firstSeed = flag.Uint64("seed", 1, "the `number` of the first sequence of edits")
	sequences = flag.Int("sequences", 1000, "the `number` of sequences of edits")
)

const (
	modules = 40
	edits   = 6
)

// A history is a tree that is edited, and what an evaluator makes of it.
type history struct {
	line   line
	random *rand.Rand
	tree   *trimtree.Tree
	files  tree
	memory memory
	tools  map[string]program
	broken bool     // whether an edit may leave a tree that does not build
	log    []string // what was done
}

// newHistory makes the tree of a seed.
func newHistory(seed uint64, e evaluator) *history {
	r := rand.New(rand.NewPCG(seed, 0))
	h := &history{line: lines[seed%uint64(len(lines))], random: r, tree: trimtree.New(r, modules), files: tree{}, memory: e.memory(), tools: programs, broken: true}
	if e.tools != nil {
		h.tools = maps.Clone(programs)
		maps.Copy(h.tools, e.tools)
	}
	h.files[kernelSymvers] = newFile(symvers.Format(kernelExports()), 0)
	h.save("")
	return h
}

// An evaluator is how a history is built: with which memory, and with tools other than programs where some are named.
type evaluator struct {
	memory func() memory
	tools  map[string]program
}

func kernelExports() []symvers.Entry {
	var entries []symvers.Entry
	for _, name := range append([]string{"__symbol_get", "module_layout"}, trimtree.KernelSymbols...) {
		entries = append(entries, symvers.Entry{Name: name, Module: symvers.Vmlinux, Export: symvers.ExportSymbol, CRC: uint32(len(name))})
	}
	return entries
}

// save writes the sources that changed, and those of the module that was only touched.
func (h *history) save(touched string) {
	h.memory.tick()
	now := h.memory.now()
	all := sources(h.tree)
	for name, text := range all {
		old := h.files[name]
		if old == nil || string(old.data) != text || touched != "" && strings.HasPrefix(name, "m/"+touched) {
			h.files[name] = newFile([]byte(text), now)
		}
	}
	for name := range h.files {
		if _, ok := all[name]; !ok && name != kernelSymvers {
			delete(h.files, name)
		}
	}
}

// edit changes the tree and saves it.
func (h *history) edit() {
	said := h.tree.Edit(h.random, h.broken)
	h.log = append(h.log, said)
	h.save(trimtree.Touched(said))
}

func (h *history) build() *result {
	return build(declare(h.line, h.tree), h.files, h.tools, h.memory)
}

// clean is what a build makes that remembers nothing.
func (h *history) clean() *result {
	return build(declare(h.line, h.tree), h.files, h.tools, nothing{})
}

// check holds a result against a clean build's, Kbuild's, and what the tree asks for.
func (h *history) check(got *result) error {
	if d := difference(got, h.clean()); d != "" {
		return fmt.Errorf("the incremental build's result is not the clean one's:\n%s", d)
	}
	if broken := h.tree.Broken(); len(broken) > 0 {
		if len(got.errors) == 0 {
			return fmt.Errorf("the build succeeds, although %s", strings.Join(broken, ", "))
		}
		return nil
	}
	for name, err := range got.errors {
		return fmt.Errorf("%s: %s", name, err)
	}
	want, err := kbuild(h.line, h.tree, kernelExports())
	if err != nil {
		return fmt.Errorf("Kbuild's way: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if f := got.files[name]; f == nil || string(f.data) != string(want[name]) {
			if f == nil {
				f = &file{}
			}
			return fmt.Errorf("%s is not what Kbuild makes: %s", name, around(f.data, want[name]))
		}
	}
	return h.checkExports(got)
}

// checkExports holds the set's Module.symvers against the tree.
func (h *history) checkExports(got *result) error {
	entries, err := symvers.Parse("set/Module.symvers", got.files["set/Module.symvers"].data)
	if err != nil {
		return err
	}
	exports := map[string][]string{}
	for _, e := range entries {
		exports[e.Module] = append(exports[e.Module], e.Name)
	}
	for _, m := range h.tree.With(trimtree.InSet) {
		names := exports["m/"+m.Name]
		slices.Sort(names)
		if want := h.tree.Kept(m); !slices.Equal(names, want) {
			return fmt.Errorf("%s exports %q, but of its exports are needed %q", m.Name, names, want)
		}
	}
	return nil
}

// run does a sequence of edits, each of which is built. One in five is taken back at once, after which all has to be as before.
func (h *history) run() error {
	last := h.build()
	for range edits {
		before, tree := last, h.tree.Clone()
		h.edit()
		last = h.build()
		if h.random.IntN(5) != 0 {
			continue
		}
		if err := h.check(last); err != nil {
			return err
		}
		h.tree = tree
		h.log = append(h.log, "take that back")
		h.save("")
		last = h.build()
		if d := difference(last, before); d != "" {
			return fmt.Errorf("taken back, it is not as before:\n%s", d)
		}
	}
	return h.check(last)
}

// each runs sequences from the first seed on, several at a time, and returns what is wrong with the first that fails.
func each(n int, e evaluator) (failed uint64, err error) {
	var next, lowest atomic.Uint64
	var mu sync.Mutex
	var workers sync.WaitGroup
	lowest.Store(uint64(n))
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= lowest.Load() {
					return
				}
				h := newHistory(*firstSeed+i, e)
				if wrong := h.run(); wrong != nil {
					mu.Lock()
					if i < lowest.Load() {
						lowest.Store(i)
						failed, err = *firstSeed+i, fmt.Errorf("kernel %s, after\n  %s\n%w", h.line.release, strings.Join(h.log, "\n  "), wrong)
					}
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	return failed, err
}

var asBazel = evaluator{memory: func() memory { return newDigests() }}

func TestMain(m *testing.M) {
	// Much is made and soon thrown away.
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func TestAnIncrementalBuildIsTheCleanOne(t *testing.T) {
	t.Logf("sequences %d to %d", *firstSeed, *firstSeed+uint64(*sequences)-1)
	seed, err := each(*sequences, asBazel)
	if err != nil {
		t.Errorf("sequence %d (to see it alone: -seed=%d -sequences=1): %v", seed, seed, err)
	}
}

// enough is how many sequences it takes at most to find a mistake.
const enough = 60

func TestMistakesAreFound(t *testing.T) {
	for _, mistake := range []struct {
		name string
		evaluator
	}{
		{"keys of times in whole seconds, as Make's", evaluator{memory: func() memory { return newStamps(0.002) }}},
		{"a key without the exports that an object or module keeps", blindTo(".autoksyms.h", ".dropped", ".keep")},
		{"a key without the slice of Module.symvers", blindTo(".slice")},
		{"a key without the keep-list", blindTo(keepList)},
		{"imports of undefined symbols of type U alone, as nm and sed find them", evaluator{asBazel.memory, map[string]program{
			"KernelScan": scanned(func(o *ksympb.Object) { o.WeakImports = nil }),
		}}},
		{"symbol_get() not looked for", evaluator{asBazel.memory, map[string]program{
			"KernelScan": scanned(func(o *ksympb.Object) { o.SymbolGets = nil }),
		}}},
		{"a keep-list without comments and spaces, as modpost's", evaluator{asBazel.memory, map[string]program{
			"KernelNeeded": func(args []string, in [][]byte) ([][]byte, error) {
				in = slices.Clone(in)
				var names []byte
				for line := range bytes.Lines(in[0]) {
					if !bytes.ContainsAny(line, " #") {
						names = append(names, line...)
					}
				}
				in[0] = names
				return neededSymbols(args, in)
			},
		}}},
		{"a slice of Module.symvers without weak imports", evaluator{asBazel.memory, map[string]program{
			"KernelSymversSlice": func(args []string, in [][]byte) ([][]byte, error) {
				k, err := ksyms.Unmarshal("ksyms", in[0])
				if err != nil {
					return nil, err
				}
				k.Objects[0].WeakImports = nil
				data, err := symslice.Cut(k, symversFiles(in[1:]), len(args) > 0)
				return [][]byte{data}, err
			},
		}}},
	} {
		seed, err := each(enough, mistake.evaluator)
		if err == nil {
			t.Errorf("%s: %d sequences were right", mistake.name, enough)
			continue
		}
		said := err.Error()
		t.Logf("%s: wrong in sequence %d: %.160s", mistake.name, seed, said[strings.LastIndex(said, "\n  "):])
	}
}

func TestTimesWouldDoIfNoTwoWereTheSame(t *testing.T) {
	// That is: what TestMistakesAreFound finds of them is what whole seconds do.
	if seed, err := each(enough, evaluator{memory: func() memory { return newStamps(2) }}); err != nil {
		t.Errorf("sequence %d: %v", seed, err)
	}
}

// blindTo keeps inputs with such names out of keys.
func blindTo(suffixes ...string) evaluator {
	return evaluator{memory: func() memory {
		d := newDigests()
		d.blind = func(input string) bool {
			return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(input, suffix) })
		}
		return d
	}}
}

// scanned is scan with something about its result changed.
func scanned(change func(o *ksympb.Object)) program {
	return func(args []string, in [][]byte) ([][]byte, error) {
		out, err := scan(args, in)
		if err != nil {
			return nil, err
		}
		k, err := ksyms.Unmarshal("ksyms", out[0])
		if err != nil {
			return nil, err
		}
		for _, o := range k.Objects {
			change(o)
		}
		data, err := ksyms.Marshal(k)
		return [][]byte{data}, err
	}
}
