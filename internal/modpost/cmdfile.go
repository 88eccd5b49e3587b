package modpost

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
)

// parseSymverLines adds the CRCs of the lines `#SYMVER name 0xcrc` that
// genksyms leaves in .cmd files (scripts/Makefile.build). Those of the objects of
// vmlinux.o have a million lines, few of which are such.
func parseSymverLines(crcs map[string]uint32, data []byte) {
	mark := []byte("#SYMVER ")
	for rest := data; ; {
		at := bytes.Index(rest, mark)
		if at < 0 {
			return
		}
		begins := at == 0 && len(rest) == len(data) || at > 0 && rest[at-1] == '\n'
		rest = rest[at+len(mark):]
		line, _, ended := bytes.Cut(rest, []byte{'\n'})
		if !begins || !ended {
			continue
		}
		name, number, spaced := strings.Cut(string(line), " ")
		number, hex := strings.CutPrefix(number, "0x")
		if crc, err := strconv.ParseUint(number, 16, 32); spaced && hex && err == nil {
			crcs[name] = uint32(crc)
		}
	}
}

// ParseCmdSources returns what the .cmd file of an object says about the files
// that it was compiled from (scripts/basic/fixdep.c).
func ParseCmdSources(data []byte) (o srcversion.Object, ok bool) {
	inDeps := false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if inDeps && strings.HasPrefix(line, " ") {
			path, more := strings.CutSuffix(line, "\\")
			path = strings.TrimSpace(path)
			if path != "" && !strings.HasPrefix(path, "$(wildcard") {
				o.Headers = append(o.Headers, path)
			}
			inDeps = more
			continue
		}
		if rest, found := strings.CutPrefix(line, "source_"); found {
			if object, source, assigned := strings.Cut(rest, " := "); assigned {
				o.Object, o.Source, ok = object, strings.TrimSpace(source), true
			}
		}
		inDeps = strings.HasPrefix(line, "deps_") && strings.HasSuffix(line, "\\")
	}
	return o, ok
}
