"""The transition of tests that name a kernel: what they depend on is built for that one."""

_FLAG = str(Label("//rules:kernel"))

def _impl(settings, attr):
    # The flag itself, as an attribute's default, stands for whatever it is set to.
    if not attr.kernel or attr.kernel == Label("//rules:kernel"):
        return {_FLAG: settings[_FLAG]}
    return {_FLAG: attr.kernel}

kernel_transition = transition(
    implementation = _impl,
    inputs = [_FLAG],
    outputs = [_FLAG],
)
