// Package hermetic builds the same modules twice, as far apart as one machine allows, and compares every byte of what comes out.
package hermetic

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

// The modules of examples/stack: C and assembly, exports from one to another, a namespace; and a generated header.
const workspace = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
use_repo(kernel, "linux_6_12")
-- stack/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_headers", "kernel_module")

kernel_headers(
    name = "api",
    hdrs = ["include/stack.h"],
    includes = ["include"],
)

genrule(
    name = "nonce",
    outs = ["nonce.h"],
    cmd = "echo '#define NONCE \"%s\"' > $@",
)

kernel_module(
    name = "stack_core",
    srcs = ["core.c", "mix.S", "mix.h", ":nonce"],
    kernel = "@linux_6_12//:sdk",
    deps = [":api"],
)

kernel_module(
    name = "stack_user",
    srcs = ["user.c", "stats.c", ":nonce"],
    kernel = "@linux_6_12//:sdk",
    deps = [":api", ":stack_core"],
)
-- control/BUILD.bazel --
genrule(
    name = "programs",
    outs = ["programs.txt"],
    cmd = "for program in %s; do if $$program --version; then echo $$program can be run >&2; exit 1; fi; done; : > $@",
)

genrule(
    name = "network",
    outs = ["network.txt"],
    cmd = "if (: 3<> /dev/tcp/127.0.0.1/%d); then echo the network can be reached >&2; exit 1; fi; : > $@",
)
`

// Programs of the machine that a build of a module may be tempted to run. The last is on every machine, so that blocking it shows that
// blocking works.
var blocked = []string{
	"/usr/bin/gcc", "/usr/bin/cc", "/usr/bin/cpp", "/usr/bin/as", "/usr/bin/ld", "/usr/bin/ld.bfd", "/usr/bin/objcopy", "/usr/bin/nm",
	"/usr/bin/strip", "/usr/bin/pahole", "/usr/bin/make", "/usr/bin/python3", "/usr/bin/perl", "/usr/bin/tac",
}

// Whatever the modules' actions make is to be had afterwards, from a cache too.
var everything = []string{
	"--output_groups=default,mod,symvers,ksyms,mod_c,objects,packs,compile_commands", "--remote_download_outputs=all",
}

func TestTwoBuildsFarApartMakeTheSameBytes(t *testing.T) {
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer outside.Close()
	// Unique, so that no cache has the units' objects.
	archive := fmt.Sprintf(workspace, fmt.Sprint(time.Now().UnixNano()), strings.Join(blocked, " "), outside.Addr().(*net.TCPAddr).Port)

	// Once as a user builds.
	one := bazeltesting.New(t, archive)
	addSources(t, one)
	one.CopySDK("linux_6_12")
	log := one.Build(append(everything, "//stack:all")...)
	wantModuleActions(t, "the first build", log)
	if executed := log.Executed().Mnemonic("KernelCompile"); len(executed) != 4 {
		t.Errorf("in the first build ran %q", executed.Outputs())
	}
	first := outputs(t, one)

	// The other configuration shares all actions.
	log = one.Build(append(everything, "-c", "opt", "//stack:all")...)
	wantModuleActions(t, "the build for opt", log)
	if executed := moduleActions(log).Executed(); len(executed) != 0 {
		t.Errorf("for opt, after the same for fastbuild, ran %q", executed.Outputs())
	}
	compare(t, "for fastbuild and opt", first, outputs(t, one))

	// Once in other and longer folders, with an SDK of its own making, no cache, another configuration whose name stays in all paths, and
	// without the machine's programs.
	other := bazeltesting.New(t, archive)
	addSources(t, other)
	longer := filepath.Join(other.Dir+"-in-a-folder-of-another-length", "below", "others")
	if err := os.MkdirAll(filepath.Dir(longer), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other.Dir, longer); err != nil {
		t.Fatal(err)
	}
	other.Dir, other.OutputRoot = longer, filepath.Join(other.OutputRoot, "outputs", "elsewhere")
	args := append(everything, "-c", "opt", "--experimental_output_paths=off", "--modify_execution_info=Kernel.*=+no-cache")
	for _, program := range blocked {
		args = append(args, "--sandbox_block_path="+program)
	}
	log = other.Build(append(args, "//stack:all", "//control:all")...)
	wantModuleActions(t, "the second build", log.Executed())
	for _, action := range moduleActions(log) {
		if action.Runner != "linux-sandbox" {
			t.Errorf("%s %s ran in %s", action.Mnemonic, action.TargetLabel, action.Runner)
		}
		if len(action.Environment) != 0 {
			t.Errorf("%s %s gets variables from its environment: %v", action.Mnemonic, action.TargetLabel, action.Environment)
		}
	}
	compare(t, "in two folders", first, outputs(t, other))

	// Outside of an action both can be had.
	for _, command := range []string{
		blocked[len(blocked)-1] + " --version",
		fmt.Sprintf(": 3<> /dev/tcp/127.0.0.1/%d", outside.Addr().(*net.TCPAddr).Port),
	} {
		if said, err := exec.Command("/bin/bash", "-c", command).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", command, err, said)
		}
	}
}

// addSources copies examples/stack's sources; each unit gets the nonce.
func addSources(t *testing.T, w *bazeltesting.Workspace) {
	t.Helper()
	for _, name := range []string{"core.c", "mix.S", "mix.h", "stats.c", "user.c", "include/stack.h"} {
		text, err := os.ReadFile(filepath.Join(bazeltesting.Checkout(t), "examples", "stack", name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".c") {
			text = append(text, "\n#include \"nonce.h\"\nstatic const char nonce[] __attribute__((used)) = NONCE;\n"...)
		}
		if name == "mix.S" {
			text = append(text, "\n#include \"nonce.h\"\n\t.section .rodata\n\t.asciz NONCE\n"...)
		}
		w.Write("stack/"+name, string(text))
	}
}

func moduleActions(log bazeltesting.Log) bazeltesting.Log {
	var actions bazeltesting.Log
	for _, action := range log {
		if strings.HasPrefix(action.Mnemonic, "Kernel") && strings.HasPrefix(action.TargetLabel, "//stack:") {
			actions = append(actions, action)
		}
	}
	return actions
}

// wantModuleActions checks that a log has each of the actions that the two modules take.
func wantModuleActions(t *testing.T, what string, log bazeltesting.Log) {
	t.Helper()
	got := map[string]int{}
	for _, action := range moduleActions(log) {
		got[action.Mnemonic]++
	}
	want := map[string]int{
		"KernelSlice": 2, "KernelCompile": 4, "KernelLink": 2, "KernelScan": 2, "KernelSymversSlice": 2, "KernelModpost": 2,
		"KernelModC": 4, "KernelModuleLink": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions of %s (-want +got):\n%s", what, diff)
	}
}

// outputs returns the digest of every file that the last build made for the modules and the SDK.
func outputs(t *testing.T, w *bazeltesting.Workspace) map[string]string {
	t.Helper()
	top, err := filepath.EvalSymlinks(filepath.Join(w.Dir, "bazel-bin"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(top, "external", "*kernel*linux_6_12"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%s has outputs of %d SDKs", top, len(folders))
	}
	digests := map[string]string{}
	for _, folder := range append(folders, filepath.Join(top, "stack")) {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			// Files of parameters name other files in the words of the configuration.
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".params") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			name, err := filepath.Rel(top, path)
			digests[name] = fmt.Sprintf("%x", sha256.Sum256(data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{
		"stack/stack_core.ko", "stack/stack_core.mod", "stack/stack_core.symvers", "stack/stack_core.ksyms",
		"stack/_objs/stack_core/mix.pack", "stack/_objs/stack_core/mix.o", "stack/stack_user.compile_commands.json",
	} {
		if digests[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	return digests
}

func compare(t *testing.T, where string, one, other map[string]string) {
	t.Helper()
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("outputs of the same sources, built %s, differ:\n%s", where, diff)
	}
}
