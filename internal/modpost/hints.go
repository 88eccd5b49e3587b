package modpost

import (
	"maps"
	"slices"
	"strings"
)

// exporter names who exports e: with the label of the target if it is known
// from the symvers file or from the hints.
func (r *runner) exporter(e *export) string {
	label := e.owner.label
	if labels := r.o.Hints[lookupName(e.name)]; label == "" && len(labels) == 1 {
		label = labels[0]
	}
	switch {
	case e.owner.isVmlinux():
		return "the kernel itself"
	case label != "":
		return e.owner.base() + ".ko (" + label + ")"
	}
	return e.owner.path + ".ko"
}

func (r *runner) undefinedHint(name string) string {
	var labels []string
	for _, l := range r.o.Hints[lookupName(name)] {
		if l != r.o.Label && !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	switch len(labels) {
	case 0:
	case 1:
		return r.o.Label + ": " + labels[0] + " exports \"" + name + "\"; add it to deps: buildozer 'add deps " + labels[0] + "' " + r.o.Label
	default:
		return r.o.Label + ": each of " + strings.Join(labels, ", ") + " exports \"" + name + "\"; add one of them to deps"
	}
	nobody, remedy := ": neither the kernel nor a target in deps exports it; ", "define it, or add the target that exports it to deps"
	if !r.o.External {
		nobody = ": neither vmlinux nor another module of the kernel's tree exports it; "
		remedy = "export it where it is defined, or turn on the option that builds that"
	}
	if near := r.nearest(name); near != "" {
		remedy = "the nearest name is \"" + near + "\""
	}
	return r.o.Label + nobody + remedy
}

func (r *runner) namespaceHint(e *export) string {
	if list, ok := strings.CutPrefix(e.namespace, "module:"); ok && r.o.Style.ModuleNamespaces {
		return r.o.Label + ": " + r.exporter(e) + " exports it for these modules only: " + list
	}
	ns := e.namespace
	if r.o.Style.StringNamespaces {
		ns = `"` + ns + `"`
	}
	return r.o.Label + ": add MODULE_IMPORT_NS(" + ns + "); to one of its sources; the symbol is from " + r.exporter(e)
}

func (r *runner) licenseHint(m *module, e *export) string {
	return r.o.Label + ": its MODULE_LICENSE is \"" + m.license + "\"; " + r.exporter(e) + " exports the symbol with EXPORT_SYMBOL_GPL"
}

func (r *runner) duplicateHint(e, old *export) string {
	if old.owner == e.owner {
		return r.o.Label + ": leave one EXPORT_SYMBOL of " + e.name + " in its sources"
	}
	return r.o.Label + ": rename " + e.name + ", or use the one of " + r.exporter(old)
}

// nearest returns the exported name that differs from name in the fewest
// letters, two at most and no more than each fourth; of several the first in
// the alphabet.
func (r *runner) nearest(name string) string {
	limit := min(2, len(name)/4)
	best, distance := "", limit+1
	consider := func(other string) {
		if d := editDistance(name, other, limit); d < distance || d == distance && d <= limit && other < best {
			best, distance = other, d
		}
	}
	for other := range maps.Keys(r.exports) {
		consider(other)
	}
	for other := range maps.Keys(r.o.Hints) {
		consider(other)
	}
	return best
}

// editDistance returns how many letters must be changed, put in or taken out
// to make b of a, or limit+1 if that is more than limit.
func editDistance(a, b string, limit int) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			d := diagonal
			if a[i] != b[j] {
				d = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
