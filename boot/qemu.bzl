"""QEMU for kernel_boot_test: a toolchain, and a repository that finds QEMU on the machine.

QEMU emulates the processor (`-accel tcg`), so a test's result does not depend on the machine's, and no KVM is needed. A
workspace that brings its own QEMU declares it and says so in .bazelrc (`build --@rules_kbuild//boot:qemu=registered`):

```starlark
load("@rules_kbuild//boot:qemu.bzl", "qemu_toolchain")

qemu_toolchain(name = "qemu", arch = "x86", qemu = "@my_qemu//:qemu-system-x86_64")

toolchain(
    name = "qemu_toolchain",
    toolchain = ":qemu",
    toolchain_type = "@rules_kbuild//boot:toolchain_type",
)
```
"""

visibility("public")

# The program that boots a kernel of an architecture, named by Kbuild's SRCARCH.
_PROGRAM = "qemu-system-x86_64"
_ARCH = "x86"

# Says where QEMU is if it is not on PATH.
_ENV = "RULES_KBUILD_QEMU"

def _qemu_toolchain_impl(ctx):
    if bool(ctx.attr.path) == bool(ctx.attr.qemu):
        fail("{}: give one of `path` and `qemu`".format(ctx.label))
    return [platform_common.ToolchainInfo(
        arch = ctx.attr.arch,
        path = ctx.attr.path,
        qemu = ctx.attr.qemu[DefaultInfo] if ctx.attr.qemu else None,
    )]

qemu_toolchain = rule(
    implementation = _qemu_toolchain_impl,
    doc = "A QEMU that kernel_boot_test can boot kernels with.",
    attrs = {
        "arch": attr.string(
            doc = "The architecture of the kernels that it boots, as Kbuild's SRCARCH: `x86`.",
            mandatory = True,
        ),
        "path": attr.string(
            doc = "Absolute path of a QEMU that is installed on the machine.",
        ),
        "qemu": attr.label(
            doc = "A target that is QEMU, with its firmware among its runfiles.",
            executable = True,
            cfg = "target",
        ),
    },
)

_FOUND = """\
load("{qemu_bzl}", "qemu_toolchain")

package(default_visibility = ["//visibility:public"])

qemu_toolchain(
    name = "qemu",
    arch = "{arch}",
    path = "{path}",
)

toolchain(
    name = "toolchain",
    toolchain = ":qemu",
    toolchain_type = "{toolchain_type}",
)
"""

_MISSING = """\
package(default_visibility = ["//visibility:public"])
"""

_REQUIREMENT = """
# What kernel_boot_test needs of this machine.
alias(
    name = "requirement",
    actual = "{requirement}",
)
"""

def _machine_qemu_impl(repository_ctx):
    path = repository_ctx.getenv(_ENV)
    if path and not repository_ctx.path(path).exists:
        fail("{}={}: there is no such file".format(_ENV, path))
    path = path or repository_ctx.which(_PROGRAM)
    text = _FOUND if path else _MISSING
    requirement = Label("//boot:qemu_was_found") if path else Label("//boot:qemu-system-x86_64_was_not_found_on_this_machine")
    repository_ctx.file("BUILD.bazel", (text + _REQUIREMENT).format(
        arch = _ARCH,
        path = path,
        qemu_bzl = Label("//boot:qemu.bzl"),
        requirement = requirement,
        toolchain_type = Label("//boot:toolchain_type"),
    ))

machine_qemu = repository_rule(
    implementation = _machine_qemu_impl,
    doc = """Finds qemu-system-x86_64 on the machine: at $RULES_KBUILD_QEMU (`--repo_env`), or on PATH.

Its target `:requirement` is the constraint that kernel_boot_test puts into target_compatible_with: one that every platform
meets if QEMU is there, one that none does if not. `:toolchain` is there only in the first case. Bazel looks again after
`bazel fetch --configure` and when PATH changes.""",
    configure = True,
    environ = ["PATH"],
)
