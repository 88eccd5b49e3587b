package kernelgraph

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildsdk"
	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// read makes a graph of what make printed; files are those of the tree.
func read(t *testing.T, printed string, files ...string) (*Graph, error) {
	t.Helper()
	top := t.TempDir()
	for _, file := range files {
		name, text, _ := strings.Cut(file, "=")
		write(t, top, name, text)
	}
	var steps []maketrace.Step
	for _, s := range maketrace.Steps(printed) {
		if makesFile(s) {
			steps = append(steps, s)
		}
	}
	return newGraph(top, steps, map[string]string{"LD": "ld", "NM": "nm", "LDS": "arch/x.lds", "FLAGS": "-Iinclude/linux -include include/all.h", "PATH": "/bin", "UNUSED": "1"})
}

func write(t *testing.T, top, name, text string) {
	t.Helper()
	file := filepath.Join(top, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o777); err != nil {
		t.Fatal(err)
	}
}

func TestObjectsAreACommandAndObjtool(t *testing.T) {
	g, err := read(t, `scripts/Makefile.build:1: update target 'fs/a.o' due to: fs/a.c FORCE fs/table.h
set -e;  echo '  CC      fs/a.o'; gcc -Wp,-MMD,fs/.a.o.d -DNAME='"a"' -c -o fs/a.o fs/a.c ; ./tools/objtool/objtool --uaccess fs/a.o; scripts/basic/fixdep fs/.a.o.d fs/a.o 'gcc' > fs/.a.o.cmd; rm -f fs/.a.o.d
./scripts/check-local-export fs/a.o
lib/Makefile:7: update target 'fs/table.h' due to: fs/gen
  GEN     fs/table.h
fs/gen > fs/table.h
scripts/Makefile.host:1: update target 'fs/gen' due to: fs/gen.c FORCE
gcc -I./tools/include -o fs/gen fs/gen.c
`, "fs/a.c", "fs/gen.c", "tools/include/x.h")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*Object{"fs/a.o": {
		Path: "fs/a.o", Source: "fs/a.c",
		Command: []string{"gcc", `-DNAME="a"`, "-c", "-o", "fs/a.o", "fs/a.c"},
		Objtool: []string{"./tools/objtool/objtool", "--uaccess", "fs/a.o"},
		Headers: []string{"fs/table.h"},
	}}
	if diff := cmp.Diff(want, g.Objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	recipes := map[string]*Recipe{
		"fs/table.h": {Target: "fs/table.h", Makefile: "lib/Makefile:7", Lines: []string{"fs/gen > fs/table.h"}, Inputs: []string{"fs/gen"}},
		"fs/gen": {
			Target: "fs/gen", Makefile: "scripts/Makefile.host:1", Lines: []string{"gcc -I./tools/include -o fs/gen fs/gen.c"},
			Inputs:  []string{"fs/gen.c"},
			Sources: []*Object{{Path: "fs/gen", Source: "fs/gen.c", Command: []string{"gcc", "-I./tools/include", "-o", "fs/gen", "fs/gen.c"}}},
		},
	}
	if diff := cmp.Diff(recipes, g.Recipes, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("recipes (-want +got):\n%s", diff)
	}
}

const symversions = `scripts/Makefile.build:1: update target 'lib/a.o' due to: lib/a.c FORCE
gcc -c -o lib/a.o lib/a.c
if nm lib/a.o 2>/dev/null | grep -q __ksymtab; then gcc -E -D__GENKSYMS__ -Wp,-MMD,lib/.a.o.d -O2 lib/a.c | scripts/genksyms/genksyms   -r /dev/null >> lib/.a.o.cmd; fi
scripts/Makefile.build:2: update target 'lib/b.o' due to: lib/b.S FORCE
gcc -D__ASSEMBLY__ -c -o lib/b.o lib/b.S
if nm lib/b.o 2>/dev/null | grep -q __ksymtab; then { echo "#include <linux/kernel.h>" ; echo "#include <asm/asm-prototypes.h>" ; gcc -E -D__ASSEMBLY__ lib/b.S | sed 's/x/y/' ; } | gcc -E -D__GENKSYMS__ -O2 -xc - | scripts/genksyms/genksyms   -r /dev/null >> lib/.b.o.cmd; fi
`

func TestGenksymsReadsWhatAnObjectsRecipePreprocesses(t *testing.T) {
	g, err := read(t, symversions)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"scripts/genksyms/genksyms", "-r", "/dev/null"}, g.Genksyms); diff != "" {
		t.Errorf("genksyms (-want +got):\n%s", diff)
	}
	want := map[string]*Object{
		"lib/a.o": {
			Path: "lib/a.o", Source: "lib/a.c", Command: []string{"gcc", "-c", "-o", "lib/a.o", "lib/a.c"},
			Preprocess: []string{"gcc", "-E", "-D__GENKSYMS__", "-O2", "lib/a.c"},
		},
		"lib/b.o": {
			Path: "lib/b.o", Source: "lib/b.S", Command: []string{"gcc", "-D__ASSEMBLY__", "-c", "-o", "lib/b.o", "lib/b.S"},
			Preprocess: []string{"gcc", "-E", "-D__GENKSYMS__", "-O2", "-xc", "-"},
			Prototypes: []string{"linux/kernel.h", "asm/asm-prototypes.h"},
		},
	}
	if diff := cmp.Diff(want, g.Objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
}

