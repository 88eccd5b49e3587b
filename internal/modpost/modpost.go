// Package modpost does Kbuild's modpost step: it reads linked modules and the
// kernel's own vmlinux.o, checks what they import and export, and writes their
// .mod.c, .vmlinux.export.c and Module.symvers.
//
// It follows scripts/mod/modpost.c of Linux 6.1 to 7.2 in what it writes (byte
// for byte) and in the words of its messages; Style has what differs. Where
// Kbuild needs one run over all modules, this serves one module as well: the
// symvers of what the module uses stand for the other modules.
package modpost

import (
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/srcversion"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// Options are what holds for a whole run. The letters are modpost's own flags.
type Options struct {
	Style              Style
	External           bool // -e: the modules are not part of the kernel's tree
	Modversions        bool // -m: CONFIG_MODVERSIONS
	BasicVersions      bool // -b: CONFIG_BASIC_MODVERSIONS, from 6.14 on
	ExtendedVersions   bool // -x: CONFIG_EXTENDED_MODVERSIONS, from 6.14 on
	AllSrcversions     bool // -a: CONFIG_MODULE_SRCVERSION_ALL
	MismatchesFail     bool // -E: section mismatches are errors
	MissingNamespaceOK bool // -N: a missing namespace import is only a warning
	UndefinedOK        bool // -w: an undefined symbol is only a warning
	ExtraWarnings      bool // -W: what make W=1 asks for
	NoModules          bool // the kernel has no CONFIG_MODULES, which is -M: from 6.6 on nothing is exported then

	// ExportsOnly reads what the inputs export and no more: there is no check
	// and no .mod.c. Its symvers are those of a run that checks; another module
	// can be checked against them before that run.
	ExportsOnly bool
	// Keep limits the exports to the names in it: what the trimmed kernel
	// needs of these modules. Nil keeps all.
	Keep map[string]bool
	// TrimUnused (-t) keeps, of the exports, those that one of the modules
	// of the run uses, and those in Whitelist (-u).
	TrimUnused bool
	Whitelist  []string

	// Label names the target for hints; without it there are none.
	Label string
	// Hints has for symbols the labels of the targets that export them.
	Hints map[string][]string
}

// An Input is one module to read, or the kernel itself.
type Input struct {
	// Path is the module's path without suffix: what messages and the third
	// column of Module.symvers say. The kernel's is symvers.Vmlinux.
	Path string
	// Object is the linked object of the module.
	Object *elfobj.File
	// CRCs returns the CRCs of the module's exports that genksyms computed,
	// by name. It is called with Modversions.
	CRCs func() (map[string]uint32, error)
	// Livepatch says that the module's .mod marks it as a livepatch module,
	// which MODULE_INFO has to say too.
	Livepatch bool
	// Srcversion returns the module's srcversion. It is called if the module
	// needs one.
	Srcversion func() (string, error)
}

// A Dump is the content of one Module.symvers.
type Dump struct {
	Entries []symvers.Entry
	Label   string // the target that it came from, for hints; may be empty
	// SameRun says that Kbuild would have the modules in the same run. There it
	// knows of exports that have no CRC, which a Module.symvers cannot say: their
	// column is 0, and Kbuild takes that for a CRC when it reads one.
	SameRun bool
}

// A Result is what a run makes.
type Result struct {
	// ModC has for each input the text of its .mod.c, nil after an error; for
	// vmlinux.o that of .vmlinux.export.c.
	ModC [][]byte
	// Symvers is what the inputs export, in their order.
	Symvers []symvers.Entry
	// Missing has for each input the namespaces that it does not import.
	Missing [][]string
	// Messages are all warnings and errors in modpost's order.
	Messages []Message
	// Failed says that one of the messages is an error.
	Failed bool
}

// CRCsOf returns an Input.CRCs that reads `#SYMVER name 0xcrc` lines from
// files, given by name and content.
func CRCsOf(files []File) func() (map[string]uint32, error) {
	return func() (map[string]uint32, error) {
		crcs := map[string]uint32{}
		for _, f := range files {
			parseSymverLines(crcs, f.Data)
		}
		return crcs, nil
	}
}

// A File is a name and what is in the file.
type File struct {
	Name string
	Data []byte
}

// SrcversionOf returns an Input.Srcversion that takes the filtered texts of
// the module's sources from texts, and for each object of the module, in their
// order, what the compiler read.
func SrcversionOf(texts map[string][]byte, objects []srcversion.Object) func() (string, error) {
	return func() (string, error) {
		var read [][]byte
		for _, o := range objects {
			for _, p := range append([]string{o.Source}, o.Local()...) {
				t, ok := texts[p]
				if !ok {
					return "", &missingTextError{path: p, object: o.Object}
				}
				read = append(read, t)
			}
		}
		return srcversion.Sum(read...), nil
	}
}

type missingTextError struct{ path, object string }

func (e *missingTextError) Error() string {
	return "srcversion: the text of " + e.path + ", which " + e.object + " was compiled from, is not among the module's sources; list the file in srcs or hdrs"
}
