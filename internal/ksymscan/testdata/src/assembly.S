/* SPDX-License-Identifier: GPL-2.0-only */
/* Exports of assembly. The header that has the macro moved in Linux 6.5. */
#include <linux/linkage.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <linux/export.h>
#else
#include <asm/export.h>
#endif

	.text
SYM_FUNC_START(ksym_asm)
	RET
SYM_FUNC_END(ksym_asm)
EXPORT_SYMBOL(ksym_asm)

SYM_FUNC_START(ksym_asm_gpl)
	RET
SYM_FUNC_END(ksym_asm_gpl)
EXPORT_SYMBOL_GPL(ksym_asm_gpl)
