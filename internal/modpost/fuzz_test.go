package modpost

import (
	"strings"
	"testing"
)

func FuzzParseCmdSources(f *testing.F) {
	f.Add([]byte("source_a.o := a.c\n\ndeps_a.o := \\\n  $(wildcard include/config/X) \\\n  a.h \\\n\na.o: $(deps_a.o)\n"))
	f.Add([]byte("deps_a.o := \\\n#SYMVER a 0x1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, ok := ParseCmdSources(data)
		if ok && o.Object+o.Source == "" {
			return
		}
		for _, h := range o.Headers {
			if strings.ContainsAny(h, "\n") || h == "" {
				t.Errorf("header %q", h)
			}
		}
		parseSymverLines(map[string]uint32{}, data)
	})
}
