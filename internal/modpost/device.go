package modpost

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/devtable"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
)

// A deviceTableName is what the name of a symbol that MODULE_DEVICE_TABLE made
// says.
type deviceTableName struct {
	module   string // that the table was compiled for; empty where names do not say it
	typeName string // such as pci
	ident    string // the table's name in the source
}

// parseDeviceTable splits the name of a symbol that MODULE_DEVICE_TABLE made.
func parseDeviceTable(names deviceTableNames, symbol string) (n deviceTableName, ok bool) {
	if names == deviceTableSuffix {
		rest, found := strings.CutPrefix(symbol, "__mod_")
		rest, suffixed := strings.CutSuffix(rest, "_device_table")
		n.typeName, n.ident, ok = strings.Cut(rest, "__")
		return n, ok && found && suffixed
	}
	rest, found := strings.CutPrefix(symbol, "__mod_device_table__")
	if !found {
		return n, false
	}
	if names == deviceTableKmod {
		// Rust puts the number of a line before kmod_. A module name with two
		// underscores is cut short there, and what follows is taken for the
		// type: as Kbuild does.
		if _, rest, found = strings.Cut("__"+rest, "__kmod_"); !found {
			return n, false
		}
		if n.module, rest, found = strings.Cut(rest, "__"); !found {
			return n, false
		}
	}
	n.typeName, n.ident, ok = strings.Cut(rest, "__")
	return n, ok
}

// deviceTable takes the aliases of the device table that symbol s is.
func (r *reader) deviceTable(s elfobj.Symbol, name string) error {
	n, ok := parseDeviceTable(r.o.Style.DeviceTables, name)
	if !ok {
		return nil
	}
	table, err := r.bytesAt(s, s.Size)
	if err != nil {
		return err
	}
	target := devtable.Target{Order: binary.LittleEndian, LongSize: 4}
	if r.f.BigEndian() {
		target.Order = binary.BigEndian
	}
	if r.f.Is64() {
		target.LongSize = 8
	}
	if r.f.Machine == elf.EM_68K {
		target.MaxAlign = 2
	}
	aliases, warnings, err := devtable.Aliases(devtable.Version(r.o.Style.Version), target,
		devtable.Table{Module: r.m.in.Path, Type: n.typeName, Ident: n.ident, Data: table})
	for _, w := range warnings {
		r.m.log.warn("%s", w)
	}
	var refused *devtable.Error
	switch {
	case errors.As(err, &refused):
		r.refuse(refused, n.ident)
	case err != nil:
		return err
	}
	r.m.aliases = append(r.m.aliases, tableAliases{n.module, aliases})
	return nil
}

// refuse reports a device table that modpost does not accept.
func (r *reader) refuse(e *devtable.Error, ident string) {
	if e.Dump != "" {
		r.m.log.add(Message{Text: strings.TrimSuffix(e.Dump, "\n"), bare: true})
	}
	msg := Message{Level: Error, Text: strings.TrimSuffix(e.Text, "\n")}
	if r.o.Style.FatalPrefix {
		msg.Level = Fatal
	}
	if r.o.Label != "" {
		msg.Hint = r.o.Label + ": look at " + ident + "[] and its MODULE_DEVICE_TABLE: its last entry must be { }"
	}
	r.m.log.add(msg)
}
