package kbuildtrim

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// kbuild is Kbuild of Linux 6.1, with its own scripts for CONFIG_TRIM_UNUSED_KSYMS, and the two modules.
//
// The kernel's own tree has the target autoksyms_recursive for what build does: make, the script, and both again until the script finds
// nothing to change. Only the modules are built here; what trims them is the kernel's.
type kbuild struct {
	t       *testing.T
	root    string
	objtree string // the folder that make starts in
	srctree string
	modules string // the folder of the modules' sources, Kbuild's M
	log     bytes.Buffer
}

// A step is what happens between the script, which touches files for the symbols that changed, and the make that looks at them.
type step func(k *kbuild)

func newKbuild(t *testing.T) *kbuild {
	t.Helper()
	m, err := kbuildoracle.ReadManifest("e2e/kbuildtrim/modules/kbuild_6_1_test.json")
	if err != nil {
		t.Fatal(err)
	}
	// Make and the compiler's options want a plain name; t.TempDir has the test's.
	dir, err := os.MkdirTemp(os.Getenv("TEST_TMPDIR"), "kbuild")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	b, err := kbuildoracle.NewBuild(m, filepath.Join(dir, "build"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	k := &kbuild{t: t, root: b.Root, objtree: filepath.Join(b.Root, m.Objtree), modules: filepath.Join(b.Root, "w", m.Modules[0].Package)}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(k.objtree), "linux-headers-*-common"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d folders of common headers beside %s", len(found), k.objtree)
	}
	k.srctree = found[0]

	// The folder scripts of the headers is a link to that of the programs.
	scripts, err := filepath.EvalSymlinks(filepath.Join(k.srctree, "scripts"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"adjust_autoksyms.sh", "gen_autoksyms.sh", "gen_ksymdeps.sh"} {
		text := k.read(filepath.Join(filepath.Dir(os.Getenv("SCRIPTS")), name))
		k.write(filepath.Join(scripts, name), text)
	}
	k.append("include/config/auto.conf", "CONFIG_TRIM_UNUSED_KSYMS=y\n")
	k.append("include/generated/autoconf.h", "#define CONFIG_TRIM_UNUSED_KSYMS 1\n")
	if err := os.Symlink(filepath.Join(k.modules, "modules.order"), filepath.Join(k.objtree, "modules.order")); err != nil {
		t.Fatal(err)
	}
	// Make's first prerequisite: what is needed before anything is built.
	k.mustRun("sh", filepath.Join(k.srctree, "scripts/gen_autoksyms.sh"), "include/generated/autoksyms.h")
	return k
}

// withoutGuard takes out of adjust_autoksyms.sh the loop that touches a file until it is newer than another, which Linux 4.14 did not
// have yet.
func (k *kbuild) withoutGuard() {
	k.t.Helper()
	script := filepath.Join(k.srctree, "scripts/adjust_autoksyms.sh")
	guard := regexp.MustCompile(`(?m)^\s*while \[ ! .* -nt .*\n.*touch.*\n\s*done\n`)
	text := k.read(script)
	if n := len(guard.FindAllString(text, -1)); n != 1 {
		k.t.Fatalf("adjust_autoksyms.sh has %d guards, want one", n)
	}
	k.write(script, guard.ReplaceAllString(text, ""))
}

// build is one `make`: objects, the script, objects again if it says so, and modpost. It returns the error of modpost.
func (k *kbuild) build(between step) error {
	k.t.Helper()
	for range 4 {
		k.mustMake("modules.order")
		marker := filepath.Join(k.root, "changed")
		os.Remove(marker)
		// What the script runs at the end, if a symbol changed, is make in Kbuild; it comes below, after the step.
		k.mustRun("sh", filepath.Join(k.srctree, "scripts/adjust_autoksyms.sh"), "touch "+marker)
		if _, err := os.Stat(marker); errors.Is(err, fs.ErrNotExist) {
			return k.make("modules")
		}
		between(k)
	}
	k.t.Fatal("adjust_autoksyms.sh never comes to an end")
	return nil
}

func (k *kbuild) mustBuild(between step) {
	k.t.Helper()
	if err := k.build(between); err != nil {
		k.t.Fatalf("make: %v\n%s", err, &k.log)
	}
}

func (k *kbuild) make(target string) error {
	if target == "modules.order" {
		target = filepath.Join(k.modules, target)
	}
	return k.run(filepath.Join(k.root, "bin/make"), "M="+k.modules, target)
}

func (k *kbuild) mustMake(target string) {
	k.t.Helper()
	if err := k.make(target); err != nil {
		k.t.Fatalf("make %s: %v\n%s", target, err, &k.log)
	}
}

func (k *kbuild) mustRun(words ...string) {
	k.t.Helper()
	if err := k.run(words...); err != nil {
		k.t.Fatalf("%s: %v\n%s", words, err, &k.log)
	}
}

// run runs a command in the folder of the kernel's build. What it prints is the log.
func (k *kbuild) run(words ...string) error {
	k.log.Reset()
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = k.objtree, &k.log, &k.log
	cmd.Env = []string{
		"PATH=" + filepath.Join(k.root, "bin") + ":/usr/bin:/bin", "LC_ALL=C", "TMPDIR=" + filepath.Join(k.root, "tmp"),
		"CONFIG_SHELL=sh", "srctree=" + k.srctree, "abs_srctree=" + k.srctree,
	}
	return cmd.Run()
}

// exports are what the provider exports when it is built.
func (k *kbuild) exports() []string {
	k.t.Helper()
	entries, err := symvers.Parse("Module.symvers", []byte(k.read(filepath.Join(k.modules, "Module.symvers"))))
	if err != nil {
		k.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}

// edit changes a source: the one place that reads old.
func (k *kbuild) edit(name, old, new string) {
	k.t.Helper()
	path := filepath.Join(k.modules, name)
	text := k.read(path)
	if strings.Count(text, old) != 1 {
		k.t.Fatalf("%s has %d places that read %q", name, strings.Count(text, old), old)
	}
	k.write(path, strings.Replace(text, old, new, 1))
}

// setTimes gives the time to files of the modules, by their names, and to the files that the script touched.
func (k *kbuild) setTimes(to time.Time, names ...string) {
	k.t.Helper()
	var paths []string
	for _, name := range names {
		if name != stampFiles {
			paths = append(paths, filepath.Join(k.modules, name))
			continue
		}
		found, err := filepath.Glob(filepath.Join(k.objtree, "include/ksym/*"))
		if err != nil || len(found) == 0 {
			k.t.Fatalf("there are no stamps in include/ksym: %v", err)
		}
		paths = append(paths, found...)
	}
	for _, path := range paths {
		if err := os.Chtimes(path, to, to); err != nil {
			k.t.Fatal(err)
		}
	}
}

// stampFiles stands for all of include/ksym.
const stampFiles = "include/ksym"

func (k *kbuild) read(path string) string {
	k.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		k.t.Fatal(err)
	}
	return string(text)
}

func (k *kbuild) write(path, text string) {
	k.t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kbuild) append(name, text string) {
	k.t.Helper()
	path := filepath.Join(k.objtree, name)
	k.write(path, k.read(path)+text)
}

func (k *kbuild) remove(name string) {
	k.t.Helper()
	if err := os.Remove(filepath.Join(k.modules, name)); err != nil {
		k.t.Fatal(err)
	}
}
