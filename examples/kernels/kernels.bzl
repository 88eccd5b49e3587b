"""The kernels that every example is built for and tested with, as MODULE.bazel names them."""

# Part of a target's name to SDK.
KERNELS = {
    "6_1": "@linux_6_1//:sdk",
    "6_12": "@linux_6_12//:sdk",
    "7_2": "@linux_7_2//:sdk",
}
