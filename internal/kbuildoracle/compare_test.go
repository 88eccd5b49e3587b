package kbuildoracle

import (
	"bytes"
	"debug/elf"
	"os"
	"testing"
)

// Modules of which nothing but markers differs, e2e/trim has.
func TestOnlyDebugInfoAndWhatIsMadeOfItMayLackMarkers(t *testing.T) {
	module, err := os.ReadFile("../ksymscan/testdata/6.1/ksymprobe.ko")
	if err != nil {
		t.Fatal(err)
	}
	f, err := elf.NewFile(bytes.NewReader(module))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Sections {
		if s.Type == elf.SHT_NOBITS || s.FileSize == 0 {
			continue
		}
		changed := bytes.Clone(module)
		changed[s.Offset] ^= 0xff
		if onlyMarkersDiffer(changed, module) {
			t.Errorf("a change of section %s passes for a lack of markers", s.Name)
		}
	}
}
