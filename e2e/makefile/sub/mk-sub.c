// SPDX-License-Identifier: Apache-2.0
#include <linux/module.h>

#include "mk.h"

#ifndef MK_EVERYWHERE
#error subdir-ccflags-y is missing
#endif

static int __init mk_sub_init(void)
{
	WARN_ON(mk_first() < 0);
	return 0;
}
module_init(mk_sub_init);

MODULE_DESCRIPTION("Options of Makefiles: a folder below");
MODULE_LICENSE("GPL");
