/* What every .mod.c that modpost writes includes and mentions: the KernelSlice of generated sources. */
#define INCLUDE_VERMAGIC
#include <linux/module.h>
#include <linux/build-salt.h>
#include <linux/elfnote-lto.h>
#include <linux/export-internal.h>
#include <linux/vermagic.h>
#include <linux/compiler.h>

#ifdef CONFIG_MODULE_UNLOAD
#endif
#ifdef CONFIG_RETPOLINE
#endif
#ifdef CONFIG_MITIGATION_RETPOLINE
#endif
