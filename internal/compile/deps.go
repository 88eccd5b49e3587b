package compile

import (
	"fmt"
	"path"
	"strings"
)

// parseDeps reads the file that GCC writes for -MMD: one make rule. It returns
// the prerequisites: the source, then the headers in the order of reading.
func parseDeps(name string, text []byte) ([]string, error) {
	target := true
	var files []string
	var word strings.Builder
	end := func() {
		if word.Len() == 0 {
			return
		}
		w := word.String()
		word.Reset()
		if target {
			target = !strings.HasSuffix(w, ":")
			return
		}
		files = append(files, w)
	}
	rule := true // -MP would add more of them behind the first
	for i := 0; i < len(text) && rule; i++ {
		next := byte(0)
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch c := text[i]; {
		case c == '\\' && next == '\n':
			end()
			i++
		case c == '\\' && (next == ' ' || next == '#' || next == ':'):
			word.WriteByte(next)
			i++
		case c == '$' && next == '$':
			word.WriteByte('$')
			i++
		case c == ' ' || c == '\t':
			end()
		case c == '\n':
			end()
			rule = target
		default:
			word.WriteByte(c)
		}
	}
	end()
	if target || len(files) == 0 {
		return nil, fmt.Errorf("%s: no rule with prerequisites in the compiler's list of files (-MMD)", name)
	}
	return files, nil
}

// depsLines turns the compiler's names of files to lines of a list of what was
// read: the canonical path; and, behind a tab, how the compiler spells it if
// that is not `/` and the canonical path, the private root being `/`.
func (j *job) depsLines(files []string) []string {
	seen := map[string]bool{}
	var lines []string
	for _, f := range files {
		absolute, spelled := j.dir+"/"+f, f
		if strings.HasPrefix(f, "/") {
			absolute, spelled = f, strings.TrimPrefix(f, j.root.Path)
		}
		line := strings.TrimPrefix(strings.TrimPrefix(path.Clean(absolute), j.root.Path), "/")
		if spelled != "/"+line {
			line += "\t" + spelled
		}
		if !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	return lines
}
