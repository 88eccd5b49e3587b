package kerneltree

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
)

const (
	host    = treeWord + "/" + HostDir
	hostCC  = "hostcc"
	sdkLibs = "sdk"
	hostLib = "host"
)

// staticLibs are what the static libraries that host programs link ask for in
// turn (libelf, libcrypto), if the suite's do.
var staticLibs = []string{"eu", "z", "zstd", "lzma", "bz2"}

// aliases are names that Debian makes links for when it installs a package.
var aliases = []struct{ name, program string }{
	{"awk", "gawk"}, {"awk", "mawk"}, {"sh", "dash"},
}

// environments are what a program of the host part needs to find its own
// files elsewhere than below /usr.
func environments(dir string) map[string]map[string]string {
	m4 := binWord + "/m4"
	all := map[string]map[string]string{
		"bison":   {"BISON_PKGDATADIR": host + "/usr/share/bison", "M4": m4},
		"flex":    {"M4": m4},
		"python3": {"PYTHONHOME": host + "/usr", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"},
	}
	if found, _ := filepath.Glob(filepath.Join(dir, HostDir, "usr/lib/*/perl-base")); len(found) > 0 {
		all["perl"] = map[string]string{"PERL5LIB": host + strings.TrimPrefix(found[0], filepath.Join(dir, HostDir))}
	}
	return all
}

// last are options that come after those of a command. BTF is in the order in
// which threads of pahole's are done with it; Kbuild asks for as many as there
// are processors (-j).
var last = map[string][]string{"pahole": {"-j1"}}

// describe finds the programs that Kbuild's commands are run with.
func describe(dir string, sdk *kbuildsdk.SDK) (*Description, error) {
	if sdk.Make == "" || sdk.Busybox == "" || sdk.Loader == "" {
		return nil, fmt.Errorf("the SDK of linux %s brings no GNU make, busybox or compiler of its own; use one of kernel.debian", sdk.Release)
	}
	d := &Description{
		Arch:     sdk.Arch,
		Programs: map[string]Program{},
		Loaders:  map[string]Loader{sdkLibs: {Path: sdkWord + "/" + sdk.Loader, LibraryPath: prefixed(sdkWord, sdk.LibraryPath)}},
		Busybox:  sdkWord + "/" + sdk.Busybox,
	}
	list, err := exec.Command(sdk.Path(sdk.Busybox), "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --list: %w", sdk.Busybox, err)
	}
	d.Applets = strings.Fields(string(list))
	if err := d.addHost(dir); err != nil {
		return nil, err
	}
	return d, d.addSDK(dir, sdk)
}

func prefixed(prefix string, paths []string) []string {
	all := make([]string, len(paths))
	for i, p := range paths {
		all[i] = prefix + "/" + p
	}
	return all
}

// addHost adds the programs of the host part.
func (d *Description) addHost(dir string) error {
	top := filepath.Join(dir, HostDir)
	var libs Loader
	for _, pattern := range []string{"lib/*-linux-gnu", "usr/lib/*-linux-gnu"} {
		found, err := filepath.Glob(filepath.Join(top, pattern))
		if err != nil {
			return err
		}
		if folder, err := os.Lstat(filepath.Join(top, path.Dir(pattern))); err == nil && folder.Mode()&fs.ModeSymlink != 0 {
			continue // to usr/lib
		}
		for _, lib := range found {
			inside := host + strings.TrimPrefix(lib, top)
			libs.LibraryPath = append(libs.LibraryPath, inside)
			if loaders, _ := filepath.Glob(filepath.Join(lib, "ld-linux*")); len(loaders) > 0 && libs.Path == "" {
				libs.Path = inside + "/" + filepath.Base(loaders[0])
			}
		}
	}
	if libs.Path == "" {
		return fmt.Errorf("%s: no dynamic loader is among the packages of the lock's part \"host\" (libc6)", top)
	}
	d.Loaders[hostLib] = libs
	environments := environments(dir)
	for _, folder := range []string{"bin", "usr/bin"} {
		entries, err := os.ReadDir(filepath.Join(top, folder))
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		for _, e := range entries {
			if isELF(filepath.Join(top, folder, e.Name())) {
				d.Programs[e.Name()] = Program{
					Path: host + "/" + folder + "/" + e.Name(), Loader: hostLib, Last: last[e.Name()], Environment: environments[e.Name()],
				}
			}
		}
	}
	for _, alias := range aliases {
		if p, there := d.Programs[alias.program]; there {
			if _, taken := d.Programs[alias.name]; !taken {
				d.Programs[alias.name] = p
			}
		}
	}
	return nil
}

