"""The configuration of a kernel.source, in a repository of its own, NAME_config.

```
.config                        the configuration: the whole one that was given, fragments over it, resolved by the kernel's Kconfig
include/config/auto.conf       what Kconfig makes of it for Makefiles
include/generated/autoconf.h   and for sources
seen_by_make                   the options that Makefiles and scripts name, with their values
```

The kernel's tree is made anew if seen_by_make changes. Another option is an edit of autoconf.h: what reads it is built.
"""

load("//kernel/private:config.bzl", "OPTIONS")
load("//kernel/private:kernelgen.bzl", "KERNELGEN_ATTRS", "kernelgen", "named_file")

# As internal/kerneltree has it.
SEEN = "seen_by_make"

_BUILD = """\
package(default_visibility = ["//visibility:public"])

exports_files(glob(
    [
        ".config",
        "include/**",
    ],
) + ["{}"])
"""

def _source_config_impl(rctx):
    # Asked for before anything is run: a file that is not there is an error at once.
    step = ["--config", named_file(rctx, rctx.attr.config)]
    for fragment in rctx.attr.fragments:
        step.extend(["--fragment", named_file(rctx, fragment)])
    if rctx.attr.module_sig_key:
        step.extend(["--module_sig_key", named_file(rctx, rctx.attr.module_sig_key)])

    # What BUILD files depend on besides what Makefiles name.
    for option in OPTIONS:
        step.extend(["--option", option])
    gen = kernelgen(rctx)
    gen.run("resolving the configuration", gen.identity + step + ["configure"])
    rctx.file("BUILD.bazel", _BUILD.format(SEEN), executable = False)
    gen.watch()

source_config = repository_rule(
    implementation = _source_config_impl,
    doc = "The configuration of kernel.source. See the head of this file.",
    attrs = KERNELGEN_ATTRS | {
        "config": attr.label(
            doc = "The whole configuration.",
            mandatory = True,
        ),
        "fragments": attr.label_list(doc = "Parts of a configuration, laid over the whole one in their order."),
    },
)
