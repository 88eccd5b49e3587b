package modpost

import (
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
)

// parseSymverLines adds the CRCs of the lines `#SYMVER name 0xcrc` that
// genksyms leaves in .cmd files (scripts/Makefile.build).
func parseSymverLines(crcs map[string]uint32, data []byte) {
	for line := range strings.Lines(string(data)) {
		rest, ok := strings.CutPrefix(line, "#SYMVER ")
		if !ok || !strings.HasSuffix(rest, "\n") {
			continue
		}
		name, number, spaced := strings.Cut(strings.TrimSuffix(rest, "\n"), " ")
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
