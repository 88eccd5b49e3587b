// SPDX-License-Identifier: GPL-2.0-only
// What a C source can export: with either licence, with a namespace, data, a
// name that a macro puts together, and names that only underscores tell apart.
#include <linux/module.h>
#include <linux/version.h>

int ksym_plain(void) { return 1; }
EXPORT_SYMBOL(ksym_plain);

int ksym_gpl(void) { return 2; }
EXPORT_SYMBOL_GPL(ksym_gpl);

int ksym_data = 3;
EXPORT_SYMBOL(ksym_data);

int _ksym_plain(void) { return 4; }
EXPORT_SYMBOL(_ksym_plain);

int __ksym_plain(void) { return 5; }
EXPORT_SYMBOL_GPL(__ksym_plain);

int Ksym_Plain(void) { return 6; }
EXPORT_SYMBOL(Ksym_Plain);

// A namespace is a string since Linux 6.13.
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define NAMESPACE "KSYM_NS"
#else
#define NAMESPACE KSYM_NS
#endif

int ksym_in_namespace(void) { return 7; }
EXPORT_SYMBOL_NS(ksym_in_namespace, NAMESPACE);

int ksym_gpl_in_namespace(void) { return 8; }
EXPORT_SYMBOL_NS_GPL(ksym_gpl_in_namespace, NAMESPACE);

#define READ(size)                       \
	int ksym_read_config_##size(void) \
	{                                 \
		return sizeof(size);      \
	}                                 \
	EXPORT_SYMBOL_GPL(ksym_read_config_##size)

typedef u8 byte;
typedef u16 word;
READ(byte);
READ(word);
