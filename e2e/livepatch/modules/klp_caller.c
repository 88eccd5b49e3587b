// SPDX-License-Identifier: Apache-2.0
/* Calls what klp_patch replaced. */
#include <linux/module.h>

#include "klp_target.h"

static int __init klp_caller_init(void)
{
	pr_info("klp: the answer is %d\n", klp_answer());
	return 0;
}

static void __exit klp_caller_exit(void)
{
}

module_init(klp_caller_init);
module_exit(klp_caller_exit);

MODULE_DESCRIPTION("Calls a function that is live patched");
MODULE_LICENSE("GPL");
