package includes

import (
	"path"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

// Limits to what computed includes can mean: macros with many definitions
// multiply.
const (
	maxMeanings = 4096
	maxDepth    = 24
	maxSteps    = 1 << 16 // expansions for one computed include
)

// expandComputed resolves the computed includes seen so far by the macros
// defined anywhere in the files seen so far, and returns the files that are
// new. Each macro counts with all its definitions: the result is a superset of
// what a compiler would find.
//
// This is how the kernel's trace headers are read: define_trace.h includes
// TRACE_INCLUDE(TRACE_INCLUDE_FILE), which becomes a string of
// TRACE_INCLUDE_PATH, a slash and the name.
func (w *walk) expandComputed() []*File {
	if len(w.computed) == 0 {
		return nil
	}
	pending := make([]computed, 0, len(w.computed))
	for c := range w.computed {
		pending = append(pending, c)
	}
	sort.Slice(pending, func(i, j int) bool {
		a, b := pending[i], pending[j]
		return a.file.Path < b.file.Path || a.file == b.file && a.inc.Name < b.inc.Name
	})
	e := &expander{walk: w, known: map[string][]macro{}, meanings: map[string][]string{}}
	var fresh []*File
	for _, c := range pending {
		for _, meaning := range e.meaningsOf(c.inc.Name) {
			inc := csource.Include{Kind: csource.Quoted, Next: c.inc.Next}
			switch n := len(meaning); {
			case n > 2 && meaning[0] == '"' && meaning[n-1] == '"':
			case n > 2 && meaning[0] == '<' && meaning[n-1] == '>':
				inc.Kind = csource.Angled
			default:
				continue
			}
			inc.Name = strings.TrimSpace(meaning[1 : len(meaning)-1])
			fresh = append(fresh, w.add(w.lookup(path.Dir(c.file.Path), inc))...)
		}
	}
	return fresh
}

type macro struct {
	params   []string
	body     string
	function bool
}

// An expander replaces macros in the tokens of computed includes.
type expander struct {
	walk     *walk
	known    map[string][]macro
	meanings map[string][]string
	steps    int
}

func (e *expander) macrosNamed(name string) []macro {
	if found, known := e.known[name]; known {
		return found
	}
	var found []macro
	seen := map[string]bool{}
	add := func(m macro) {
		key := strings.Join(m.params, ",") + "\x00" + m.body
		if !seen[key] && len(m.body) <= 512 {
			seen[key] = true
			found = append(found, m)
		}
	}
	for _, body := range e.walk.search.macros[name] {
		add(macro{body: body})
	}
	for _, f := range e.walk.order {
		for _, d := range f.definitions(name) {
			params, body, function := csource.Definition(f.text, d)
			add(macro{params, body, function})
		}
	}
	e.known[name] = found
	return found
}

func (e *expander) meaningsOf(tokens string) []string {
	if m, known := e.meanings[tokens]; known {
		return m
	}
	e.steps = 0
	m := e.expand(tokens, nil, 0)
	for i := range m {
		m[i] = strings.TrimSpace(m[i])
	}
	e.meanings[tokens] = m
	return m
}

// expand returns what text can become, without expanding the macros hidden.
func (e *expander) expand(text string, hidden []string, depth int) []string {
	if e.steps++; depth > maxDepth || e.steps > maxSteps {
		return nil
	}
	results := []string{""}
	appendAll := func(tails []string) {
		var grown []string
		for _, head := range results {
			for _, tail := range tails {
				if len(grown) == maxMeanings {
					break
				}
				grown = append(grown, head+tail)
			}
		}
		results = grown
	}
	for rest := text; rest != ""; {
		n := tokenLength(rest)
		token := rest[:n]
		rest = rest[n:]
		var tails []string
		if isName(token) && !contains(hidden, token) {
			tails, rest = e.replace(token, rest, hidden, depth)
		}
		if tails == nil {
			tails = []string{token}
		}
		appendAll(tails)
	}
	return results
}

// replace returns what the macro name, followed by rest, can become, and what
// follows its arguments; nil if it is no macro here.
func (e *expander) replace(name, rest string, hidden []string, depth int) (tails []string, after string) {
	hidden = append(hidden[:len(hidden):len(hidden)], name)
	after = rest
	for _, m := range e.macrosNamed(name) {
		if !m.function {
			tails = append(tails, e.expand(m.body, hidden, depth+1)...)
			continue
		}
		args, end, called := arguments(rest)
		if !called {
			continue
		}
		after = end
		for _, body := range e.substitute(m, args, hidden, depth) {
			tails = append(tails, e.expand(body, hidden, depth+1)...)
		}
	}
	if len(tails) > maxMeanings {
		tails = tails[:maxMeanings]
	}
	return tails, after
}

// substitute returns the body of a function-like macro with the arguments in
// place: as they are behind # and beside ##, expanded elsewhere.
func (e *expander) substitute(m macro, args []string, hidden []string, depth int) []string {
	value := map[string]string{}
	for i, p := range m.params {
		switch variable, isVariable := strings.CutSuffix(p, "..."); {
		case isVariable:
			if variable = strings.TrimSpace(variable); variable == "" {
				variable = "__VA_ARGS__"
			}
			value[variable] = strings.Join(args[min(i, len(args)):], ",")
		case i < len(args):
			value[p] = args[i]
		default:
			value[p] = ""
		}
	}
	results := []string{""}
	expanded := map[string][]string{}
	pasted, quoted := false, false
	for rest := m.body; rest != ""; {
		n := tokenLength(rest)
		token := rest[:n]
		rest = rest[n:]
		switch {
		case token == "##":
			pasted = true
			for i := range results {
				results[i] = strings.TrimRight(results[i], " \t")
			}
			continue
		case token == "#":
			quoted = true
			continue
		case strings.TrimSpace(token) == "":
			if !pasted && !quoted {
				for i := range results {
					results[i] += " "
				}
			}
			continue
		}
		tails := []string{token}
		if arg, isParam := value[token]; isParam {
			switch {
			case quoted:
				tails = []string{`"` + strings.TrimSpace(arg) + `"`}
			case pasted || strings.HasPrefix(strings.TrimLeft(rest, " \t"), "##"):
				tails = []string{arg}
			default:
				if expanded[token] == nil {
					expanded[token] = e.expand(arg, hidden[:len(hidden)-1], depth+1)
				}
				tails = expanded[token]
			}
		}
		pasted, quoted = false, false
		var grown []string
		for _, head := range results {
			for _, tail := range tails {
				if len(grown) < maxMeanings {
					grown = append(grown, head+tail)
				}
			}
		}
		results = grown
	}
	return results
}

// arguments reads a macro's arguments in parentheses at the beginning of text.
func arguments(text string) (args []string, after string, called bool) {
	trimmed := strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(trimmed, "(") {
		return nil, text, false
	}
	depth, start := 0, 1
	for i := 0; i < len(trimmed); {
		n := tokenLength(trimmed[i:])
		switch trimmed[i : i+n] {
		case "(":
			depth++
		case ",":
			if depth == 1 {
				args = append(args, strings.TrimSpace(trimmed[start:i]))
				start = i + 1
			}
		case ")":
			if depth--; depth == 0 {
				return append(args, strings.TrimSpace(trimmed[start:i])), trimmed[i+1:], true
			}
		}
		i += n
	}
	return nil, text, false
}

// tokenLength returns the length of the first token of text, which is not
// empty: a name, white space, a string, ## or one character.
func tokenLength(text string) int {
	n := 1
	switch c := text[0]; {
	case nameByte(c):
		for n < len(text) && nameByte(text[n]) {
			n++
		}
	case c == ' ' || c == '\t':
		for n < len(text) && (text[n] == ' ' || text[n] == '\t') {
			n++
		}
	case c == '"':
		if end := strings.IndexByte(text[1:], '"'); end >= 0 {
			n = end + 2
		}
	case strings.HasPrefix(text, "##"):
		n = 2
	}
	return n
}

func nameByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isName(token string) bool { return nameByte(token[0]) && (token[0] < '0' || token[0] > '9') }

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
