// SPDX-License-Identifier: Apache-2.0
#include <linux/mk_compat.h>
#include <linux/module.h>

#include "mk.h"
#include "version.h"

#if !MK_FORCED || !MK_TOP || !defined(MK_EVERYWHERE)
#error an option is missing
#endif

int mk_first(void)
{
	WARN_ON(!mk_shared());
	return MK_TOP;
}
EXPORT_SYMBOL_GPL(mk_first);

MODULE_VERSION(MK_VERSION);
MODULE_DESCRIPTION("Options of Makefiles: first");
MODULE_LICENSE("GPL");
