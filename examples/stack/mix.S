/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/linkage.h>

	.text
SYM_FUNC_START(stack_mix)
	movl %edi, %eax
	xorl $0x5f3759df, %eax
	RET
SYM_FUNC_END(stack_mix)
