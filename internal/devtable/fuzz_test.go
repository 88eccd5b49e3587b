package devtable

import (
	"encoding/binary"
	"testing"
)

// FuzzAliases gives modposts of every line, for targets of every kind, tables of any bytes.
func FuzzAliases(f *testing.F) {
	for i, c := range goldenCases(f) {
		if i%9 == 0 {
			f.Add(int(versions[c.lines[0]]), c.table.Type, c.table.Data, c.target[0] == 'm', targets[c.target].LongSize, 0)
		}
	}
	f.Fuzz(func(t *testing.T, version int, typ string, data []byte, big bool, longSize, maxAlign int) {
		target := Target{Order: binary.LittleEndian, LongSize: longSize, MaxAlign: maxAlign & 2}
		if big {
			target.Order = binary.BigEndian
		}
		aliases, warnings, err := Aliases(Version(version), target, Table{Module: "m", Type: typ, Ident: "ids", Data: data})
		if err != nil && len(aliases) > 0 {
			t.Errorf("%d aliases beside the error %q", len(aliases), err)
		}
		// A release range of four digits takes at most seven patterns.
		if limit := 7*len(data) + 16; len(aliases) > limit || len(warnings) > limit {
			t.Errorf("%d bytes gave %d aliases, %d warnings", len(data), len(aliases), len(warnings))
		}
	})
}

// FuzzParseSymbol looks for names that panic.
func FuzzParseSymbol(f *testing.F) {
	f.Add(6012, "__mod_pci__ids_device_table")
	f.Add(6013, "__mod_device_table__pci__ids")
	f.Add(7002, "__mod_device_table__13__kmod_m__mdio__TABLE")
	f.Fuzz(func(t *testing.T, version int, name string) {
		if typ, ident, ok := ParseSymbol(Version(version), name); !ok && typ+ident != "" {
			t.Errorf("%q is no table, but has type %q and name %q", name, typ, ident)
		}
	})
}
