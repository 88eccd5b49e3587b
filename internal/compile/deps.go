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

// canonicalDeps turns the compiler's names of files to canonical paths, each
// once.
func (j *job) canonicalDeps(files []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range files {
		if !strings.HasPrefix(f, "/") {
			f = j.dir + "/" + f
		}
		f = strings.TrimPrefix(path.Clean(f), j.root.Path)
		f = strings.TrimPrefix(f, "/")
		if !seen[f] {
			seen[f] = true
			out = append(out, f)
		}
	}
	return out
}
