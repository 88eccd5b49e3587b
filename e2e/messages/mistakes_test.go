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
		files: map[string]string{"syntax.c": "#include <linux/module.h>\n\nint begin(void)\n{\n\treturn 1\n}\n" + describe + gpl},
		want:  `?`,
	},
	{
		name:  "a header that is not among srcs",
		build: target("unlisted", kernel),
		files: map[string]string{"unlisted.c": "#include \"unlisted.h\"\n" + calling("begin_all", describe+gpl), "unlisted.h": ""},
		want:  `?`,
	},
	{
		name:  "an undefined symbol",
		build: target("undefined", kernel),
		files: map[string]string{"undefined.c": calling("nobody_has_this", describe+gpl)},
		want:  `?`,
	},
	{
		name:  "a symbol that a target exports which is not among deps",
		build: target("missing_dep", kernel),
		files: map[string]string{"missing_dep.c": calling("exporter_value", describe+gpl)},
		want:  `?`,
	},
	{
		name:  "a symbol for the GPL alone",
		build: target("proprietary", kernel),
		files: map[string]string{"proprietary.c": calling("ktime_get_seconds", describe+"MODULE_LICENSE(\"Proprietary\");\n")},
		want:  `?`,
	},
	{
		name:  "no license",
		build: target("unlicensed", kernel),
		files: map[string]string{"unlicensed.c": "#include <linux/module.h>\n\n" + describe},
		want:  `?`,
	},
	{
		name:  "a namespace that is not imported",
		build: target("no_import", kernel+"    deps = [\":namespaced\"],\n"),
		files: map[string]string{"no_import.c": calling("namespaced_value", describe+gpl)},
		want:  `?`,
	},
	{
		name:  "a symbol that a dependency exports too",
		build: target("twice", kernel+"    deps = [\":exporter\"],\n"),
		files: map[string]string{"twice.c": "#include <linux/module.h>\n\nint exporter_value(void);\nint exporter_value(void)\n{\n\treturn 2;\n}\nEXPORT_SYMBOL(exporter_value);\n" + describe + gpl},
		want:  `?`,
	},
	{
		name: "a dependency for another kernel",
		build: target("for_other", "    kernel = \"//kernels:other\",\n    tags = [\"manual\"],\n") +
			target("mixed", kernel+"    deps = [\":for_other\"],\n"),
		files: map[string]string{"for_other.c": "", "mixed.c": ""},
		want:  `?`,
	},
	{
		name:  "options for a source that is not there",
		build: target("misspelt", kernel+"    src_copts = {\"mispelt.c\": [\"-O3\"]},\n"),
		files: map[string]string{"misspelt.c": ""},
		want:  `?`,
	},
	{
		name:  "no kernel",
		build: target("unset", ""),
		files: map[string]string{"unset.c": ""},
		want:  `?`,
	},
	{
		name:  "headers that are not on the machine",
		build: target("local", "    kernel = \"@nowhere//:sdk\",\n"),
		files: map[string]string{"local.c": ""},
		want:  `?`,
	},
	{
		name:  "a package with another digest",
		build: target("digest", "    kernel = \"@wrong//:sdk\",\n"),
		files: map[string]string{"digest.c": ""},
		want:  `?`,
	},
	{
		name:  "a package that left the mirror",
		build: target("relock", "    kernel = \"@gone//:sdk\",\n"),
		files: map[string]string{"relock.c": ""},
		want:  `?`,
	},
}
