// Package reruns edits a workspace and a kernel's SDK and asserts, from Bazel's execution log, which actions run again.
package reruns

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rules-kbuild/rules_kbuild/internal/bazeltesting"
)

// Two modules: radio is made of two units, lamp of one.
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
-- BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_module")

kernel_module(
    name = "radio",
    srcs = ["dial.c", "tuner.c", "tuner.h"],
    kernel = "@linux_6_12//:sdk",
)

kernel_module(
    name = "lamp",
    srcs = ["lamp.c"],
    kernel = "@linux_6_12//:sdk",
)
-- tuner.h --
/* How to find a station. */
int tuner_find(int frequency);
-- tuner.c --
#include <linux/bcd.h>

#include "tuner.h"

static const char nonce[] __attribute__((used)) = "NONCE";

int tuner_find(int frequency)
{
	return bcd2bin(frequency);
}
-- dial.c --
#include <linux/module.h>

#include "tuner.h"

static const char nonce[] __attribute__((used)) = "NONCE";

static int __init dial_init(void)
{
	pr_info("station %d\n", tuner_find(0x42));
	return 0;
}
module_init(dial_init);

static void __exit dial_exit(void)
{
}
module_exit(dial_exit);

MODULE_DESCRIPTION("Finds a station");
MODULE_LICENSE("GPL");
-- lamp.c --
#include <linux/delay.h>
#include <linux/module.h>

static const char nonce[] __attribute__((used)) = "NONCE";

static int __init lamp_init(void)
{
#ifdef CONFIG_E2E_BRIGHT
	pr_info("bright\n");
#endif
	msleep(1);
	return 0;
}
module_init(lamp_init);

static void __exit lamp_exit(void)
{
}
module_exit(lamp_exit);

