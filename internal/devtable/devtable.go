// Package devtable turns device tables, the arrays that MODULE_DEVICE_TABLE names, into the module aliases by which udev
// and modprobe find a driver: "pci:v00008086d0000100Esv*sd*bc*sc*i*".
//
// In the kernel scripts/mod/file2alias.c does this, a part of modpost. The formats are those of Linux 6.1, 6.12 and 7.2,
// checked by running these kernels' modposts (testdata/README.md); a change between them carries the release that made it.
package devtable

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"strings"
)

// A Version is a kernel's, major*1000 + minor: 6012 is Linux 6.12.
type Version int

// A Target is what decides how a struct lies in memory.
type Target struct {
	Order binary.ByteOrder
	// LongSize is the size of long and of a pointer: 4 or 8.
	LongSize int
	// MaxAlign is the strictest alignment of any type, 2 on m68k; 0 means each type is aligned to its size.
	MaxAlign int
}

// TargetOf returns the target of an ELF object.
func TargetOf(h *elf.FileHeader) (Target, error) {
	t := Target{Order: h.ByteOrder}
	switch h.Class {
	case elf.ELFCLASS32:
		t.LongSize = 4
	case elf.ELFCLASS64:
		t.LongSize = 8
	}
	if h.Machine == elf.EM_68K {
		t.MaxAlign = 2
	}
	return t, t.check()
}

func (t Target) check() error {
	if t.Order == nil || t.LongSize != 4 && t.LongSize != 8 {
		return fmt.Errorf("a target needs a byte order and longs of 4 or 8 bytes, not %v and %d", t.Order, t.LongSize)
	}
	return nil
}

// A Table is one device table of a module.
type Table struct {
	// Module is the module as modpost's messages name it, "drivers/net/foo".
	Module string
	// Type is the bus, the first argument of MODULE_DEVICE_TABLE; Ident the name of the array, its second.
	Type, Ident string
	// Data is the array; zeros when it lies in .bss.
	Data []byte
}

// An Error is a table that modpost refuses.
type Error struct {
	// Text is what modpost prints after its "ERROR: modpost: ", before 6.5 "FATAL: modpost: ", in one or two lines.
	Text string
	// Dump is what it prints before that, without a prefix: lines, or nothing.
	Dump string
	// Fatal says that modpost ends there. Else it goes on to other tables and modules, to fail at the end.
	Fatal bool
}

func (e *Error) Error() string { return e.Text }

// Aliases returns the aliases of a table in modpost's order, as MODULE_ALIAS takes them: modpost does not escape quotes
// and backslashes, so they go into the .mod.c unchanged. It also returns what modpost warns about, without the
// "WARNING: modpost: ". A type that modpost of that version does not know has no aliases. A table that modpost refuses
// gives an *Error.
func Aliases(v Version, target Target, table Table) (aliases, warnings []string, err error) {
	if err := target.check(); err != nil {
		return nil, nil, err
	}
	b := find(v, table.Type)
	if b == nil {
		return nil, nil, nil
	}
	c := &converter{version: v, table: table, layout: place(b.fields, target)}
	if err := c.checkShape(); err != nil {
		return nil, nil, err
	}
	for n := range c.count() - 1 {
		b.format(c, c.entry(n))
		if c.err != nil {
			return nil, c.warnings, c.err
		}
	}
	return c.aliases, c.warnings, nil
}

// Merge returns a module's aliases: those of its tables, which come in the order of their symbols in the symbol table. An
// alias that is there already is left out from 6.13 on.
func Merge(v Version, tables ...[]string) []string {
	var out []string
	seen := map[string]bool{}
	for _, aliases := range tables {
		for _, a := range aliases {
			if v >= 6013 && seen[a] {
				continue
			}
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// A converter goes through one table and gathers what the formatters say.
type converter struct {
	version  Version
	table    Table
	layout   layout
	aliases  []string
	warnings []string
	err      error
}

func (c *converter) warn(format string, args ...any) {
	c.warnings = append(c.warnings, fmt.Sprintf(format, args...))
}

// fail ends the conversion.
func (c *converter) fail(format string, args ...any) {
	c.err = &Error{Text: fmt.Sprintf(format, args...), Fatal: true}
}

func (c *converter) count() int { return len(c.table.Data) / c.layout.size }

// entry returns entry n. Its rest reaches to the table's end, because a string that fills its array is read on to the next
// zero byte; as the last entry is all zero there is always one.
func (c *converter) entry(n int) entry {
	return entry{layout: c.layout, rest: c.table.Data[n*c.layout.size:]}
}

// checkShape wants a whole number of entries, the last of them all zero.
func (c *converter) checkShape() error {
	t, size := c.table, c.layout.size
	// Before 6.13 both messages are about the struct, and take pnp_card's for pnp's.
	structName := strings.TrimSuffix(t.Type, "_card")
	if len(t.Data) == 0 || len(t.Data)%size != 0 {
		if c.version >= 6013 {
			return &Error{Text: fmt.Sprintf("%s: type mismatch between %s[] and MODULE_DEVICE_TABLE(%s, ...)", t.Module, t.Ident, t.Type)}
		}
		return &Error{Text: fmt.Sprintf("%s: sizeof(struct %s_device_id)=%d is not a modulo of the size of section __mod_%[2]s__<identifier>_device_table=%[4]d.\n"+
			"Fix definition of struct %[2]s_device_id in mod_devicetable.h", t.Module, structName, size, len(t.Data)), Fatal: true}
	}
	last := t.Data[len(t.Data)-size:]
	if len(bytes.Trim(last, "\x00")) == 0 {
		return nil
	}
	if c.version >= 6013 {
		return &Error{Text: fmt.Sprintf("%s: %s[] is not terminated with a NULL entry", t.Module, t.Ident)}
	}
	var dump strings.Builder
	fmt.Fprintf(&dump, "%s: struct %s_device_id is %d bytes.  The last of %d is:\n", t.Module, structName, size, c.count())
	for _, b := range last {
		fmt.Fprintf(&dump, "0x%02x ", b)
	}
	dump.WriteByte('\n')
	return &Error{
		Text:  fmt.Sprintf("%s: struct %s_device_id is not terminated with a NULL entry!", t.Module, structName),
		Dump:  dump.String(),
		Fatal: true,
	}
}
