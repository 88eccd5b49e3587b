package messages

// calling returns the source of a module that calls a function.
func calling(function, rest string) string {
	return `#include <linux/module.h>

int ` + function + `(void);

static int __init begin(void)
{
	return ` + function + `();
}
module_init(begin);
` + rest
}

const (
	describe = "MODULE_DESCRIPTION(\"Wrong\");\n"
	gpl      = "MODULE_LICENSE(\"GPL\");\n"
)

// target returns a kernel_module of one source.
func target(name, more string) string {
	return `
kernel_module(
    name = "` + name + `",
    srcs = ["` + name + `.c"],
` + more + `)
`
}

const kernel = "    kernel = \"@linux_6_12//:sdk\",\n"

var mistakes = []mistake{
	{
		name:  "a syntax error",
		build: target("syntax", kernel),
		files: map[string]string{"syntax.c": "#include <linux/module.h>\n\nstatic int __init begin(void)\n{\n\treturn 1\n}\nmodule_init(begin);\n" + describe + gpl},
		want: `bad/syntax.c: In function 'begin':
bad/syntax.c:5:17: error: expected ';' before '}' token
    5 |         return 1
      |                 ^
      |                 ;
    6 | }
      | ~                `,
	},
	{
		name:  "a header that is not among srcs",
		build: target("unlisted", kernel),
		files: map[string]string{"unlisted.c": "#include \"unlisted.h\"\n" + calling("begin_all", describe+gpl), "unlisted.h": ""},
		want: `bad/unlisted.c:1:10: fatal error: unlisted.h: No such file or directory
    1 | #include "unlisted.h"
      |          ^~~~~~~~~~~~
compilation terminated.
bad/unlisted.c: unlisted.h is neither one of this kernel's headers nor in srcs or hdrs of the target or of its deps: add it there; if it is there, add its folder to includes`,
	},
	{
		name:  "an undefined symbol",
		build: target("undefined", kernel),
		files: map[string]string{"undefined.c": calling("nobody_has_this", describe+gpl)},
		want: `ERROR: modpost: "nobody_has_this" [bad/undefined.ko] undefined!
  //bad:undefined: neither the kernel nor a target in deps exports it; define it, or add the target that exports it to deps`,
	},
	{
		name:  "a symbol that a target exports which is not among deps",
		build: target("missing_dep", kernel),
		files: map[string]string{"missing_dep.c": calling("exporter_value", describe+gpl)},
		want: `ERROR: modpost: "exporter_value" [bad/missing_dep.ko] undefined!
  //bad:missing_dep: //bad:exporter exports "exporter_value"; add it to deps: buildozer 'add deps //bad:exporter' //bad:missing_dep`,
	},
	{
		name:  "a symbol for the GPL alone",
		build: target("proprietary", kernel),
		files: map[string]string{"proprietary.c": calling("regmap_exit", describe+"MODULE_LICENSE(\"Proprietary\");\n")},
		want: `ERROR: modpost: GPL-incompatible module proprietary.ko uses GPL-only symbol 'regmap_exit'
  //bad:proprietary: its MODULE_LICENSE is "Proprietary"; the kernel itself exports the symbol with EXPORT_SYMBOL_GPL`,
	},
	{
		name:  "no license",
		build: target("unlicensed", kernel),
		files: map[string]string{"unlicensed.c": "#include <linux/module.h>\n\n" + describe},
		want: `ERROR: modpost: missing MODULE_LICENSE() in bad/unlicensed.o
  //bad:unlicensed: add MODULE_LICENSE("GPL"), or the licence that it has, to one of its sources`,
	},
	{
		name:  "a livepatch module that does not say so itself",
		build: target("patch", kernel+"    livepatch = True,\n"),
		files: map[string]string{"patch.c": "#include <linux/module.h>\n\n" + describe + gpl},
		want: `ERROR: modpost: bad/patch.mod marks a livepatch module, but no MODULE_INFO(livepatch, "Y") is in bad/patch.o
  //bad:patch: add MODULE_INFO(livepatch, "Y"); to one of its sources, without which the kernel refuses to enable the patch; or take livepatch = True away`,
	},
	{
		name:  "a livepatch module for a kernel that takes none",
		build: target("other_patch", "    kernel = \"//kernels:other\",\n    livepatch = True,\n"),
		files: map[string]string{"other_patch.c": ""},
		want:  `Error in fail: //bad:other_patch: livepatch = True, but //kernels:other (6.1.0-other) has no CONFIG_LIVEPATCH=y. It would refuse to load the module; build for a kernel that has it`,
	},
	{
		name:  "a namespace that is not imported",
		build: target("no_import", kernel+"    deps = [\":namespaced\"],\n"),
		files: map[string]string{"no_import.c": calling("namespaced_value", describe+gpl)},
		want: `ERROR: modpost: module no_import uses symbol namespaced_value from namespace E2E, but does not import it.
  //bad:no_import: add MODULE_IMPORT_NS(E2E); to one of its sources; the symbol is from namespaced.ko (//bad:namespaced)`,
	},
	{
		name:  "an export of the kernel's own",
		build: target("twice", kernel),
		files: map[string]string{"twice.c": "#include <linux/module.h>\n\nint glob_match(void);\nint glob_match(void)\n{\n\treturn 2;\n}\nEXPORT_SYMBOL(glob_match);\n" + describe + gpl},
		want: `ERROR: modpost: bad/twice: 'glob_match' exported twice. Previous export was in vmlinux
  //bad:twice: rename glob_match, or use the one of the kernel itself`,
	},
	{
		name: "a dependency for another kernel",
		build: target("for_other", "    kernel = \"//kernels:other\",\n    tags = [\"manual\"],\n") +
			target("mixed", kernel+"    deps = [\":for_other\"],\n"),
		files: map[string]string{"for_other.c": "", "mixed.c": ""},
		want:  `Error in fail: //bad:mixed: deps: //bad:for_other is built for //kernels:other (6.1.0-other), but this module for @@rules_kbuild~~kernel~linux_6_12//:sdk (6.12-RELEASE). Build both for one kernel: give them the same kernel, or leave it to --@rules_kbuild//rules:kernel`,
	},
	{
		name:  "options for a source that is not there",
		build: target("misspelt", kernel+"    src_copts = {\"mispelt.c\": [\"-O3\"]},\n"),
		files: map[string]string{"misspelt.c": ""},
		want:  `Error in fail: //bad:misspelt: src_copts: mispelt.c is not among srcs (misspelt.c)`,
	},
	{
		name:  "no kernel",
		build: target("unset", ""),
		files: map[string]string{"unset.c": ""},
		want:  `Error in fail: //bad:unset: no kernel is chosen: give it ` + "`" + `kernel = "@linux_6_12//:sdk"` + "`" + `, or the whole repository one in .bazelrc: build --@rules_kbuild//rules:kernel=@linux_6_12//:sdk (the SDKs are those that MODULE.bazel names)`,
	},
	{
		name:  "headers that are not on the machine",
		build: target("local", "    kernel = \"@nowhere//:sdk\",\n"),
		files: map[string]string{"local.c": ""},
		want:  `Error in fail: kernel.local(name = "nowhere"): path = "/nonexistent/headers" does not exist: name the folder that ` + "`" + `make -C` + "`" + ` takes, or leave path out for that of the running kernel`,
	},
	{
		name:  "a package with another digest",
		build: target("digest", "    kernel = \"@wrong//:sdk\",\n"),
		files: map[string]string{"digest.c": ""},
		also:  "Download from http://MIRROR/debian/pool/main/p/package.deb failed: ",
		want:  `Error in fail: //kernels:wrong.lock.json: package 1.0-1: no mirror has it with SHA-256 0000000000000000000000000000000000000000000000000000000000000007 any more (the warnings above say what each answered: gone, another checksum, or no answer). To move to the suite's current packages: bazel run @rules_kbuild//kernel:lock -- --suite trixie --out kernels/wrong.lock.json`,
	},
	{
		name:  "a package that left the mirror",
		build: target("relock", "    kernel = \"@gone//:sdk\",\n"),
		files: map[string]string{"relock.c": ""},
		also:  "Download from http://MIRROR/debian/pool/main/p/gone.deb failed: ",
		want:  `Error in fail: //kernels:gone.lock.json: gone 1.0-1: no mirror has it with SHA-256 0000000000000000000000000000000000000000000000000000000000000004 any more (the warnings above say what each answered: gone, another checksum, or no answer). To move to the suite's current packages: bazel run @rules_kbuild//kernel:lock -- --suite trixie --out kernels/gone.lock.json`,
	},
}
