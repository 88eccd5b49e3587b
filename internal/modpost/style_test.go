package modpost

import (
	"strings"
	"testing"
)

func TestStyleFollowsTheRelease(t *testing.T) {
	type facts struct {
		exportSection, common, versionFlags, moduleNamespaces, flagTable bool
		retpoline                                                        string
		tables                                                           deviceTableNames
	}
	for release, want := range map[string]facts{
		"6.1":                  {retpoline: "CONFIG_RETPOLINE"},
		"6.1.0-56-amd64":       {retpoline: "CONFIG_RETPOLINE"},
		"6.6.30":               {exportSection: true, retpoline: "CONFIG_RETPOLINE"},
		"6.9-rc1":              {exportSection: true, retpoline: "CONFIG_MITIGATION_RETPOLINE"},
		"6.12.117+deb13-amd64": {exportSection: true, common: true},
		"6.14":                 {exportSection: true, common: true, versionFlags: true, tables: deviceTablePrefix},
		"6.18.1":               {exportSection: true, common: true, versionFlags: true, moduleNamespaces: true, tables: deviceTableKmod},
		"7.2.12+deb14-amd64":   {exportSection: true, common: true, versionFlags: true, moduleNamespaces: true, flagTable: true, tables: deviceTableKmod},
	} {
		s, err := StyleOf(release)
		got := facts{s.ExportSection, s.ModuleCommon, s.VersionFlags, s.ModuleNamespaces, s.FlagTable, s.RetpolineConfig, s.DeviceTables}
		if err != nil || got != want {
			t.Errorf("StyleOf(%q) = %+v, %v; want %+v", release, got, err, want)
		}
	}
}

func TestStyleRefusesWhatIsNoRelease(t *testing.T) {
	for _, release := range []string{"", "6", "linux", "6.x", "6.1000", "99999999999999999999.1", "5.15.0", "-6.1"} {
		if _, err := StyleOf(release); err == nil || !strings.Contains(err.Error(), release) {
			t.Errorf("StyleOf(%q): %v, want an error that names it", release, err)
		}
	}
}

func TestNumbersOfStaticSymbolsAreCut(t *testing.T) {
	for name, want := range map[string]string{
		"foo": "foo", "foo.123": "foo", "foo.1.part.0": "foo", "foo.constprop.0": "foo.constprop.0",
		"foo.": "foo", ".text": ".text", ".1": ".1", "foo.12x": "foo.12x", "": "",
	} {
		if got := plainName(name); got != want {
			t.Errorf("plainName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDeviceTableNames(t *testing.T) {
	for _, tt := range []struct {
		names  deviceTableNames
		symbol string
		want   deviceTableName
		ok     bool
	}{
		{deviceTableSuffix, "__mod_pci__my_ids_device_table", deviceTableName{"", "pci", "my_ids"}, true},
		{deviceTableSuffix, "__mod_pci__my_ids", deviceTableName{}, false},
		{deviceTableSuffix, "__mod_device_table__pci__my_ids", deviceTableName{}, false},
		{deviceTablePrefix, "__mod_device_table__pci__my_ids", deviceTableName{"", "pci", "my_ids"}, true},
		{deviceTableKmod, "__mod_device_table__kmod_my_mod__of__my__ids", deviceTableName{"my_mod", "of", "my__ids"}, true},
		{deviceTableKmod, "__mod_device_table__13__kmod_ax88796b_rust__mdio__TABLE", deviceTableName{"ax88796b_rust", "mdio", "TABLE"}, true},
		{deviceTableKmod, "__mod_device_table__kmod_a__b__of__ids", deviceTableName{"a", "b", "of__ids"}, true},
		{deviceTableKmod, "__mod_device_table__pci__my_ids", deviceTableName{}, false},
		{deviceTableKmod, "__mod_device_table__kmod_a", deviceTableName{}, false},
	} {
		got, ok := parseDeviceTable(tt.names, tt.symbol)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("parseDeviceTable(%d, %q) = %q, %v", tt.names, tt.symbol, got, ok)
		}
	}
}

func TestModuleNamespacesListModules(t *testing.T) {
	for _, tt := range []struct {
		list, base string
		want       bool
	}{
		{"kvm", "kvm", true}, {"kvm", "kvm-intel", false}, {"kvm,kvm-*", "kvm-intel", true}, {"a,b", "b", true},
		{"*", "any", true}, {"kvm*", "kv", false}, {"kvm_intel", "kvm-intel", false},
	} {
		if got := listsModule(tt.list, tt.base); got != tt.want {
			t.Errorf("listsModule(%q, %q) = %v, want %v", tt.list, tt.base, got, tt.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"same", "same", 0}, {"printk", "_printk", 1}, {"kmaloc", "kmalloc", 1}, {"kfree", "free", 1}, {"abcd", "abdc", 2}, {"abc", "xyz", 3}, {"a", "abcdef", 3},
	} {
		if got := editDistance(tt.a, tt.b, 2); got != tt.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestSymverLines(t *testing.T) {
	crcs := map[string]uint32{}
	parseSymverLines(crcs, []byte("#SYMVER first 0xb\nsavedcmd_x.o := cc #SYMVER no 0x1\n#SYMVER #SYMVER no 0x1\n#SYMVER good 0x0000000a\n#SYMVER short 10\n#SYMVER  spaced 0x1\n#SYMVER cut 0x1"))
	if len(crcs) != 2 || crcs["first"] != 11 || crcs["good"] != 10 {
		t.Errorf("CRCs %v, want first: 11, good: 10", crcs)
	}
}
