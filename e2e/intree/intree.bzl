"""Modules of the kernel's own tree: the folders that BUILD files are given for, and their modules in modules.order's order."""

load("//rules:defs.bzl", "kernel_module")

# Repository of sources to the SDK that they are built for. Debian makes both of one source package.
_SDKS = {
    "linux_source_6_1": Label("@linux_6_1//:sdk"),
    "linux_source_6_12": Label("@linux_6_12//:sdk"),
}

# Folder to its modules in the order of its Makefile. Folders may be in any order, but Kbuild finishes one before the next.
MODULES = {
    "fs/fat": ["fat", "vfat", "msdos"],
    "fs/isofs": ["isofs"],
    "fs/nls": ["nls_cp437", "nls_ascii", "nls_iso8859-1", "nls_utf8"],
    "fs/squashfs": ["squashfs"],
    "fs/udf": ["udf"],
    "lib": ["crc-itu-t"],
    "crypto": [
        "blowfish_generic",
        "blowfish_common",
        "twofish_generic",
        "twofish_common",
        "serpent_generic",
        "cast_common",
        "cast5_generic",
        "cast6_generic",
    ],
    "drivers/input": ["joydev"],
    "drivers/media/tuners": [
        "tuner-simple",
        "tuner-types",
        "tda18271",
        "tda827x",
        "tda8290",
        "tda9887",
        "tea5767",
    ],
    "drivers/media/v4l2-core": ["tuner"],
    "drivers/net": ["macvlan", "macvtap", "tun", "tap"],
    "net/netfilter": [
        "nf_conntrack",
        "nf_conntrack_ftp",
        "nf_conntrack_tftp",
        "nf_nat",
        "nf_nat_ftp",
        "nf_nat_tftp",
        "x_tables",
        "xt_tcpudp",
        "xt_nat",
        "xt_MASQUERADE",
        "xt_conntrack",
        "xt_state",
    ],
    "net/ipv4/netfilter": [
        "nf_defrag_ipv4",
        "ip_tables",
        "iptable_filter",
        "iptable_nat",
        "arp_tables",
        "arptable_filter",
    ],
    "net/ipv6/netfilter": ["nf_defrag_ipv6"],
}

def modules_of(version, folders = MODULES.keys()):
    """Labels of the modules of some folders.

    Args:
      version: `6_1` or `6_12`.
      folders: keys of MODULES.

    Returns:
      list of strings.
    """
    return [
        "@linux_source_{}//{}:{}".format(version, folder, module)
        for folder in folders
        for module in MODULES[folder]
    ]

# Of this folder the flags name others in the kernel's own tree, which the headers of a package do not have.
_NO_MAKEFILE = ["drivers/media/v4l2-core"]

def makefiles_of(version, folders = MODULES.keys()):
    """Labels of the Makefiles of some folders, for kbuild_test.

    Args:
      version: `6_1` or `6_12`.
      folders: keys of MODULES.

    Returns:
      list of strings.
    """
    return [
        "@linux_source_{}//{}:Makefile".format(version, folder)
        for folder in folders
        if folder not in _NO_MAKEFILE
    ]

def _repository():
    # Bazel joins its names with ~ or +.
    return native.repo_name().replace("~", "+").rpartition("+")[2]

def in_tree_module(name, srcs = None, not_in_6_1 = [], **kwargs):
    """A kernel_module for the kernel whose sources this repository has. All headers of the folder can be included.

    Args:
      name: of the module.
      srcs: what is linked, in that order. Default: the source of the module's name.
      not_in_6_1: those of srcs that 6.12 has and 6.1 has not.
      **kwargs: attributes of kernel_module.
    """
    leave_out = not_in_6_1 if _repository() == "linux_source_6_1" else []
    kernel_module(
        name = name,
        srcs = [source for source in srcs or [name + ".c"] if source not in leave_out] + native.glob(["*.h"], allow_empty = True),
        kernel = _SDKS[_repository()],
        visibility = ["//visibility:public"],
        **kwargs
    )
