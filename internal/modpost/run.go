package modpost

import (
	"runtime"
	"strconv"
	"sync"

	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// Run reads the inputs, checks them against each other and against the dumps,
// and makes their .mod.c (.vmlinux.export.c of vmlinux.o) and symvers. The dumps and the inputs are taken in
// order: of several exporters of one name, the last is found.
//
// The error is about input that cannot be read. What is wrong with a module is
// in the result's messages.
func Run(o Options, dumps []Dump, inputs []Input) (*Result, error) {
	r := &runner{o: &o, result: &Result{
		ModC:    make([][]byte, len(inputs)),
		Missing: make([][]string, len(inputs)),
	}}
	r.readDumps(dumps)
	modules := make([]*module, len(inputs))
	errs := make([]error, len(inputs))
	parallel(len(inputs), func(i int) { modules[i], errs[i] = readModule(&o, inputs[i]) })
	for i, err := range errs {
		if err != nil {
			return nil, err
		}
		r.register(modules[i])
	}
	checks := make([]log, len(inputs))
	writes := make([]log, len(inputs))
	parallel(len(inputs), func(i int) {
		if modules[i].checked {
			r.check(modules[i], &checks[i])
		}
	})
	r.markUsed(modules)
	parallel(len(inputs), func(i int) {
		switch m := modules[i]; {
		case m.checked:
			r.result.ModC[i] = r.modC(m, &writes[i])
		case !o.ExportsOnly:
			r.result.ModC[i] = r.exportC(m, &writes[i])
		}
	})

	mismatches := 0
	for i, m := range modules {
		r.take(&checks[i])
		// Before 6.5 each module was written before the next was checked.
		if !o.Style.ExportSection {
			r.take(&writes[i])
		}
		r.result.Missing[i] = m.missing
		mismatches += m.mismatches
		r.result.Symvers = r.appendSymvers(r.result.Symvers, m)
	}
	for i := range writes {
		r.take(&writes[i])
	}
	var last log
	if mismatches > 0 && o.MismatchesFail {
		last.error("Section mismatches detected.\nSet CONFIG_SECTION_MISMATCH_WARN_ONLY=y to allow them.")
	}
	if r.undefined > maxUndefined {
		last.warn("suppressed %d unresolved symbol warnings because there were too many)", r.undefined-maxUndefined)
	}
	r.take(&last)
	if r.result.Failed {
		r.result.ModC, r.result.Symvers = make([][]byte, len(inputs)), nil
	}
	return r.result, nil
}

// parallel calls f for 0 to n-1, on as many processors as there are.
func parallel(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := 0
	const chunk = 8
	take := func() int {
		mu.Lock()
		defer mu.Unlock()
		next += chunk
		return next - chunk
	}
	for range workers {
		wg.Go(func() {
			for start := take(); start < n; start = take() {
				for i := start; i < min(start+chunk, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
}

// A runner is one run.
type runner struct {
	o         *Options
	exports   map[string]*export // by lookupName
	result    *Result
	undefined int
}

// readDumps takes what the dumps say is exported.
func (r *runner) readDumps(dumps []Dump) {
	n := 0
	for _, d := range dumps {
		n += len(d.Entries)
	}
	r.exports = make(map[string]*export, n)
	block := make([]export, n)
	owners := map[string]*owner{}
	var l log
	for i, d := range dumps {
		var last *owner
		for _, entry := range d.Entries {
			e := &block[0]
			block = block[1:]
			if last == nil || last.path != entry.Module {
				key := entry.Module
				if r.o.Style.DumpModules && key != symvers.Vmlinux {
					key += "\x00" + strconv.Itoa(i)
				}
				last = owners[key]
				if last == nil {
					last = &owner{path: entry.Module, label: d.Label}
					owners[key] = last
				}
			}
			if entry.Export != symvers.ExportSymbol && !entry.GPLOnly() {
				l.error("%s: unknown license %s. skip", entry.Name, entry.Export)
				continue
			}
			*e = export{name: entry.Name, namespace: entry.Namespace, owner: last, crc: entry.CRC, hasCRC: !d.SameRun || entry.CRC != 0, gplOnly: entry.GPLOnly()}
			r.add(e, &l)
		}
	}
	r.take(&l)
}

// add makes e the exporter that is found for its name.
func (r *runner) add(e *export, l *log) {
	key := lookupName(e.name)
	if old := r.exports[key]; old != nil && (!r.o.External || old.owner.isVmlinux() || old.owner == e.owner) {
		msg := Message{Level: Error, Text: e.owner.path + ": '" + e.name + "' exported twice. Previous export was in " + old.owner.file()}
		if r.o.Label != "" {
			msg.Hint = r.duplicateHint(e, old)
		}
		l.add(msg)
	}
	r.exports[key] = e
}

// register adds a module's exports, and puts its messages in the order in
// which one pass over the object makes them.
func (r *runner) register(m *module) {
	messages := m.log.messages
	var l log
	done := 0
	for _, e := range m.exports {
		l.messages = append(l.messages, messages[done:e.at]...)
		done = e.at
		r.add(e, &l)
	}
	l.messages = append(l.messages, messages[done:]...)
	r.take(&l)
}

// markUsed finds which exports of the run are needed.
func (r *runner) markUsed(modules []*module) {
	if !r.o.TrimUnused {
		return
	}
	mark := func(name string) {
		if e := r.exports[lookupName(name)]; e != nil {
			e.used = true
		}
	}
	for _, m := range modules {
		for _, ref := range m.imports {
			if ref.from != nil {
				ref.from.used = true
			}
		}
		for _, name := range m.noTrim {
			mark(name)
		}
	}
	for _, name := range r.o.Whitelist {
		mark(name)
	}
}

// kept says whether trimming leaves the export.
func (r *runner) kept(e *export) bool {
	if r.o.Keep != nil && !r.o.Keep[e.name] {
		return false
	}
	return !r.o.TrimUnused || e.used
}

func (r *runner) appendSymvers(entries []symvers.Entry, m *module) []symvers.Entry {
	for _, e := range m.exports {
		if !r.kept(e) {
			continue
		}
		kind := symvers.ExportSymbol
		if e.gplOnly {
			kind = symvers.ExportSymbolGPL
		}
		entries = append(entries, symvers.Entry{CRC: e.crc, Name: e.name, Module: m.in.Path, Export: kind, Namespace: e.namespace})
	}
	return entries
}
