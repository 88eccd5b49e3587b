// SPDX-License-Identifier: Apache-2.0
/* A module outside of the kernel's tree, which needs an export that no module of the tree does. */
#include <linux/init.h>
#include <linux/lcm.h>
#include <linux/module.h>

static unsigned int a = 4, b = 6;
module_param(a, uint, 0444);
module_param(b, uint, 0444);

static int __init lcm_user_init(void)
{
	pr_info("lcm_user: lcm(%u, %u) = %lu\n", a, b, lcm(a, b));
	return 0;
}

static void __exit lcm_user_exit(void)
{
	pr_info("lcm_user: done\n");
}

module_init(lcm_user_init);
module_exit(lcm_user_exit);

MODULE_DESCRIPTION("Needs lcm");
MODULE_LICENSE("Dual BSD/GPL");
