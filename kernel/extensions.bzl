"""The module extension `kernel`: names the kernels that a workspace builds modules for.

```starlark
kernel = use_extension("@rules_kbuild//kernel:extensions.bzl", "kernel")
kernel.debian(
    name = "linux_6_12",
    lock = "//kernels:trixie-6.12.lock.json",
)
kernel.local(name = "linux_here")
use_repo(kernel, "linux_6_12", "linux_here")
```

Each makes a repository with a target `:sdk`, which `kernel_module` takes as its `kernel`: `@linux_6_12//:sdk`.

Only the root module names kernels; a module that is built for whatever kernel its user has leaves `kernel` unset.
"""

load(":debian.bzl", "debian_boot", "debian_sdk")
load(":local.bzl", "local_sdk")

_NAME = attr.string(
    doc = "Name of the repository.",
    mandatory = True,
)

_debian = tag_class(
    doc = "An SDK from Debian packages: nothing of the machine is used to build with it.",
    attrs = {
        "name": _NAME,
        "lock": attr.label(
            doc = """The lock: which packages, to the byte. This writes one, for the newest kernel of a suite:
`bazel run @rules_kbuild//kernel:lock -- --suite trixie --out trixie-6.12.lock.json`.""",
            mandatory = True,
        ),
        "mirrors": attr.string_list(
            doc = """URLs of Debian mirrors to download from, `https://HOST/debian`; that of the security archive is looked for beside
it, or named too. Default: the environment's RULES_KBUILD_DEBIAN_MIRROR, else the machine's apt sources.""",
        ),
    },
)

_local = tag_class(
    doc = "An SDK from kernel headers installed on the machine, built with the machine's compiler and GNU make.",
    attrs = {
        "name": _NAME,
        "path": attr.string(
            doc = "The folder that would be given to `make -C`. Default: that of the running kernel, `/lib/modules/$(uname -r)/build`.",
        ),
    },
)

def _kernel_impl(mctx):
    taken = {}
    direct = []
    direct_dev = []

    def take(kind, tag):
        (direct_dev if mctx.is_dev_dependency(tag) else direct).append(tag.name)
        if tag.name in taken:
            fail("kernel.{}(name = \"{}\"): kernel.{} has that name already".format(kind, tag.name, taken[tag.name]))
        taken[tag.name] = kind

    for module in mctx.modules:
        for kind in ["debian", "local"]:
            for tag in getattr(module.tags, kind):
                if not module.is_root:
                    fail("kernel.{}(name = \"{}\") of module {}: only the root module names kernels; make that use_extension a dev_dependency".format(kind, tag.name, module.name))
                take(kind, tag)
        for tag in module.tags.debian:
            debian_sdk(
                name = tag.name,
                sdk_name = tag.name,
                lock = tag.lock,
                mirrors = tag.mirrors,
            )
            debian_boot(
                name = tag.name + "_boot",
                lock = tag.lock,
                mirrors = tag.mirrors,
            )
        for tag in module.tags.local:
            local_sdk(
                name = tag.name,
                sdk_name = tag.name,
                path = tag.path,
            )

    # What a tag names is all that the repositories depend on, besides what they watch themselves.
    return mctx.extension_metadata(
        root_module_direct_deps = direct,
        root_module_direct_dev_deps = direct_dev,
        reproducible = True,
    )

kernel = module_extension(
    implementation = _kernel_impl,
    doc = "Names kernels to build modules for.",
    tag_classes = {
        "debian": _debian,
        "local": _local,
    },
)
