package overrides

// standIns are modules that must exist for Bazel to resolve the graph, though nothing that is built here uses them: by module name, the
// text of each file.
var standIns = map[string]map[string]string{
	"apple_support": empty("apple_support"),
	"protobuf":      empty("protobuf"),
	"zlib":          empty("zlib"),
	// bazel_tools uses this extension for `bazel mod tidy`.
	"buildozer": with(empty("buildozer"), "buildozer_binary.bzl", `"""No buildozer: its place in the module graph."""

def _empty_impl(rctx):
    rctx.file("BUILD.bazel", "")

_empty = repository_rule(implementation = _empty_impl)

def _buildozer_binary_impl(_mctx):
    _empty(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _buildozer_binary_impl)
`),
	// gazelle puts a package_metadata target into each Go module that it fetches.
	"package_metadata": with(with(empty("package_metadata"), "rules/BUILD.bazel", ""), "rules/package_metadata.bzl", `"""Targets that say where a package comes from, and that nothing here asks."""

def _package_metadata_impl(_ctx):
    return []

_package_metadata = rule(
    implementation = _package_metadata_impl,
    attrs = {
        "attributes": attr.label_list(),
        "purl": attr.string(),
    },
)

def package_metadata(name, **kwargs):
    # The packages that use this make it their default_applicable_licenses: without a value of its own it would depend on itself.
    kwargs["applicable_licenses"] = []
    _package_metadata(name = name, **kwargs)
`),
}

func empty(name string) map[string]string {
	return map[string]string{
		"BUILD.bazel":  "",
		"MODULE.bazel": "module(name = \"" + name + "\")\n",
	}
}

func with(files map[string]string, name, text string) map[string]string {
	files[name] = text
	return files
}
