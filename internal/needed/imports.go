package needed

import (
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/symsort"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// ownModule is a name that every module has a symbol of, its own.
const ownModule = "__this_module"

// addImports adds what modules import, the bulk of a set: a hundred thousand
// times, one of ten thousand symbols. It numbers the symbols and counts their
// users first, so that all users are in one piece of memory, and a symbol is
// looked at once; and it puts them in order first, so that who goes through them
// later goes through that memory from its beginning to its end. It is to be called
// before anything is added.
func (c *collector) addImports(objects []*ksympb.Object, s span) {
	total := 0
	for _, o := range objects {
		total += len(o.Imports)
	}
	var (
		names    = make([]string, 0, s.guess(objects))    // by number
		counts   = make([]uint32, 0, s.guess(objects))    // of users
		imported = make([]uint32, 0, total/s.of+total/16) // numbers, module after module
		ends     = make([]int, len(objects))              // in imported, of each object's
	)
	for i, o := range objects {
		// What the kernel's own objects and parts of a module leave undefined is
		// resolved when they are linked.
		if ksyms.IsModule(o) {
			for _, name := range s.names(o.Imports) {
				if name == ownModule {
					continue
				}
				n, known := c.numbers[name]
				if !known {
					n = uint32(len(names))
					c.numbers[name] = n
					names = append(names, name)
					counts = append(counts, 0)
				}
				counts[n]++
				imported = append(imported, n)
			}
		}
		ends[i] = len(imported)
	}
	order := make([]uint32, len(names))
	for n := range order {
		order[n] = uint32(n)
	}
	sorter := symsort.Sorter[uint32]{Name: func(n uint32) string { return names[n] }}
	sorter.Sort(order)
	next := make([]uint32, len(names)) // in users, where the symbol's next one goes
	sum := uint32(0)
	for _, n := range order {
		next[n] = sum
		sum += counts[n]
	}
	users := make([]uint32, len(imported))
	at := 0
	for i, end := range ends {
		for ; at < end; at++ {
			n := imported[at]
			users[next[n]] = uint32(i)
			next[n]++
		}
	}
	symbols := make([]symbol, len(names))
	c.imported = make([]*symbol, len(names))
	c.all = make([]*symbol, len(names))
	for i, n := range order {
		s, end := &symbols[i], next[n]
		s.become(names[n], ksympb.Reason_KIND_IMPORT, users[end-counts[n]:end:end])
		c.imported[i], c.all[n] = s, s
	}
}
