// Package symslice cuts from Module.symvers files the lines that concern a
// module, so that its modpost runs again only when one of those changes.
package symslice

import (
	"bytes"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// A Request is one module and the files to cut from.
type Request struct {
	Ksyms       string   // what the module exports and imports
	Symvers     []string // Module.symvers files, FILE or FILE=LABEL, in the order in which modpost reads them
	Index       []string // files of lines SYMBOL TAB LABEL
	Modversions bool     // the kernel has CRCs, so that every module imports module_layout
	Direct      []string // labels of Symvers that the module itself names as deps
	Out         string
	Unused      string // file for the labels of Direct that export nothing which the module uses; may be empty
	Hints       string // file for the lines of the index that concern the module; may be empty
}

// Run writes the slice: the lines, as they are, of each symbol that the module
// imports, and of each that it exports, so that modpost finds exporters of the
// same name. Symbols that nobody exports are not an error here: modpost
// reports them.
func Run(r Request) error {
	if r.Ksyms == "" || r.Out == "" {
		return fmt.Errorf("--ksyms and --out are required")
	}
	k, err := ksyms.ReadFile(r.Ksyms)
	if err != nil {
		return err
	}
	var files []File
	for _, arg := range r.Symvers {
		name, label := cutLabel(arg)
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, File{name, label, data})
	}
	wanted, uses := wantedSymbols(k, r.Modversions)
	lines, used, err := cut(files, wanted, uses)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.Out, lines, 0o644); err != nil {
		return err
	}
	if r.Unused != "" {
		var unused strings.Builder
		for _, label := range r.Direct {
			if !used[label] {
				unused.WriteString(label + "\n")
			}
		}
		if err := os.WriteFile(r.Unused, []byte(unused.String()), 0o644); err != nil {
			return err
		}
	}
	if r.Hints == "" {
		return nil
	}
	var hints []string
	for _, file := range r.Index {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if hints, err = appendHints(hints, file, data, wanted); err != nil {
			return err
		}
	}
	sort.Strings(hints)
	return os.WriteFile(r.Hints, []byte(strings.Join(hints, "")), 0o644)
}

// A Module is one of several that are cut for from the same files.
type Module struct {
	Ksyms string // what it exports and imports
	Out   string
}

// RunEach writes the slices of several modules of one kernel. Like Run it reports no
// symbol that nobody exports.
func RunEach(symversFile string, modules []Module, modversions bool) error {
	if symversFile == "" || len(modules) == 0 {
		return fmt.Errorf("--kernel and at least one --module are required")
	}
	data, err := os.ReadFile(symversFile)
	if err != nil {
		return err
	}
	for _, m := range modules {
		k, err := ksyms.ReadFile(m.Ksyms)
		if err != nil {
			return err
		}
		lines, err := Cut(k, []File{{Name: symversFile, Data: data}}, modversions)
		if err != nil {
			return err
		}
		if err := os.WriteFile(m.Out, lines, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cutLabel parts FILE=LABEL. A label begins with @ or //.
func cutLabel(arg string) (file, label string) {
	for i := range len(arg) {
		if rest := arg[i:]; strings.HasPrefix(rest, "=@") || strings.HasPrefix(rest, "=//") {
			return arg[:i], rest[1:]
		}
	}
	return arg, ""
}

// A File is a Module.symvers in memory. The name is for errors; the label that
// of the target that it is of, or empty.
type File struct {
	Name, Label string
	Data        []byte
}

// Cut returns what Run writes: the lines of the files that concern the module
// k, with modversions that of module_layout too.
func Cut(k *ksympb.Ksyms, files []File, modversions bool) ([]byte, error) {
	wanted, uses := wantedSymbols(k, modversions)
	lines, _, err := cut(files, wanted, uses)
	return lines, err
}

// cut returns the wanted lines, and of which labels' files the module uses a
// symbol.
func cut(files []File, wanted, uses map[string]bool) (lines []byte, used map[string]bool, err error) {
	used = map[string]bool{}
	for _, file := range files {
		lines, err = appendSymvers(lines, file.Name, file.Data, func(symbol string) bool {
			used[file.Label] = used[file.Label] || uses[symbol]
			return wanted[symbol]
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return lines, used, nil
}

// wantedSymbols returns the symbols whose lines concern a module, and those of
// them that it uses; what it asks for by symbol_get concerns no modpost.
func wantedSymbols(k *ksympb.Ksyms, modversions bool) (wanted, uses map[string]bool) {
	wanted, uses = map[string]bool{}, map[string]bool{}
	for _, o := range k.GetObjects() {
		for _, e := range o.GetExports() {
			wanted[e.GetName()] = true
		}
		for _, names := range [][]string{o.GetImports(), o.GetWeakImports()} {
			for _, name := range names {
				wanted[name], uses[name] = true, true
			}
		}
		for _, name := range o.GetSymbolGets() {
			uses[name] = true
		}
	}
	if modversions {
		wanted["module_layout"] = true
	}
	return wanted, uses
}

// appendSymvers appends the lines of data whose second column is wanted.
func appendSymvers(dst []byte, name string, data []byte, wanted func(symbol string) bool) ([]byte, error) {
	offset, number := 0, 0
	for line := range bytes.Lines(data) {
		number++
		_, rest, found := bytes.Cut(line, []byte("\t"))
		symbol, rest, more := bytes.Cut(rest, []byte("\t"))
		if !found || !more || bytes.Count(rest, []byte("\t")) < 2 || len(symbol) == 0 {
			return nil, fmt.Errorf("%s:%d: offset %#x: not a line of Module.symvers: five columns with tabs between them are expected", name, number, offset)
		}
		if wanted(string(symbol)) {
			dst = append(dst, bytes.TrimSuffix(line, []byte("\n"))...)
			dst = append(dst, '\n')
		}
		offset += len(line)
	}
	return dst, nil
}

// appendHints appends the lines of an index whose symbol is wanted.
func appendHints(dst []string, name string, data []byte, wanted map[string]bool) ([]string, error) {
	offset, number := 0, 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimSuffix(string(line), "\n")
		symbol, label, found := strings.Cut(text, "\t")
		switch {
		case text == "":
		case !found || symbol == "" || label == "":
			return nil, fmt.Errorf("%s:%d: offset %#x: not a line SYMBOL TAB LABEL of a symbol index", name, number, offset)
		case wanted[symbol]:
			dst = append(dst, text+"\n")
		}
		offset += len(line)
	}
	return dst, nil
}
