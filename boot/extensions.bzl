"""The module extension that finds QEMU on the machine.

rules_kbuild uses it itself; a workspace that depends on rules_kbuild has nothing to write.
"""

load(":qemu.bzl", "machine_qemu")

visibility("public")

def _qemu_impl(module_ctx):
    machine_qemu(name = "rules_kbuild_qemu")

    # The repository looks at the machine, the extension does not: there is nothing to lock.
    return module_ctx.extension_metadata(reproducible = True)

qemu = module_extension(
    implementation = _qemu_impl,
    doc = "Makes the repository rules_kbuild_qemu, see machine_qemu.",
)
