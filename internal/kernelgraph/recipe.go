package kernelgraph

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// recipe reads a step that is nothing else: its text, and the files that it
// names.
func (r *reader) recipe(s maketrace.Step, all []statement) error {
	rec := &Recipe{Target: s.Target, Makefile: where(s)}
	named := map[string]bool{}
	for _, st := range all {
		if what := r.outside(s, st); what != "" && rec.Unfit == nil {
			rec.Unfit = &Error{s.Target, where(s), what, st.text}
		}
		rec.Lines = append(rec.Lines, strings.Split(st.text, "\n")...)
		for _, w := range pathsIn(st.node) {
			named[w] = true
		}
		for _, w := range written(st.node) {
			if r.mayMake(s.Target, w) && !slices.Contains(rec.Beside, w) {
				rec.Beside = append(rec.Beside, w)
			}
		}
		for _, words := range maketrace.Commands(st.text) {
			if o := compiles(words); o != nil {
				rec.Sources = append(rec.Sources, o)
			}
		}
	}
	for _, due := range s.Due {
		if due != "FORCE" {
			named[path.Clean(due)] = true
		}
	}
	add := func(file string) {
		if file != s.Target && !slices.Contains(rec.Inputs, file) && (r.made[file] || isFile(filepath.Join(r.top, file))) {
			rec.Inputs = append(rec.Inputs, file)
		}
	}
	for w := range named {
		if !strings.HasPrefix(w, "/") && !strings.HasPrefix(w, "../") {
			add(w)
		}
	}
	sure := len(rec.Inputs)
	texts := rec.Lines
	for i := 0; i < len(rec.Inputs); i++ {
		text := r.script(rec.Inputs[i])
		if text == "" {
			continue
		}
		if dir := r.folderIn(text); dir != "" && rec.Unfit == nil {
			rec.Unfit = &Error{s.Target, where(s), rec.Inputs[i] + " reads all of the folder " + dir + notNamed, all[0].text}
		}
		texts = append(texts, text)
		for _, w := range namedIn(text) {
			if r.made[w] || strings.Contains(w, "/") {
				add(w)
			}
		}
	}
	rec.Environment = r.variables(texts)
	for _, value := range rec.Environment {
		for _, w := range pathsInValue(value) {
			add(w)
		}
	}
	r.guessed[s.Target] = slices.Clone(rec.Inputs[sure:])
	slices.Sort(rec.Inputs)
	r.Recipes[s.Target] = rec
	return nil
}

// partRecipes makes recipes of one text, each for one of the files that it
// makes (x.asn1.c and x.asn1.h), independent of each other.
func (g *Graph) partRecipes() {
	same := map[string][]string{} // text to targets
	for target, r := range g.Recipes {
		text := strings.Join(r.Lines, "\n")
		same[text] = append(same[text], target)
	}
	for _, r := range g.Recipes {
		targets := same[strings.Join(r.Lines, "\n")]
		r.Inputs = slices.DeleteFunc(r.Inputs, func(in string) bool { return slices.Contains(targets, in) })
	}
}

// script returns the text of a script of the tree; empty if a file is none.
func (r *reader) script(file string) string {
	if r.made[file] {
		return ""
	}
	data, err := os.ReadFile(filepath.Join(r.top, file))
	if err != nil || !bytes.HasPrefix(data, []byte("#!")) {
		return ""
	}
	return string(data)
}

// namedIn are what could be paths in a script's text, often after a variable:
// ${srctree}/scripts/x.
func namedIn(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		line = variable.ReplaceAllString(line, " ")
		for _, w := range strings.FieldsFunc(line, func(r rune) bool { return !isPathRune(r) }) {
			all = append(all, path.Clean(strings.TrimLeft(w, "/")))
		}
	}
	return all
}

// pathsInValue are what could be paths in the value of a variable: words that
// are neither options nor what an option takes.
func pathsInValue(value string) []string {
	var all []string
	option := false
	for _, w := range strings.Fields(value) {
		if !option && strings.Contains(w, "/") && !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "/") {
			all = append(all, path.Clean(w))
		}
		option = w == "-include"
	}
	return all
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// own are variables that belong to make and to the machine.
var own = []string{"MAKE", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PATH", "HOME", "PWD", "OLDPWD", "SHELL", "SHLVL", "TMPDIR", "_"}

// variables are those of the environment that some texts name.
func (r *reader) variables(texts []string) map[string]string {
	variables := map[string]string{}
	for _, text := range texts {
		for _, name := range variable.FindAllStringSubmatch(text, -1) {
			if value, set := r.environment[name[1]]; set && !slices.Contains(own, name[1]) {
				variables[name[1]] = value
			}
		}
	}
	return variables
}

var variable = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)

// compiles returns the source that a command preprocesses or compiles, nil if it
// is no compiler's.
func compiles(words []string) *Object {
	if len(words) < 3 || maketrace.After(words, "-o") == "" {
		return nil
	}
	for _, w := range words[1:] {
		if ext := path.Ext(w); (ext == ".c" || ext == ".S") && !strings.HasPrefix(w, "-") {
			return &Object{Path: path.Clean(maketrace.After(words, "-o")), Source: path.Clean(w), Command: withoutDeps(words)}
		}
	}
	return nil
}

func where(s maketrace.Step) string { return path.Clean(s.Makefile) + ":" + strconv.Itoa(s.Line) }
