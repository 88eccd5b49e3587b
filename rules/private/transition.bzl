"""The transitions that have to do with which kernel modules are built for."""

_FLAG = str(Label("//rules:kernel"))
_BOOT_FILES = str(Label("//kernel:boot_files"))

def _impl(settings, attr):
    # The flag itself, as an attribute's default, stands for whatever it is set to.
    if not attr.kernel or attr.kernel == Label("//rules:kernel"):
        return {_FLAG: settings[_FLAG]}
    return {_FLAG: attr.kernel}

# Of what names a kernel, a test or a trimmed kernel: the modules that it depends on are built for that one.
kernel_transition = transition(
    implementation = _impl,
    inputs = [_FLAG],
    outputs = [_FLAG],
)

# Of a kernel that is built from source: it is the same whichever kernel modules are built for and whoever asks for it, so that its
# objects are there once.
source_kernel_transition = transition(
    implementation = lambda settings, attr: {
        _BOOT_FILES: False,
        _FLAG: Label("//rules/private:no_kernel"),
    },
    inputs = [],
    outputs = [_BOOT_FILES, _FLAG],
)
