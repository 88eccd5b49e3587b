// Package symbollist keeps a list of the kernel's symbols as a user does: it is made, goes stale, is accepted, and modules are held to it.
package symbollist

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

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
-- v/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_module", "kernel_module_set", "kernel_symbol_list", "kernel_symbol_list_test")

kernel_module(
    name = "lens",
    srcs = ["lens.c"],
    kernel = "@linux_6_12//:sdk",
)

kernel_module(
    name = "cam",
    srcs = ["cam.c"],
    kernel = "@linux_6_12//:sdk",
    deps = [":lens"],
)

kernel_symbol_list(
    name = "kmi",
    modules = [":lens", ":cam"],
)

kernel_symbol_list_test(
    name = "kmi_test",
    checked_in = "abi.txt",
    symbol_list = ":kmi",
)

# The same list in the other format and another package, where names may stay that nobody uses.
kernel_symbol_list(
    name = "whitelist",
    format = "kbuild",
    modules = [":lens", ":cam"],
)

kernel_symbol_list_test(
    name = "whitelist_test",
    additions_only = True,
    checked_in = "//abi:whitelist",
    symbol_list = ":whitelist",
)

# Held to the list.
kernel_module(
    name = "held",
    srcs = ["held.c"],
    allowed_symbols = ["//abi:whitelist"],
    kernel = "@linux_6_12//:sdk",
    deps = [":lens"],
)

kernel_module(
    name = "on_top",
    srcs = ["on_top.c"],
    kernel = "@linux_6_12//:sdk",
    deps = [":held"],
)

# Lists in both formats are keep-lists.
kernel_module_set(
    name = "set",
    keep = [
        ":kmi",
        "//abi:whitelist",
    ],
    modules = [":lens"],
    trim = True,
)
-- v/lens.c --
#include <linux/module.h>

int lens_focus(void);
int lens_focus(void)
{
	return 1;
}
EXPORT_SYMBOL(lens_focus);
MODULE_DESCRIPTION("A lens");
MODULE_LICENSE("GPL");
-- v/cam.c --
#include <linux/module.h>

int lens_focus(void);

static int __init begin(void)
{
	pr_info("%d\n", lens_focus());
	return 0;
}
module_init(begin);
MODULE_DESCRIPTION("A camera");
MODULE_LICENSE("GPL");
-- v/held.c --
#include <linux/module.h>
#include <linux/delay.h>

int lens_focus(void);

extern int glob_match(void) __attribute__((weak));

int held_value(void);
int held_value(void)
{
	msleep(1);
	return lens_focus() + (glob_match ? glob_match() : 0);
}
EXPORT_SYMBOL(held_value);
MODULE_DESCRIPTION("Held to a list");
MODULE_LICENSE("GPL");
-- v/on_top.c --
#include <linux/module.h>

int held_value(void);

static int __init begin(void)
{
	return held_value();
}
module_init(begin);
MODULE_DESCRIPTION("On top of one that is held to a list");
MODULE_LICENSE("GPL");
-- abi/BUILD.bazel --
exports_files(["whitelist"])
-- abi/whitelist --
# What the vendor was promised.

__fentry__ __x86_return_thunk
kmalloc_noprof
`

var release = regexp.MustCompile(`6\.12\.\d+\S*-amd64`)

// said is what a command printed, without what differs from kernel to kernel.
func said(r bazeltesting.Result) string {
	return release.ReplaceAllString(r.Stdout+r.Stderr, "6.12-RELEASE")
}

// wantLines asserts that lines stand together in what was said.
func wantLines(t *testing.T, r bazeltesting.Result, code int, lines string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("Bazel's exit code is %d, want %d", r.Code, code)
	}
	if text := said(r); !strings.Contains("\n"+text, "\n"+lines) {
		t.Errorf("nowhere does it say:\n%s\nbut:\n%s", lines, text)
	}
}

const testFailed = 3 // Bazel's exit code

func TestAListIsMadeGoesStaleAndIsAccepted(t *testing.T) {
	w := bazeltesting.New(t, workspace)
	w.CopySDK("linux_6_12")

	// Made.
	wantLines(t, w.Bazel("test", "--test_output=errors", "//v:kmi_test"), testFailed,
		"//v:abi.txt does not exist yet. To write it: bazel run //v:kmi_test.update\n")
	wantLines(t, w.MustBazel("run", "//v:kmi_test.update"), 0, `v/abi.txt is written: 4 added, 0 dropped.
