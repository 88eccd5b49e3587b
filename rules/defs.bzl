"""The public rules of rules_kbuild.

Load everything from here:

```starlark
load("@rules_kbuild//rules:defs.bzl", "kernel_module")
```

* [kernel_module](kernel_module.bzl): a loadable module from its sources.
* [kernel_headers](kernel_headers.bzl): headers that several modules share.
* [kernel_genrule](kernel_genrule.bzl): files that a Makefile's shell commands make.
* [kernel_todo](kernel_todo.bzl): stands for a generated file that is no rule yet.
* [kernel_module_set](kernel_module_set.bzl): modules together: modules.order, Module.symvers, trimmed exports.
* [kernel_image](kernel_image.bzl): a whole kernel of which only needed exports are left.
* [kernel_symbol_list](kernel_symbol_list.bzl): the list of symbols that modules take from their kernel.
* [kernel_symbol_list_test](kernel_symbol_list_test.bzl): compares that list with a checked-in one, and updates it.
* [kernel_boot_test](kernel_boot_test.bzl): boots the kernel in QEMU and loads modules.
* [kbuild_test](kbuild_test.bzl): compares modules with what Kbuild itself makes.
* [kernel_sdk](kernel_sdk.bzl): what it takes to build against one kernel; SDK repositories write it for you.
"""

load(":kbuild_test.bzl", _kbuild_test = "kbuild_test")
load(":kernel_boot_test.bzl", _kernel_boot_test = "kernel_boot_test")
load(":kernel_genrule.bzl", _kernel_genrule = "kernel_genrule")
load(":kernel_headers.bzl", _kernel_headers = "kernel_headers")
load(":kernel_image.bzl", _kernel_image = "kernel_image")
load(":kernel_module.bzl", _kernel_module = "kernel_module")
load(":kernel_module_set.bzl", _kernel_module_set = "kernel_module_set")
load(":kernel_sdk.bzl", _kernel_sdk = "kernel_sdk")
load(":kernel_symbol_list.bzl", _kernel_symbol_list = "kernel_symbol_list")
load(":kernel_symbol_list_test.bzl", _kernel_symbol_list_test = "kernel_symbol_list_test")
load(":kernel_todo.bzl", _kernel_todo = "kernel_todo")
load(":providers.bzl", _KernelHeadersInfo = "KernelHeadersInfo", _KernelInfo = "KernelInfo", _KernelModuleInfo = "KernelModuleInfo", _KernelModuleSetInfo = "KernelModuleSetInfo", _KernelSymbolListInfo = "KernelSymbolListInfo")

kbuild_test = _kbuild_test
kernel_boot_test = _kernel_boot_test
kernel_genrule = _kernel_genrule
kernel_headers = _kernel_headers
kernel_image = _kernel_image
kernel_module = _kernel_module
kernel_module_set = _kernel_module_set
kernel_sdk = _kernel_sdk
kernel_symbol_list = _kernel_symbol_list
kernel_symbol_list_test = _kernel_symbol_list_test
kernel_todo = _kernel_todo

KernelHeadersInfo = _KernelHeadersInfo
KernelInfo = _KernelInfo
KernelModuleInfo = _KernelModuleInfo
KernelModuleSetInfo = _KernelModuleSetInfo
KernelSymbolListInfo = _KernelSymbolListInfo