// addSDK adds the SDK's programs, and the compiler of host programs, which is
// the SDK's with the host part's headers and libraries.
func (d *Description) addSDK(dir string, sdk *kbuildsdk.SDK) error {
	named, err := sdk.Named()
	if err != nil {
		return err
	}
	prefix := strings.TrimSuffix(path.Base(sdk.Templates["ld"][0]), "ld")
	addPlain(named, prefix)
	cc := path.Base(sdk.Templates["cc"][0])
	if named[cc] == "" {
		return fmt.Errorf("the SDK of linux %s has no program %s, its compiler", sdk.Release, cc)
	}
	if cc1 := named["cc1"]; cc1 != "" {
		// The driver starts the linker by it.
		if collect2 := path.Dir(cc1) + "/collect2"; exists(sdk.Path(collect2)) {
			named["collect2"] = collect2
		}
	}
	hosted, err := hostedOptions(dir, cc)
	if err != nil {
		return err
	}
	for name, program := range named {
		if strings.HasPrefix(program, sdk.Tree+"/") {
			continue // Kbuild's own, which the tree has sources of
		}
		p := Program{Path: sdkWord + "/" + program, Loader: sdkLibs, Last: last[name]}
		if path.Base(program) != name {
			// Compilers say by what name they were called.
			p.Argv0 = sdkWord + "/" + path.Dir(program) + "/" + name
		}
		// As in kbuildsdk: where the driver finds cc1 and as.
		if strings.Contains(name, "gcc") || strings.Contains(name, "cpp") {
			p.Options = []string{"-B" + binWord + "/"}
		}
		if name == cc {
			p.Hosted = hosted
		}
		d.Programs[name] = p
	}
	d.Programs["make"] = Program{Path: sdkWord + "/" + sdk.Make, Loader: sdkLibs, Argv0: "make"}

	h := d.Programs[cc]
	h.Hosted = nil
	// Programs start on any machine if they are linked statically, and say
	// nothing of where they were built without debug info and with relative
	// paths for __FILE__.
	h.Options = slices.Concat(h.Options, hosted, []string{"-static"})
	h.Last = []string{"-g0", "-ffile-prefix-map=" + treeWord + "/="}
	for _, lib := range staticLibs {
		if found, _ := filepath.Glob(filepath.Join(dir, HostDir, "usr/lib/*/lib"+lib+".a")); len(found) > 0 {
			h.Last = append(h.Last, "-l"+lib)
		}
	}
	d.Programs[hostCC] = h
	// Makefiles below tools/ call it so.
	for _, name := range []string{"gcc", "cc"} {
		if _, taken := d.Programs[name]; !taken {
			d.Programs[name] = h
		}
	}

	d.Variables = map[string]string{
		"ARCH":          sdk.Arch,
		"CC":            cc,
		"CROSS_COMPILE": prefix,
		"HOSTCC":        hostCC,
	}
	return nil
}

// addPlain gives programs whose names have a prefix (x86_64-linux-gnu-nm) the names without
// it, by which Kbuild calls those for the machine, where there is none of that
// name: Debian may have them in a package of their own.
func addPlain(named map[string]string, prefix string) {
	for name, program := range maps.Clone(named) {
		plain := strings.TrimPrefix(name, prefix)
		if _, taken := named[plain]; !taken {
			named[plain] = program
		}
	}
}

var gccVersion = regexp.MustCompile(`gcc-([0-9]+)$`)

// hostedOptions are the compiler's where it makes programs for the machine.
func hostedOptions(dir, cc string) ([]string, error) {
	top := filepath.Join(dir, HostDir)
	found, err := filepath.Glob(filepath.Join(top, "usr/lib/gcc/*/*/libgcc.a"))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s: %d packages libgcc-N-dev are in the lock's part \"host\", instead of one", top, len(found))
	}
	folder := filepath.Dir(found[0])
	if m := gccVersion.FindStringSubmatch(cc); m != nil && m[1] != filepath.Base(folder) {
		return nil, fmt.Errorf("the compiler of the toolchain is %s, and the lock has libgcc-%s-dev for host programs: take a kernel.debian and a lock of the same suite", cc, filepath.Base(folder))
	}
	return []string{"-B" + host + strings.TrimPrefix(folder, top) + "/", "--sysroot=" + host}, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func isELF(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	var magic [4]byte
	_, err = f.Read(magic[:])
	return err == nil && string(magic[:]) == "\x7fELF"
}

// Command is the command that starts a program, and the environment that it
// has besides.
func (d *Description) command(name string, at places) (before, after []string, environment map[string]string, err error) {
	p, there := d.Programs[name]
	if !there {
		return nil, nil, nil, fmt.Errorf("no program %s is known", name)
	}
	program := at.expand(p.Path)
	if p.Loader != "" {
		loader := d.Loaders[p.Loader]
		argv0 := at.expand(p.Argv0)
		if argv0 == "" {
			argv0 = program
		}
		before = []string{at.expand(loader.Path), "--inhibit-cache", "--library-path", strings.Join(at.expandAll(loader.LibraryPath), ":"), "--argv0", argv0}
	}
	before = slices.Concat(before, []string{program}, at.expandAll(p.Options))
	return before, at.expandAll(p.Last), p.Environment, nil
}

// script is the text of a shell script that starts a program.
func (d *Description) script(name string, at places, shell string) (string, error) {
	before, after, environment, err := d.command(name, at)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	text.WriteString("#!" + shell + "\n")
	for _, variable := range sortedKeys(environment) {
		fmt.Fprintf(&text, "export %s=%s\n", variable, kbuildsdk.Quote([]string{at.expand(environment[variable])}))
	}
	if hosted := d.Programs[name].Hosted; len(hosted) > 0 {
		fmt.Fprintf(&text, "case \" $* \" in\n*\" -nostdinc \"*) ;;\n*) set -- %s \"$@\" ;;\nesac\n", kbuildsdk.Quote(at.expandAll(hosted)))
	}
	fmt.Fprintf(&text, "exec %s \"$@\"", kbuildsdk.Quote(before))
	if len(after) > 0 {
		text.WriteString(" " + kbuildsdk.Quote(after))
	}
	text.WriteString("\n")
	return text.String(), nil
}

// writeScripts fills a folder with scripts that start the programs; shell is what
// starts a shell in their first lines.
func (d *Description) writeScripts(at places, shell string) error {
	for name := range d.Programs {
		text, err := d.script(name, at, shell)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(at.bin, name), []byte(text), 0o777); err != nil {
			return err
		}
	}
	return nil
}

// Launch fills an empty folder with scripts that start the programs, for recipes
// that run as actions. tree and sdk are where the repositories are, shell the
// words of a script's first line that start the shell.
func (d *Description) Launch(bin, tree, sdk, shell string) error {
	return d.writeScripts(places{tree: tree, sdk: sdk, bin: bin}, shell)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
