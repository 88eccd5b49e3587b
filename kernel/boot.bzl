"""Asks an SDK for the files that booting its kernel takes.

An SDK's `vmlinuz` and `modules` are hundreds of megabytes that no build reads. So `:sdk` has them only in a configuration
with the flag `//kernel:boot_files`, which a rule that boots kernels sets on its way to the SDK:

```starlark
"kernel": attr.label(cfg = boot_files, providers = [KernelInfo])
```
"""

_FLAG = str(Label("//kernel:boot_files"))

boot_files = transition(
    implementation = lambda settings, attr: {_FLAG: True},
    inputs = [],
    outputs = [_FLAG],
)
