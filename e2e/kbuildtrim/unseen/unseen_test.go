// Package unseen runs Kbuild's own trimming on the modules of e2e/trim, which import weakly and by symbol_get(), and says what it loses.
package unseen

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
	"github.com/rules-kbuild/rules_kbuild/internal/toolchain"
)

// used are the provider's exports that the consumer uses: trim_weak weakly, trim_by_name by symbol_get().
var used = []string{"__trim_inner", "__trim_used", "trim_by_name", "trim_spare", "trim_used", "trim_used_gpl", "trim_weak"}

// What of that Kbuild's own trimming takes away. Of 7.2 it is nothing: symbol_get() says its name in a section that modpost reads.
var lost = map[string][]string{
	"6_1":  {"trim_by_name", "trim_weak"},
	"6_12": {"trim_by_name"},
	"7_2":  nil,
}

func TestKbuildLosesWhatTheRulesKeep(t *testing.T) {
	version := os.Getenv("VERSION")
	if version == "" {
		t.Skip("needs modules built by Bazel: bazel test //e2e/kbuildtrim/...")
	}
	if err := os.Chdir(filepath.Join(os.Getenv("TEST_SRCDIR"), os.Getenv("TEST_WORKSPACE"))); err != nil {
		t.Fatal(err)
	}
	m, err := kbuildoracle.ReadManifest("e2e/kbuildtrim/unseen/kbuild_" + version + ".json")
	if err != nil {
		t.Fatal(err)
	}
	kbuild := exportsOfModpost
	if version == "6_1" {
		kbuild = exportsOfScript
	}
	if diff := cmp.Diff(lost[version], missing(kbuild(t, m))); diff != "" {
		t.Errorf("%s: what Kbuild takes away (-want +got):\n%s", m.Release, diff)
	}
	if gone := missing(exports(t, fileOf(t, "SET", "Module.symvers"))); gone != nil {
		t.Errorf("%s: the rules take away %q", m.Release, gone)
	}
}

// missing returns what is used, and not among the exports.
func missing(exports []string) []string {
	var gone []string
	for _, name := range used {
		if !slices.Contains(exports, name) {
			gone = append(gone, name)
		}
	}
	return gone
}

// fileOf returns the file of that name among those that a variable lists.
func fileOf(t *testing.T, variable, name string) string {
	t.Helper()
	for _, file := range strings.Fields(os.Getenv(variable)) {
		if filepath.Base(file) == name {
			return file
		}
	}
	t.Fatalf("%s has no %s: %s", variable, name, os.Getenv(variable))
	return ""
}

// tools are the SDK's programs. modpost is called modpost whatever the architecture.
func tools(t *testing.T, m *kbuildoracle.Manifest) *toolchain.Toolchain {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(m.Tree, "usr/lib/linux-kbuild-*/scripts/mod/modpost.real-lsb-64"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%d modposts in %s", len(found), m.Tree)
	}
	m.Tools["modpost"] = found[0]
	chain, err := toolchain.New(m.Tools, m.Loader, m.LibraryPath)
	if err != nil {
		t.Fatal(err)
	}
	if err := chain.Link(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return chain
}

// run runs one of the SDK's programs and returns what it prints.
func run(t *testing.T, chain *toolchain.Toolchain, dir string, words ...string) string {
	t.Helper()
	argv, err := chain.Command(words)
	if err != nil {
		t.Fatal(err)
	}
	return output(t, dir, argv, nil)
}

func output(t *testing.T, dir string, argv, env []string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", argv, err, &stderr)
	}
	return stdout.String()
}

// exportsOfModpost runs modpost -t, as Kbuild does from 6.5 on, over the linked objects of both modules.
func exportsOfModpost(t *testing.T, m *kbuildoracle.Manifest) []string {
	t.Helper()
	kernel, err := filepath.Abs(filepath.Join(m.Tree, m.Objtree, "Module.symvers"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"trim_provider", "trim_consumer"} {
		object, err := os.ReadFile(fileOf(t, "OBJECTS", name+".linked.o"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name+".o"), string(object))
		write(t, filepath.Join(dir, name+".mod"), name+".o\n")
	}
	write(t, filepath.Join(dir, "list"), "trim_provider.o\ntrim_consumer.o\n")
	run(t, tools(t, m), dir, "modpost", "-M", "-t", "-i", kernel, "-o", "Module.symvers", "-T", "list")
	return exports(t, filepath.Join(dir, "Module.symvers"))
}

// exportsOfScript runs what Kbuild before 6.5 does: nm lists the undefined symbols of each module in its .usyms, of which gen_autoksyms.sh
// makes autoksyms.h; an export stays if its name is there.
func exportsOfScript(t *testing.T, m *kbuildoracle.Manifest) []string {
	t.Helper()
	chain := tools(t, m)
	dir := t.TempDir()
	var order strings.Builder
	for _, name := range []string{"trim_provider", "trim_consumer"} {
		object, err := filepath.Abs(fileOf(t, "OBJECTS", name+".linked.o"))
		if err != nil {
			t.Fatal(err)
		}
		// scripts/Makefile.build has sed take the lines of type U.
		var usyms strings.Builder
		for _, found := range regexp.MustCompile(`(?m)^ +U (\S+)$`).FindAllStringSubmatch(run(t, chain, dir, "nm", object), -1) {
			usyms.WriteString(found[1] + "\n")
		}
		write(t, filepath.Join(dir, name+".usyms"), usyms.String())
		order.WriteString(name + ".ko\n")
	}
	write(t, filepath.Join(dir, "modules.order"), order.String())
	write(t, filepath.Join(dir, "include/config/auto.conf"), "CONFIG_MODVERSIONS=y\n")
	script, err := filepath.Abs(os.Getenv("SCRIPT"))
	if err != nil {
		t.Fatal(err)
	}
	output(t, dir, []string{"/bin/sh", script, "--modorder", "autoksyms.h"}, []string{"PATH=/usr/bin:/bin", "LC_ALL=C"})
	header, err := os.ReadFile(filepath.Join(dir, "autoksyms.h"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^#define __KSYM_(\S+) 1$`).FindAllStringSubmatch(string(header), -1) {
		names = append(names, found[1])
	}
	return names
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// exports are the symbols of a Module.symvers.
func exports(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := symvers.Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return names
}
