"""Reads the options of a kernel's .config that change which actions there are, or what the tools do."""

# Each is asked for by a rule or a tool; a compile sees the whole configuration through autoconf.h.
OPTIONS = [
    "DEBUG_INFO_BTF",
    "DEBUG_INFO_BTF_MODULES",
    "LIVEPATCH",
    "LTO_CLANG",
    "MODULES",
    "MODULE_COMPRESS",
    "MODULE_COMPRESS_ALL",
    "MODULE_COMPRESS_GZIP",
    "MODULE_COMPRESS_XZ",
    "MODULE_COMPRESS_ZSTD",
    "MODULE_SIG",
    "MODULE_SIG_ALL",
    "MODULE_SIG_FORCE",
    "MODULE_SIG_HASH",
    "MODULE_SRCVERSION_ALL",
    "MODULE_UNLOAD",
    "MODVERSIONS",
    "MODVERSIONS_GENDWARFKSYMS",
    "ASM_MODVERSIONS",
    "BASIC_MODVERSIONS",
    "EXTENDED_MODVERSIONS",
    "MITIGATION_RETPOLINE",
    "RETPOLINE",
    "TRIM_UNUSED_KSYMS",
    "UNUSED_KSYMS_WHITELIST",
    "UNWINDER_ORC",
    "X86_KERNEL_IBT",
]

def read_config(text):
    """The options of a .config that rules and tools ask for.

    Args:
      text: content of a `.config`.

    Returns:
      dict: option without CONFIG_ to its value, strings unquoted; an option that is not set is not in it.
    """
    config = {}
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        if equals and name.startswith("CONFIG_") and name[len("CONFIG_"):] in OPTIONS:
            if value.startswith("\"") and value.endswith("\""):
                value = value[1:-1]
            config[name[len("CONFIG_"):]] = value
    return {name: config[name] for name in sorted(config)}
