#include <linux/linkage.h>
#include <linux/export.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(6,5,0)
#include <asm/export.h>
#endif
	.text
SYM_FUNC_START(beta_asm)
	xorl %eax, %eax
	RET
SYM_FUNC_END(beta_asm)
EXPORT_SYMBOL(beta_asm)
	.section .note.GNU-stack,"",@progbits
