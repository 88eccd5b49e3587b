package needed

import (
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// ownModule is a name that every module has a symbol of, its own.
const ownModule = "__this_module"

// addImports adds what modules import, the bulk of a set: a hundred thousand
// times, one of ten thousand symbols. It numbers the symbols and counts their
// users first, so that all users are in one piece of memory, and a symbol is
// looked at once. It is to be called before anything is added.
func (c *collector) addImports(objects []*ksympb.Object, s span) {
	total := 0
	for _, o := range objects {
		total += len(o.Imports)
	}
	var (
		names    []string                                 // by number
		counts   []uint32                                 // of users
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
	next := make([]uint32, len(names)) // in users, where the symbol's next one goes
	sum := uint32(0)
	for n, count := range counts {
		next[n] = sum
		sum += count
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
	c.all = make([]*symbol, len(names))
	for n, name := range names {
		end := next[n]
		symbols[n].become(name, ksympb.Reason_KIND_IMPORT, users[end-counts[n]:end:end])
		c.all[n] = &symbols[n]
	}
}
