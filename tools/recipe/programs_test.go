package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

func TestDebugInfoNamesNoPrivateRoot(t *testing.T) {
	p := programs{Description: &kerneltree.Description{
		Variables: map[string]string{"CC": "gcc-12"},
		Programs:  map[string]kerneltree.Program{"gcc-12": {Path: "%{sdk}/gcc-12", Options: []string{"-B%{bin}/"}}, "ld": {Path: "%{sdk}/ld"}},
	}}
	bin := t.TempDir()
	if err := p.Launch(bin, "/tmp/root", "/bin/sh"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"gcc-12": true, "ld": false} {
		text, err := os.ReadFile(filepath.Join(bin, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "-fdebug-prefix-map=/tmp/root/=/") != want {
			t.Errorf("%s is started by\n%s", name, text)
		}
	}
	if options := p.Programs["gcc-12"].Options; len(options) != 1 {
		t.Errorf("the description itself has options %q", options)
	}
}
