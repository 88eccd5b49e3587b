package trimreruns

import "strings"

// The lines of kernels: the name of the SDK, and the folder of the modules that are built for it.
var kernels = []kernel{
	{sdk: "linux_6_1", folder: "v6_1", compiled: true, versions: true},
	{sdk: "linux_6_12", folder: "v6_12", versions: true},
	{sdk: "linux_7_2", folder: "v7_2"},
}

// A kernel is one line, and how it trims.
type kernel struct {
	sdk, folder string
	compiled    bool // exports are in the objects; else modpost makes them
	versions    bool // CONFIG_MODVERSIONS: a .mod.c lists what its module imports
}

// workspace has the same set of modules for each kernel: codec, which is made of two units and exports, two modules of the set that use
// it, one that nobody knows, and one that is outside of the set.
func workspace() string {
	var b strings.Builder
	b.WriteString(moduleFile)
	for _, k := range kernels {
		b.WriteString(strings.NewReplacer("FOLDER", k.folder, "KERNEL", k.sdk).Replace(modules))
	}
	return b.String()
}

const moduleFile = `
-- MODULE.bazel --
module(name = "e2e")

bazel_dep(name = "rules_kbuild")

kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_1",
    lock = "@rules_kbuild//examples/kernels:bookworm-6.1.lock.json",
)
kernel.debian(
    name = "linux_6_12",
    lock = "@rules_kbuild//examples/kernels:trixie-6.12.lock.json",
)
kernel.debian(
    name = "linux_7_2",
    lock = "@rules_kbuild//examples/kernels:forky-7.2.lock.json",
)
use_repo(kernel, "linux_6_1", "linux_6_12", "linux_7_2")
`

const modules = `
-- FOLDER/BUILD.bazel --
load("@rules_kbuild//rules:defs.bzl", "kernel_module", "kernel_module_set")

[
    kernel_module(
        name = name,
        srcs = srcs,
        hdrs = ["codec.h"],
        kernel = "@KERNEL//:sdk",
        deps = deps,
    )
    for name, srcs, deps in [
        ("codec", ["frame.c", "stream.c"], []),
        ("player", ["player.c"], [":codec"]),
        ("recorder", ["recorder.c"], [":codec"]),
        ("stranger", ["stranger.c"], []),
        ("outsider", ["outsider.c"], [":codec"]),
    ]
]

TRIM = True

kernel_module_set(
    name = "set",
    also_used_by = [],
    keep = ["keep.txt"] if TRIM else [],
    modules = [
        ":codec",
        ":player",
        ":recorder",
        ":stranger",
    ],
    trim = TRIM,
)
-- FOLDER/keep.txt --
# What others were promised.
-- FOLDER/codec.h --
int codec_open(void);
int codec_close(void);
int codec_seek(void);
int codec_tune(void);
int codec_frame(void);
-- FOLDER/stream.c --
#include <linux/module.h>

#include "codec.h"

int codec_open(void) { return 1; }
EXPORT_SYMBOL(codec_open);

int codec_close(void) { return 2; }
EXPORT_SYMBOL(codec_close);

int codec_seek(void) { return 3; }
EXPORT_SYMBOL_GPL(codec_seek);

int codec_tune(void) { return 6; }
EXPORT_SYMBOL(codec_tune);

MODULE_DESCRIPTION("Exports");
MODULE_LICENSE("GPL");
-- FOLDER/frame.c --
#include <linux/export.h>

#include "codec.h"

int codec_frame(void) { return 4; }
EXPORT_SYMBOL(codec_frame);
-- FOLDER/player.c --
#include <linux/module.h>

#include "codec.h"

static int __init player_init(void)
{
	int sum = codec_open() + codec_frame();

	return sum == 5 ? 0 : -EINVAL;
}
module_init(player_init);

MODULE_DESCRIPTION("Imports from both units");
MODULE_LICENSE("GPL");
-- FOLDER/recorder.c --
#include <linux/module.h>

#include "codec.h"

static int __init recorder_init(void)
{
	int sum = codec_open() + codec_close();

	return sum == 3 ? 0 : -EINVAL;
}
module_init(recorder_init);

MODULE_DESCRIPTION("Imports what another does too, and one symbol more");
MODULE_LICENSE("GPL");
-- FOLDER/stranger.c --
#include <linux/module.h>

int stranger_name(void);
int stranger_name(void) { return 5; }
EXPORT_SYMBOL(stranger_name);

MODULE_DESCRIPTION("Exports what nobody uses");
MODULE_LICENSE("GPL");
-- FOLDER/outsider.c --
#include <linux/module.h>

#include "codec.h"

static int __init outsider_init(void)
{
	return codec_seek() == 3 ? 0 : -EINVAL;
}
module_init(outsider_init);

MODULE_DESCRIPTION("Is not in the set");
MODULE_LICENSE("GPL");
`
