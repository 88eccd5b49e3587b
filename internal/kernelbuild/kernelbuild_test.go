package kernelbuild

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/kernelgraph"
	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
	"github.com/rules-kbuild/rules_kbuild/internal/maketrace"
)

// tree is a small kernel: two objects of one folder with the same command but for a
// word, one of a source that is made, a module of two parts, and the links.
func tree(t *testing.T) (string, *kernelgraph.Graph) {
	t.Helper()
	top := t.TempDir()
	for file, text := range map[string]string{
		".config":                       "CONFIG_MODULES=y\nCONFIG_OTHER=y\n",
		"include/config/auto.conf":      "CONFIG_MODULES=y\n",
		"include/generated/autoconf.h":  "#define CONFIG_MODULES 1\n",
		"kernel.json":                   "{}",
		"include/config/kernel.release": "6.1.0\n",
		"include/linux/x.h":             "#include <generated/bounds.h>\n",
		"init/bounds.c":                 "#include <linux/x.h>\n",
		"init/beside.h":                 "",
		"init/main.c":                   "#include <linux/x.h>\n#include \"private.h\"\n",
		"init/private.h":                "",
		"init/do.c":                     "#include \"table.h\"\nEXPORT_SYMBOL(f);\n",
		"init/gen.c":                    "",
		"fs/fat/dir.c":                  "", "fs/fat/file-x.c": "",
		".module-common.c": "", "scripts/module.lds": "", linkScript: "", "arch/x86/boot/Makefile": "",
	} {
		to := filepath.Join(top, file)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cc := func(path, modname string, more ...string) *kernelgraph.Object {
		base := strings.TrimSuffix(filepath.Base(path), ".o")
		words := append([]string{"gcc", "-nostdinc", "-I./include", "-O2", "-Wall", "-std=gnu11"}, more...)
		words = append(words, `-DKBUILD_BASENAME="`+maketrace.KbuildName(base)+`"`, `-DKBUILD_MODNAME="`+modname+`"`, "-c", "-o", path, strings.TrimSuffix(path, "o")+"c")
		return &kernelgraph.Object{Path: path, Source: strings.TrimSuffix(path, "o") + "c", Command: words}
	}
	g := &kernelgraph.Graph{
		Objects: map[string]*kernelgraph.Object{
			"init/main.o":       cc("init/main.o", "main"),
			"init/do.o":         cc("init/do.o", "do", "-fshort-wchar"),
			"fs/fat/dir.o":      cc("fs/fat/dir.o", "fat", "-DMODULE"),
			"fs/fat/file-x.o":   cc("fs/fat/file-x.o", "fat", "-DMODULE"),
			"fs/fat/fat.mod.o":  cc("fs/fat/fat.mod.o", "fat", "-DMODULE"),
			".vmlinux.export.o": cc(".vmlinux.export.o", ".vmlinux.export"),
			".module-common.o":  cc(".module-common.o", ".module-common", "-DMODULE"),
		},
		Archives: map[string]*kernelgraph.Archive{
			"init/built-in.a": {Path: "init/built-in.a", Flags: "cDPrST", Members: []string{"init/main.o", "init/do.o"}},
			"vmlinux.a":       {Path: "vmlinux.a", Flags: "cDPrST", Members: []string{"init/built-in.a"}},
		},
		Recipes: map[string]*kernelgraph.Recipe{
			"init/table.h": {Target: "init/table.h", Lines: []string{"init/gen > init/table.h"}, Inputs: []string{"init/gen"}},
			"init/gen": {Target: "init/gen", Lines: []string{"hostcc -o init/gen init/gen.c"}, Inputs: []string{"init/gen.c"},
				Sources: []*kernelgraph.Object{{Path: "init/gen", Source: "init/gen.c", Command: []string{"hostcc", "-o", "init/gen", "init/gen.c"}}}},
			"include/generated/bounds.h": {Target: "include/generated/bounds.h", Lines: []string{"sed p < init/bounds.s > include/generated/bounds.h"}, Inputs: []string{"init/bounds.s"}},
			"init/bounds.s": {Target: "init/bounds.s", Lines: []string{"gcc -I./include -S -o init/bounds.s init/bounds.c"}, Inputs: []string{"init/bounds.c"},
				Sources: []*kernelgraph.Object{{Path: "init/bounds.s", Source: "init/bounds.c", Command: []string{"gcc", "-I./include", "-S", "-o", "init/bounds.s", "init/bounds.c"}}}},
			"vmlinux.o":         {Target: "vmlinux.o", Lines: []string{"ld -r -o vmlinux.o vmlinux.a"}, Inputs: []string{"vmlinux.a"}},
			"vmlinux":           {Target: "vmlinux", Lines: []string{"scripts/link-vmlinux.sh ld vmlinux"}, Inputs: []string{".vmlinux.export.o", linkScript, "vmlinux.o"}},
			"arch/x86/boot/img": {Target: "arch/x86/boot/img", Lines: []string{"objcopy vmlinux arch/x86/boot/img"}, Inputs: []string{"vmlinux"}},
			"unused.h":          {Target: "unused.h", Lines: []string{"echo > unused.h"}},
		},
		Anew:        []string{"init/bounds.s", "include/generated/bounds.h"},
		OrderSuffix: ".ko",
		Modpost:     []string{"scripts/mod/modpost", "-E", "-o", "Module.symvers", "-T", "-", "vmlinux.o"},
	}
	g.Modules = []*kernelgraph.Module{{
		Path: "fs/fat/fat", Objects: []string{"fs/fat/dir.o", "fs/fat/file-x.o"}, Mod: g.Objects["fs/fat/fat.mod.o"],
		Link:  &kernelgraph.Link{Path: "fs/fat/fat.o", Command: []string{"ld", "-r", "-o", "fs/fat/fat.o", "@fs/fat/fat.mod"}},
		Final: []string{"ld", "-r", "-T", "scripts/module.lds", "-o", "fs/fat/fat.ko", "fs/fat/fat.o", "fs/fat/fat.mod.o", ".module-common.o"},
	}}
	return top, g
}

func moduleBuild() *ModuleBuild {
	return &ModuleBuild{
		Tree: "usr/src/linux", Arch: "x86", Cwd: "usr/src/linux", Src: "%{M}",
		Config:       map[string]string{"MODULES": "y", "RETPOLINE": "y"},
		LinkFiles:    []string{"scripts/module.lds"},
		ModpostFlags: []string{"-E"},
		Programs:     map[string]string{"objtool": "tools/objtool/objtool"},
		Templates:    map[string][]string{"cc": {"gcc", "-c", "-o", "%{obj}.o", "%{obj}.c"}},
	}
}

func TestBuildFilesAreThoseOfTestdata(t *testing.T) {
	top, g := tree(t)
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Rules: "@rules_kbuild", Src: "usr/src/linux", SDK: "@linux_6_1//:sdk", Config: "@linux_config", Modules: moduleBuild()})
	if err != nil {
		t.Fatal(err)
	}
	var written []string
	err = filepath.WalkDir(top, func(file string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Base(file) != "BUILD.bazel" {
			return err
		}
		name, _ := filepath.Rel(top, filepath.Dir(file))
		written = append(written, name)
		got, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		golden := filepath.Join("testdata", name, "BUILD.golden")
		if os.Getenv("UPDATE") != "" {
			os.MkdirAll(filepath.Dir(golden), 0o777)
			return os.WriteFile(golden, got, 0o666)
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", golden, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{".", "arch/x86/boot", "fs/fat", "init"}, written); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	entries, err := os.ReadDir(filepath.Join(top, privateHeaders, "init"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "private.h" {
		t.Errorf("%s/init has %v (%v); init/private.h alone is included and in no folder of headers", privateHeaders, entries, err)
	}
}

func TestWhatKconfigMadeIsOfAnotherRepository(t *testing.T) {
	top, g := tree(t)
	g.Recipes["vmlinux"].Inputs = append(g.Recipes["vmlinux"].Inputs, "include/config/auto.conf")
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Config: "@linux_config", Modules: moduleBuild()})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "BUILD.bazel"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`dotconfig = "@linux_config//:.config"`,
		`"@linux_config//:include/generated/autoconf.h": "include/generated/autoconf.h"`,
		`        "@linux_config//:include/config/auto.conf",`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	for _, file := range []string{".config", "include/config/auto.conf", "include/generated/autoconf.h"} {
		if strings.Contains(string(text), `":`+file+`"`) || strings.Contains(string(text), `"//:`+file+`"`) {
			t.Errorf("%s is named as a file of the tree in\n%s", file, text)
		}
	}
}

