// SPDX-License-Identifier: Apache-2.0
/* Counts what is pushed; between the stack and those that use it. */
#include <linux/module.h>

#include <stack.h>

static unsigned int now, most;

int stack_push_counted(u32 value)
{
	int err = stack_push(value);

	if (!err && ++now > most)
		most = now;
	return err;
}
EXPORT_SYMBOL(stack_push_counted);

unsigned int stack_high_water(void)
{
	return most;
}
EXPORT_SYMBOL_GPL(stack_high_water);

MODULE_DESCRIPTION("Statistics of the stack of numbers");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(STACK_NS);
