// Package kernelgraph reads from GNU make what building a whole kernel takes:
// the command of every object, archive, module and generated file, and what each
// reads. Nothing of a kernel is built for that; its tree must be prepared
// (`make prepare`), so that the headers and programs are there that Kbuild's
// Makefiles ask for when they are evaluated.
//
// Paths are relative to the top of the tree and have no `./`.
package kernelgraph

// ExportSource is what modpost makes of vmlinux.o: the table of what the kernel
// exports.
const ExportSource = ".vmlinux.export.c"

// A Graph is the steps of a build.
type Graph struct {
	Objects  map[string]*Object  // by path: a source compiled
	Archives map[string]*Archive // by path: built-in.a, lib.a and what is made of them
	Recipes  map[string]*Recipe  // by target: everything else
	Modules  []*Module           // in the order of modules.order
	// OrderSuffix is how the lines of modules.order end: .ko, or .o. Empty if
	// there is no module.
	OrderSuffix string
	Modpost     []string // modpost's command, as it is run over vmlinux.o and all modules

	// Anew are files that `make prepare` made and that the build makes instead,
	// in the order in which make makes them.
	Anew []string

	// Genksyms is the command that makes CRCs of an object's exports from what
	// its Preprocess prints; empty without CONFIG_MODVERSIONS.
	Genksyms []string
}

// An Object is a source and how it is compiled.
type Object struct {
	Path    string
	Source  string
	Command []string // the compiler's words, without the option that only writes what was read
	Objtool []string // objtool's words; empty if it does not run on this object
	Headers []string // what the build makes and the source includes, as the Makefiles say
	// Preprocess is the preprocessor's words for genksyms: over the source, or,
	// of assembly, over standard input, which names what that exports.
	Preprocess []string
	Prototypes []string // headers with the prototypes of what assembly exports: asm/asm-prototypes.h
}

// A Link is objects linked into the one of a composite module.
type Link struct {
	Path    string
	Command []string
	Objtool []string
}

// An Archive is a list of objects and other archives. Kbuild's are thin: they
// name files, and hold none.
type Archive struct {
	Path    string
	Flags   string   // ar's
	Members []string // objects and archives, in order
	Further []string // shell text that changes the archive once it is made, a line each
	Reads   []string // files that Further names
}

// A Module is a loadable module.
type Module struct {
	Path    string   // without suffix: fs/fat/fat
	Objects []string // those of its .mod: fs/fat/dir.o, or fs/fat/fat.o alone
	Link    *Link    // how they are linked to one; nil if there is one
	Mod     *Object  // its .mod.o
	Final   []string // the command that links the .ko
	// BTF is the commands that add BTF to the .ko, each with its environment
	// (NAME=value) before it; none without CONFIG_DEBUG_INFO_BTF_MODULES.
	BTF [][]string
}

// A Recipe is shell text that makes a file.
type Recipe struct {
	Target   string
	Makefile string    // where make has it from, with the line: lib/Makefile:324
	Lines    []string  // shell text
	Inputs   []string  // files that it names, of the tree or made by other steps
	Beside   []string  // files that its text names and that nothing else is said to make: it may make them, too
	Sources  []*Object // what it compiles or preprocesses
	// Environment is the variables that make exports and that the recipe, or
	// a script that it runs, names.
	Environment map[string]string
	// Unfit says why it cannot be a step of a build that reads what it names;
	// nil if it can.
	Unfit *Error
}

// An Error is a step of a build that cannot be placed.
type Error struct {
	Target   string
	Makefile string
	Reason   string
	Command  string
}

// longest is how much of a command a message shows.
const longest = 400

func (e *Error) Error() string {
	text := e.Target + " (" + e.Makefile + "): " + e.Reason
	if e.Command != "" {
		text += ": " + e.Command[:min(len(e.Command), longest)]
	}
	return text
}
