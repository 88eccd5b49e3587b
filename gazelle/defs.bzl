"""kbuild_gazelle: a Gazelle that writes BUILD files for Kbuild Makefiles.

```starlark
load("@rules_kbuild//gazelle:defs.bzl", "kbuild_gazelle")

kbuild_gazelle(
    name = "gazelle",
    kernels = [
        "@linux_6_12//:sdk",
        "@linux_6_1//:sdk",
    ],
)
```

`bazel run //:gazelle` then writes, for each folder with a Kbuild file, a Makefile for Kbuild or a dkms.conf, what GNU make and the
Kbuild of these kernels say there is to build, and writes it again when the tree changes. What a person adds stays if it has a
comment `# keep`, as in all of Gazelle. Where kernels differ there is a `select`. The directives, and what is written when, are in
[docs/gazelle.md](../gazelle.md).
"""

load("@gazelle//:def.bzl", "gazelle_binary")
load(":runner.bzl", "gazelle_runner")

_LANGUAGE = Label("//gazelle")

def kbuild_gazelle(name, kernels, languages = [], **kwargs):
    """Declares a Gazelle with the Kbuild language.

    Args:
      name: what to `bazel run`. `NAME_binary` is the gazelle_binary.
      kernels: labels of SDKs that kernel.debian made.
      languages: further languages; `DEFAULT_LANGUAGES` of @gazelle//:def.bzl are those of Gazelle itself.
      **kwargs: attributes that all rules have.
    """
    descriptions = [native.package_relative_label(sdk).same_package_label("sdk.json") for sdk in kernels]
    gazelle_binary(
        name = name + "_binary",
        languages = languages + [_LANGUAGE],
        tags = ["manual"],
    )
    gazelle_runner(
        name = name,
        binary = ":{}_binary".format(name),
        data = descriptions,
        env = {"RULES_KBUILD_KERNELS": " ".join([
            "{}={}/{}".format(sdk, description.repo_name, "/".join([part for part in [description.package, description.name] if part]))
            for sdk, description in zip(kernels, descriptions)
        ])},
        tags = ["manual"] + kwargs.pop("tags", []),
        **kwargs
    )
