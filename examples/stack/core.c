// SPDX-License-Identifier: Apache-2.0
/* The stack itself: exported in the namespace STACK. */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include <stack.h>

#include "mix.h"

static DEFINE_SPINLOCK(lock);
static u32 values[STACK_SIZE];
static unsigned int depth;

int stack_push(u32 value)
{
	int err = 0;

	spin_lock(&lock);
	if (depth == STACK_SIZE)
		err = -ENOSPC;
	else
		values[depth++] = stack_mix(value);
	spin_unlock(&lock);
	return err;
}
EXPORT_SYMBOL_NS_GPL(stack_push, STACK_NS);

int stack_pop(u32 *value)
{
	int err = 0;

	spin_lock(&lock);
	if (!depth)
		err = -ENODATA;
	else
		*value = stack_mix(values[--depth]);
	spin_unlock(&lock);
	return err;
}
EXPORT_SYMBOL_NS_GPL(stack_pop, STACK_NS);

MODULE_DESCRIPTION("A stack of numbers");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
