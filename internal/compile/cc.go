package compile

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/pack"
	"github.com/rules-kbuild/rules_kbuild/internal/template"
)

// A Unit is one source to make an object of.
type Unit struct {
	Common
	Pack        string // the source's header pack
	Autoconf    Input  // what the source sees of autoconf.h; no file: that is in the pack
	Source      string // canonical path of the source
	SourceFile  string // where it is
	Compiler    []string
	Objtool     []string // empty: not run on this object
	GenksymsCPP []string // empty: no CRCs
	Genksyms    []string
	AsmPreamble []string // what the CRCs of an assembly source include: linux/kernel.h
	Out         string   // where to write the object
	Deps        string   // where to write the files read, see depsLines; may be empty
	Symversions string   // where to write the CRCs of the exports; may be empty

	// For an object of which exports are trimmed (kernels before 6.5):
	Autoksyms Input    // its slice of include/generated/autoksyms.h; no file: not trimmed
	Dropped   string   // file with the exports that go away, of this object and maybe of others
	Untrimmed string   // the object with all of them, which is the result if none does; empty: the source's text names all exports
	Others    []string // what the source may export besides those that its text names
	Markers   bool     // unless the object exports nothing, compile it all the same, for the variables __ksym_marker_NAME in its debug info
}

// DefaultAsmPreamble is what Kbuild of Linux 6.1 and 6.12 includes to find the
// prototypes of symbols that assembly exports (scripts/Makefile.build).
var DefaultAsmPreamble = []string{"linux/kernel.h", "asm/asm-prototypes.h"}

// CC makes the object of a unit. If a program reports an error, its exit code
// is in the *ExitError.
func CC(u Unit) error {
	if u.Autoksyms.File != "" && !u.named() {
		same, err := u.isUntrimmed()
		if err != nil {
			return err
		}
		if same {
			return save(u.Untrimmed, u.Out)
		}
	}
	j, err := newJob(u.Common, u.Pack)
	if err != nil {
		return err
	}
	defer j.close()
	headers, err := unpack(j, u.Pack)
	if err != nil {
		return err
	}
	defer headers.Remove(j.root.Path)
	if err := j.placeAutoconf(u.Autoconf); err != nil {
		return err
	}
	if err := j.place(u.Source, u.SourceFile); err != nil {
		return err
	}
	if u.Autoksyms.File != "" {
		// That of a kernel's own tree may be in the pack.
		if err := os.Remove(j.path(u.Autoksyms.Canonical)); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := j.place(u.Autoksyms.Canonical, u.Autoksyms.File); err != nil {
			return err
		}
	}
	object, err := j.word("%{obj}.o")
	if err != nil {
		return err
	}
	if err := j.spelledFolders(u.Compiler); err != nil {
		return err
	}
	if err := os.MkdirAll(path.Dir(object), 0o755); err != nil {
		return err
	}
	if err := j.compile(&u); err != nil {
		return err
	}
	if len(u.Objtool) > 0 {
		if err := j.tool(u.Objtool); err != nil {
			return err
		}
	}
	e, err := readExports(object)
	if err != nil {
		return err
	}
	if u.named() {
		if err := j.checkNamed(&u, e); err != nil {
			return err
		}
	}
	if err := j.checkLocalExports(object, e); err != nil {
		return err
	}
	if err := j.symversions(&u, e); err != nil {
		return err
	}
	return save(object, u.Out)
}

