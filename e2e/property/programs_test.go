package property

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"regexp"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/e2e/property/relobj"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/keeplist"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/internal/modpost"
	"github.com/rules-kbuild/rules_kbuild/internal/needed"
	"github.com/rules-kbuild/rules_kbuild/internal/symslice"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// programs are the tools of the actions: those of trimming are the rules' own packages, and relobj stands for the compiler and the
// linker.
var programs = map[string]program{
	"KernelCompile":      compile,
	"KernelTrim":         trim,
	"KernelLink":         link,
	"KernelScan":         scan,
	"KernelSymversSlice": symversSlice,
	"KernelSymversJoin":  symversJoin,
	"KernelNeeded":       neededSymbols,
	"KernelAutoksyms":    autoksyms,
	"KernelTrimSlice":    trimSlice,
	"KernelKeepList":     keepSlice,
	"KernelModpost":      runModpost,
	"KernelModC":         func(_ []string, in [][]byte) ([][]byte, error) { return one(append([]byte("object of\n"), in[0]...)) },
	"KernelModuleLink":   func(_ []string, in [][]byte) ([][]byte, error) { return one(bytes.Join(in, []byte("\x00ko\x00"))) },
}

func one(data []byte) ([][]byte, error) { return [][]byte{data}, nil }

// style is how a kernel's headers carry exports.
func style(release string) relobj.Style {
	return map[string]relobj.Style{"6.1": relobj.Ksymtab, "6.12": relobj.ExportSymbol, "7.2": relobj.NoTrimSymbol}[release]
}

// read reads a source as sources writes it. Exports that a header does not name are dropped, if there is one.
func read(release string, source []byte, header *string) (relobj.Object, map[string]uint32, error) {
	o := relobj.Object{Style: style(release)}
	crcs := map[string]uint32{}
	for text := range strings.Lines(string(source)) {
		words := strings.Fields(text)
		switch {
		case words[0] == "module":
			o.Modinfo = []string{"license=GPL", "description=A module"}
		case words[0] == "export" && len(words) == 4:
			gone := header != nil && !strings.Contains(*header, "\n#define __KSYM_"+words[1]+" 1\n")
			o.Exports = append(o.Exports, relobj.Export{Name: words[1], GPL: words[2] == "true", Dropped: gone})
			crcs[words[1]] = crc32.ChecksumIEEE([]byte(words[1] + " " + words[3]))
		case words[0] == "import" && len(words) == 3:
			list := map[string]*[]string{"0": &o.Imports, "1": &o.WeakImports, "2": &o.SymbolGets}[words[2]]
			*list = append(*list, words[1])
		case words[0] == "code" && len(words) == 2:
			n, err := strconv.Atoi(words[1])
			if err != nil {
				return o, nil, err
			}
			o.Code = append(o.Code, n)
		default:
			return o, nil, fmt.Errorf("no such line: %q", text)
		}
	}
	return o, crcs, nil
}

// compile: RELEASE [crcs]; the source. Makes the object, and the CRCs of its exports.
func compile(args []string, in [][]byte) ([][]byte, error) {
	o, crcs, err := read(args[0], in[0], nil)
	if err != nil {
		return nil, err
	}
	out := [][]byte{relobj.Compile(o)}
	if len(args) > 1 {
		var b bytes.Buffer
		for _, e := range o.Exports {
			fmt.Fprintf(&b, "#SYMVER %s 0x%08x\n", e.Name, crcs[e.Name])
		}
		out = append(out, b.Bytes())
	}
	return out, nil
}

// trim: RELEASE; the source, the untrimmed object, autoksyms.h, and what is dropped. See internal/compile.
func trim(args []string, in [][]byte) ([][]byte, error) {
	source, untrimmed, header, dropped := in[0], in[1], string(in[2]), in[3]
	if len(dropped) == 0 {
		return one(untrimmed)
	}
	o, _, err := read(args[0], source, &header)
	if err != nil {
		return nil, err
	}
	return one(relobj.Compile(o))
}

func link(_ []string, in [][]byte) ([][]byte, error) {
	linked, err := relobj.Link(in...)
	if err != nil {
		return nil, err
	}
	return one(linked)
}

// scan: PATH LABEL; the object. See tools/ksymtrim/scan.go.
func scan(args []string, in [][]byte) ([][]byte, error) {
	found, err := ksymscan.Bytes(args[0]+".o", in[0], ksymscan.Options{Style: ksymscan.Auto})
	if err != nil {
		return nil, err
	}
	for _, o := range found {
		o.Module, o.Label = args[0], args[1]
	}
	data, err := ksyms.Marshal(&ksympb.Ksyms{Objects: found})
	if err != nil {
		return nil, err
	}
	return one(data)
}

// symversSlice: [modversions]; the module's symbols, and Module.symvers files.
func symversSlice(args []string, in [][]byte) ([][]byte, error) {
	k, err := ksyms.Unmarshal("ksyms", in[0])
	if err != nil {
		return nil, err
	}
	data, err := symslice.Cut(k, symversFiles(in[1:]), len(args) > 0)
	if err != nil {
		return nil, err
	}
	return one(data)
}