func TestAnObjectWithAGenksymsOfItsOwnIsARecipe(t *testing.T) {
	g, err := read(t, strings.Replace(symversions, "-r /dev/null >> lib/.b", "-r lib/b.symref >> lib/.b", 1))
	if err != nil {
		t.Fatal(err)
	}
	if g.Objects["lib/b.o"] != nil || g.Recipes["lib/b.o"] == nil {
		t.Errorf("objects %v, recipes %v", g.Objects, g.Recipes)
	}
}

func TestARecipeReadsWhatItsScriptsName(t *testing.T) {
	g, err := read(t, `Makefile:3: update target 'vmlinux' due to: vmlinux.o FORCE
set -e; trap 'rm -f vmlinux; trap - HUP; kill -s HUP $$' HUP; scripts/link.sh "ld"; printf '%s\n' 'cmd' > ./.vmlinux.cmd
Makefile:9: update target 'scripts/sort' due to: FORCE
gcc -o scripts/sort x.c
Makefile:5: update target 'vmlinux.a' due to: FORCE
ar cDPrST vmlinux.a a.o
`, "scripts/link.sh=#!/bin/sh\n# scripts/ignored is in a comment\n${LD} -T scripts/a.lds\n$srctree/scripts/more.sh ${NM}\n${objtree}/scripts/sort vmlinux.a modules\n",
		"scripts/more.sh=#!/bin/sh\n. include/config/auto.conf\n", "scripts/a.lds", "scripts/ignored", "include/config/auto.conf")
	if err != nil {
		t.Fatal(err)
	}
	got := g.Recipes["vmlinux"]
	if diff := cmp.Diff([]string{"include/config/auto.conf", "scripts/a.lds", "scripts/link.sh", "scripts/more.sh", "scripts/sort", "vmlinux.a"}, got.Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"LD": "ld", "NM": "nm"}, got.Environment); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestARecipeDoesNotReadWhatIsMadeOfItsTarget(t *testing.T) {
	g, err := read(t, `Makefile:3: update target 'vmlinux.unstripped' due to: vmlinux.o FORCE
scripts/link.sh vmlinux.unstripped
Makefile:9: update target 'vmlinux.o' due to: FORCE
ld -o vmlinux.o a.o
Makefile:5: update target 'vmlinux' due to: vmlinux.unstripped FORCE
objcopy vmlinux.unstripped vmlinux
Makefile:6: update target 'image' due to: vmlinux FORCE
objcopy vmlinux image
`, "scripts/link.sh=#!/bin/sh\nld vmlinux.o -o $1\n# In the end:\necho vmlinux; echo ./image\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"scripts/link.sh", "vmlinux.o"}, g.Recipes["vmlinux.unstripped"].Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

func TestARecipeReadsWhatItsEnvironmentNames(t *testing.T) {
	g, err := read(t, `Makefile:3: update target 'vmlinux' due to: target does not exist
scripts/link.sh -o vmlinux
`, "scripts/link.sh=#!/bin/sh\nld $FLAGS --script=$objtree/$LDS\n", "arch/x.lds", "include/all.h", "include/linux/x.h")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"arch/x.lds", "scripts/link.sh"}, g.Recipes["vmlinux"].Inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

func TestARecipeOfSeveralFilesMakesEach(t *testing.T) {
	const command = "scripts/asn1 lib/x.asn1 lib/x.asn1.c lib/x.asn1.h\n"
	g, err := read(t, "scripts/Makefile.build:4: update target 'lib/x.asn1.c' due to: lib/x.asn1 scripts/asn1\n"+command+
		"scripts/Makefile.build:4: update target 'lib/x.asn1.h' due to: lib/x.asn1 scripts/asn1\n"+command, "lib/x.asn1", "scripts/asn1")
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"lib/x.asn1.c", "lib/x.asn1.h"} {
		if diff := cmp.Diff([]string{"lib/x.asn1", "scripts/asn1"}, g.Recipes[target].Inputs); diff != "" {
			t.Errorf("%s (-want +got):\n%s", target, diff)
		}
	}
}

func TestARecipeMayMakeWhatNothingElseDoes(t *testing.T) {
	g, err := read(t, `scripts/Makefile.build:4: update target 'lib/x.asn1.c' due to: lib/x.asn1 scripts/asn1
scripts/asn1 -v1.2 lib/x.asn1 lib/x.asn1.c lib/x.asn1.h lib/made.h lib/there.h /tmp/none.h
(echo '#include "reg.h"'; cat lib/x.asn1) >> lib/x.asn1.c 2> lib/x.log
Makefile:2: update target 'lib/made.h' due to: FORCE
echo > lib/made.h
`, "lib/x.asn1", "scripts/asn1", "lib/there.h")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lib/x.asn1.h", "lib/x.log"}, g.Recipes["lib/x.asn1.c"].Beside); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The arguments of an action are lines.
func TestALineOfARecipeIsOne(t *testing.T) {
	g, err := read(t, "Makefile:2: update target 'certs.c' due to: certs.hex\n(echo a; \\\n cat certs.hex; \\\n ) > certs.c\n", "certs.hex")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{`(echo a; \`, ` cat certs.hex; \`, " ) > certs.c"}, g.Recipes["certs.c"].Lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARecipeCannotReadWhatItDoesNotName(t *testing.T) {
	elsewhere := t.TempDir()
	for name, tc := range map[string]struct {
		printed, want string
	}{
		"a script with a folder": {
			"kernel/Makefile:1: update target 'all.tar' due to: FORCE\nsh headers.sh all.tar\n",
			"all.tar (kernel/Makefile:1): headers.sh reads all of the folder include/, and a recipe has the files alone that it names",
		},
		"a folder": {
			"usr/Makefile:1: update target 'all.cpio' due to: FORCE\nsh archive.sh -o all.cpio include\n",
			"all.cpio (usr/Makefile:1): it reads all of the folder include, and",
		},
		"a folder of the machine": {
			"usr/Makefile:1: update target 'all.cpio' due to: FORCE\nsh archive.sh -o all.cpio " + elsewhere + "\n",
			"all.cpio (usr/Makefile:1): it reads " + elsewhere + " of this machine; put that into the sources",
		},
		"a file of the machine": {
			"drivers/Makefile:1: update target 'a.gen.S' due to: /lib/firmware/a.bin FORCE\necho .incbin > a.gen.S\n",
			"a.gen.S (drivers/Makefile:1): it is made of /lib/firmware/a.bin, a file of this machine; put it into the sources",
		},
	} {
		g, err := read(t, tc.printed, "include/x.h", "archive.sh=#!/bin/sh\n# include/ is not looked at\nmkdir -p include && sed s:^:include/: x\n", "headers.sh=#!/bin/sh\nfind \\\ninclude/\n")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range g.Recipes {
			if r.Unfit == nil || !strings.Contains(r.Unfit.Error(), tc.want) {
				t.Errorf("%s: error %v, want: %s", name, r.Unfit, tc.want)
			}
		}
	}
	g, err := read(t, "Makefile:1: update target 'include/made.h' due to: FORCE\nmkdir -p include/; echo '' include; gcc -I include /dev/null . > include/made.h\n", "include/x.h")
	if err != nil {
		t.Fatal(err)
	}
	if r := g.Recipes["include/made.h"]; r == nil || r.Unfit != nil {
		t.Errorf("recipe %v", r)
	}
}

func TestArchivesAreLists(t *testing.T) {
	g, err := read(t, `scripts/Makefile.build:1: update target 'fs/built-in.a' due to: fs/a.o fs/sub/built-in.a FORCE
set -e; rm -f fs/built-in.a;  printf "fs/%s " a.o sub/built-in.a | xargs ar cDPrST fs/built-in.a; printf '%s\n' 'cmd' > fs/.built-in.a.cmd
scripts/Makefile.build:2: update target 'lib/lib.a' due to: lib/b.o FORCE
rm -f lib/lib.a; ar cDPrsT lib/lib.a lib/b.o
Makefile:1: update target 'vmlinux.a' due to: built-in.a lib/lib.a FORCE
rm -f vmlinux.a; ar cDPrST vmlinux.a ./built-in.a lib/lib.a; ar mPiT $(ar t vmlinux.a | sed -n 1p) vmlinux.a $(ar t vmlinux.a | grep -F -f ./scripts/head.txt)
Makefile:2: update target 'copy.a' due to: vmlinux.a FORCE
cat vmlinux.a > copy.a
`)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]*Archive{
		"fs/built-in.a": {Path: "fs/built-in.a", Flags: "cDPrST", Members: []string{"fs/a.o", "fs/sub/built-in.a"}},
		"lib/lib.a":     {Path: "lib/lib.a", Flags: "cDPrsT", Members: []string{"lib/b.o"}},
		"vmlinux.a": {
			Path: "vmlinux.a", Flags: "cDPrST", Members: []string{"built-in.a", "lib/lib.a"},
			Further: []string{"ar mPiT $(ar t vmlinux.a | sed -n 1p) vmlinux.a $(ar t vmlinux.a | grep -F -f ./scripts/head.txt)"},
			Reads:   []string{"scripts/head.txt"},
		},
		"copy.a": {
			Path: "copy.a", Flags: "cDPrST", Members: []string{"built-in.a", "lib/lib.a"},
			Further: []string{"ar mPiT $(ar t copy.a | sed -n 1p) copy.a $(ar t copy.a | grep -F -f ./scripts/head.txt)"},
			Reads:   []string{"scripts/head.txt"},
		},
	}
	if diff := cmp.Diff(want, g.Archives); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const module = `scripts/Makefile.build:1: update target 'fs/fat/dir.o' due to: fs/fat/dir.c FORCE
gcc -DMODULE -c -o fs/fat/dir.o fs/fat/dir.c
scripts/Makefile.build:2: update target 'fs/fat/fat.mod' due to: FORCE
printf '%s\n'   dir.o | awk '!x[$0]++ { print("fs/fat/"$0) }' > fs/fat/fat.mod
scripts/Makefile.build:3: update target 'fs/fat/fat.o' due to: fs/fat/dir.o fs/fat/fat.mod FORCE
ld -r -o fs/fat/fat.o @fs/fat/fat.mod
scripts/Makefile.build:4: update target 'fs/fat/modules.order' due to: fs/fat/fat.o FORCE
{   echo fs/fat/fat.ko; :; } > fs/fat/modules.order
scripts/Makefile.build:4: update target 'modules.order' due to: fs/fat/modules.order FORCE
{   cat fs/fat/modules.order; :; } > modules.order
scripts/Makefile.modfinal:1: update target 'fs/fat/fat.mod.o' due to: fs/fat/fat.mod.c FORCE
gcc -c -o fs/fat/fat.mod.o fs/fat/fat.mod.c
scripts/Makefile.modfinal:2: update target 'fs/fat/fat.ko' due to: fs/fat/fat.o fs/fat/fat.mod.o FORCE
ld -r -T scripts/module.lds -o fs/fat/fat.ko fs/fat/fat.o fs/fat/fat.mod.o;  true
`

func TestModulesAreInTheirOrder(t *testing.T) {
	g, err := read(t, module)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Modules) != 1 {
		t.Fatalf("%d modules", len(g.Modules))
	}
	m := g.Modules[0]
	if m.Path != "fs/fat/fat" || g.OrderSuffix != ".ko" {
		t.Errorf("module %s, suffix %s", m.Path, g.OrderSuffix)
	}
	if diff := cmp.Diff([]string{"fs/fat/dir.o"}, m.Objects); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if m.Link == nil || m.Mod == nil || m.Final[len(m.Final)-1] != "fs/fat/fat.mod.o" {
		t.Errorf("link %v, .mod.o %v, final %v", m.Link, m.Mod, m.Final)
	}
}

func TestBTFIsAddedByTheCommandsAfterTheLink(t *testing.T) {
	g, err := read(t, strings.Replace(module, "fat.mod.o;  true", `fat.mod.o;  true
if [ ! -f vmlinux ]; then printf "Skipping %s\n" fs/fat/fat.ko 1>&2; else LLVM_OBJCOPY="objcopy" pahole -J -j --btf_base vmlinux fs/fat/fat.ko; ./tools/bpf/resolve_btfids -b vmlinux fs/fat/fat.ko; fi;`, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"LLVM_OBJCOPY=objcopy", "pahole", "-J", "-j", "--btf_base", "vmlinux", "fs/fat/fat.ko"},
		{"./tools/bpf/resolve_btfids", "-b", "vmlinux", "fs/fat/fat.ko"},
	}
	if diff := cmp.Diff(want, g.Modules[0].BTF); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARecipeReadsWhatItsScriptsKnowByAVariable(t *testing.T) {
	top := t.TempDir()
	write(t, top, "scripts/link.sh", "#!/bin/sh\nld ${LIBS}\n${RESOLVE} vmlinux\n")
	write(t, top, "tools/resolve", "")
	steps := maketrace.Steps("Makefile:3: update target 'vmlinux' due to: FORCE\nscripts/link.sh > vmlinux\n" +
		"Makefile:4: update target 'lib/lib.a' due to: FORCE\nar cDPrsT lib/lib.a lib/b.o\n")
	g, err := newGraph(top, steps, map[string]string{"LIBS": "lib/lib.a other", "RESOLVE": "./tools/resolve"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"lib/lib.a", "scripts/link.sh", "tools/resolve"}, g.Recipes["vmlinux"].Inputs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAStepThatIsNotUnderstoodIsAnError(t *testing.T) {
	for name, tc := range map[string]struct{ printed, want string }{
		"a module that is stripped": {
			strings.Replace(module, "fat.mod.o;  true", "fat.mod.o; strip -g fs/fat/fat.ko", 1),
			"fs/fat/fat.ko (scripts/Makefile.modfinal:2): what makes a module of the kernel's tree is not a link",
		},
		"a module without .mod": {
			strings.Replace(module, "fat.mod'", "tar.mod'", 1),
			"fs/fat/fat.ko (modules.order): Kbuild lists the module",
		},
		"no shell text": {
			"Makefile:1: update target 'a.x' due to: FORCE\ntrap 'rm -f a.x; trap - HUP'; if ( $(\n",
			"a.x (Makefile:1): its recipe is no shell text that could be read",
		},
	} {
		if _, err := read(t, tc.printed); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// gnuMake is the SDK's, as a program that can call itself; the machine's outside
// of Bazel.
func gnuMake(t *testing.T) string {
	t.Helper()
	if os.Getenv("SDK") == "" {
		program, err := exec.LookPath("make")
		if err != nil {
			t.Skip("there is no make on this machine; Bazel runs this test with that of an SDK")
		}
		return program
	}
	description, err := runfiles.Rlocation(os.Getenv("SDK"))
	if err != nil {
		t.Fatal(err)
	}
	sdk, err := kbuildsdk.Open(description)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "make")
	script := "#!/bin/sh\nexec " + kbuildsdk.Quote(sdk.MakeCommand(program)) + " \"$@\"\n"
	if err := os.WriteFile(program, []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	return program
}

// A dry run of a Makefile whose sub-make wants what only a real build makes.
func TestADryRunSeesPastWhatIsNotMade(t *testing.T) {
	program := gnuMake(t)
	top := t.TempDir()
	write(t, top, "Makefile", `
all: whole
	$(MAKE) -f second
whole: part
	set -e; trap 'rm -f whole; trap - HUP; kill -s HUP $$$$' HUP; cat part > whole
part: source
	cp source part
FORCE:
`)
	write(t, top, "second", `
all: end
end: whole FORCE
	+set -e; trap 'rm -f end; trap - HUP; kill -s HUP $$$$' HUP; cp whole end
	+echo > .end.cmd
FORCE:
`)
	write(t, top, "source", "")
	make := func(args ...string) (string, error) {
		cmd := exec.Command(program, args...)
		cmd.Dir = top
		out, err := cmd.Output()
		return string(out), err
	}
	said, err := Ask(top, make, []string{"sh"}, []string{"all"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, s := range said.Steps {
		targets = append(targets, s.Target)
	}
	if diff := cmp.Diff([]string{"part", "whole", "end"}, targets); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	entries, err := os.ReadDir(top)
	if err != nil || len(entries) != 3 {
		t.Errorf("the tree is left with %v (%v)", entries, err)
	}
}

// What the compiler made of headers, and what follows from that, is made by the
// build; what was made of nothing else is left alone. A folder that a sub-make came
// to the end of is not asked again.
func TestWhatTheBuildIsToMakeIsASecondTimeAStep(t *testing.T) {
	program := gnuMake(t)
	top := t.TempDir()
	write(t, top, "Makefile", `
all: version.h
	$(MAKE) -f Makefile.build obj=.
	$(MAKE) -f Makefile.end
version.h: FORCE
	echo 1 > version.h
FORCE:
`)
	write(t, top, "Makefile.build", `
all: offsets.h object
offsets.s: source
	gcc -S -o offsets.s source
offsets.h: offsets.s FORCE
	sed p < offsets.s > offsets.h
object: FORCE
	cp source object
FORCE:
`)
	write(t, top, "Makefile.end", "end: object\n\tcp object end\n")
	for _, file := range []string{"source", "version.h", "offsets.s", "offsets.h"} {
		write(t, top, file, "")
	}
	asked := 0
	make := func(args ...string) (string, error) {
		cmd := exec.Command(program, append(args, "--no-print-directory")...)
		cmd.Dir = top
		out, err := cmd.Output()
		asked += strings.Count(string(out), "cp source object")
		return string(out), err
	}
	said, err := Ask(top, make, []string{"sh"}, []string{"all"}, []string{"offsets.s"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := Read(top, said)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"offsets.s", "offsets.h"}, g.Anew); diff != "" {
		t.Errorf("what is made by the build (-want +got):\n%s", diff)
	}
	for target, want := range map[string]bool{"offsets.s": true, "offsets.h": true, "object": true, "end": true, "version.h": false} {
		if got := g.Recipes[target] != nil; got != want {
			t.Errorf("%s is a step: %v", target, got)
		}
	}
	for file, want := range map[string]bool{"offsets.s": false, "offsets.h": false, "version.h": true} {
		if _, err := os.Stat(filepath.Join(top, file)); (err == nil) != want {
			t.Errorf("%s is there: %v", file, !want)
		}
	}
	if asked != 1 {
		t.Errorf("the folder said %d times what it makes", asked)
	}
}

// A tree in which make is not asked again, since what it would say is known, is
// left as one in which it is.
func TestWhatMakeSaidIsRepeated(t *testing.T) {
	top := t.TempDir()
	for _, file := range []string{"offsets.s", "include/offsets.h", "include/version.h"} {
		write(t, top, file, "")
	}
	said := &Said{
		Steps: []maketrace.Step{{Target: "offsets.s"}, {Target: "include/offsets.h"}, {Target: "new/folder/x.o"}},
		Anew:  []string{"include/offsets.h", "offsets.s"},
	}
	if err := said.Repeat(top); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]bool{"offsets.s": false, "include/offsets.h": false, "include/version.h": true, "new/folder": true, "new/folder/x.o": false} {
		if _, err := os.Stat(filepath.Join(top, file)); (err == nil) != want {
			t.Errorf("%s is there: %v", file, !want)
		}
	}
}