// As a compiler of ASN.1 makes a source and its header: make says it of the
// source alone.
func TestWhatARecipeMakesBesideIsMadeIfASourceIncludesIt(t *testing.T) {
	top, g := tree(t)
	for file, text := range map[string]string{"init/main.c": "#include \"do.asn1.h\"\n", "init/do.asn1": ""} {
		if err := os.WriteFile(filepath.Join(top, file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	g.Recipes["init/do.c"] = &kernelgraph.Recipe{
		Target: "init/do.c", Lines: []string{"asn1 init/do.asn1 init/do.c init/do.asn1.h init/do.asn1.h.old"}, Inputs: []string{"init/do.asn1"},
		Beside: []string{"init/do.asn1.h", "init/do.asn1.h.old"},
	}
	if err := os.Remove(filepath.Join(top, "init/do.c")); err != nil {
		t.Fatal(err)
	}
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild()})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(top, "init/BUILD.bazel"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, want := range []string{`    name = "do.asn1.h",
    srcs = [":do.asn1"],
    lines = ["asn1 init/do.asn1 init/do.c init/do.asn1.h init/do.asn1.h.old"],`, `srcs = [":main.c"],
    outs = ["main.o"],
    hdrs = [":do.asn1.h"],`, `srcs = [":do.c"],
    outs = ["do.o"],
    hdrs = [":do.asn1.h"],`} {
		if !strings.Contains(text, want) {
			t.Errorf("it has no %s:\n%s", want, text)
		}
	}
	if strings.Contains(text, `"do.asn1.h.old"`) {
		t.Errorf("nothing includes do.asn1.h.old:\n%s", text)
	}
}

func TestObjectsThatExportHaveCRCsIfModpostReadsThem(t *testing.T) {
	top, g := tree(t)
	g.Genksyms = []string{"scripts/genksyms/genksyms", "-r", "/dev/null"}
	if err := os.WriteFile(filepath.Join(top, "init/main.c"), []byte("EXPORT_SYMBOL(g);\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, o := range g.Objects {
		o.Preprocess = []string{"gcc", "-E", "-D__GENKSYMS__", "-O2", `-DKBUILD_MODNAME="x"`, o.Source}
	}
	g.Objects["init/do.o"].Preprocess = append(g.Objects["init/do.o"].Preprocess, "-xc")
	if err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild()}); err != nil {
		t.Fatal(err)
	}
	for file, wants := range map[string][]string{
		"init/BUILD.bazel": {`symversions = {"main.o": "cpp"}`, `symversions = {"do.o": "cpp_1"}`},
		"BUILD.bazel": {`"genksyms": [`, `":scripts/genksyms/genksyms": "scripts/genksyms/genksyms"`, `archive = ":vmlinux.a",
    export_c = ".vmlinux.export.c",
    objects = [
        "//init:do_object",
        "//init:objects",
    ]`},
	} {
		text, err := os.ReadFile(filepath.Join(top, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %s:\n%s", file, want, text)
			}
		}
	}
}

func TestAKernelWithoutModulesHasVmlinuxAlone(t *testing.T) {
	top, g := tree(t)
	g.Modules = nil
	g.Recipes["vmlinux"].Inputs = []string{"vmlinux.o"}
	how := &ModuleBuild{Tree: "usr/src/linux", Arch: "x86", Cwd: "usr/src/linux", Src: "%{M}"}
	if err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: how}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(top, "BUILD.bazel"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if strings.Contains(text, "kernel_intree_modules") || strings.Contains(text, "templates") || strings.Contains(text, `modules = ":modules"`) {
		t.Errorf("it says of modules:\n%s", text)
	}
	for _, want := range []string{`vmlinux_symvers = ":vmlinux.symvers"`, "kernel_vmlinux_exports("} {
		if !strings.Contains(text, want) {
			t.Errorf("it has no %s:\n%s", want, text)
		}
	}
}

func TestModulesAreSignedIfTheConfigurationSaysSo(t *testing.T) {
	top, g := tree(t)
	if err := os.WriteFile(filepath.Join(top, ".config"), []byte("CONFIG_MODULE_SIG_ALL=y\nCONFIG_MODULE_SIG_KEY=\"certs/key.pem\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	how := moduleBuild()
	for all, want := range map[string]string{
		"y": `sign_file = ":scripts/sign-file",
    signing_certificate = ":certs/signing_key.x509",
    signing_hash = "sha512",
    signing_key = ":certs/key.pem",
`,
		"": "",
	} {
		how.Config["MODULE_SIG_ALL"], how.Config["MODULE_SIG_HASH"] = all, "sha512"
		if err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: how}); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(top, "BUILD.bazel"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) || want == "" && strings.Contains(string(text), "sign_file") {
			t.Errorf("MODULE_SIG_ALL=%s:\n%s", all, text)
		}
	}
}

func TestWhatAddsBTFIsWhereTheDescriptionSays(t *testing.T) {
	top, g := tree(t)
	g.Modules[0].BTF = [][]string{
		{"LLVM_OBJCOPY=objcopy", "pahole", "-J", "--btf_base", "vmlinux", "fs/fat/fat.ko"},
		{"./tools/resolve", "-b", "vmlinux", "fs/fat/fat.ko"},
	}
	programs := &kerneltree.Description{
		Programs: map[string]kerneltree.Program{
			"pahole":  {Path: "%{tree}/.host/pahole", Loader: "host"},
			"objcopy": {Path: "%{sdk}/objcopy", Loader: "sdk"},
		},
		Loaders: map[string]kerneltree.Loader{"host": {LibraryPath: []string{"%{tree}/.host/lib"}}, "sdk": {LibraryPath: []string{"%{sdk}/lib"}}},
	}
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild(), Programs: programs})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "BUILD.bazel"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`btf_libraries = ["%{tree}/.host/lib"]`,
		`btf_programs = {":tools/resolve": "./tools/resolve"}`,
		`"objcopy": "%{sdk}/objcopy",`,
		`"pahole": "%{tree}/.host/pahole",`,
		`vmlinux = ":vmlinux"`,
		`"%{obj}.ko"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("it has no %s:\n%s", want, text)
		}
	}
}

func TestAKernelMayHaveNoModuleThoughItCouldLoadSome(t *testing.T) {
	top, g := tree(t)
	g.Modules, g.OrderSuffix = nil, ""
	if err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild()}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "BUILD.bazel"))
	if err != nil || !strings.Contains(string(text), "kernel_intree_modules(\n    name = \"modules\",\n    tree") {
		t.Errorf("no modules together (%v):\n%s", err, text)
	}
}

func TestAnImageThatNothingMakesIsAnError(t *testing.T) {
	top, g := tree(t)
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/none", Src: "usr/src/linux", Modules: moduleBuild()})
	if err == nil || !strings.Contains(err.Error(), "arch/x86/boot/none") {
		t.Errorf("error %v", err)
	}
}

func TestAKernelWithoutWhatRulesNeedIsAnError(t *testing.T) {
	unfit := &kernelgraph.Error{Target: "x", Makefile: "Makefile:1", Reason: "it reads all"}
	for want, change := range map[string]func(g *kernelgraph.Graph){
		"x (Makefile:1): it reads all": func(g *kernelgraph.Graph) {
			g.Recipes["unused.h"].Unfit = &kernelgraph.Error{Target: "unused.h"} // nothing needs it
			g.Recipes["vmlinux.o"].Unfit = unfit
		},
		"make makes no vmlinux.a":             func(g *kernelgraph.Graph) { delete(g.Archives, "vmlinux.a") },
		"make does not say how to make vmlin": func(g *kernelgraph.Graph) { delete(g.Recipes, "vmlinux") },
	} {
		top, g := tree(t)
		change(g)
		err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want: %s", err, want)
		}
	}
}

func TestModulesLinkedInTwoWaysAreAnError(t *testing.T) {
	top, g := tree(t)
	other := *g.Modules[0]
	other.Path = "fs/fat/tar"
	other.Final = []string{"ld", "-r", "-o", "fs/fat/tar.ko", "fs/fat/tar.o"}
	g.Modules = append(g.Modules, &other)
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild()})
	if err == nil || !strings.Contains(err.Error(), "fs/fat/tar.ko: it is not linked by the command") {
		t.Errorf("error %v", err)
	}
}

// What is written of sources that are edited holds whatever they include and export
// afterwards.
func TestSourcesThatAreEditedHaveAllThatLiesBesideThem(t *testing.T) {
	top, g := tree(t)
	elsewhere := t.TempDir()
	header := filepath.Join(elsewhere, "private.h")
	if err := os.WriteFile(header, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(top, "init/private.h")
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(header, link); err != nil {
		t.Fatal(err)
	}
	err := Write(Request{Top: top, Graph: g, Image: "arch/x86/boot/img", Src: "usr/src/linux", Modules: moduleBuild(), Edited: true})
	if err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(filepath.Join(top, privateHeaders, "init/private.h")); target != header {
		t.Errorf("init/private.h leads to %q (%v), want %s", target, err, header)
	}
	if _, err := os.Stat(filepath.Join(top, privateHeaders, "init/beside.h")); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(top, "init/BUILD.bazel"))
	if err != nil || strings.Count(string(text), "edited = True,") != 2 {
		t.Errorf("both objects may come to export a symbol:\n%s (%v)", text, err)
	}
}

func TestACommandIsWrittenAsWhatDiffersFromAnother(t *testing.T) {
	base := strings.Fields("gcc -a -b -c -d -e -f")
	for command, want := range map[string]string{
		"gcc -a -b -c -d -e -f":       "%{cc:0-7}",
		"gcc -a -b -new -c -d -e -f":  "%{cc:0-3} -new %{cc:3-7}",
		"gcc -a -e -f":                "gcc -a -e -f",
		"as -x":                       "as -x",
		"gcc -a -b -c -f -d -e -last": "%{cc:0-4} -f -d -e -last",
	} {
		got := strings.Join(against("cc", base, strings.Fields(command)), " ")
		if got != want {
			t.Errorf("%s: %s, want %s", command, got, want)
		}
	}
}
