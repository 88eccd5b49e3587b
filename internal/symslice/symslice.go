// Package symslice cuts from Module.symvers files the lines that concern one
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
	Out         string
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
	wanted := wantedSymbols(k, r.Modversions)
	var files []File
	for _, arg := range r.Symvers {
		data, err := os.ReadFile(withoutLabel(arg))
		if err != nil {
			return err
		}
		files = append(files, File{withoutLabel(arg), data})
	}
	lines, err := cut(files, wanted)
	if err != nil {
		return err
	}
	if err := os.WriteFile(r.Out, lines, 0o644); err != nil {
		return err
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

// withoutLabel cuts the label off FILE=LABEL. A label begins with @ or //.
func withoutLabel(arg string) string {
	for i := range len(arg) {
		if rest := arg[i:]; strings.HasPrefix(rest, "=@") || strings.HasPrefix(rest, "=//") {
			return arg[:i]
		}
	}
	return arg
}

// A File is a Module.symvers in memory. The name is for errors.
type File struct {
	Name string
	Data []byte
}

// Cut returns what Run writes: the lines of the files that concern the module
// k, with modversions that of module_layout too.
func Cut(k *ksympb.Ksyms, files []File, modversions bool) ([]byte, error) {
	return cut(files, wantedSymbols(k, modversions))
}

func cut(files []File, wanted map[string]bool) ([]byte, error) {
	var lines []byte
	var err error
	for _, file := range files {
		if lines, err = appendSymvers(lines, file.Name, file.Data, wanted); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

func wantedSymbols(k *ksympb.Ksyms, modversions bool) map[string]bool {
	wanted := map[string]bool{}
	for _, o := range k.GetObjects() {
		for _, e := range o.GetExports() {
			wanted[e.GetName()] = true
		}
		for _, names := range [][]string{o.GetImports(), o.GetWeakImports()} {
			for _, name := range names {
				wanted[name] = true
			}
		}
	}
	if modversions {
		wanted["module_layout"] = true
	}
	return wanted
}

// appendSymvers appends the lines of data whose second column is wanted.
func appendSymvers(dst []byte, name string, data []byte, wanted map[string]bool) ([]byte, error) {
	offset, number := 0, 0
	for line := range bytes.Lines(data) {
		number++
		_, rest, found := bytes.Cut(line, []byte("\t"))
		symbol, rest, more := bytes.Cut(rest, []byte("\t"))
		if !found || !more || bytes.Count(rest, []byte("\t")) < 2 || len(symbol) == 0 {
			return nil, fmt.Errorf("%s:%d: offset %#x: not a line of Module.symvers: five columns with tabs between them are expected", name, number, offset)
		}
		if wanted[string(symbol)] {
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