func symversJoin(_ []string, in [][]byte) ([][]byte, error) {
	data, err := symslice.Joined(symversFiles(in))
	if err != nil {
		return nil, err
	}
	return one(data)
}

func symversFiles(in [][]byte) []symslice.File {
	var files []symslice.File
	for _, data := range in {
		files = append(files, symslice.File{Name: "Module.symvers", Data: data})
	}
	return files
}

// neededSymbols: NUMBER [modversions] LABEL...; the keep-list, NUMBER summaries, the kernel's Module.symvers, and those of the labels.
// See tools/ksymtrim/needed.go.
func neededSymbols(args []string, in [][]byte) ([][]byte, error) {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return nil, err
	}
	labels := args[1:]
	var input needed.Input
	if len(labels) > 0 && labels[0] == "modversions" {
		input.Modversions, labels = true, labels[1:]
	}
	keep, err := keeplist.Parse(keepList, in[0])
	if err != nil {
		return nil, err
	}
	input.Keep = []needed.KeepList{{Name: keepList, Entries: keep}}
	var all []*ksympb.Ksyms
	for _, data := range in[1 : 1+n] {
		k, err := ksyms.Unmarshal("ksyms", data)
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	merged, err := ksyms.Merge(all...)
	if err != nil {
		return nil, err
	}
	input.Objects = merged.Objects
	for i, data := range in[1+n:] {
		entries, err := symvers.Parse("Module.symvers", data)
		if err != nil {
			return nil, err
		}
		input.Outside = append(input.Outside, needed.Symvers{Name: append([]string{"@kernel"}, labels...)[i], Entries: entries})
	}
	set, _, err := needed.Compute(input)
	if err != nil {
		return nil, err
	}
	data, err := ksyms.MarshalNeeded(set)
	if err != nil {
		return nil, err
	}
	return one(data)
}

func autoksyms(_ []string, in [][]byte) ([][]byte, error) {
	set, err := ksyms.UnmarshalNeeded("needed", in[0])
	if err != nil {
		return nil, err
	}
	return one(needed.Autoksyms(needed.Names(set)))
}

// trimSlice: the needed set, and objects; makes for each its header and what it drops. See tools/ksymtrim/split.go.
func trimSlice(_ []string, in [][]byte) ([][]byte, error) {
	set, err := ksyms.UnmarshalNeeded("needed", in[0])
	if err != nil {
		return nil, err
	}
	var out [][]byte
	for _, object := range in[1:] {
		found, err := ksymscan.Bytes("object", object, ksymscan.Options{Style: ksymscan.Linux61})
		if err != nil {
			return nil, err
		}
		kept, gone := needed.Split(needed.Names(set), found)
		out = append(out, needed.Autoksyms(kept), needed.Lines(gone))
	}
	return out, nil
}

// keepSlice: the needed set, and a module's summary. See tools/ksymtrim/slice.go.
func keepSlice(_ []string, in [][]byte) ([][]byte, error) {
	set, err := ksyms.UnmarshalNeeded("needed", in[0])
	if err != nil {
		return nil, err
	}
	k, err := ksyms.Unmarshal("ksyms", in[1])
	if err != nil {
		return nil, err
	}
	kept, _ := needed.Split(needed.Names(set), k.Objects)
	return one(needed.Lines(kept))
}

// runModpost: RELEASE PATH LABEL [modversions] [trim]; the object, its slice of Module.symvers, the CRCs of its units, and the exports
// to keep. See tools/modpost/action.go.
func runModpost(args []string, in [][]byte) ([][]byte, error) {
	options := modpostOptions(args[0])
	options.External, options.Label = true, args[2]
	object, slice, crcs := in[0], in[1], in[2:]
	flags := strings.Join(args[3:], " ")
	if flags != "" && args[len(args)-1] == "trim" {
		options.Keep = map[string]bool{}
		for name := range strings.FieldsSeq(string(crcs[len(crcs)-1])) {
			options.Keep[name] = true
		}
		crcs = crcs[:len(crcs)-1]
	}
	entries, err := symvers.Parse("slice", slice)
	if err != nil {
		return nil, err
	}
	f, err := elfobj.New(args[1]+".o", object)
	if err != nil {
		return nil, err
	}
	input := modpost.Input{Path: args[1], Object: f, CRCs: crcsOf(crcs)}
	result, err := modpost.Run(options, []modpost.Dump{{Entries: entries}}, []modpost.Input{input})
	if err != nil {
		return nil, err
	}
	if result.Failed {
		return nil, fmt.Errorf("%v", result.Messages)
	}
	return [][]byte{result.ModC[0], symvers.Format(result.Symvers)}, nil
}

func crcsOf(data [][]byte) func() (map[string]uint32, error) {
	var files []modpost.File
	for _, d := range data {
		files = append(files, modpost.File{Name: "symversions", Data: d})
	}
	return modpost.CRCsOf(files)
}

var modversions = regexp.MustCompile(`^6\.`)

// modpostOptions are those of both the rules and Kbuild.
func modpostOptions(release string) modpost.Options {
	s, err := modpost.StyleOf(release)
	if err != nil {
		panic(err)
	}
	return modpost.Options{Style: s, Modversions: modversions.MatchString(release)}
}