+ __fentry__: imported by //v:cam, imported by //v:lens
+ __x86_return_thunk: imported by //v:cam, imported by //v:lens
+ _printk: imported by //v:cam
+ module_layout: wanted by CONFIG_MODVERSIONS
`)
	want := `[abi_symbol_list]
# commonly used symbols
  __fentry__
  module_layout
  __x86_return_thunk

# required by cam.ko
  _printk
`
	if diff := cmp.Diff(want, w.Read("v/abi.txt")); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	w.MustBazel("test", "//v:kmi_test")

	// Stale: it uses one more, and another no more.
	w.Replace("v/cam.c", "#include <linux/module.h>", "#include <linux/module.h>\n#include <linux/delay.h>")
	w.Replace("v/cam.c", `pr_info("%d\n", lens_focus())`, "msleep(lens_focus())")
	wantLines(t, w.Bazel("test", "--test_output=errors", "//v:kmi_test"), testFailed, `//v:abi.txt is not what the modules of //v:kmi take from their kernel, 6.12-RELEASE:
+ msleep: imported by //v:cam
- _printk: no module takes it; line 8 says cam.ko did
To accept this: bazel run //v:kmi_test.update
`)

	// Accepted.
	wantLines(t, w.MustBazel("run", "//v:kmi_test.update"), 0, `v/abi.txt is written: 1 added, 1 dropped.
+ msleep: imported by //v:cam
- _printk: no module takes it; line 8 says cam.ko did
`)
	if diff := cmp.Diff(strings.Replace(want, "_printk", "msleep", 1), w.Read("v/abi.txt")); diff != "" {
		t.Errorf("the list (-want +got):\n%s", diff)
	}
	w.MustBazel("test", "//v:kmi_test")
	wantLines(t, w.MustBazel("run", "//v:kmi_test.update"), 0, "v/abi.txt is as it should be.\n")

	// Another list, to which names are only added.
	wantLines(t, w.Bazel("test", "--test_output=errors", "//v:whitelist_test"), testFailed, `//abi:whitelist is not what the modules of //v:whitelist take from their kernel, 6.12-RELEASE:
+ module_layout: wanted by CONFIG_MODVERSIONS
+ msleep: imported by //v:cam
To accept this: bazel run //v:whitelist_test.update
`)
	w.MustBazel("run", "//v:whitelist_test.update")
	want = "# What the vendor was promised.\n\n__fentry__\n__x86_return_thunk\nkmalloc_noprof\nmodule_layout\nmsleep\n"
	if diff := cmp.Diff(want, w.Read("abi/whitelist")); diff != "" {
		t.Errorf("the whitelist (-want +got):\n%s", diff)
	}
	w.MustBazel("test", "//v:whitelist_test")
	w.MustBazel("build", "//v:set")
}

func TestAModuleIsHeldToItsListWhereverItIsBuilt(t *testing.T) {
	w := bazeltesting.New(t, workspace)
	w.CopySDK("linux_6_12")
	const refused = `ERROR: //v:held weakly imports "glob_match", which is not on the list of symbols that it may take from the kernel, //abi:whitelist
ERROR: //v:held imports "msleep", which is not on the list of symbols that it may take from the kernel, //abi:whitelist
  //v:held: do without, or have it put on the list; where a kernel_symbol_list_test keeps the list, ` + "`bazel run` its .update\n"
	for _, target := range []string{"//v:held", "//v:on_top"} {
		wantLines(t, w.Bazel("build", target), 1, refused)
	}
	w.MustBazel("build", "--norun_validations", "//v:on_top")
	w.Replace("abi/whitelist", "kmalloc_noprof\n", "kmalloc_noprof\nmsleep # for held\n\nglob_match\n")
	w.MustBazel("build", "//v:held", "//v:on_top")
}
