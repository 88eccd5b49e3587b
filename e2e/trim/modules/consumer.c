// SPDX-License-Identifier: Apache-2.0
/* Imports strongly, weakly and by name. */
#include <linux/module.h>

#include "trim.h"

extern int trim_weak(void) __attribute__((weak));

static int __init consumer_init(void)
{
	int (*by_name)(void) = symbol_get(trim_by_name);
	int sum = trim_used() + trim_used_gpl() + __trim_used() + __trim_inner() + trim_spare();

	if (trim_weak)
		sum += trim_weak();
	pr_info("trim: sum %d, symbol_get %s\n", sum, by_name ? "found it" : "found nothing");
	if (by_name)
		symbol_put(trim_by_name);
	return 0;
}

static void __exit consumer_exit(void)
{
}

module_init(consumer_init);
module_exit(consumer_exit);

MODULE_DESCRIPTION("Imports for the tests of trimming");
MODULE_LICENSE("GPL");
