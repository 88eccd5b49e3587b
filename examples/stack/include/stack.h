/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STACK_H
#define STACK_H

#include <linux/types.h>
#include <linux/version.h>

/* Since 6.13 a symbol namespace is a string, before it was a bare word. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define STACK_NS "STACK"
#else
#define STACK_NS STACK
#endif

#define STACK_SIZE 16

/* Puts a value on the stack; -ENOSPC when it is full. */
int stack_push(u32 value);

/* Takes the last value off; -ENODATA when there is none. */
int stack_pop(u32 *value);

/* The most values that the stack has held at once (module stack_stats). */
unsigned int stack_high_water(void);

/* Pushes and keeps count (module stack_stats). */
int stack_push_counted(u32 value);

#endif