MODULE_DESCRIPTION("Blinks");
MODULE_LICENSE("GPL");
`

// Actions that cut what changed into what each consumer reads. They run whenever the fact changes, and what they cut comes out the same
// for those whom it does not concern.
var (
	headerSlices  = []string{"KernelSlice lamp", "KernelSlice radio"}
	symversSlices = []string{"KernelSymversSlice lamp", "KernelSymversSlice radio"}
)

func TestOnlyWhatAnEditConcernsRunsAgain(t *testing.T) {
	nonce := fmt.Sprint(time.Now().UnixNano())
	// Unique, so that the first build finds nothing in a cache.
	w := bazeltesting.New(t, strings.ReplaceAll(workspace, "NONCE", nonce))
	w.CopySDK("linux_6_12")
	sdk := sdkPaths{w}

	first := w.Build("//...").Executed()
	if got := len(first.Mnemonic("KernelCompile")); got != 3 {
		t.Fatalf("the first build ran %d KernelCompile, want 3: %q", got, ran(first))
	}
	if again := w.Build("//..."); len(again) != 0 {
		t.Fatalf("a second build ran %q", ran(again))
	}

	for _, edit := range []struct {
		name   string
		make   func()
		want   []string // what runs besides slices
		slices []string // what cuts anew
	}{
		{
			"a header outside of the include closures",
			func() { sdk.append("common/include/linux/parport.h", "int e2e_parport;\n") },
			nil, headerSlices,
		},
		{
			"a comment of a header that all units include",
			func() { sdk.replaceFirst("common/include/linux/kconfig.h", "/*", "/* A remark. ") },
			nil, headerSlices,
		},
		{
			"a comment of a module's own header",
			func() { w.Replace("tuner.h", "How to find a station.", "How to find one of the stations.") },
			nil, []string{"KernelSlice radio"},
		},
		{
			"options that no source mentions",
			func() {
				sdk.replaceFirst("amd64/include/generated/autoconf.h", "#define CONFIG_USB_SERIAL_IPW_MODULE 1\n", "\n")
				sdk.append("amd64/include/generated/autoconf.h", "#define CONFIG_E2E_NOBODY 1\n")
			},
			nil, headerSlices,
		},
		{
			"an option that one source mentions",
			func() { sdk.append("amd64/include/generated/autoconf.h", "#define CONFIG_E2E_BRIGHT 1\n") },
			[]string{
				"KernelCompile lamp/lamp", "KernelModC lamp.mod", "KernelModpost lamp", "KernelModuleLink lamp", "KernelScan lamp",
			},
			append(slices.Clone(headerSlices), "KernelSymversSlice lamp"), // it imports _printk now
		},
		{
			"code of a header that one unit includes",
			func() { sdk.append("common/include/linux/bcd.h", "enum { e2e_"+nonce+" };\n") },
			[]string{"KernelCompile radio/tuner"},
			headerSlices,
		},
		{
			"symbols of the kernel that no module imports",
			func() {
				n := sdk.changeCRCs(regexp.MustCompile(`^(usb|snd|drm)_`))
				if n < 1000 {
					t.Fatalf("Module.symvers has %d symbols of the subsystems usb, snd and drm, fewer than thought", n)
				}
			},
			nil, symversSlices,
		},
		{
			"the CRC of a symbol that one module imports",
			func() {
				if n := sdk.changeCRCs(regexp.MustCompile(`^msleep$`)); n != 1 {
					t.Fatalf("Module.symvers has %d symbols msleep", n)
				}
			},
			[]string{"KernelModC lamp.mod", "KernelModpost lamp", "KernelModuleLink lamp"},
			symversSlices,
		},
		{
			"times of files alone, to the past",
			func() { sdk.touch(time.Unix(1e9, 0)) },
			nil, nil,
		},
		{
			"times of files alone, to the future",
			func() { sdk.touch(time.Now().Add(24 * time.Hour)) },
			nil, nil,
		},
	} {
		edit.make()
		log := w.Build("//...")
		// The SDK's own slices, of what every module is linked with, are in the cache since an earlier test made the same edit. So may
		// be slices of symbols and what is made of a .mod.c, in which no nonce is: they count wherever they came from.
		got := slices.DeleteFunc(ran(log.Executed()), func(action string) bool {
			return action == "KernelSlice sdk" || strings.HasPrefix(action, "KernelSymversSlice ") || strings.HasPrefix(action, "KernelModC ")
		})
		got = append(got, ran(log.Mnemonic("KernelSymversSlice"))...)
		got = append(got, ran(log.Mnemonic("KernelModC"))...)
		slices.Sort(got)
		want := append(slices.Clone(edit.want), edit.slices...)
		slices.Sort(want)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("after an edit to %s ran (-want +got):\n%s", edit.name, diff)
		}
	}

	// Another server with an output base in another folder knows nothing but the disk cache.
	log := w.At(filepath.Join(t.TempDir(), "another")).Build("//...")
	if executed := log.Executed(); len(executed) != 0 || len(log.Mnemonic("KernelCompile")) != 3 {
		t.Errorf("with another output base and the same disk cache ran %q, and from the cache came %q",
			ran(executed), ran(log.Mnemonic("KernelCompile")))
	}
}

var output = regexp.MustCompile(`^bazel-out/[^/]+/bin/(?:external/[^/]*/)?(?:_objs/|_sdk/)?(.*)$`)

// ran names each action by its mnemonic and what it makes, sorted.
func ran(log bazeltesting.Log) []string {
	var names []string
	for _, action := range log {
		name := action.TargetLabel[strings.LastIndex(action.TargetLabel, ":")+1:]
		switch action.Mnemonic {
		case "KernelCompile", "KernelModC":
			name = strings.TrimSuffix(output.ReplaceAllString(action.ListedOutputs[0], "$1"), ".o")
			name = strings.TrimSuffix(name, ".deps")
			if action.Mnemonic == "KernelModC" {
				name = filepath.Base(name)
			}
		}
		names = append(names, action.Mnemonic+" "+name)
	}
	slices.Sort(names)
	return names
}

// sdkPaths edits the workspace's copy of the SDK. Paths are below usr/src, without the kernel's release: common/..., amd64/....
type sdkPaths struct{ *bazeltesting.Workspace }

func (s sdkPaths) path(name string) string {
	folder, rest, _ := strings.Cut(name, "/")
	found, _ := filepath.Glob(filepath.Join(s.Dir, "linux_6_12/tree/usr/src/linux-headers-*-"+folder))
	if len(found) != 1 {
		panic(fmt.Sprintf("the SDK has %d folders linux-headers-*-%s", len(found), folder))
	}
	relative, _ := filepath.Rel(s.Dir, found[0])
	return relative + "/" + rest
}

func (s sdkPaths) append(name, text string) {
	s.Write(s.path(name), s.Read(s.path(name))+text)
}

func (s sdkPaths) replaceFirst(name, old, new string) {
	text := s.Read(s.path(name))
	if !strings.Contains(text, old) {
		panic(fmt.Sprintf("%s has no %q", name, old))
	}
	s.Write(s.path(name), strings.Replace(text, old, new, 1))
}

// changeCRCs gives the kernel's exports of these names other CRCs, and returns how many there are.
func (s sdkPaths) changeCRCs(names *regexp.Regexp) int {
	symvers := s.path("amd64/Module.symvers")
	n := 0
	var text strings.Builder
	for line := range strings.Lines(s.Read(symvers)) {
		crc, rest, _ := strings.Cut(line, "\t")
		name, _, _ := strings.Cut(rest, "\t")
		if names.MatchString(name) {
			n++
			last := "0"
			if strings.HasSuffix(crc, "0") {
				last = "1"
			}
			line = crc[:len(crc)-1] + last + "\t" + rest
		}
		text.WriteString(line)
	}
	s.Write(symvers, text.String())
	return n
}

// touch sets the times of sources, headers and Module.symvers.
func (s sdkPaths) touch(to time.Time) {
	for _, name := range []string{
		"BUILD.bazel", "dial.c", "lamp.c", "tuner.c", "tuner.h",
		s.path("amd64/Module.symvers"), s.path("amd64/include/generated/autoconf.h"),
		s.path("common/include/linux/bcd.h"), s.path("common/include/linux/module.h"), s.path("common/include/linux/parport.h"),
	} {
		if err := os.Chtimes(filepath.Join(s.Dir, name), to, to); err != nil {
			panic(err)
		}
	}
}
