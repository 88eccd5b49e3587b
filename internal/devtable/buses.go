package devtable

// A bus is a type of device table: how its struct lies in memory and how an entry becomes aliases.
type bus struct {
	name   string
	fields []field
	format formatter
	// The bus is so from release since on, and before release until, if that is not 0. Two buses of one name follow each
	// other.
	since, until Version
}

// A formatter says an entry's aliases to the converter.
type formatter func(*converter, entry)

// row makes a bus of the description of a struct (see fields) and the pattern of its aliases (see pattern).
func row(name, description, aliases string) bus {
	p := parsePattern(aliases)
	b := special(name, description, func(c *converter, e entry) { c.alias(p.expand(e)) })
	for _, s := range p {
		if s.field != "" {
			place(b.fields, Target{LongSize: 8}).field(s.field)
		}
	}
	return b
}

// special makes a bus whose aliases no pattern describes.
func special(name, description string, f formatter) bus {
	return bus{name: name, fields: fields(description), format: f}
}

func (b bus) from(v Version) bus { b.since = v; return b }

func (b bus) before(v Version) bus { b.until = v; return b }

// families are all buses, by the file they are described in.
var families = [][]bus{expansionBuses, usbBuses, firmwareBuses, serialBuses, chipBuses, s390Buses, inputBuses, softwareBuses}

// find returns the bus of a name, as a kernel has it, or nil.
func find(v Version, name string) *bus {
	for _, family := range families {
		for i := range family {
			if b := &family[i]; b.name == name && v >= b.since && (b.until == 0 || v < b.until) {
				return b
			}
		}
	}
	return nil
}
