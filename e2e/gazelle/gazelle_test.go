// Package gazelle runs the Gazelle that kbuild_gazelle makes on a vendor's tree, builds what it wrote, and changes the tree.
package gazelle

import (
	"strings"
	"testing"

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
-- BUILD.bazel --
load("@rules_kbuild//gazelle:defs.bzl", "kbuild_gazelle")

# gazelle:kbuild_symbol_index symbols.txt

exports_files(["symbols.txt"])

kbuild_gazelle(
    name = "gazelle",
    kernels = ["@linux_6_12//:sdk"],
)
-- drivers/bus/Makefile --
obj-m := bus.o
bus-y := core.o table.o
ccflags-y := -I$(src)/../include
$(obj)/core.o: $(obj)/version.h

$(obj)/version.h: $(src)/VERSION
	sed 's/.*/#define BUS_VERSION "&"/' $< > $@
-- drivers/bus/VERSION --
1.2
-- drivers/bus/core.c --
#include <linux/module.h>
#include <bus.h>
#include "version.h"

int bus_add(void)
{
	return bus_table();
}
EXPORT_SYMBOL(bus_add);

MODULE_VERSION(BUS_VERSION);
MODULE_DESCRIPTION("A bus");
MODULE_LICENSE("GPL");
-- drivers/bus/table.c --
#include <bus.h>

int bus_table(void)
{
	return 0;
}
-- drivers/include/bus.h --
int bus_add(void);
int bus_table(void);
-- drivers/lamp/Makefile --
obj-m := lamp.o
ccflags-y := -I$(src)/../include
-- drivers/lamp/lamp.c --
#include <linux/module.h>
#include <bus.h>

static int __init lamp_init(void)
{
	return bus_add();
}
module_init(lamp_init);

MODULE_DESCRIPTION("A lamp on a bus");
MODULE_LICENSE("GPL");
`

func TestWhatGazelleWritesBuildsAndSaysWhatIsWrong(t *testing.T) {
	w := bazeltesting.New(t, workspace)
	w.CopySDK("linux_6_12")
	index := "--@rules_kbuild//rules:symbol_index=//:symbols.txt"
	sdk := "--@rules_kbuild//rules:kernel=@linux_6_12//:sdk"

	w.MustBazel("run", "//:gazelle")
	if got, want := w.Read("symbols.txt"), "bus_add\t//drivers/bus\n"; got != want {
		t.Errorf("symbols.txt is %q, want %q", got, want)
	}
	if r := w.MustBazel("build", sdk, index, "//drivers/..."); strings.Contains(r.Stderr, "is not used") {
		t.Errorf("a dep that Gazelle wrote is not used:\n%s", r.Stderr)
	}

	// Nothing to do the second time.
	before := w.Read("drivers/lamp/BUILD.bazel") + w.Read("drivers/bus/BUILD.bazel") + w.Read("drivers/BUILD.bazel")
	w.MustBazel("run", "//:gazelle")
	if after := w.Read("drivers/lamp/BUILD.bazel") + w.Read("drivers/bus/BUILD.bazel") + w.Read("drivers/BUILD.bazel"); after != before {
		t.Errorf("a second run wrote other BUILD files:\n%s\nbefore:\n%s", after, before)
	}

	// A symbol that no dep brings.
	text := w.Read("drivers/lamp/BUILD.bazel")
	w.Replace("drivers/lamp/BUILD.bazel", "        \"//drivers/bus\",\n", "")
	r := w.Bazel("build", sdk, index, "//drivers/lamp")
	if want := "buildozer 'add deps //drivers/bus' //drivers/lamp"; r.Code == 0 || !strings.Contains(r.Stderr, want) {
		t.Errorf("exit code %d, and it says:\n%s\nwant %q", r.Code, r.Stderr, want)
	}
	w.Write("drivers/lamp/BUILD.bazel", text)

	// A dep that gives nothing: the header is kernel_headers' own.
	w.Replace("drivers/lamp/lamp.c", "return bus_add();", "return 0;")
	r = w.MustBazel("build", sdk, index, "//drivers/lamp")
	if want := "//drivers/lamp:lamp: deps: //drivers/bus:bus is not used: the module uses no symbol of it and includes none of its headers; buildozer 'remove deps //drivers/bus:bus' //drivers/lamp:lamp"; !strings.Contains(r.Stderr, want) {
		t.Errorf("it says:\n%s\nwant %q", r.Stderr, want)
	}

	// A line of a Makefile.
	w.Replace("drivers/bus/Makefile", "bus-y := core.o table.o\nccflags-y :=", "bus-y := table.o core.o\nccflags-y := -DBUS_DEBUG")
	w.MustBazel("run", "//:gazelle")
	for file, want := range map[string]string{
		"drivers/bus/BUILD.bazel":  "\"table.c\",\n        \"core.c\",\n    ],\n",
		"drivers/lamp/BUILD.bazel": "    deps = [\"//drivers:headers\"],\n",
	} {
		if got := w.Read(file); !strings.Contains(got, want) {
			t.Errorf("%s is:\n%s\nwant %q in it", file, got, want)
		}
	}
	if got := w.Read("drivers/bus/BUILD.bazel"); !strings.Contains(got, "\"-DBUS_DEBUG\"") {
		t.Errorf("drivers/bus/BUILD.bazel lacks -DBUS_DEBUG:\n%s", got)
	}
	w.MustBazel("build", sdk, index, "//drivers/...")
}