// spelledFolders makes the folders that a command leaves again on the way to a
// file: arch/x86/kvm of arch/x86/kvm/../../../virt/kvm/x.c.
func (j *job) spelledFolders(words []string) error {
	for _, w := range words {
		way, _, leaves := strings.Cut(w, "/../")
		if !leaves || path.IsAbs(way) || strings.HasPrefix(way, "-") || strings.Contains(way, "%{") {
			continue
		}
		if err := os.MkdirAll(path.Join(j.dir, way), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func unpack(j *job, file string) (*pack.Pack, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p, err := pack.Decode(file, data)
	if err != nil {
		return nil, err
	}
	return p, p.Unpack(j.root.Path)
}

// placeAutoconf puts autoconf.h where packs do not hold it.
func (j *job) placeAutoconf(in Input) error {
	if in.File == "" {
		return nil
	}
	if _, err := os.Lstat(j.path(in.Canonical)); err == nil {
		return fmt.Errorf("--autoconf: %s is in the pack, too: leave one of them out", in.Canonical)
	}
	return j.place(in.Canonical, in.File)
}

// prefixMaps make __FILE__ and debug info say workspace files from the top of
// the workspace and all others as with the headers installed. GCC takes the
// last that fits; they come before the command's own, so that Kbuild's
// -fmacro-prefix-map wins. It would not win over -ffile-prefix-map, wherever
// that stands.
func (j *job) prefixMaps() []string {
	var options []string
	for _, option := range []string{"-fdebug-prefix-map=", "-fmacro-prefix-map="} {
		options = append(options, option+j.root.Path+"/=/", option+j.root.Path+"/"+Workspace+"/=")
	}
	return options
}

func (j *job) compiler(words []string, options ...string) ([]string, error) {
	argv, err := j.kit.Compiler(words, append(j.prefixMaps(), options...)...)
	if err != nil {
		return nil, err
	}
	return template.Expand(argv, j.Vars)
}

// trimmed makes EXPORT_SYMBOL look into autoksyms.h (include/linux/export.h and
// include/asm-generic/export.h of Linux 6.1), although the kernel whose headers
// these are may have been built without trimming.
const trimmed = "-DCONFIG_TRIM_UNUSED_KSYMS=1"

// named says whether the object is compiled trimmed with what its source's text
// says of its exports.
func (u *Unit) named() bool { return u.Autoksyms.File != "" && u.Dropped == "" && u.Untrimmed == "" }

// isUntrimmed says whether the object is to be the untrimmed one: it loses no
// export, and, where markers are wanted, has none.
func (u *Unit) isUntrimmed() (bool, error) {
	if u.Dropped == "" || u.Untrimmed == "" {
		return false, errors.New("--autoksyms: give --dropped and --untrimmed both, or neither")
	}
	dropped, err := os.ReadFile(u.Dropped)
	if err != nil {
		return false, err
	}
	if loses, err := u.loses(dropped); err != nil || loses {
		return false, err
	}
	if !u.Markers {
		return true, nil
	}
	kept, err := os.ReadFile(u.Autoksyms.File)
	return !bytes.Contains(kept, []byte("#define ")), err
}

// loses says whether the object loses one of the exports on a list, which may be of
// several objects. Lines that are no names are what was wrong about a guess.
func (u *Unit) loses(dropped []byte) (bool, error) {
	if len(dropped) == 0 {
		return false, nil
	}
	if dropped[0] == '#' {
		return true, nil
	}
	untrimmed, err := readExports(u.Untrimmed)
	if err != nil {
		return false, fmt.Errorf("%s: %w", u.Untrimmed, err)
	}
	return slices.ContainsFunc(strings.Fields(string(dropped)), func(name string) bool {
		_, exported := slices.BinarySearch(untrimmed.names, name)
		return exported
	}), nil
}

func (j *job) compile(u *Unit) error {
	depsFile := j.root.Path + "/tmp/deps.d"
	options := []string{"-Wp,-MMD," + depsFile}
	if u.Autoksyms.File != "" {
		options = append(options, trimmed)
	}
	argv, err := j.compiler(u.Compiler, options...)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	messages := j.Messages
	j.Messages = &said
	err = j.run(path.Base(u.Compiler[0]), argv, nil, nil)
	j.Messages = messages
	messages.Write(said.Bytes())
	var exit *ExitError
	if errors.As(err, &exit) {
		j.explainMissing(u, said.Bytes())
	}
	if err != nil || u.Deps == "" {
		return err
	}
	text, err := os.ReadFile(depsFile)
	if err != nil {
		return err
	}
	files, err := parseDeps(u.Source, text)
	if err != nil {
		return err
	}
	return os.WriteFile(u.Deps, []byte(strings.Join(j.depsLines(files), "\n")+"\n"), 0o644)
}

var missingHeader = regexp.MustCompile(`(?m)^([^:\n]+):\d+:\d+: fatal error: ([^:\n]+): No such file or directory$`)

// explainMissing says what to do about a header that the compiler did not find.
func (j *job) explainMissing(u *Unit, said []byte) {
	m := missingHeader.FindSubmatch(said)
	if m == nil {
		return
	}
	includer, header := string(m[1]), string(m[2])
	source := strings.TrimPrefix(u.Source, Workspace+"/")
	if strings.HasPrefix(includer, "/usr/src/") {
		fmt.Fprintf(j.Messages, "%s: %s, which %s includes, is neither one of this kernel's headers nor in srcs or hdrs of the target or of its deps\n", source, header, includer)
		return
	}
	fmt.Fprintf(j.Messages, "%s: %s is neither one of this kernel's headers nor in srcs or hdrs of the target or of its deps: add it there; if it is there, add its folder to includes\n", source, header)
}

// symversions computes the CRCs of the object's exports, as Kbuild's
// gen_symversions does: the preprocessed source, or for assembly a list of
// EXPORT_SYMBOLs behind the prototypes, through genksyms.
func (j *job) symversions(u *Unit, e exports) error {
	if u.Symversions == "" {
		return nil
	}
	var crcs []byte
	var err error
	if len(e.names) > 0 && len(u.GenksymsCPP) > 0 {
		if crcs, err = j.genksyms(u, e); err != nil {
			return err
		}
	}
	return os.WriteFile(u.Symversions, crcs, 0o644)
}

func (j *job) genksyms(u *Unit, e exports) ([]byte, error) {
	words := make([]string, 0, len(u.GenksymsCPP))
	for _, w := range u.GenksymsCPP {
		if !strings.HasPrefix(w, "-Wp,-MMD,") && !strings.HasPrefix(w, "-Wp,-MD,") {
			words = append(words, w)
		}
	}
	argv, err := j.compiler(words)
	if err != nil {
		return nil, err
	}
	var stdin bytes.Buffer
	if strings.HasSuffix(u.Source, ".S") {
		for _, header := range u.AsmPreamble {
			fmt.Fprintf(&stdin, "#include <%s>\n", header)
		}
		for _, name := range e.names {
			fmt.Fprintf(&stdin, "EXPORT_SYMBOL(%s);\n", name)
		}
	}
	var text, crcs bytes.Buffer
	if err := j.run(path.Base(words[0]), argv, &stdin, &text); err != nil {
		return nil, err
	}
	if argv, err = j.kit.Command(u.Genksyms); err != nil {
		return nil, err
	}
	if argv, err = template.Expand(argv, j.Vars); err != nil {
		return nil, err
	}
	if err := j.run(path.Base(u.Genksyms[0]), argv, &text, &crcs); err != nil {
		return nil, err
	}
	return crcs.Bytes(), nil
}
