// SPDX-License-Identifier: Apache-2.0
/* A module outside of the trimmed set. */
#include <linux/module.h>

#include "trim.h"

static int __init outsider_init(void)
{
	return trim_used_outside() ? 0 : -EINVAL;
}
module_init(outsider_init);

MODULE_DESCRIPTION("Uses a trimmed set from outside");
MODULE_LICENSE("GPL");
