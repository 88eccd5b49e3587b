// SPDX-License-Identifier: Apache-2.0
#include <linux/module.h>

#include "mk.h"

static int __init mk_second_init(void)
{
	return mk_first() && mk_shared() ? 0 : -EINVAL;
}
module_init(mk_second_init);

MODULE_DESCRIPTION("Options of Makefiles: second");
MODULE_LICENSE("GPL");
