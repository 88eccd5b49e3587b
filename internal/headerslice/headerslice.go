// Package headerslice cuts from all headers those that each source of a module
// can include, and writes them as header packs.
package headerslice

import (
	"fmt"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/autoconf"
	"github.com/rules-kbuild/rules_kbuild/internal/csource"
	"github.com/rules-kbuild/rules_kbuild/internal/includes"
	"github.com/rules-kbuild/rules_kbuild/internal/pack"
	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

// A Request is one module's sources and all that they may include. Paths that
// are not said to be files are canonical.
type Request struct {
	Roots       map[string]string // folders of headers, by canonical path
	Files       map[string]string // the workspace's sources and headers, by canonical path
	Cwd         string            // the folder that the compiler runs in
	Autoconf    string            // the kernel's autoconf.h
	CFlags      []string          // the command for C, a template
	ASFlags     []string          // the command for assembly
	Units       []Unit
	UnitFlags   map[string][]string // options of one source
	Genksyms    bool                // the kernel has CRCs
	Prototypes  map[string][]string // by assembly source: the command that reads prototypes of what it exports, if that is not CFlags
	AsmPreamble []string            // what declares the symbols that assembly exports
	SourcesText string              // file to write what srcversion hashes to, or empty

	// Options is a file to write to what options each source mentions. Autoconf
	// is then no file that is looked into, and in no pack: who compiles a source
	// brings the lines of it that are to be seen. Empty: packs hold those.
	Options string
}

// workspaceDir is the canonical folder of the workspace.
const workspaceDir = "w"

// A Unit is a source and the file to write its pack to.
type Unit struct{ Source, Pack string }

// DefaultAsmPreamble is what Kbuild includes to find the prototypes of symbols
// that assembly exports: linux/string.h only in Linux 7.2 (scripts/
// Makefile.build).
var DefaultAsmPreamble = []string{"linux/kernel.h", "linux/string.h", "asm/asm-prototypes.h"}

// Run writes the packs.
func Run(r Request) error {
	if r.Cwd == "" || len(r.Units) == 0 {
		return fmt.Errorf("--cwd and at least one --unit are required")
	}
	if r.Options != "" && r.Autoconf == "" {
		return fmt.Errorf("--options: --autoconf is required: which header it is that packs are to do without")
	}
	if len(r.AsmPreamble) == 0 {
		r.AsmPreamble = DefaultAsmPreamble
	}
	files := r.Files
	if r.Options != "" {
		// It is found as any header, and includes nothing.
		files = maps.Clone(r.Files)
		files[r.Autoconf] = os.DevNull
	}
	s := &slicer{
		Request:  r,
		tree:     includes.NewTree(r.Roots, files),
		searches: map[string]*includes.Search{},
		included: map[string]bool{},
		options:  autoconf.Options{},
	}
	errs := make([]error, len(r.Units))
	var group sync.WaitGroup
	next := make(chan int, len(r.Units))
	for i := range r.Units {
		next <- i
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), len(r.Units)) {
		group.Go(func() {
			for i := range next {
				errs[i] = s.unit(r.Units[i])
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if r.Options != "" {
		if err := s.options.WriteFile(r.Options); err != nil {
			return err
		}
	}
	if r.SourcesText != "" {
		return s.sourcesText()
	}
	return nil
}

type slicer struct {
	Request
	tree  *includes.Tree
	blobs sync.Map // *includes.File to func() pack.Blob

	mu       sync.Mutex
	searches map[string]*includes.Search // by their options
	included map[string]bool             // paths of the files in any closure
	options  autoconf.Options
}

// search returns the search of some options, one for all units that share it.
func (s *slicer) search(options ...[]string) *includes.Search {
	all := template.Canonical(slices.Concat(options...))
	key := strings.Join(all, "\x00")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.searches[key] == nil {
		s.searches[key] = includes.NewSearch(s.Cwd, all)
	}
	return s.searches[key]
}

func (s *slicer) unit(u Unit) error {
	closure, err := s.closure(u)
	if err != nil {
		return err
	}
	if s.Options != "" {
		s.takeOutAutoconf(u, closure)
	}
	s.mu.Lock()
	for _, f := range closure.Files {
		s.included[f.Path] = true
	}
	s.mu.Unlock()
	p := &pack.Pack{Dirs: closure.Dirs, Files: make([]pack.File, 0, len(closure.Files))}
	for _, f := range closure.Files {
		blob, err := s.blob(f, closure)
		if err != nil {
			return err
		}
		p.Files = append(p.Files, pack.File{Path: f.Path, Blob: blob})
	}
	data, err := pack.Encode(p)
	if err != nil {
		return fmt.Errorf("%s: %w", u.Source, err)
	}
	return os.WriteFile(u.Pack, data, 0o644)
}

// takeOutAutoconf takes autoconf.h out of a closure that has it, and notes what
// the source mentions instead.
func (s *slicer) takeOutAutoconf(u Unit, c *includes.Closure) {
	at := slices.IndexFunc(c.Files, func(f *includes.File) bool { return f.Path == s.Autoconf })
	if at < 0 {
		return
	}
	c.Files = slices.Delete(c.Files, at, at+1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options[u.Source] = c.Configs
}

// blob returns a file as it goes into the pack of a closure. Most are the same
// in all packs, and are compressed once.
func (s *slicer) blob(f *includes.File, c *includes.Closure) (pack.Blob, error) {
	if c.Data[f] {
		data, err := f.Raw()
		return pack.Compress(data), err
	}
	text, err := f.Text()
	if err != nil {
		return pack.Blob{}, err
	}
	if f.Path == s.Autoconf {
		return pack.Compress(autoconf.Cut(text, c.Configs)), nil
	}
	once, _ := s.blobs.LoadOrStore(f, sync.OnceValue(func() pack.Blob { return pack.Compress(text) }))
	return once.(func() pack.Blob)(), nil
}

func (s *slicer) closure(u Unit) (*includes.Closure, error) {
	own := s.UnitFlags[u.Source]
	if !strings.HasSuffix(u.Source, ".S") {
		return s.tree.Closure(u.Source, s.search(s.CFlags, own), nil, s.Autoconf)
	}
	c, err := s.tree.Closure(u.Source, s.search(s.ASFlags, own), nil, s.Autoconf)
	if err != nil {
		return nil, err
	}
	search := s.search(s.Prototypes[u.Source])
	if len(s.Prototypes[u.Source]) == 0 {
		if !s.Genksyms || !s.exports(c) {
			return c, nil
		}
		search = s.search(s.CFlags, own)
	}
	// The CRCs come from the prototypes, which are C.
	prototypes, err := s.tree.Closure(u.Source, search, s.AsmPreamble, s.Autoconf)
	if err != nil {
		return nil, err
	}
	return merge(c, prototypes), nil
}

// exports says whether the source or a header of the workspace could export a
// symbol.
func (s *slicer) exports(c *includes.Closure) bool {
	if c.Source.Mentions("EXPORT_SYMBOL") {
		return true
	}
	for _, f := range c.Files {
		if _, ours := s.Files[f.Path]; ours && f.Mentions("EXPORT_SYMBOL") {
			return true
		}
	}
	return false
}

func merge(a, b *includes.Closure) *includes.Closure {
	m := &includes.Closure{Source: a.Source, Configs: map[csource.Config]bool{}, Data: map[*includes.File]bool{}}
	byPath := map[string]*includes.File{}
	for _, c := range []*includes.Closure{a, b} {
		for _, f := range c.Files {
			byPath[f.Path] = f
		}
		m.Dirs = append(m.Dirs, c.Dirs...)
		maps.Copy(m.Configs, c.Configs)
		maps.Copy(m.Data, c.Data)
	}
	slices.Sort(m.Dirs)
	m.Dirs = slices.Compact(m.Dirs)
	for _, p := range slices.Sorted(maps.Keys(byPath)) {
		m.Files = append(m.Files, byPath[p])
	}
	return m
}

// sourcesText writes the filtered text of the files that can count in the
// module's srcversion: those in the folders of its sources, be they files of
// the workspace or included from a folder of headers, as in the kernel's own
// tree. Where the compiler runs in the workspace, and Kbuild has relative paths
// for it, `../x.h` may look like a file of the folder `./`, so all that a
// source can include are there.
func (s *slicer) sourcesText() error {
	folders := map[string]bool{}
	for _, u := range s.Units {
		folders[path.Dir(u.Source)] = true
	}
	relative := s.Cwd == workspaceDir || strings.HasPrefix(s.Cwd, workspaceDir+"/")
	var texts []srcversion.Text
	files := maps.Clone(s.Files)
	for p := range s.included {
		if folders[path.Dir(p)] {
			files[p] = s.tree.Lookup(p).Disk()
		}
	}
	for _, p := range slices.Sorted(maps.Keys(files)) {
		if !folders[path.Dir(p)] && !(relative && s.included[p]) {
			continue
		}
		data, err := os.ReadFile(files[p])
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		texts = append(texts, srcversion.Text{Path: p, Data: srcversion.Filter(nil, data)})
	}
	return os.WriteFile(s.SourcesText, srcversion.AppendTexts(nil, texts), 0o644)
}
