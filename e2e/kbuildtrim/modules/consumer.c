// SPDX-License-Identifier: Apache-2.0
/* Imports what the provider exports. */
#include <linux/module.h>

#include "provider.h"

static int __init consumer_init(void)
{
	int sum = provider_first();

	return sum > 0 ? 0 : -EINVAL;
}
module_init(consumer_init);

MODULE_DESCRIPTION("Imports");
MODULE_LICENSE("GPL");
