// SPDX-License-Identifier: Apache-2.0
/* Uses both other modules, and says what came of it. */
#include <linux/module.h>

#include <stack.h>

static int __init user_init(void)
{
	u32 value = 0;
	int err;

	err = stack_push_counted(42);
	if (!err)
		err = stack_pop(&value);
	if (!err)
		pr_info("stack: popped %u, high water %u\n", value, stack_high_water());
	return err;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);

MODULE_DESCRIPTION("Uses the stack of numbers");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(STACK_NS);
