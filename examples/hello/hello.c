// SPDX-License-Identifier: Apache-2.0
#include <linux/init.h>
#include <linux/module.h>

#include "util.h"

static char *whom = "world";
module_param(whom, charp, 0444);
MODULE_PARM_DESC(whom, "whom to greet");

static int __init hello_init(void)
{
	greet(whom);
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("hello: goodbye, %s\n", whom);
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_DESCRIPTION("Says hello");
MODULE_LICENSE("Dual BSD/GPL");
