package kerneltree

import (
	"os"
	"path/filepath"
	"testing"
)

func TestIsSettled(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"Makefile", "vmlinux"} {
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tree := &Tree{Dir: dir, Description: Description{Programs: map[string]Program{
		"gcc-12": {Path: sdkWord + "/gcc"}, "ld": {Path: sdkWord + "/ld"}, "make": {Path: sdkWord + "/make"},
		"head": {Path: host + "/head"}, "grep": {Path: host + "/grep"}, "cat": {Path: host + "/cat"}, "python3": {Path: host + "/python3"},
	}}}
	environment := []string{"CC=gcc-12", "srctree=."}
	success := func(command string) string { return "{ " + command + `; } >/dev/null 2>&1 && echo "y" || echo "n"` }
	for _, command := range []string{
		success(`trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; gcc-12 -Werror  -fno-x -c -x c /dev/null -o .tmp_$$/tmp.o`),
		success(`trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; gcc-12 -Werror --param tsan-x=1 -mllvm -x -c -x c /dev/null -o .tmp_$$/tmp.o`),
		success(`gcc-12 -Werror -fseed-file=/dev/null -c -x c /dev/null -o /dev/null`),
		success(`printf "%b\n" "vpmovm2b %k1,%zmm5 # a/b" | gcc-12  -c -x assembler-with-cpp -o /dev/null -`),
		success(`echo 'int foo(int *x) { asm goto (".long (%l[bar]) - .": "+m"(*x) ::: bar); return *x; bar: return 0; }' | $CC -x c - -c -o /dev/null`),
		success(`env "CC=gcc-12" "LD=ld" ./scripts/tools-support-relr.sh`),
		success(`ld -v --gc-sections`),
		success(`ld --help | head -n 1 | grep -qi llvm`),
		success(`command -v gcc-12`),
		"expr 160200 / 10000",
		success(`test -z "GCC 120200"`),
		success(`[ "BFD" = LLD ]`),
		"./scripts/cc-version.sh gcc-12",
		treeWord + "/scripts/cc-version.sh gcc-12",
		"$srctree/scripts/ld-version.sh ld",
		"set -- GCC 120200 && echo $2",
	} {
		if !tree.isSettled(command, environment) {
			t.Errorf("%s is asked each time", command)
		}
	}
	for _, command := range []string{
		success(`test -e plugin/include/plugin-version.h`),
		success(`test -f vmlinux`),
		success(`[ -d "folder" ]`),
		success(`gcc-12 -c init/main.c -o /dev/null`),
		success(`gcc-12 -c main.c -o /dev/null`),
		success(`gcc-12 -Iinclude -E - -o /dev/null`),
		success(`gcc-12 -include header -E -x c /dev/null`),
		success(`gcc-12 -E -x c vmlinux`),
		success(`gcc-12 @options`),
		success(`gcc-12 -E -x c $FILE`),
		success(`gcc-12 -E -x c $(echo main)`),
		success("gcc-12 -E -x c `echo main`"),
		success(`gcc-12 -E -x c - <header`),
		success(`gcc-12 -E -x c *`),
		success(`echo '#include <linux/kernel.h>' | gcc-12 -E -`),
		success(`echo '.incbin "vmlinux"' | gcc-12 -c -x assembler -o /dev/null -`),
		success(`ld -T script`),
		success(`./scripts/check.sh include/linux/kernel.h`),
		success(`./scripts/../check.sh`),
		success(`./arch/x86/tools/check.sh gcc-12`),
		success(`cat version`),
		success(`grep -rq option`),
		success(`grep -q option Makefile`),
		success(`env FILE=a/b ./scripts/check.sh`),
		success(`env cat version`),
		success(`rm -rf vmlinux`),
		success(`trap "cat version" EXIT`),
		success(`mkdir .tmp_$$/../folder`),
		success(`for file in x; do gcc-12 -E $file; done`),
		success(`gcc-12() { cat version; }; gcc-12`),
		success(`PATH=bin gcc-12`),
		success(`make -s kernelversion`),
		success(`python3 -c 'open("version")'`),
		"rustc --version 2>/dev/null",
		"gcc-12 -v >log",
		"cat <<E\n$x\nE\n",
		"if",
	} {
		if tree.isSettled(command, environment) {
			t.Errorf("%s is taken to depend on no file", command)
		}
	}
}
