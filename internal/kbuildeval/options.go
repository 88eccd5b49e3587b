package kbuildeval

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

// unit reads the command that compiles an object, given the object's workspace
// path.
func (p *printed) unit(m *Module, object string, composite bool) (*Unit, error) {
	words := p.compiles[object]
	if words == nil {
		return nil, fmt.Errorf("%s: %s: %s is not compiled by Kbuild, but comes prebuilt or from a recipe of its own; a kernel_module links only what it compiles: have it made of a source, or leave the folder out with `# gazelle:kbuild_ignore true`", OrTop(p.root), p.run.kernel(), object)
	}
	source, inside := p.path(words[len(words)-1])
	if !inside {
		return nil, fmt.Errorf("%s: %s: %s is compiled from %s, which is outside of the repository: move the source into it", OrTop(p.root), p.run.kernel(), object, p.run.clean(words[len(words)-1]))
	}
	stem := strings.TrimSuffix(object, ".o")
	u := &Unit{Stem: relative(m.Dir, stem), Source: source, Asm: strings.HasSuffix(source, ".S")}
	kind := "cc"
	if u.Asm {
		kind = "as"
	}
	delayed := composite && p.run.SDK.ObjtoolDelayed
	if len(p.run.SDK.Templates["objtool"]) > 0 && !p.objtools[object] && !delayed {
		return nil, fmt.Errorf("%s: objtool is not run on %s (OBJECT_FILES_NON_STANDARD), which the rules cannot do: take the module out with `obj-m`, or build it with kernel_genrule", OrTop(p.root), object)
	}
	d := p.run.diff(p.run.SDK.Templates[kind], words, p.vars(m, stem, m.Name))
	for _, o := range d.inserted {
		word := p.spell(m.Dir, o.word)
		if name, found := strings.CutPrefix(word, "-DKBUILD_MODNAME="); found {
			u.Modname = strings.Trim(name, `"`)
			continue
		}
		if strings.HasPrefix(word, "-D__KBUILD_MODNAME=") || strings.HasPrefix(word, "-Wp,-MMD,") || strings.HasPrefix(word, "-Wp,-MD,") || strings.HasPrefix(word, "-DKBUILD_MODFILE=") {
			continue
		}
		if o.slot == "%{nostdinc}" {
			u.NoStdinc = append(u.NoStdinc, word)
		} else {
			u.Options = append(u.Options, word)
		}
	}
	for _, word := range d.removed {
		if !strings.HasPrefix(word, "-DKBUILD_MODNAME=") && !strings.HasPrefix(word, "-D__KBUILD_MODNAME=") {
			u.Removed = append(u.Removed, p.spell(m.Dir, word))
		}
	}
	return u, nil
}

// relative returns a workspace path relative to a folder, with `..` if need be.
func relative(dir, name string) string {
	up := ""
	for dir != "" && dir != "." && name != dir && !strings.HasPrefix(name, dir+"/") {
		dir = path.Dir(dir)
		up += "../"
	}
	if dir == "" || dir == "." {
		return up + name
	}
	return up + strings.TrimPrefix(name, dir+"/")
}

// vars are the values of a template's placeholders for an object, as its
// command has them.
func (p *printed) vars(m *Module, stem, module string) template.Vars {
	obj := path.Join(p.run.scratch, "w", stem)
	if p.run.SDK.Cwd == "%{M}" {
		obj = relative(p.root, stem)
	}
	base := path.Base(stem)
	if module == "" {
		module = m.Name
	}
	return template.Vars{
		"root":     p.run.scratch,
		"M":        path.Join(p.run.scratch, "w", p.root),
		"obj":      obj,
		"basename": maketrace.KbuildName(base),
		"modname":  maketrace.KbuildName(module),
		"module":   module,
	}
}

// A difference is how a command differs from its template.
type difference struct {
	inserted []option
	removed  []string // words of the template that the command lacks altogether
}

// An option is a word of a command that its template has not, and the slot of
// the template that it stands in or is nearest to.
type option struct {
	word, slot string
}

// diff aligns a command with its template: the longest common subsequence of
// both. Words between two that both have are options of the Makefile's.
func (x *run) diff(words, command []string, vars template.Vars) difference {
	expanded := make([]string, len(words))
	for i, w := range words {
		if isSlot(w) {
			expanded[i] = w
			continue
		}
		if e, err := vars.Word(w); err == nil {
			w = e
		}
		expanded[i] = w
	}
	// The program, the source and the object are the template's and the
	// command's own.
	kept := maketrace.Align(expanded, command)
	var d difference
	j := 0
	slot := 0 // where in the template the next word of the command is
	for i, word := range command {
		if j < len(kept) && kept[j].B == i {
			slot = kept[j].A + 1
			j++
			continue
		}
		if i == 0 || i == len(command)-1 || i > 0 && command[i-1] == "-o" {
			continue
		}
		until := len(expanded)
		if j < len(kept) {
			until = kept[j].A
		}
		d.inserted = append(d.inserted, option{word, nearestSlot(expanded, slot, until)})
	}
	present := map[string]bool{}
	for _, w := range command {
		present[w] = true
	}
	for i, w := range expanded {
		last := i == len(expanded)-1 || i == 0 || expanded[i-1] == "-o"
		if !isSlot(w) && !present[w] && !last && !slices.Contains(d.removed, w) && len(command) > 0 {
			d.removed = append(d.removed, w)
		}
	}
	return d
}

func isSlot(word string) bool {
	switch word {
	case "%{nostdinc}", "%{ccflags}", "%{cflags_obj}", "%{asflags}", "%{aflags_obj}", "%{ldflags}":
		return true
	}
	return false
}

// nearestSlot returns the slot between two places of a template, or the next
// after them, or the last before.
func nearestSlot(words []string, from, until int) string {
	for _, w := range words[from:] {
		if isSlot(w) {
			return w
		}
	}
	for _, w := range slices.Backward(words[:until]) {
		if isSlot(w) {
			return w
		}
	}
	return ""
}

// spell writes an option as a Makefile of the folder would: $(src) for the
// folder, $(M) for the folder that Kbuild was given, $(repository) for the top
// of the repository, $(srctree) for the kernel's.
func (p *printed) spell(dir, word string) string {
	if p.run.SDK.Src == "%{M}" {
		word = replacePath(word, path.Join(p.run.scratch, "w", dir), "$(src)")
	} else {
		// `./.` in M itself: the folder of sources, and in it that of objects.
		word = spellRelative(word, strings.TrimSuffix(p.run.SDK.Src, ".")+relativeOrDot(p.root, dir))
	}
	return p.spellAbsolute(word)
}

func relativeOrDot(root, dir string) string {
	if root == dir {
		return "."
	}
	return relative(root, dir)
}

// spellRelative puts $(src) for the relative folder that an option begins with.
func spellRelative(word, src string) string {
	for _, prefix := range []string{"-I", "-iquote", "-isystem", "-idirafter", "-include", ""} {
		rest, found := strings.CutPrefix(word, prefix)
		if found && (rest == src || strings.HasPrefix(rest, src+"/")) {
			return prefix + "$(src)" + strings.TrimPrefix(rest, src)
		}
	}
	return word
}

// replacePath replaces a path where it ends or goes on with a slash.
func replacePath(word, p, with string) string {
	for i := 0; ; {
		at := strings.Index(word[i:], p)
		if at < 0 {
			return word
		}
		at += i
		end := at + len(p)
		if end == len(word) || strings.IndexByte("/=:,\"'", word[end]) >= 0 {
			word = word[:at] + with + word[end:]
			i = at + len(with)
		} else {
			i = end
		}
	}
}
